/**
 * `previous_priorities`: further tries of a request leave the priorities alone that earlier ones went to, until none is left
 * (spec/http.md 5). The rest shares the load by what it has: a priority of whose hosts half are healthy gets 70 of 100
 * first, and what remains once more by the same measure until nothing remains.
 */
import { type Availability, type PriorityShares, sumOf, totalAvailability } from "./priority_loads.ts";

/** A host that a try went to. */
export interface TriedHost {
  readonly priority: number;
}

/** For one request. */
export class PreviousPriorities {
  readonly #updateFrequency: number;
  /** Of the tries since the last time that no priority was left. */
  #tried: TriedHost[] = [];
  readonly #left = new Set<number>();
  #shares: PriorityShares | null = null;

  /** `updateFrequency`: after how many tries at a time the choice is made anew. */
  constructor(updateFrequency: number) {
    this.#updateFrequency = updateFrequency;
  }

  /** A try goes to this host. */
  add(host: TriedHost): void {
    this.#tried.push(host);
  }

  /**
   * What this try's choice is made by, in place of what all requests have. `priorityOf`: where a host stands among the
   * priorities that are chosen from, below 0 = nowhere.
   */
  sharesOf(
    usual: PriorityShares,
    availability: Availability,
    priorityOf: (host: TriedHost) => number,
  ): PriorityShares {
    const count = this.#tried.length;
    if (count < this.#updateFrequency) return usual;
    if (count % this.#updateFrequency !== 0) return this.#shares ?? usual;
    for (const host of this.#tried) this.#left.add(priorityOf(host));
    let rest = this.#restOf(availability);
    if (totalAvailability(rest) === 0) {
      this.#left.clear();
      this.#tried = [];
      rest = availability;
    }
    if (totalAvailability(rest) === 0) return usual;
    return this.#shares = sharedOut(rest);
  }

  #restOf({ healthy, degraded }: Availability): Availability {
    const rest = (values: readonly number[]) => values.map((value, priority) => this.#left.has(priority) ? 0 : value);
    return { healthy: rest(healthy), degraded: rest(degraded) };
  }
}

function sharedOut(availability: Availability): PriorityShares {
  const total = totalAvailability(availability);
  const healthy = availability.healthy.map(() => 0), degraded = availability.degraded.map(() => 0);
  for (let left = 100; left > 0; left = 100 - sumOf(healthy) - sumOf(degraded)) {
    for (const [shares, available] of [[healthy, availability.healthy], [degraded, availability.degraded]] as const) {
      for (let priority = 0; priority < shares.length; priority++) {
        const share = Math.min(left, Math.floor(available[priority]! * 100 / total));
        shares[priority]! += share;
        left -= share;
      }
    }
  }
  return { healthy, degraded };
}
