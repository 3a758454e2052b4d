/**
 * Single keys that do what a control on screen does (spec/console.md 9.4). A part adds its keys while it is on screen; of
 * two with the same key the later one has it, and gives it back when it goes. The list of keys shows what there is.
 */

import { type ReadonlySignal, signal } from "@preact/signals";

/** One key. */
export interface Shortcut {
  /** As `KeyboardEvent.key` has it. */
  readonly key: string;
  /** What it does, for the list of keys; empty for one that goes without saying. */
  readonly words: string;
  readonly run: () => void;
}

/** The keys in force. */
export class Shortcuts {
  readonly #all = signal<readonly Shortcut[]>([]);

  get all(): ReadonlySignal<readonly Shortcut[]> {
    return this.#all;
  }

  /** Adds keys; the answer takes them out again. */
  add(...shortcuts: readonly Shortcut[]): () => void {
    this.#all.value = [...this.#all.peek(), ...shortcuts];
    return () => void (this.#all.value = this.#all.peek().filter((one) => !shortcuts.includes(one)));
  }

  /** Does what the key stands for. Returns whether it stands for anything. */
  press(key: string): boolean {
    const shortcut = this.#all.peek().findLast((one) => one.key === key);
    shortcut?.run();
    return shortcut !== undefined;
  }
}
