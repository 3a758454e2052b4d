/**
 * The connection pools of one worker to one host: one for each priority, for requests and for tunnels that end here, or, where
 * the cluster wants that, for each downstream connection (spec/upstream.md 10.1). Each is made when it is first wanted and
 * forgotten when nothing is left in it.
 *
 * Pools for requests are limited in number (`max_connection_pools`). As in Envoy only another one of the same host and priority
 * can make room: one that nobody uses.
 */
import { HttpPool, type PoolOwner } from "./http_pool.ts";
import { HTTP1, type PoolContext, type PoolTarget, RAW } from "./pool_context.ts";

/** `core.v3.RoutingPriority`. */
export type RoutingPriority = "DEFAULT" | "HIGH";

/** What the pools of each priority share. */
export type PoolContexts = Readonly<Record<RoutingPriority, PoolContext>>;

/** Keys of pools are 0 to 3, and from here on those of downstream connections. */
const FIRST_OWN_KEY = 4;

export class HostPools implements PoolOwner {
  readonly #target: PoolTarget;
  readonly #contexts: PoolContexts;
  readonly #onEmpty: () => void;
  /** By key. */
  readonly #shared: [HttpPool | null, HttpPool | null, HttpPool | null, HttpPool | null] = [null, null, null, null];
  /** By key; null: the cluster's pools are shared. */
  readonly #own: Map<number, HttpPool> | null;
  #isRetired = false;

  /** `onEmpty`: the last pool is gone. */
  constructor(target: PoolTarget, contexts: PoolContexts, onEmpty: () => void) {
    this.#target = target;
    this.#contexts = contexts;
    this.#onEmpty = onEmpty;
    this.#own = contexts.DEFAULT.config.connections.perDownstreamConnection ? new Map() : null;
  }

  /**
   * The pool for requests of a priority, or for tunnels that end here, of the downstream connection with this id, 0 = of none.
   * Null: there may be no more pools. The caller asks it for a connection at once.
   */
  poolFor(priority: RoutingPriority, isTunnel: boolean, downstreamId: number): HttpPool | null {
    const kind = (priority === "HIGH" ? 2 : 0) + (isTunnel ? 1 : 0);
    if (this.#own === null || isTunnel) return this.#shared[kind] ?? this.#make(priority, isTunnel, kind);
    const key = FIRST_OWN_KEY + downstreamId * 2 + (kind >> 1);
    return this.#own.get(key) ?? this.#make(priority, false, key);
  }

  retire(): void {
    this.#isRetired = true;
    for (const pool of this.#all()) pool.retire();
  }

  drain(): void {
    for (const pool of this.#all()) pool.drain();
  }

  /** Cuts the tunnels that end here. */
  cutTunnels(): void {
    for (const pool of this.#all()) if (pool.protocol.isRaw) pool.cut();
  }

  abort(): void {
    this.#isRetired = true;
    for (const pool of this.#all()) pool.abort();
  }

  onPoolIdle(pool: HttpPool): void {
    if (!this.#remove(pool)) return;
    if (this.#all().length === 0) this.#onEmpty();
  }

  #make(priority: RoutingPriority, isTunnel: boolean, key: number): HttpPool | null {
    const context = this.#contexts[priority];
    if (!isTunnel && !context.breaker.acquirePool() && !(this.#evict(context) && context.breaker.acquirePool())) {
      context.stats.cxPoolOverflow.inc();
      if (this.#all().length === 0) this.#onEmpty();
      return null;
    }
    const pool = new HttpPool(this.#target, context, isTunnel ? RAW : HTTP1, this, key);
    if (key < FIRST_OWN_KEY) this.#shared[key] = pool;
    else this.#own!.set(key, pool);
    if (this.#isRetired) pool.retire();
    return pool;
  }

  /** Ends a pool of the same limit that nobody uses. */
  #evict(context: PoolContext): boolean {
    const pool = this.#all().find((pool) => pool.context === context && !pool.protocol.isRaw && !pool.isBusy);
    if (pool === undefined) return false;
    this.#remove(pool);
    pool.retire();
    return true;
  }

  #remove(pool: HttpPool): boolean {
    const { key } = pool;
    if (key >= FIRST_OWN_KEY) {
      if (this.#own!.get(key) !== pool) return false;
      this.#own!.delete(key);
    } else {
      if (this.#shared[key] !== pool) return false;
      this.#shared[key] = null;
    }
    if (!pool.protocol.isRaw) pool.context.breaker.releasePool();
    return true;
  }

  #all(): HttpPool[] {
    const shared = this.#shared.filter((pool) => pool !== null);
    return this.#own === null ? shared : [...shared, ...this.#own.values()];
  }
}
