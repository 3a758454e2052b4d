/**
 * The edits of one reader before they are a change set (spec/console.md 6.6): each remembers which value it was thought
 * of for, so that the server can tell when somebody else was there first.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { RuntimeOp, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { adminValueOf } from "./view.ts";

/** One edit of one key. */
export interface Edit {
  readonly key: string;
  /** What the admin layer shall have, letter by letter; null = the override goes. */
  readonly value: string | null;
  /** What the admin layer had when the edit began; null = nothing. */
  readonly base: string | null;
}

/** Edits by key, in the order they were begun. */
export class EditTray {
  readonly #edits = signal<readonly Edit[]>([]);

  get edits(): ReadonlySignal<readonly Edit[]> {
    return this.#edits;
  }

  find(key: string): Edit | null {
    return this.#edits.value.find((edit) => edit.key === key) ?? null;
  }

  /** Takes an edit; one that changes nothing goes out. The base of an edit under way stays as it was. */
  put(edit: Edit): void {
    const before = this.find(edit.key);
    const next = before === null ? edit : { ...edit, base: before.base };
    if (next.value === next.base) return this.drop(edit.key);
    this.#edits.value = before === null
      ? [...this.#edits.value, next]
      : this.#edits.value.map((other) => other === before ? next : other);
  }

  /** Lets go of the edit of a key. */
  drop(key: string): void {
    this.#edits.value = this.#edits.value.filter((edit) => edit.key !== key);
  }

  /** Goes on from what the key has now: somebody else's value is seen and shall be overwritten. */
  rebase(key: string, base: string | null): void {
    this.#edits.value = this.#edits.value
      .map((edit) => edit.key === key ? { ...edit, base } : edit)
      .filter(({ value, base }) => value !== base);
  }

  /** Lets go of all. */
  clear(): void {
    this.#edits.value = [];
  }
}

/** The operations of a change set. `expiresInS` goes for all values that it sets; null = they stay. */
export function opsOf(edits: readonly Edit[], expiresInS: number | null): RuntimeOp[] {
  return edits.map(({ key, value, base }): RuntimeOp => {
    if (value === null) return { op: "delete", key, base };
    return { op: "set", key, value, base, ...expiresInS === null ? {} : { expires_in_s: expiresInS } };
  });
}

/** Edits whose key somebody else changed meanwhile. */
export function overtaken(edits: readonly Edit[], view: RuntimeView): Edit[] {
  return edits.filter(({ key, base }) => adminValueOf(view, key) !== base);
}
