/** What a text would do to the admin layer, key by key (spec/console.md 6.10). The proxy reads the text; here is what to do about it. */

import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { adminLayerOf } from "./view.ts";

/** One value that was found in the text; `POST /api/v1/runtime/import` gives them. */
export interface ImportItem {
  readonly key: string;
  readonly value: string;
  /** Of the admin layer. */
  readonly before: string | null;
  readonly state: "add" | "change" | "same" | "invalid";
  readonly message?: string;
}

/** One line of the table. */
export interface ImportRow {
  readonly key: string;
  readonly state: ImportItem["state"] | "remove";
  readonly before: string | null;
  /** Null = the override goes. */
  readonly after: string | null;
  readonly message?: string;
}

/** The lines; with `isWhole` overrides that the text has not are removed. What changes something comes first. */
export function importRows(items: readonly ImportItem[], view: RuntimeView, isWhole: boolean): ImportRow[] {
  const rows = items.map(({ key, state, before, value, message }): ImportRow => ({
    key,
    state,
    before,
    after: value,
    ...message === undefined ? {} : { message },
  }));
  if (isWhole) {
    const admin = adminLayerOf(view), found = new Set(items.map(({ key }) => key));
    for (const { key, values } of view.entries) {
      const before = values[admin] ?? null;
      if (before !== null && !found.has(key)) rows.push({ key, state: "remove", before, after: null });
    }
  }
  return rows.sort((a, b) => ORDER[a.state] - ORDER[b.state] || (a.key < b.key ? -1 : 1));
}

const ORDER = { invalid: 0, remove: 1, change: 2, add: 3, same: 4 } as const;
