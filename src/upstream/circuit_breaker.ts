/**
 * The circuit breaker of one priority of a cluster, as one worker's pools use it: the process-wide counts, the limits they
 * are held against, and the gauges that say which limit is reached (spec/upstream.md 11).
 */
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import type { BreakerStats } from "./cluster_stats.ts";
import { type ClusterCounts, LimitKind, type LimitPriority } from "./shared_limits.ts";

/** Counts connections, waiting requests and requests under way. */
export class CircuitBreaker {
  readonly #limits: CircuitBreakerLimits;
  readonly #counts: ClusterCounts;
  readonly #priority: LimitPriority;
  readonly #stats: BreakerStats;

  constructor(limits: CircuitBreakerLimits, counts: ClusterCounts, priority: LimitPriority, stats: BreakerStats) {
    this.#limits = limits;
    this.#counts = counts;
    this.#priority = priority;
    this.#stats = stats;
  }

  /** Whether there are as many connections as may be. */
  get areConnectionsUsedUp(): boolean {
    return this.#counts.active(this.#priority, LimitKind.CONNECTIONS) >= this.#limits.maxConnections;
  }

  /** Counts a connection; a limit that is reached does not stop it. */
  addConnection(): void {
    this.#counts.add(this.#priority, LimitKind.CONNECTIONS, 1);
    if (this.areConnectionsUsedUp) this.#stats.cxOpen.set(1);
  }

  releaseConnection(): void {
    this.#counts.release(this.#priority, LimitKind.CONNECTIONS);
    this.#stats.cxOpen.set(0);
  }

  /** Counts a request that waits for a connection, unless too many do. */
  acquirePending(): boolean {
    const limit = this.#limits.maxPendingRequests;
    if (!this.#counts.acquire(this.#priority, LimitKind.PENDING, limit)) return false;
    if (this.#counts.active(this.#priority, LimitKind.PENDING) >= limit) this.#stats.rqPendingOpen.set(1);
    return true;
  }

  releasePending(): void {
    this.#counts.release(this.#priority, LimitKind.PENDING);
    if (this.#stats.rqPendingOpen.value !== 0) this.#stats.rqPendingOpen.set(0);
  }

  /** Counts a request under way, unless there are too many. */
  acquireRequest(): boolean {
    if (this.#counts.active(this.#priority, LimitKind.REQUESTS) >= this.#limits.maxRequests) return false;
    this.addRequest();
    return true;
  }

  /** Counts one whatever the limit. */
  addRequest(): void {
    this.#counts.add(this.#priority, LimitKind.REQUESTS, 1);
    if (this.#counts.active(this.#priority, LimitKind.REQUESTS) >= this.#limits.maxRequests) this.#stats.rqOpen.set(1);
  }

  releaseRequest(): void {
    this.#counts.release(this.#priority, LimitKind.REQUESTS);
    if (this.#stats.rqOpen.value !== 0) this.#stats.rqOpen.set(0);
  }
}
