/** Reading the state of runtime: which value is where, and the changes that led there. */

import type { RuntimeChange, RuntimeEntry, RuntimeView } from "../../../src/admin/contract/runtime.ts";

/** Position of the admin layer; -1 = there is none. */
export function adminLayerOf({ layers }: RuntimeView): number {
  return layers.findIndex(({ kind }) => kind === "admin");
}

/** The admin layer's value of a key; null = it has none. */
export function adminValueOf(view: RuntimeView, key: string): string | null {
  return entryOf(view, key)?.values[adminLayerOf(view)] ?? null;
}

/** What is known of a key's values; null = no layer has one. */
export function entryOf({ entries }: RuntimeView, key: string): RuntimeEntry | null {
  return entries.find((entry) => entry.key === key) ?? null;
}

/** Changes of two lists, each once and as the first list has it, newest first. */
export function mergedChanges(live: readonly RuntimeChange[], asked: readonly RuntimeChange[]): RuntimeChange[] {
  const known = new Set(live.map(({ change_id }) => change_id));
  const all = [...live, ...asked.filter(({ change_id }) => !known.has(change_id))];
  return all.sort((a, b) => b.revision - a.revision || b.at_ms - a.at_ms);
}
