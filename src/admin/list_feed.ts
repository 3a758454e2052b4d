/**
 * Makes the changes of a list into frames: what is new or different, and what is gone (spec/console.md 7.8). All clients
 * of a list have the same items, those of the last frames; a new client starts from them.
 */
import type { ListFrame } from "./contract/frames.ts";

/** A frame that changes one item. */
export type ItemFrame<Item> = Exclude<ListFrame<Item>, { op: "snapshot" }>;

export class ListFeed<Item> {
  readonly #keyOf: (item: Item) => string;
  readonly #send: (frame: ItemFrame<Item>) => void;
  #items: readonly Item[] = [];
  #json = new Map<string, string>();

  /** `keyOf` gives `cluster/web`; `send` tells those who have the list. */
  constructor(keyOf: (item: Item) => string, send: (frame: ItemFrame<Item>) => void) {
    this.#keyOf = keyOf;
    this.#send = send;
  }

  /** What every client has now. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** Moves on to `items` and sends what changed. */
  moveTo(items: readonly Item[]): void {
    const present = new Map<string, string>();
    for (const item of items) {
      const key = this.#keyOf(item);
      const json = JSON.stringify(item);
      present.set(key, json);
      if (this.#json.get(key) !== json) this.#send({ op: "upsert", key, data: item });
    }
    for (const key of this.#json.keys()) if (!present.has(key)) this.#send({ op: "remove", key });
    this.#items = items;
    this.#json = present;
  }
}
