/**
 * The weights of one weighted cluster, which are edited together (spec/console.md 6.5): what matters is not a number but its
 * share of the sum. Which keys belong together is in what the catalogue says of their use.
 */

import type { RuntimeCatalogItem, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import type { EditTray } from "./edit_tray.ts";
import { adminValueOf, entryOf } from "./view.ts";

/** One cluster's weight. */
export interface Weight {
  readonly key: string;
  /** The name of the cluster. */
  readonly name: string;
  /** As it stands, or as the tray would have it. */
  readonly text: string;
  /** Of the sum, 0 to 1. */
  readonly share: number;
}

/** `weight of cluster "web" in route "a" of routes "b"`. */
const WEIGHT_USE = /^weight of cluster "(.*?)" in (.+)$/;

/** The keys that are weights beside this one, itself among them, with their clusters; empty = it is no such weight. */
export function weightKeys(key: string, catalog: ReadonlyMap<string, RuntimeCatalogItem>): Map<string, string> {
  const found = new Map<string, string>();
  const own = useOf(key, catalog.get(key));
  if (own === null) return found;
  for (const [other, item] of catalog) {
    const use = useOf(other, item);
    if (use !== null && use.prefix === own.prefix && use.place === own.place) found.set(other, use.cluster);
  }
  return found.size < 2 ? new Map() : found;
}

/** Those weights with their shares. */
export function weightsOf(
  keys: ReadonlyMap<string, string>,
  catalog: ReadonlyMap<string, RuntimeCatalogItem>,
  view: RuntimeView,
  tray: EditTray,
): Weight[] {
  const weights = Array.from(keys, ([key, name]) => {
    const edit = tray.find(key);
    const held = edit === null ? adminValueOf(view, key) ?? entryOf(view, key)?.effective ?? null : edit.value;
    return { key, name, text: held ?? catalog.get(key)?.default ?? "" };
  });
  const sum = weights.reduce((total, { text }) => total + numberOf(text), 0);
  return weights.map((weight) => ({ ...weight, share: sum === 0 ? 0 : numberOf(weight.text) / sum }));
}

function useOf(
  key: string,
  item: RuntimeCatalogItem | undefined,
): { prefix: string; place: string; cluster: string } | null {
  for (const { text } of item?.used_by ?? []) {
    const [, cluster, place] = WEIGHT_USE.exec(text) ?? [];
    if (cluster === undefined || !key.endsWith(`.${cluster}`)) continue;
    return { prefix: key.slice(0, -cluster.length), place: place!, cluster };
  }
  return null;
}

function numberOf(text: string): number {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? Math.floor(number) : 0;
}
