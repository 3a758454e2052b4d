/**
 * What happened to the process, for the console: a bounded list of events, the oldest forgotten first
 * (spec/operations.md 15.6).
 */

import type { EventItem } from "../admin/contract/events.ts";
import type { Level } from "../admin/contract/problem.ts";

/** The spec's ring. */
const MAX_EVENTS = 5000;

export class EventLog {
  #items: EventItem[] = [];
  #nextId = 1;

  /** Oldest first. */
  get items(): readonly EventItem[] {
    return this.#items;
  }

  /** `link` is a path under `/console`, or empty. */
  add(level: Level, subject: string, name: string, text: string, link = ""): void {
    this.#items.push({ id: this.#nextId++, at_ms: Date.now(), level, subject, name, text, link });
    if (this.#items.length > MAX_EVENTS) this.#items = this.#items.slice(-MAX_EVENTS / 2);
  }
}
