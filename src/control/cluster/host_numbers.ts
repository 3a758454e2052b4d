/** Gives every host its number for life and its slot in the counts that workers share. */
import type { HostIdentities } from "./host_book.ts";

export class HostNumbers implements HostIdentities {
  #lastId = 0;
  #lastSlot = -1;

  readonly nextId = (): number => ++this.#lastId;

  readonly takeSlot = (): number => ++this.#lastSlot;

  readonly releaseSlot = (): void => {};
}
