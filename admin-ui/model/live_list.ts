/**
 * A list that the server keeps up to date: a snapshot, then one item at a time by key. What came in and what is shown
 * are apart, so that "pause" can stop the one and not the other (spec/console.md 7.8).
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ListFrame } from "../../src/admin/contract/frames.ts";

/** Items by key; {@link LiveList.items} is what is shown, null until the first snapshot. */
export class LiveList<Item> {
  readonly #keyOf: (item: Item) => string;
  readonly #byKey = new Map<string, Item>();
  readonly #shown = signal<readonly Item[] | null>(null);
  #isLoaded = false;
  #isChanged = false;

  constructor(keyOf: (item: Item) => string) {
    this.#keyOf = keyOf;
  }

  get items(): ReadonlySignal<readonly Item[] | null> {
    return this.#shown;
  }

  /** Takes one frame. One with an `op` of a later version changes nothing. */
  apply(frame: ListFrame<Item>): void {
    if (frame.op === "snapshot") {
      this.#byKey.clear();
      for (const item of frame.data.items) this.#byKey.set(this.#keyOf(item), item);
      this.#isLoaded = true;
    } else if (frame.op === "upsert") {
      this.#byKey.set(frame.key, frame.data);
    } else if (frame.op === "remove") {
      this.#byKey.delete(frame.key);
    } else {
      return;
    }
    this.#isChanged = true;
  }

  /** Forgets everything: the process behind is another one. */
  clear(): void {
    this.#byKey.clear();
    this.#isLoaded = false;
    this.#isChanged = true;
  }

  /** Shows what came in. */
  publish(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#shown.value = this.#isLoaded ? [...this.#byKey.values()] : null;
  }
}
