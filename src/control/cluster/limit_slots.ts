/**
 * Gives every cluster name its slot in the shared circuit breaker counts, and makes pages as they are needed. A name
 * keeps its slot for the life of the process, also while the cluster is gone: requests of its last version may still be
 * counted there.
 *
 * Differs from Envoy: a cluster that changes keeps its counts, so requests of the version before count against its limits;
 * there each version begins at 0.
 */
import { SharedLimits, SLOTS_PER_PAGE } from "../../upstream/shared_limits.ts";

export class LimitSlots {
  readonly #workers: number;
  readonly #slotByName = new Map<string, number>();
  readonly #pages: SharedArrayBuffer[] = [];

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** All so far, in order. The list only ever grows. */
  get pages(): readonly SharedArrayBuffer[] {
    return this.#pages;
  }

  /** The slot of this name, made when it is new. */
  slotOf(name: string): number {
    const known = this.#slotByName.get(name);
    if (known !== undefined) return known;
    const slot = this.#slotByName.size;
    if (slot >= this.#pages.length * SLOTS_PER_PAGE) this.#pages.push(SharedLimits.newPage(this.#workers));
    this.#slotByName.set(name, slot);
    return slot;
  }
}
