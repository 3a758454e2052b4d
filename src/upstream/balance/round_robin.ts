/**
 * ROUND_ROBIN (spec/upstream.md 7.7). With equal weights a cursor goes round from a random start. With weights each host
 * has a deadline, the earliest is next, and its next deadline lies `1 / weight` later; equal deadlines go by which
 * was set first. Workers do not share the cursor.
 *
 * Worked example, weights a=2 b=1, phases aside: deadlines a 0.5, b 1 | pick a, a 1.0 | pick b (set first), b 2 | pick
 * a, a 1.5 | pick a, a 2.0 | …: two of a for each b.
 */
import type { Random } from "../../base/random.ts";
import type { BalancedHost, LoadBalancer } from "./load_balancer.ts";

/** The balancer for `hosts`: the cheap one where weights allow. */
export function roundRobin<H extends BalancedHost>(hosts: readonly H[], random: Random): LoadBalancer<H> {
  const weight = hosts[0]?.weight;
  return hosts.every((host) => host.weight === weight)
    ? new CursorRoundRobin(hosts, random)
    : new WeightedRoundRobin(hosts, random);
}

class CursorRoundRobin<H extends BalancedHost> implements LoadBalancer<H> {
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

interface Entry<H> {
  readonly host: H;
  deadline: number;
  /** Rises with every insertion: breaks ties. */
  order: number;
}

/** A binary heap by deadline, then by order. */
class WeightedRoundRobin<H extends BalancedHost> implements LoadBalancer<H> {
  readonly #heap: Entry<H>[];
  #order = 0;

  constructor(hosts: readonly H[], random: Random) {
    this.#heap = hosts.map((host) => ({ host, deadline: 1 / host.weight, order: this.#order++ }));
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i);
    const total = hosts.reduce((sum, host) => sum + host.weight, 0);
    // A random phase: workers that start together must not walk in step.
    for (let skip = random.below(Math.max(1, Math.min(total, 1024))); skip > 0; skip--) this.pick();
  }

  pick(): H | null {
    const first = this.#heap[0]!;
    first.deadline += 1 / first.host.weight;
    first.order = this.#order++;
    this.#sink(0);
    return first.host;
  }

  #sink(from: number): void {
    const heap = this.#heap, entry = heap[from]!;
    let at = from;
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

function isBefore<H>(a: Entry<H>, b: Entry<H>): boolean {
  return a.deadline < b.deadline || a.deadline === b.deadline && a.order < b.order;
}
