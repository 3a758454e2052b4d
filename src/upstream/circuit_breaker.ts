/**
 * The circuit breaker of one priority of a cluster, as one worker's pools and retries use it: the process-wide counts, the
 * limits they are held against, and the gauges that say which limit is reached (spec/upstream.md 11).
 */
import type { LiveLimits } from "../match/live_limits.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { BreakerStats } from "./cluster_stats.ts";
import { RecentRequests } from "./recent_requests.ts";
import { RemainingLimits } from "./remaining_limits.ts";
import { type ClusterCounts, LimitKind, type LimitPriority } from "./shared_limits.ts";

/** Counts connections, their pools, waiting requests, requests under way and retries. */
export class CircuitBreaker {
  readonly #limits: LiveLimits;
  readonly #counts: ClusterCounts;
  readonly #priority: LimitPriority;
  readonly #stats: BreakerStats;
  readonly #loop: EventLoop;
  /** Null: no retry budget has asked for them yet. */
  #recent: RecentRequests | null = null;
  /** Null: nobody wants to know. */
  readonly #remaining: RemainingLimits | null;

  constructor(
    limits: LiveLimits,
    counts: ClusterCounts,
    priority: LimitPriority,
    stats: BreakerStats,
    loop: EventLoop,
  ) {
    this.#limits = limits;
    this.#counts = counts;
    this.#priority = priority;
    this.#stats = stats;
    this.#loop = loop;
    this.#remaining = limits.now.tracksRemaining ? new RemainingLimits(limits, counts, priority, stats) : null;
  }

  /** Whether there are as many connections as may be. */
  get areConnectionsUsedUp(): boolean {
    return this.#active(LimitKind.CONNECTIONS) >= this.#limits.now.maxConnections;
  }

  /** How many connections a host may have. */
  get maxConnectionsPerHost(): number {
    return this.#limits.now.maxConnectionsPerHost;
  }

  /** Counts a connection; a limit that is reached does not stop it. */
  addConnection(): void {
    this.#counts.add(this.#priority, LimitKind.CONNECTIONS, 1);
    this.#remaining?.note(LimitKind.CONNECTIONS);
    if (this.areConnectionsUsedUp) this.#stats.cxOpen.set(1);
  }

  releaseConnection(): void {
    this.#counts.release(this.#priority, LimitKind.CONNECTIONS);
    this.#remaining?.note(LimitKind.CONNECTIONS);
    if (this.#stats.cxOpen.value !== 0 && !this.areConnectionsUsedUp) this.#stats.cxOpen.set(0);
  }

  /** Counts a connection pool, unless there are too many. */
  acquirePool(): boolean {
    if (!this.#counts.acquire(this.#priority, LimitKind.POOLS, this.#limits.now.maxConnectionPools)) return false;
    this.#remaining?.note(LimitKind.POOLS);
    if (this.#arePoolsUsedUp) this.#stats.cxPoolOpen.set(1);
    return true;
  }

  releasePool(): void {
    this.#counts.release(this.#priority, LimitKind.POOLS);
    this.#remaining?.note(LimitKind.POOLS);
    if (this.#stats.cxPoolOpen.value !== 0 && !this.#arePoolsUsedUp) this.#stats.cxPoolOpen.set(0);
  }

  /** Counts a request that waits for a connection, unless too many do. */
  acquirePending(): boolean {
    const limit = this.#limits.now.maxPendingRequests;
    if (!this.#counts.acquire(this.#priority, LimitKind.PENDING, limit)) return false;
    this.#remaining?.note(LimitKind.PENDING);
    if (this.#active(LimitKind.PENDING) >= limit) this.#stats.rqPendingOpen.set(1);
    return true;
  }

  releasePending(): void {
    this.#counts.release(this.#priority, LimitKind.PENDING);
    this.#remaining?.note(LimitKind.PENDING);
    const { rqPendingOpen } = this.#stats;
    if (rqPendingOpen.value === 0 || this.#active(LimitKind.PENDING) >= this.#limits.now.maxPendingRequests) return;
    rqPendingOpen.set(0);
  }

  /** Counts a request under way, unless there are too many. */
  acquireRequest(): boolean {
    if (this.#active(LimitKind.REQUESTS) >= this.#limits.now.maxRequests) return false;
    this.addRequest();
    return true;
  }

  /** Counts one whatever the limit. */
  addRequest(): void {
    const { maxRequests, retryBudget } = this.#limits.now;
    this.#counts.add(this.#priority, LimitKind.REQUESTS, 1);
    this.#remaining?.note(LimitKind.REQUESTS);
    if (this.#active(LimitKind.REQUESTS) >= maxRequests) this.#stats.rqOpen.set(1);
    if (retryBudget !== null && retryBudget.intervalMs > 0) this.#recentOver(retryBudget.intervalMs).add();
  }

  releaseRequest(): void {
    this.#counts.release(this.#priority, LimitKind.REQUESTS);
    this.#remaining?.note(LimitKind.REQUESTS);
    const { rqOpen } = this.#stats;
    if (rqOpen.value === 0 || this.#active(LimitKind.REQUESTS) >= this.#limits.now.maxRequests) return;
    rqOpen.set(0);
  }

  /** Counts a retry, unless there are too many. The gauge speaks of `max_retries` even where a budget decides. */
  acquireRetry(): boolean {
    if (!this.#counts.acquire(this.#priority, LimitKind.RETRIES, this.#retryLimit())) return false;
    this.#remaining?.note(LimitKind.RETRIES);
    if (this.#areRetriesUsedUp) this.#stats.rqRetryOpen.set(1);
    return true;
  }

  releaseRetry(): void {
    this.#counts.release(this.#priority, LimitKind.RETRIES);
    this.#remaining?.note(LimitKind.RETRIES);
    if (this.#stats.rqRetryOpen.value !== 0 && !this.#areRetriesUsedUp) this.#stats.rqRetryOpen.set(0);
  }

  /** The worker stops. */
  abort(): void {
    this.#recent?.clear();
  }

  get #arePoolsUsedUp(): boolean {
    return this.#active(LimitKind.POOLS) >= this.#limits.now.maxConnectionPools;
  }

  get #areRetriesUsedUp(): boolean {
    return this.#active(LimitKind.RETRIES) >= this.#limits.now.maxRetries;
  }

  /** `max_retries`, or the budget's share of all that goes on at this moment or was begun within its interval. */
  #retryLimit(): number {
    const { maxRetries, retryBudget } = this.#limits.now;
    if (retryBudget === null) return maxRetries;
    const { percent, minConcurrency, intervalMs } = retryBudget;
    const requests = intervalMs > 0
      ? this.#recentOver(intervalMs).total
      : this.#active(LimitKind.REQUESTS) + this.#active(LimitKind.PENDING);
    return Math.max(minConcurrency, Math.floor(requests * percent / 100));
  }

  #recentOver(intervalMs: number): RecentRequests {
    if (this.#recent === null || this.#recent.intervalMs !== intervalMs) {
      this.#recent?.clear();
      this.#recent = new RecentRequests(this.#counts, this.#priority, this.#loop, intervalMs);
    }
    return this.#recent;
  }

  #active(kind: LimitKind): number {
    return this.#counts.active(this.#priority, kind);
  }
}
