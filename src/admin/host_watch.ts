/** One host as the console follows it: rates between two looks, its picks of the last minute, and since when it is as it is. */
import { addressText } from "../base/address_text.ts";
import { flagNames } from "../config/host_health.ts";
import { isCanary } from "../config/metadata_config.ts";
import { HOST_STATS, type HostStatName } from "../observe/stats/host_stats.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { DetailedHost, GlancedHost } from "./cluster_source.ts";
import type { ActiveCheck, HostHealth, HostItem, HostOutlier, HostStats } from "./contract/clusters.ts";
import { ConnectWatch, hostHealth, hostReason, tellingResult } from "./host_health.ts";
import { Rate, ratio } from "./rate.ts";
import { StatRow } from "./stat_reader.ts";

const AT = Object.fromEntries(HOST_STATS.map((name, at) => [name, at])) as Readonly<Record<HostStatName, number>>;

/** A host is read and done with before the next one is: there may be very many. */
const READ: number[] = [];

/** What only its cluster knows of a host. */
export interface HostPlace {
  /** Why its last connect failed; empty = nobody told. */
  readonly lastError: string;
  readonly effectiveWeight: number;
  readonly pickShare: number | null;
  readonly expectedShare: number | null;
}

export class HostWatch {
  readonly #row: StatRow;
  readonly #connects = new ConnectWatch();
  readonly #requests = new Rate();
  readonly #errors = new Rate();
  readonly #answers = new Rate();
  #health: HostHealth = "healthy";
  #sinceMs: number;
  /** Requests so far, at each of the cluster's last marks. */
  #marks: number[] = [];
  #total = 0;

  constructor(book: StatBook, prefix: string, wallMs: number) {
    this.#row = new StatRow(book, prefix, HOST_STATS);
    this.#sinceMs = wallMs;
  }

  get health(): HostHealth {
    return this.#health;
  }

  /** Looks at it anew. */
  look({ flags }: GlancedHost, isUnchecked: () => boolean, nowMs: number, wallMs: number): void {
    const values = this.#row.readInto(READ);
    const success = values[AT.rq_success]!, errors = values[AT.rq_error]!;
    this.#total = values[AT.rq_total]!;
    this.#connects.update(values[AT.cx_connect_fail]!, values[AT.cx_total]!, success);
    this.#requests.update(this.#total, nowMs);
    this.#errors.update(errors, nowMs);
    this.#answers.update(errors + success, nowMs);
    const health = hostHealth(flags, this.#connects.failsInARow, isUnchecked);
    if (health === this.#health) return;
    this.#health = health;
    this.#sinceMs = wallMs;
  }

  /** A mark is set; the last `kept` are of use. */
  mark(kept: number): void {
    this.#marks.push(this.#total);
    while (this.#marks.length > kept) this.#marks.shift();
  }

  /** Requests since the oldest mark. */
  get picks(): number {
    return Math.max(0, this.#total - (this.#marks[0] ?? this.#total));
  }

  item(host: DetailedHost, { lastError, effectiveWeight, pickShare, expectedShare }: HostPlace): HostItem {
    const { endpoint, flags, checks, outlier } = host;
    const { region, zone, subZone } = endpoint.locality, values = this.#row.readInto([]);
    const stats = Object.fromEntries(
      HOST_STATS.map((name, at) => [name, values[at]!]),
    ) as unknown as HostStats;
    // As it is now: the last look may be some time ago.
    const { failsInARow } = this.#connects;
    const health = hostHealth(flags, failsInARow, () => checks.includes(null));
    return {
      address: addressText(endpoint.address),
      hostname: endpoint.hostname,
      health,
      flags: flagNames(flags),
      reason: hostReason(health, flags, { failsInARow, lastError, checks, outlier }),
      since_ms: this.#sinceMs,
      active_check: checkOf(host),
      outlier: outlierOf(host),
      weight: endpoint.weight,
      effective_weight: effectiveWeight,
      priority: endpoint.priority,
      locality: { region, zone, sub_zone: subZone },
      canary: isCanary(endpoint.metadata),
      stats,
      rps: this.#requests.perSecond,
      error_ratio: ratio(this.#errors.delta, this.#answers.delta),
      pick_share: pickShare,
      expected_share: expectedShare,
    };
  }
}

function checkOf({ checks }: DetailedHost): ActiveCheck | null {
  const result = tellingResult(checks);
  if (result === null) return null;
  return {
    name: result.check,
    is_pass: result.isPass,
    result: result.text,
    consecutive: result.consecutive,
    latency_ms: result.tookMs,
    last_ms: result.atMs,
    next_ms: result.nextDueMs,
  };
}

function outlierOf({ outlier }: DetailedHost): HostOutlier | null {
  if (outlier === null) return null;
  return {
    ejected: outlier.isEjected,
    kind: outlier.kind,
    since_ms: outlier.sinceMs,
    until_ms: outlier.untilMs,
    times: outlier.ejections,
    success_rate: outlier.successRate < 0 ? null : outlier.successRate,
  };
}
