/**
 * Outlier detection of one cluster object: ejects hosts that fail where others do not, for a time, and lets them come back
 * (spec/upstream.md 6.3, 6.4).
 *
 * ```
 *               failures in a row (a worker says so), or a rate (a sweep finds out)
 *   in ── detected ──┬── too many hosts are out ──▶ in   (overflow)
 *                    ├── chance says no ──────────▶ in
 *                    └── ejected ── its time is over at a sweep, or it passes a health check ──▶ in
 * ```
 *
 * Its time is the base times the ejections that followed one another closely, with an upper limit and jitter. Hosts are
 * counted over the whole cluster, whatever their priorities. Being ejected is one flag of a host's health.
 */
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { Timer, type TimerWheel } from "../../base/timer_wheel.ts";
import { HealthFlag } from "../../config/host_health.ts";
import type { EjectionKind, OutlierConfig } from "../../config/outlier_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import { type HostCounts, Origin, RowKind } from "../../upstream/shared_hosts.ts";
import type { ControlHost, HostWatcher } from "../cluster/control_host.ts";
import type { OutlierEjection, OutlierEvents } from "./outlier_event.ts";
import { OutlierSettings } from "./outlier_settings.ts";
import { OutlierStats } from "./outlier_stats.ts";
import { type ClusterRates, clusterRates, NO_RATES } from "./success_rates.ts";
import { WatchedHost } from "./watched_host.ts";

/** What main hands to the detectors of all clusters. */
export interface OutlierContext {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  readonly random: Random;
  readonly runtime: RuntimeValues;
  readonly events: readonly OutlierEvents[];
}

/** The cluster object whose hosts are watched. */
export interface WatchedCluster {
  readonly name: string;
  readonly config: OutlierConfig;
  /** `cluster.<name>`. */
  readonly stats: StatScope;
  readonly watcher: HostWatcher;
}

/** What detection knows of one host, for `/clusters` and the console. */
export interface OutlierFigures {
  readonly isEjected: boolean;
  /** Of the last ejection; null = there was none. */
  readonly kind: EjectionKind | null;
  /** Wall clock, ms: since when it is out, and when a sweep may let it back; null = it is not out. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly ejections: number;
  /** Percent; -1 = there was too little to go by. */
  readonly successRate: number;
  readonly localOriginSuccessRate: number;
}

const ROWS: Readonly<Record<RowKind, EjectionKind>> = {
  [RowKind.ERRORS]: "consecutive_5xx",
  [RowKind.GATEWAY_FAILURES]: "consecutive_gateway_failure",
  [RowKind.LOCAL_FAILURES]: "consecutive_local_origin_failure",
};

/** By {@link Origin}. */
const SUCCESS_RATE_KINDS = ["success_rate", "local_origin_success_rate"] as const;
const FAILURE_PERCENTAGE_KINDS = ["failure_percentage", "local_origin_failure_percentage"] as const;

export class OutlierDetector {
  readonly #cluster: WatchedCluster;
  readonly #context: OutlierContext;
  readonly #settings: OutlierSettings;
  readonly #stats: OutlierStats;
  readonly #timer: Timer;
  readonly #hosts = new Map<number, WatchedHost>();
  readonly #rates: [ClusterRates, ClusterRates] = [NO_RATES, NO_RATES];
  #ejected = 0;

  /** The first sweep comes after an interval. */
  constructor(cluster: WatchedCluster, context: OutlierContext) {
    this.#cluster = cluster;
    this.#context = context;
    this.#settings = new OutlierSettings(cluster.config, context.runtime);
    this.#stats = new OutlierStats(cluster.stats);
    this.#timer = new Timer(context.timers, () => this.#sweep());
    this.#armTimer();
  }

  /** A host is there from now on. `counts`: those at its slot. */
  addHost(host: ControlHost, counts: HostCounts): void {
    this.#hosts.set(host.id, new WatchedHost(host, counts));
  }

  /** A host is gone; one that was out does not count any more. */
  removeHost(host: ControlHost): void {
    const watched = this.#hosts.get(host.id);
    if (watched === undefined) return;
    this.#hosts.delete(host.id);
    if (watched.isEjected) this.#countEjected(-1);
  }

  /** A worker says that a host's failures in a row have reached their threshold. The host may be gone, or out. */
  onRow(hostId: number, row: RowKind): void {
    const watched = this.#hosts.get(hostId);
    if (watched === undefined || watched.isEjected) return;
    const kind = ROWS[row];
    this.#stats.detected[kind].inc();
    if (kind === "consecutive_5xx") this.#stats.ejectionsConsecutive5xx.inc();
    this.#eject(watched, kind, NO_RATES, -1);
    // The next row is seen too, when this one has ejected nobody.
    watched.breakRow(row);
  }

  /** A host has passed an active health check; its flags say whether it is healthy by that. */
  onHealthCheckPass(host: ControlHost): void {
    const watched = this.#hosts.get(host.id);
    if (watched === undefined || !watched.isEjected || !this.#settings.unejectsByHealthCheck) return;
    if ((host.flags & HealthFlag.FAILED_ACTIVE_HC) === 0) this.#uneject(watched);
  }

  /** Of the last sweep: what `/clusters` shows of the cluster. */
  rates(origin: Origin): ClusterRates {
    return this.#rates[origin];
  }

  /** Null = no host of this cluster. */
  figuresOf(host: ControlHost): OutlierFigures | null {
    const watched = this.#hosts.get(host.id);
    if (watched === undefined) return null;
    const { buckets, ejectedFor, ejectedMs, ejections, isEjected } = watched, { clock } = this.#context;
    const sinceMs = isEjected ? clock.wallMs() - (clock.refresh() - ejectedMs!) : null;
    return {
      isEjected,
      kind: ejectedFor,
      sinceMs,
      untilMs: sinceMs === null ? null : sinceMs + this.#ejectionTimeMs(watched),
      ejections,
      successRate: buckets[Origin.EXTERNAL].shownRate,
      localOriginSuccessRate: buckets[Origin.LOCAL].shownRate,
    };
  }

  /** The cluster object is gone. */
  close(): void {
    this.#timer.cancel();
    this.#countEjected(-this.#ejected);
    this.#hosts.clear();
  }

  // ---- sweeps

  #armTimer(): void {
    this.#timer.arm(this.#settings.intervalMs);
  }

  #sweep(): void {
    const nowMs = this.#context.clock.refresh();
    for (const watched of this.#hosts.values()) {
      if (watched.isEjected && nowMs - watched.ejectedMs! >= this.#ejectionTimeMs(watched)) this.#uneject(watched);
      watched.turnBuckets();
    }
    this.#detectByRates(Origin.EXTERNAL);
    this.#detectByRates(Origin.LOCAL);
    const { intervalMs } = this.#settings;
    for (const watched of this.#hosts.values()) {
      if (watched.isEjected || watched.unejectedMs === null) continue;
      if (nowMs - watched.unejectedMs >= intervalMs) watched.backoff = Math.max(0, watched.backoff - 1);
    }
    this.#armTimer();
  }

  #detectByRates(origin: Origin): void {
    const settings = this.#settings, stats = this.#stats;
    const { successRateMinimumHosts, failurePercentageMinimumHosts } = settings;
    const { successRateRequestVolume, failurePercentageRequestVolume } = settings;
    this.#rates[origin] = NO_RATES;
    const hosts = Array.from(this.#hosts.values()).filter((host) => !host.isEjected && host.buckets[origin].volume > 0);
    if (this.#hosts.size < Math.min(successRateMinimumHosts, failurePercentageMinimumHosts)) return;
    const withVolume = (least: number) => hosts.filter(({ buckets }) => buckets[origin].volume >= least);
    for (const { buckets } of withVolume(Math.min(successRateRequestVolume, failurePercentageRequestVolume))) {
      buckets[origin].shownRate = buckets[origin].rate;
    }
    const compared = withVolume(successRateRequestVolume);
    const measured = withVolume(failurePercentageRequestVolume);
    if (compared.length > 0 && compared.length >= successRateMinimumHosts) {
      const kind = SUCCESS_RATE_KINDS[origin];
      const all = compared.map(({ buckets }) => buckets[origin].rate);
      const rates = this.#rates[origin] = clusterRates(all, settings.successRateStdevFactor);
      for (const watched of compared) {
        const { rate } = watched.buckets[origin];
        if (rate >= rates.ejectionThreshold) continue;
        stats.ejectionsSuccessRate.inc();
        stats.detected[kind].inc();
        this.#eject(watched, kind, rates, rate);
      }
    }
    if (measured.length > 0 && measured.length >= failurePercentageMinimumHosts) {
      const kind = FAILURE_PERCENTAGE_KINDS[origin];
      for (const watched of measured) {
        const { rate } = watched.buckets[origin];
        if (100 - rate < settings.failurePercentageThreshold) continue;
        stats.detected[kind].inc();
        // Differs from Envoy: a host that its success rate has just ejected is not ejected and counted once more.
        if (!watched.isEjected) this.#eject(watched, kind, this.#rates[origin], rate);
      }
    }
  }

  // ---- out and back

  #eject(watched: WatchedHost, kind: EjectionKind, rates: ClusterRates, hostSuccessRate: number): void {
    const { random } = this.#context, settings = this.#settings, stats = this.#stats;
    if (!this.#mayEject()) return stats.ejectionsOverflow.inc();
    if (kind === "consecutive_5xx" || kind === "success_rate") stats.ejectionsTotal.inc();
    const ejection = { kind, hostSuccessRate, clusterRates: rates };
    if (!settings.enforces(kind, random.whole())) return this.#tell(watched, { ...ejection, isEnforced: false });
    stats.ejectionsEnforcedTotal.inc();
    stats.enforced[kind].inc();
    watched.ejections++;
    watched.ejectedMs = this.#context.clock.refresh();
    watched.ejectedFor = kind;
    watched.jitterMs = random.below(settings.maxEjectionTimeJitterMs + 1);
    const { baseEjectionTimeMs, maxEjectionTimeMs } = settings;
    // Past the limit it would only take longer to be forgotten.
    if (watched.backoff * baseEjectionTimeMs < maxEjectionTimeMs + baseEjectionTimeMs) watched.backoff++;
    this.#countEjected(1);
    this.#cluster.watcher.changeFlags(watched.host, HealthFlag.FAILED_OUTLIER_CHECK, 0);
    this.#tell(watched, { ...ejection, isEnforced: true });
  }

  /** One more host may be out. */
  #mayEject(): boolean {
    const { alwaysEjectsOneHost, maxEjectionPercent } = this.#settings;
    if (alwaysEjectsOneHost && this.#ejected === 0) return true;
    return 100 * (this.#ejected + 1) / this.#hosts.size <= maxEjectionPercent;
  }

  #uneject(watched: WatchedHost): void {
    watched.breakRows();
    watched.unejectedMs = this.#context.clock.refresh();
    this.#countEjected(-1);
    this.#cluster.watcher.changeFlags(watched.host, 0, HealthFlag.FAILED_OUTLIER_CHECK);
    this.#tell(watched, null);
  }

  #ejectionTimeMs({ backoff, jitterMs }: WatchedHost): number {
    const { baseEjectionTimeMs, maxEjectionTimeMs } = this.#settings;
    return Math.min(baseEjectionTimeMs * backoff, maxEjectionTimeMs) + jitterMs;
  }

  #countEjected(change: number): void {
    this.#ejected += change;
    this.#stats.ejectionsActive.add(change);
  }

  #tell(watched: WatchedHost, ejection: OutlierEjection | null): void {
    const { clock, events } = this.#context, { host, ejectedMs, ejections, unejectedMs } = watched;
    const lastMs = ejection === null ? ejectedMs : unejectedMs;
    const event = {
      cluster: this.#cluster.name,
      address: host.endpoint.address,
      wallMs: clock.wallMs(),
      sinceLastActionMs: lastMs === null ? null : clock.refresh() - lastMs,
      ejections,
      ejection,
    };
    for (const listener of events) listener.onOutlierEvent(event);
  }
}
