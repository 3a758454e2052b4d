/**
 * Changes of runtime values, and what became of each (spec/console.md Appendix D):
 *
 * ```
 *   applied(generation) ─▶ [pending_confirm ─▶ kept | reverted] ─▶ [expired | undone | superseded]
 * ```
 *
 * Of each key of the admin layer it is known which change wrote it last: only that one can be taken back.
 */
import type { AdminEntry } from "./admin_values.ts";

/** Who or what made a change. */
export type ChangeSource =
  | "admin"
  | "admin_api"
  | "rtds"
  | "disk"
  | "expiry"
  | "confirm_timeout"
  | "undo"
  | "kill_switch";

/** What became of a change. */
export type ChangeState =
  | "applied"
  | "pending_confirm"
  | "kept"
  | "reverted"
  | "expired"
  | "undone"
  | "superseded";

/** What a change did to one key. */
export interface ChangedKey {
  readonly key: string;
  /** Of the layer that was changed. */
  readonly before: string | null;
  readonly after: string | null;
  readonly effectiveBefore: string | null;
  readonly effectiveAfter: string | null;
  /** Name of the layer above that hides it. */
  readonly shadowedBy: string | null;
  readonly expiresMs: number | null;
}

/** One change. */
export interface RuntimeChange {
  readonly id: string;
  readonly atMs: number;
  readonly revision: number;
  readonly generation: number;
  readonly actor: string;
  readonly source: ChangeSource;
  readonly reason: string;
  readonly keys: readonly ChangedKey[];
  readonly state: ChangeState;
  /** Which other change made it so; null = none. */
  readonly byId: string | null;
  /** Of one that waits to be kept. */
  readonly confirmUntilMs: number | null;
}

/** Changes that are remembered. */
const MAX_CHANGES = 1000;
/** Their keys, so that a thousand large files are not. */
const MAX_KEYS = 50_000;

/** Whoever made such a change can take it back. */
const UNDOABLE: ReadonlySet<ChangeSource> = new Set(["admin", "admin_api", "undo"]);
const FINAL: ReadonlySet<ChangeState> = new Set(["reverted", "expired", "undone", "superseded"]);

interface Kept {
  change: RuntimeChange;
  /** What the admin layer had before. */
  readonly before: ReadonlyMap<string, AdminEntry | null>;
}

export class ChangeHistory {
  /** By id, oldest first. */
  readonly #kept = new Map<string, Kept>();
  /** By key of the admin layer. */
  readonly #writers = new Map<string, string>();
  #keyCount = 0;

  /** Newest first. */
  get changes(): RuntimeChange[] {
    return Array.from(this.#kept.values(), ({ change }) => change).reverse();
  }

  find(id: string): RuntimeChange | null {
    return this.#kept.get(id)?.change ?? null;
  }

  /** Those that go back unless they are kept. */
  get pending(): RuntimeChange[] {
    return this.changes.filter(({ state }) => state === "pending_confirm");
  }

  /** `before`: what the admin layer had; empty where another was changed. Returns the changes that it makes others. */
  add(change: RuntimeChange, before: ReadonlyMap<string, AdminEntry | null>): RuntimeChange[] {
    const overwritten = new Set<string>();
    for (const key of before.keys()) {
      const writer = this.#writers.get(key);
      if (writer !== undefined) overwritten.add(writer);
      this.#writers.set(key, change.id);
    }
    this.#kept.set(change.id, { change, before });
    this.#keyCount += change.keys.length;
    this.#forget();
    return [...overwritten].flatMap((id) => {
      const kept = this.#kept.get(id);
      if (kept === undefined || FINAL.has(kept.change.state) || this.held(id).size > 0) return [];
      return [this.mark(id, "superseded", change.id)!];
    });
  }

  /** What became of a change, and by which. Null = it is not remembered. */
  mark(id: string, state: ChangeState, byId: string | null): RuntimeChange | null {
    const kept = this.#kept.get(id);
    if (kept === undefined) return null;
    kept.change = { ...kept.change, state, byId, confirmUntilMs: null };
    return kept.change;
  }

  /** Keys that hold what the change wrote, with what was there before. */
  held(id: string): Map<string, AdminEntry | null> {
    const before = this.#kept.get(id)?.before ?? [];
    return new Map([...before].filter(([key]) => this.#writers.get(key) === id));
  }

  /** Which change wrote over this one; null = none did. */
  writerOver(id: string): string | null {
    for (const key of this.#kept.get(id)?.before.keys() ?? []) {
      const writer = this.#writers.get(key);
      if (writer !== undefined && writer !== id) return writer;
    }
    return null;
  }

  isUndoable(change: RuntimeChange): boolean {
    return UNDOABLE.has(change.source) && !FINAL.has(change.state) && this.held(change.id).size > 0;
  }

  #forget(): void {
    for (const [id, { change }] of this.#kept) {
      if (this.#kept.size <= MAX_CHANGES && (this.#keyCount <= MAX_KEYS || this.#kept.size === 1)) return;
      // What waits to be kept is needed.
      if (change.state === "pending_confirm") continue;
      this.#kept.delete(id);
      this.#keyCount -= change.keys.length;
      for (const { key } of change.keys) if (this.#writers.get(key) === id) this.#writers.delete(key);
    }
  }
}
