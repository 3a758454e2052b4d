/** Gives every host its number for life and its slot in the counts that workers share. */
import type { Publisher } from "../publisher.ts";
import type { HostIdentities } from "./host_book.ts";
import type { HostSlots } from "./host_slots.ts";

export class HostNumbers implements HostIdentities {
  readonly #slots: HostSlots;
  #lastId = 0;
  /** Of hosts that are gone, until the change that says so has been sent. */
  #released: number[] = [];

  constructor(slots: HostSlots, publisher: Pick<Publisher, "onFlushed">) {
    this.#slots = slots;
    publisher.onFlushed((generation) => {
      for (const slot of this.#released) this.#slots.retire(slot, generation);
      this.#released = [];
    });
  }

  readonly nextId = (): number => ++this.#lastId;

  readonly takeSlot = (): number => this.#slots.take();

  readonly releaseSlot = (slot: number): void => void this.#released.push(slot);
}
