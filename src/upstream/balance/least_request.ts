/**
 * LEAST_REQUEST (spec/upstream.md 7.8). With equal weights the least busy of a few hosts by chance is taken, or of all;
 * with others a schedule gives each host its share, which is less the busier it is. Requests that wait for a connection
 * do not count.
 */
import type { Random } from "../../base/random.ts";
import type { BalancedHost, LoadBalancer } from "./load_balancer.ts";
import { scheduled } from "./scheduled.ts";
import type { SlowStart } from "./slow_start.ts";

/** How this policy is set. */
export interface LeastRequestOptions {
  /** How many hosts are compared; null = all. */
  readonly choiceCount: number | null;
  /** What the number of requests is raised to where weights differ. 0 = it does not count. */
  readonly bias: number;
  readonly slowStart: SlowStart | null;
}

/** The balancer for `hosts`. */
export function leastRequest<H extends BalancedHost>(
  hosts: readonly H[],
  random: Random,
  { choiceCount, bias: wanted, slowStart }: LeastRequestOptions,
): LoadBalancer<H> {
  // As in Envoy, what makes no sense is as if it were not said.
  const bias = wanted >= 0 ? wanted : 1;
  const policy = {
    weightOf: bias === 1
      ? (host: H) => host.weight / (host.activeRequests + 1)
      : (host: H) => host.weight / (host.activeRequests + 1) ** bias,
    plain: () => choiceCount === null ? new LeastOfAll(hosts, random) : new LeastOfFew(hosts, random, choiceCount),
  };
  return scheduled(hosts, policy, slowStart, random);
}

/** The same host may be drawn more than once. */
class LeastOfFew<H extends BalancedHost> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  readonly #random: Random;
  readonly #count: number;

  constructor(hosts: readonly H[], random: Random, count: number) {
    this.#hosts = hosts;
    this.#random = random;
    this.#count = count;
  }

  pick(): H | null {
    const hosts = this.#hosts, random = this.#random;
    if (hosts.length === 0) return null;
    let best = hosts[random.below(hosts.length)]!, least = best.activeRequests;
    for (let left = this.#count - 1; left > 0; left--) {
      const host = hosts[random.below(hosts.length)]!, { activeRequests } = host;
      if (activeRequests >= least) continue;
      best = host;
      least = activeRequests;
    }
    return best;
  }
}

/** Among those that are equally free each has the same chance. */
class LeastOfAll<H extends BalancedHost> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  readonly #random: Random;

  constructor(hosts: readonly H[], random: Random) {
    this.#hosts = hosts;
    this.#random = random;
  }

  pick(): H | null {
    let best: H | null = null, least = Infinity, ties = 0;
    for (const host of this.#hosts) {
      const { activeRequests } = host;
      if (activeRequests > least) continue;
      ties = activeRequests === least ? ties + 1 : 1;
      // The k-th of them takes the place of the one before with a chance of 1 in k.
      if (ties > 1 && this.#random.below(ties) !== 0) continue;
      best = host;
      least = activeRequests;
    }
    return best;
  }
}
