/**
 * The circuit breaker of one priority of a cluster, as one worker's pools and retries use it: the process-wide counts, the
 * limits they are held against, and the gauges that say which limit is reached (spec/upstream.md 11).
 *
 * A gauge says that a limit is reached when any worker says so. Who has said it takes it back with the next thing of its
 * own that ends, or, where others made the room, within a second.
 */
import { Timer } from "../base/timer_wheel.ts";
import type { LiveLimits } from "../match/live_limits.ts";
import type { Gauge } from "../observe/stats/metric.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { BreakerStats } from "./cluster_stats.ts";
import { RecentRequests } from "./recent_requests.ts";
import { RemainingLimits } from "./remaining_limits.ts";
import { type ClusterCounts, LimitKind, type LimitPriority } from "./shared_limits.ts";

/** How soon a gauge is looked at again. */
const LOOK_AGAIN_MS = 1_000;

/** Counts connections, their pools, waiting requests, requests under way and retries. */
export class CircuitBreaker {
  readonly #limits: LiveLimits;
  readonly #counts: ClusterCounts;
  readonly #priority: LimitPriority;
  readonly #stats: BreakerStats;
  readonly #loop: EventLoop;
  #isRetired = false;
  /** Null: no retry budget has asked for them yet. */
  #recent: RecentRequests | null = null;
  /** Null: nobody wants to know. */
  readonly #remaining: RemainingLimits | null;
  /** Null: nobody else counts here, so every change is seen. */
  readonly #lookAgain: Timer | null;

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
    this.#lookAgain = counts.isShared ? new Timer(loop.timers, () => this.#correctGauges()) : null;
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
    if (this.areConnectionsUsedUp) this.#open(this.#stats.cxOpen);
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
    if (this.#arePoolsUsedUp) this.#open(this.#stats.cxPoolOpen);
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
    if (this.#active(LimitKind.PENDING) >= limit) this.#open(this.#stats.rqPendingOpen);
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
    if (this.#active(LimitKind.REQUESTS) >= maxRequests) this.#open(this.#stats.rqOpen);
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
    if (this.#areRetriesUsedUp) this.#open(this.#stats.rqRetryOpen);
    return true;
  }

  releaseRetry(): void {
    this.#counts.release(this.#priority, LimitKind.RETRIES);
    this.#remaining?.note(LimitKind.RETRIES);
    if (this.#stats.rqRetryOpen.value !== 0 && !this.#areRetriesUsedUp) this.#stats.rqRetryOpen.set(0);
  }

  /** Another breaker, with the same counts and gauges, has taken its place: what it has let through may still end. */
  retire(): void {
    this.#isRetired = true;
    this.#lookAgain?.cancel();
  }

  /** The worker stops. */
  abort(): void {
    this.#recent?.clear();
    this.retire();
  }

  #open(gauge: Gauge): void {
    gauge.set(1);
    if (this.#lookAgain !== null && !this.#isRetired && !this.#lookAgain.isArmed) this.#lookAgain.arm(LOOK_AGAIN_MS);
  }

  #correctGauges(): void {
    const { cxOpen, cxPoolOpen, rqOpen, rqPendingOpen, rqRetryOpen } = this.#stats, limits = this.#limits.now;
    const areAllRight = [
      this.#isClosed(cxOpen, LimitKind.CONNECTIONS, limits.maxConnections),
      this.#isClosed(cxPoolOpen, LimitKind.POOLS, limits.maxConnectionPools),
      this.#isClosed(rqOpen, LimitKind.REQUESTS, limits.maxRequests),
      this.#isClosed(rqPendingOpen, LimitKind.PENDING, limits.maxPendingRequests),
      this.#isClosed(rqRetryOpen, LimitKind.RETRIES, limits.maxRetries),
    ].every((isClosed) => isClosed);
    if (!areAllRight) this.#lookAgain!.arm(LOOK_AGAIN_MS);
  }

  /** Whether there is room, which the gauge then says too. */
  #isClosed(gauge: Gauge, kind: LimitKind, limit: number): boolean {
    if (gauge.value === 0) return true;
    if (this.#active(kind) >= limit) return false;
    gauge.set(0);
    return true;
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
