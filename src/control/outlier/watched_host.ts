/** One host as outlier detection knows it: how it did between the last two sweeps, and its ejections so far. */
import type { EjectionKind } from "../../config/outlier_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import { type HostCounts, Origin, RowKind } from "../../upstream/shared_hosts.ts";
import type { ControlHost } from "../cluster/control_host.ts";

/** Outcomes of one origin. */
class Bucket {
  readonly #counts: HostCounts;
  readonly #origin: Origin;
  #successesBefore: number;
  #totalBefore: number;
  /** Outcomes between the last two sweeps. */
  volume = 0;
  /** Percent of them that were successes. */
  rate = 0;
  /** What is shown: -1 = there was too little to go by. */
  shownRate = -1;

  constructor(counts: HostCounts, origin: Origin) {
    this.#counts = counts;
    this.#origin = origin;
    this.#successesBefore = counts.successes(origin);
    this.#totalBefore = counts.total(origin);
  }

  /** A sweep: what has come since the last one is what counts now. */
  turn(): void {
    const successes = this.#counts.successes(this.#origin), total = this.#counts.total(this.#origin);
    // Totals wrap.
    this.volume = (total - this.#totalBefore) | 0;
    this.rate = this.volume === 0 ? 0 : ((successes - this.#successesBefore) | 0) * 100 / this.volume;
    this.shownRate = -1;
    this.#successesBefore = successes;
    this.#totalBefore = total;
  }
}

export class WatchedHost {
  readonly host: ControlHost;
  /** By {@link Origin}. */
  readonly buckets: readonly [Bucket, Bucket];
  readonly #counts: HostCounts;
  ejections = 0;
  /** Ejections that follow one another closely last longer: so many times the base. */
  backoff = 0;
  jitterMs = 0;
  /** Of the last ejection; monotonic, as all times here; null = it never was ejected. */
  ejectedMs: number | null = null;
  ejectedFor: EjectionKind | null = null;
  /** When it came back. */
  unejectedMs: number | null = null;

  constructor(host: ControlHost, counts: HostCounts) {
    this.host = host;
    this.#counts = counts;
    this.buckets = [new Bucket(counts, Origin.EXTERNAL), new Bucket(counts, Origin.LOCAL)];
  }

  get isEjected(): boolean {
    return (this.host.flags & HealthFlag.FAILED_OUTLIER_CHECK) !== 0;
  }

  turnBuckets(): void {
    for (const bucket of this.buckets) bucket.turn();
  }

  breakRow(row: RowKind): void {
    this.#counts.breakRow(row);
  }

  breakRows(): void {
    for (const row of Object.values(RowKind)) this.#counts.breakRow(row);
  }
}
