/**
 * The weights of one weighted cluster, which are edited together (spec/console.md 6.5): what matters is not a number but its
 * share of the sum.
 */

import type { RuntimeCatalogItem, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import type { EditTray } from "./edit_tray.ts";
import { adminValueOf, entryOf } from "./view.ts";

/** One cluster's weight. */
export interface Weight {
  readonly key: string;
  /** The name of the cluster, which is what keys of one weighted cluster differ in. */
  readonly name: string;
  /** As it stands, or as the tray would have it. */
  readonly text: string;
  /** Of the sum, 0 to 1. */
  readonly share: number;
}

/** Whether the keys of an item are weights of one weighted cluster. */
export function areWeights({ unit, keys }: RuntimeCatalogItem): boolean {
  return unit === "weight" && keys.length > 1;
}

/** All weights with their shares. `byDefault`: of a key that nobody sets, as the configuration has it. */
export function weightsOf(item: RuntimeCatalogItem, view: RuntimeView, tray: EditTray): Weight[] {
  const start = commonStart(item.keys);
  const weights = item.keys.map((key) => {
    const entry = entryOf(view, key);
    const edit = tray.find(key);
    const held = edit === null ? adminValueOf(view, key) ?? entry?.effective ?? null : edit.value;
    return { key, name: key.slice(start), text: held ?? entry?.default ?? "" };
  });
  const sum = weights.reduce((total, { text }) => total + numberOf(text), 0);
  return weights.map((weight) => ({ ...weight, share: sum === 0 ? 0 : numberOf(weight.text) / sum }));
}

/** Up to the last dot before the first letter that differs. */
function commonStart(keys: readonly string[]): number {
  const [first = "", ...rest] = keys;
  let same = 0;
  while (same < first.length && rest.every((key) => key[same] === first[same])) same++;
  return first.lastIndexOf(".", same - 1) + 1;
}

function numberOf(text: string): number {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? Math.floor(number) : 0;
}
