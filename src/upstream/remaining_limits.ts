/**
 * What `track_remaining` publishes: how much of each limit of one priority is left (spec/upstream.md 11). The figures of all
 * workers are added up, so each takes off what it has itself, and one of them brings in the limit.
 */
import type { LiveLimits } from "../match/live_limits.ts";
import type { Gauge } from "../observe/stats/metric.ts";
import type { BreakerStats } from "./cluster_stats.ts";
import { type ClusterCounts, LimitKind, type LimitPriority } from "./shared_limits.ts";

/** Limits that are published. */
const NAMES = [
  [LimitKind.CONNECTIONS, "cx"],
  [LimitKind.PENDING, "pending"],
  [LimitKind.REQUESTS, "rq"],
  [LimitKind.RETRIES, "retries"],
  [LimitKind.POOLS, "cx_pools"],
] as const;

/** Of one priority of a cluster, on one worker. */
export class RemainingLimits {
  readonly #limits: LiveLimits;
  readonly #counts: ClusterCounts;
  readonly #priority: LimitPriority;
  /** By kind. */
  readonly #gauges: (Gauge | undefined)[] = [];

  constructor(limits: LiveLimits, counts: ClusterCounts, priority: LimitPriority, stats: BreakerStats) {
    this.#limits = limits;
    this.#counts = counts;
    this.#priority = priority;
    for (const [kind, name] of NAMES) {
      this.#gauges[kind] = stats.remaining(name);
      this.#set(kind, this.#limitOf(kind));
    }
  }

  /** Something of this kind began or ended. As in Envoy, nothing remains to be told of retries where a budget decides. */
  note(kind: LimitKind): void {
    if (kind === LimitKind.RETRIES && this.#limits.now.retryBudget !== null) return this.#gauges[kind]!.set(0);
    this.#set(kind, this.#limitOf(kind));
  }

  #set(kind: LimitKind, limit: number): void {
    const share = this.#counts.isFirstWorker ? limit : 0;
    this.#gauges[kind]!.set(share - this.#counts.own(this.#priority, kind));
  }

  #limitOf(kind: LimitKind): number {
    const limits = this.#limits.now;
    switch (kind) {
      case LimitKind.CONNECTIONS:
        return limits.maxConnections;
      case LimitKind.PENDING:
        return limits.maxPendingRequests;
      case LimitKind.REQUESTS:
        return limits.maxRequests;
      case LimitKind.RETRIES:
        return limits.maxRetries;
      default:
        return limits.maxConnectionPools;
    }
  }
}
