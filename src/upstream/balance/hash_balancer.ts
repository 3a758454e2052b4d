/**
 * Balancing by the request's hash (spec/upstream.md 7.10, 7.11): the same hash leads to the same host. A request without one
 * goes anywhere.
 *
 * A ring or a table takes a millisecond or so to build, so it is built when the first request asks: a worker that takes up a
 * thousand such clusters at once is not held, and a cluster that nobody asks for costs no memory.
 */
import type { Random } from "../../base/random.ts";
import type { BoundedLoad } from "./bounded_load.ts";
import type { HashPlacement } from "./hash_placement.ts";
import type { LoadBalancer, PickContext } from "./load_balancer.ts";

export class HashBalancer<H> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  readonly #random: Random;
  readonly #bound: BoundedLoad | null;
  #build: (() => HashPlacement) | null;
  #placement: HashPlacement | null = null;

  /** `bound`: how busy a host may be; null = as busy as may be. */
  constructor(hosts: readonly H[], build: () => HashPlacement, random: Random, bound: BoundedLoad | null) {
    this.#hosts = hosts;
    this.#build = build;
    this.#random = random;
    this.#bound = bound;
  }

  pick({ hasHash, hashHigh, hashLow, attempt }: PickContext): H | null {
    const hosts = this.#hosts;
    if (hosts.length === 0) return null;
    const low = hasHash ? hashLow : this.#random.next32(), high = hasHash ? hashHigh : this.#random.next32();
    const found = (this.#placement ??= this.#place()).find(high, low, attempt);
    if (found < 0) return null;
    return hosts[this.#bound === null ? found : this.#bound.choose(found, low)]!;
  }

  #place(): HashPlacement {
    const placement = this.#build!();
    // What it was built of is not needed any more.
    this.#build = null;
    return placement;
  }
}
