/**
 * Short notes on what the reader just did: "Applied on all workers", with a way back where there is one. They go by
 * themselves, later when they offer something to press. What must not be missed is a banner, not a note.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Level } from "../../src/admin/contract/problem.ts";

/** How long a note stays, and one with something to press. */
const SHOWN_MS = 6000, OFFERED_MS = 15_000;

/** One note. */
export interface Toast {
  readonly id: number;
  readonly level: Level;
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** The notes on screen, oldest first. */
export class Toasts {
  readonly #shown = signal<readonly Toast[]>([]);
  readonly #after: (ms: number, then: () => void) => unknown;
  #nextId = 1;

  /** `after` calls back once. */
  constructor(after: (ms: number, then: () => void) => unknown) {
    this.#after = after;
  }

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#shown;
  }

  /** Shows a note. */
  say(level: Level, text: string, action: Toast["action"] = null): void {
    const id = this.#nextId++;
    // The same words again are the same note, a little later.
    this.#shown.value = [...this.#shown.value.filter((toast) => toast.text !== text), { id, level, text, action }];
    this.#after(action === null ? SHOWN_MS : OFFERED_MS, () => this.dismiss(id));
  }

  /** Takes a note away. */
  dismiss(id: number): void {
    this.#shown.value = this.#shown.value.filter((toast) => toast.id !== id);
  }
}
