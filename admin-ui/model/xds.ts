/** Where configuration comes from: the sources and the last messages, kept up to date by the topic `xds`. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { XdsEvent, XdsFrame, XdsItem, XdsView } from "../../src/admin/contract/xds.ts";
import type { TopicModel } from "./feed.ts";

/** Events that are kept, as many as the server has. */
const MAX_EVENTS = 500;

/** What the pages show of it. */
export interface XdsState extends Omit<XdsView, "items" | "as_of_ms"> {
  readonly items: readonly XdsItem[];
  /** Newest first. */
  readonly events: readonly XdsEvent[];
}

/** Takes the frames of the topic. */
export class XdsModel implements TopicModel<"xds"> {
  readonly #shown = signal<XdsState | null>(null);
  readonly #items = new Map<number, XdsItem>();
  #head: Omit<XdsView, "items" | "as_of_ms"> | null = null;
  #events: readonly XdsEvent[] = [];
  #isChanged = false;

  /** Null until the first snapshot. */
  get state(): ReadonlySignal<XdsState | null> {
    return this.#shown;
  }

  apply(frame: XdsFrame): void {
    if (frame.op === "snapshot") {
      const { items, as_of_ms: _, ...head } = frame.data;
      this.#head = head;
      this.#items.clear();
      for (const item of items) this.#items.set(item.id, item);
      this.#events = frame.events;
    } else if (this.#head === null) return;
    else if (frame.op === "upsert") this.#items.set(frame.data.id, frame.data);
    else if (frame.op === "remove") this.#items.delete(Number(frame.key.slice(frame.key.indexOf("/") + 1)));
    else if (frame.op === "events") {
      const last = this.#events[0]?.id ?? 0;
      const fresh = frame.data.filter(({ id }) => id > last).reverse();
      this.#events = [...fresh, ...this.#events].slice(0, MAX_EVENTS);
    } else if (frame.op === "revision") {
      this.#head = { ...this.#head, revision: frame.revision, total: frame.total };
    } else return;
    this.#isChanged = true;
  }

  publish(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#shown.value = this.#head === null
      ? null
      : { ...this.#head, items: byTrouble([...this.#items.values()]), events: this.#events };
  }

  clear(): void {
    this.#head = null;
    this.#items.clear();
    this.#events = [];
    this.#isChanged = true;
  }
}

/** Makes the model, empty. */
export function createXds(): XdsModel {
  return new XdsModel();
}

/** Refused first, then what fails, then in the order in which they began. */
export function byTrouble(items: readonly XdsItem[]): XdsItem[] {
  const rank = ({ nack, last_error }: XdsItem) => nack !== null ? 0 : last_error !== "" ? 1 : 2;
  return [...items].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
}
