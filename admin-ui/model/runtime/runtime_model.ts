/**
 * Runtime as the stream tells it: layers, entries, what waits to be kept, how far the newest values have come, and the
 * changes as they happen. The edits of this reader are beside it, so that they outlive a look at another page.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { RuntimeChange, RuntimeEntry, RuntimeFrame, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { EditTray } from "./edit_tray.ts";

/** Changes that are kept of those that came over the stream; the history page asks for the others. */
const RECENT_CHANGES = 200;

/** What the topic `runtime` amounts to. */
export class RuntimeModel {
  /** What this reader means to change. */
  readonly tray: EditTray = new EditTray();
  readonly #entries = new Map<string, RuntimeEntry>();
  readonly #changes = new Map<string, RuntimeChange>();
  readonly #shown = signal<RuntimeView | null>(null);
  readonly #recent = signal<readonly RuntimeChange[]>([]);
  #latest: RuntimeView | null = null;
  #isChanged = false;

  /** The latest state, entries by key in the order of the alphabet; null until the first snapshot. */
  get view(): ReadonlySignal<RuntimeView | null> {
    return this.#shown;
  }

  /** Changes that came since the page was opened, each as it is now, newest first. */
  get recent(): ReadonlySignal<readonly RuntimeChange[]> {
    return this.#recent;
  }

  /** Takes one frame. One with an `op` of a later version changes nothing. */
  apply(frame: RuntimeFrame): void {
    if (frame.op === "snapshot") {
      this.#latest = frame.data;
      this.#entries.clear();
      for (const entry of frame.data.entries) this.#entries.set(entry.key, entry);
    } else if (this.#latest === null) {
      return;
    } else if (frame.op === "change") {
      this.#remember(frame.data);
      this.#latest = { ...this.#latest, revision: frame.revision, pending: frame.pending };
    } else if (frame.op === "upsert") {
      this.#entries.set(frame.key, frame.data);
    } else if (frame.op === "remove") {
      this.#entries.delete(frame.key);
    } else if (frame.op === "layers") {
      this.#latest = { ...this.#latest, layers: frame.data };
    } else if (frame.op === "propagation") {
      this.#latest = { ...this.#latest, propagation: frame.data };
    } else {
      return;
    }
    this.#isChanged = true;
  }

  /** Forgets what the process before said. Edits stay: they are the reader's. */
  clear(): void {
    this.#latest = null;
    this.#entries.clear();
    this.#changes.clear();
    this.#isChanged = true;
  }

  /** Shows what came in. */
  publish(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const entries = [...this.#entries.values()].sort((a, b) => a.key < b.key ? -1 : 1);
    this.#shown.value = this.#latest === null ? null : { ...this.#latest, entries };
    this.#recent.value = [...this.#changes.values()].reverse();
  }

  #remember(change: RuntimeChange): void {
    // One that becomes something else keeps its place.
    this.#changes.set(change.change_id, change);
    if (this.#changes.size <= RECENT_CHANGES) return;
    const [oldest] = this.#changes.keys();
    this.#changes.delete(oldest!);
  }
}
