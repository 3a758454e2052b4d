/**
 * Gives every cluster name its slot in the shared circuit breaker counts, and makes pages as they are needed. A name
 * keeps its slot for the life of the process, also while the cluster is gone: requests of its last version may still be
 * counted there.
 */

import { SharedLimits, SLOTS_PER_PAGE } from "../upstream/shared_limits.ts";
import type { LimitPlaces } from "../worker/messages.ts";

export class LimitSlots {
  readonly #workers: number;
  readonly #slotByName = new Map<string, number>();
  readonly #pages: SharedArrayBuffer[] = [];

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** The slots of these clusters, in their order, and all pages so far. */
  place(names: readonly string[]): LimitPlaces {
    const slots = names.map((name) => this.#slotOf(name));
    return { pages: [...this.#pages], slots };
  }

  #slotOf(name: string): number {
    const known = this.#slotByName.get(name);
    if (known !== undefined) return known;
    const slot = this.#slotByName.size;
    if (slot >= this.#pages.length * SLOTS_PER_PAGE) this.#pages.push(SharedLimits.newPage(this.#workers));
    this.#slotByName.set(name, slot);
    return slot;
  }
}
