/**
 * The rows of the matrix (spec/console.md 6.1 to 6.3): keys that a layer sets, or all keys that this proxy reads, with
 * what marks them and the filters that keep some. What is looked for and where is in the URL.
 */

import type {
  RuntimeCatalogItem,
  RuntimeEntry,
  RuntimeLayer,
  RuntimeView,
} from "../../../src/admin/contract/runtime.ts";

/** One key. */
export interface RuntimeRow {
  readonly key: string;
  readonly group: string;
  /** Null = no layer has a value. */
  readonly entry: RuntimeEntry | null;
  /** Null = it is in no catalogue. */
  readonly item: RuntimeCatalogItem | null;
  /** It is a pattern without a name to put in: nothing can be set at it. */
  readonly isPattern: boolean;
}

/** Filters beside the text. */
export type RowFilter = "overridden" | "expiring" | "today" | "wrong" | "unknown";

/** What the URL says about the matrix. */
export interface RowChoice {
  readonly text: string;
  readonly isCatalog: boolean;
  readonly filter: string;
  readonly group: string;
  readonly cluster: string;
}

/** Where keys stand that no catalogue knows. */
export const CUSTOM_GROUP = "Custom";

/** A mark at a key, told in a word and on hover in a sentence. */
export interface RowBadge {
  readonly word: string;
  readonly meaning: string;
  readonly tone: "info" | "warn";
}

/** The catalogue by key, with what a pattern stands for. */
export function itemsByKey(items: readonly RuntimeCatalogItem[]): Map<string, RuntimeCatalogItem> {
  const found = new Map<string, RuntimeCatalogItem>();
  for (const item of items) for (const key of keysOf(item)) if (!found.has(key)) found.set(key, item);
  return found;
}

/** All rows: of the keys that are set, or of the catalogue with those of them that it does not know. */
export function rowsOf(
  { entries }: RuntimeView,
  catalog: ReadonlyMap<string, RuntimeCatalogItem>,
  isCatalog: boolean,
): RuntimeRow[] {
  const rows = entries.map((entry): RuntimeRow => rowOf(entry.key, entry, catalog.get(entry.key) ?? null));
  if (!isCatalog) return rows;
  const held = new Map(entries.map((entry) => [entry.key, entry]));
  const known = Array.from(catalog, ([key, item]) => rowOf(key, held.get(key) ?? null, item));
  return [...known, ...rows.filter(({ item }) => item === null)];
}

/** One row. */
export function rowOf(key: string, entry: RuntimeEntry | null, item: RuntimeCatalogItem | null): RuntimeRow {
  return { key, group: item?.group ?? CUSTOM_GROUP, entry, item, isPattern: /<[^>]*>/.test(key) && entry === null };
}

/** Those that match. `nowMs` is the server's. */
export function keptRows(
  rows: readonly RuntimeRow[],
  layers: readonly RuntimeLayer[],
  { text, filter, group, cluster }: RowChoice,
  nowMs: number,
): RuntimeRow[] {
  const words = text.trim().toLowerCase();
  return rows.filter((row) =>
    (group === "" || row.group === group) && (cluster === "" || namesCluster(row.key, cluster)) &&
    passes(row, filter, nowMs) && (words === "" || mentions(row, layers, words))
  );
}

/** Groups of these rows, in the order of the catalogue, the unknown last. */
export function groupsOf(rows: readonly RuntimeRow[]): string[] {
  const groups = new Set(rows.map(({ group }) => group));
  const isCustom = groups.delete(CUSTOM_GROUP);
  return isCustom ? [...groups, CUSTOM_GROUP] : [...groups];
}

/** What marks a key. */
export function badgesOf({ entry, item }: RuntimeRow): RowBadge[] {
  const badges: RowBadge[] = [];
  if (entry?.admin !== undefined) {
    const { set_by, reason } = entry.admin;
    badges.push({ word: "override", meaning: `Set by ${set_by}${reason === "" ? "" : `: ${reason}`}`, tone: "info" });
  }
  for (const warning of entry?.warnings ?? []) {
    const word = wordOf(warning);
    if (word !== ALL_CLUSTERS) badges.push({ word, meaning: warning, tone: "warn" });
  }
  if (entry !== null && !entry.known) {
    badges.push({ word: "unknown key", meaning: "Nothing in this proxy or its configuration reads it", tone: "info" });
  }
  if (item?.is_global === true || entry?.warnings.some((warning) => wordOf(warning) === ALL_CLUSTERS) === true) {
    badges.push({ word: ALL_CLUSTERS, meaning: "It concerns all clusters at once", tone: "info" });
  }
  if (item?.read === "load") {
    badges.push({ word: "on load", meaning: "Read when configuration is loaded", tone: "info" });
  }
  if (item?.read === "restart") {
    badges.push({ word: "restart only", meaning: "Read when the proxy starts", tone: "warn" });
  }
  return badges;
}

/** The value in force has another type than who asks for it wants: the default counts. */
export function isIgnored({ warnings }: RuntimeEntry): boolean {
  return warnings.some((warning) => wordOf(warning) === WRONG_TYPE);
}

/** Known keys that look like this one, nearest first: for a key that was typed. */
export function similarKeys(typed: string, known: Iterable<string>): string[] {
  const near: { key: string; steps: number }[] = [];
  for (const key of known) {
    const most = Math.max(2, Math.floor(key.length / 6));
    if (Math.abs(key.length - typed.length) > most) continue;
    const steps = editSteps(typed, key);
    if (steps > 0 && steps <= most) near.push({ key, steps });
  }
  return near.sort((a, b) => a.steps - b.steps).slice(0, 3).map(({ key }) => key);
}

function keysOf({ keys, pattern }: RuntimeCatalogItem): readonly string[] {
  return keys.length === 0 ? [pattern] : keys;
}

const ALL_CLUSTERS = "all clusters", WRONG_TYPE = "wrong type";

/** Warnings come as sentences; a row has room for a word. */
function wordOf(warning: string): string {
  if (/all clusters/.test(warning)) return ALL_CLUSTERS;
  if (/wrong type/i.test(warning)) return WRONG_TYPE;
  if (/feature guard/.test(warning)) return "deprecated";
  if (/100 %/.test(warning)) return "over 100 %";
  return /no effect|not used/i.test(warning) ? "no effect" : "note";
}

function passes({ entry }: RuntimeRow, filter: string, nowMs: number): boolean {
  switch (filter) {
    case "overridden":
      return entry?.admin !== undefined;
    case "expiring":
      return typeof entry?.admin?.expires_ms === "number";
    case "today":
      return entry?.admin !== undefined &&
        new Date(entry.admin.set_ms).toDateString() === new Date(nowMs).toDateString();
    case "wrong":
      return entry !== null && isIgnored(entry);
    case "unknown":
      return entry?.known === false;
    default:
      return true;
  }
}

/** A cluster's name stands between dots, and may have some itself. */
function namesCluster(key: string, cluster: string): boolean {
  return `${key}.`.includes(`.${cluster}.`);
}

function mentions({ key, entry, item }: RuntimeRow, layers: readonly RuntimeLayer[], words: string): boolean {
  const has = (text: string | null | undefined) => text?.toLowerCase().includes(words) === true;
  return has(key) || has(entry?.meaning) || has(item?.description) || has(entry?.admin?.reason) ||
    (entry?.values.some((value, layer) => value !== null && (has(value) || has(layers[layer]?.name))) ?? false);
}

/** Letters to put in, take out or exchange. */
function editSteps(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const here = [row];
    for (let at = 1; at <= to.length; at++) {
      const exchanged = above[at - 1]! + (from[row - 1] === to[at - 1] ? 0 : 1);
      here.push(Math.min(exchanged, above[at]! + 1, here[at - 1]! + 1));
    }
    above = here;
  }
  return above[to.length]!;
}
