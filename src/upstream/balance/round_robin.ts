/**
 * ROUND_ROBIN (spec/upstream.md 7.7). With equal weights a cursor goes round from a random start, with others a schedule
 * gives each host its share. Workers do not share the cursor.
 */
import type { Random } from "../../base/random.ts";
import type { BalancedHost, LoadBalancer } from "./load_balancer.ts";
import { scheduled } from "./scheduled.ts";
import type { SlowStart } from "./slow_start.ts";

/** The balancer for `hosts`. */
export function roundRobin<H extends BalancedHost>(
  hosts: readonly H[],
  random: Random,
  slowStart: SlowStart | null = null,
): LoadBalancer<H> {
  const policy = { weightOf: (host: H) => host.weight, plain: () => new CursorRoundRobin(hosts, random) };
  return scheduled(hosts, policy, slowStart, random);
}

class CursorRoundRobin<H> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  #next: number;

  constructor(hosts: readonly H[], random: Random) {
    this.#hosts = hosts;
    this.#next = hosts.length === 0 ? 0 : random.below(hosts.length);
  }

  pick(): H | null {
    const hosts = this.#hosts;
    if (hosts.length === 0) return null;
    const host = hosts[this.#next]!;
    this.#next = this.#next + 1 === hosts.length ? 0 : this.#next + 1;
    return host;
  }
}
