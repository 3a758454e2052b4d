/**
 * Hashing with bounded loads (spec/upstream.md 7.12): a host that is too much busier than the others is passed over, and the
 * request goes to another one instead, in an order by chance that only its hash decides. Every pick that finds its host
 * too busy goes through the hosts.
 *
 * ```
 *   slots of a host = ceil(its share of ceil((requests of the cluster + 1) * factor / 100)), at least 1
 * ```
 */
import { MersenneTwister } from "../../base/mersenne_twister.ts";
import type { BalancedHost } from "./load_balancer.ts";

/** How busy the cluster is. */
export interface ClusterLoad {
  /** Requests under way, over all workers. */
  readonly activeRequests: number;
}

export class BoundedLoad {
  readonly #hosts: readonly BalancedHost[];
  readonly #shares: Float64Array;
  readonly #factor: number;
  readonly #load: ClusterLoad;
  readonly #twister = new MersenneTwister();
  /** Numbers of hosts, shuffled anew for every pick that has to look further. */
  readonly #order: Uint32Array;

  /** `factor`: how busy a host may be, in percent of the average; at least 100. */
  constructor(hosts: readonly BalancedHost[], shares: Float64Array, factor: number, load: ClusterLoad) {
    this.#hosts = hosts;
    this.#shares = shares;
    this.#factor = factor;
    this.#load = load;
    this.#order = new Uint32Array(hosts.length);
  }

  /** The number of the host that takes a request which belongs to the host of number `wanted`. */
  choose(wanted: number, hashLow: number): number {
    const slots = Math.ceil((this.#load.activeRequests + 1) * this.#factor / 100);
    let least = this.#fullness(wanted, slots), best = wanted;
    if (least <= 1) return wanted;
    const order = this.#order, count = order.length;
    for (let i = 0; i < count; i++) order[i] = i;
    this.#twister.seed(hashLow);
    for (let i = 0; i < count; i++) {
      const drawn = i + this.#below(count - i), host = order[drawn]!;
      order[drawn] = order[i]!;
      if (host === wanted) continue;
      const fullness = this.#fullness(host, slots);
      if (fullness <= 1) return host;
      if (fullness >= least) continue;
      least = fullness;
      best = host;
    }
    return best;
  }

  /** Above 1 the host has more than it may. */
  #fullness(host: number, slots: number): number {
    return this.#hosts[host]!.activeRequests / Math.max(1, Math.ceil(slots * this.#shares[host]!));
  }

  /** Envoy's way to a number below `limit`: from equal parts of all numbers, what is left over drawn again. */
  #below(limit: number): number {
    const part = Math.floor(2 ** 32 / limit);
    for (;;) {
      const number = Math.floor(this.#twister.next32() / part);
      if (number < limit) return number;
    }
  }
}
