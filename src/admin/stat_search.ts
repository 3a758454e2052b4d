/**
 * Finds stats for the explorer (spec/console.md 5.7): which of all names, how many go on how, and one page of them with
 * what is known of each. A walk over a hundred thousand names is a generator that may pause anywhere.
 */
import { StatKind } from "../observe/stats/definitions.ts";
import { extractedName, seriesName } from "../observe/stats/prometheus.ts";
import type { Stat } from "../observe/stats/stat.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { StatFacet, StatItem, StatType } from "./contract/stats.ts";
import type { NameSearch } from "./name_search.ts";
import { type AnyStat, CHANGED_MS, type StatLooks } from "./stat_looks.ts";

/** What to find. */
export interface StatSearch {
  readonly names: NameSearch;
  /** Names go on from here in the facets. */
  readonly prefix: string;
  /** Null = any. */
  readonly type: StatType | null;
  readonly usedOnly: boolean;
  /** In the last minute. */
  readonly changedOnly: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** What was found. */
export interface StatsFound {
  readonly page: readonly AnyStat[];
  readonly total: number;
  readonly unused: number;
  readonly facets: readonly StatFacet[];
}

/** Names between two chances to pause: with a hard pattern some milliseconds. */
const NAMES_PER_STEP = 64;

/** Descriptions likewise: each is a dozen texts and lists. */
const ITEMS_PER_STEP = 16;

const MAX_FACETS = 40;

const TYPES: Readonly<Record<StatKind, StatType>> = {
  [StatKind.counter]: "counter",
  [StatKind.gauge]: "gauge",
  [StatKind.histogram]: "histogram",
};

/** What a stat counts. */
export function typeOf(stat: AnyStat): StatType {
  return "kind" in stat ? TYPES[stat.kind] : "text";
}

/** Walks over all names; may pause at every `yield`. */
export function* findStats(
  book: StatBook,
  looks: StatLooks,
  search: StatSearch,
  nowMs: number,
): Generator<void, StatsFound> {
  const { names, prefix, type, usedOnly, changedOnly, offset, limit } = search;
  const page: AnyStat[] = [];
  const counts = new Map<string, number>();
  let total = 0, unused = 0, seen = 0;
  for (const stat of inOrder(book)) {
    if (++seen % NAMES_PER_STEP === 0) yield;
    if ("kind" in stat && (stat.isHidden || !(stat.isShown ??= book.rules.shows(stat.name)))) continue;
    // Every one is looked at, so that another search finds what changed before it.
    const look = changedOnly ? looks.look(stat, nowMs) : null;
    if (type !== null && typeOf(stat) !== type) continue;
    if (!names.finds(stat.name)) continue;
    if (look !== null && nowMs - look.changedMs > CHANGED_MS) continue;
    if (usedOnly && !stat.isUsed) {
      unused++;
      continue;
    }
    if (total >= offset && page.length < limit) page.push(stat);
    total++;
    const dot = stat.name.indexOf(".", prefix.length);
    if (dot < 0) continue;
    const next = stat.name.slice(0, dot + 1);
    counts.set(next, (counts.get(next) ?? 0) + 1);
  }
  return { page, total, unused, facets: [...trailOf(prefix), ...facetsOf(counts, prefix)] };
}

/** The stats of these names that there are, in this order, each once. */
export function statsNamed(book: StatBook, names: readonly string[]): AnyStat[] {
  const texts = new Map(book.texts().map((text) => [text.name, text]));
  return [...new Set(names)].flatMap((name) => book.find(name) ?? texts.get(name) ?? []);
}

/** What is shown of each; may pause at every `yield`. */
export function* describeStats(
  book: StatBook,
  looks: StatLooks,
  stats: readonly AnyStat[],
  nowMs: number,
  linksOf: (name: string, tags: StatItem["tags"]) => StatItem["links"],
): Generator<void, StatItem[]> {
  const items: StatItem[] = [];
  for (const stat of stats) {
    if (items.length % ITEMS_PER_STEP === 0) yield;
    const type = typeOf(stat), tags = [...extractedName(stat, book.rules).tags];
    const { rate } = looks.look(stat, nowMs);
    items.push({
      name: stat.name,
      parts: partsOf(stat.name, tags),
      type,
      value: stat.value,
      unit: "unit" in stat && stat.unit !== "unspecified" ? stat.unit : "",
      tags,
      prometheus_name: seriesName(stat, book.rules),
      rate: type === "counter" || type === "histogram" ? rate : null,
      links: linksOf(stat.name, tags),
    });
  }
  return items;
}

/** By name; texts are few. */
function* inOrder(book: StatBook): Generator<AnyStat> {
  const texts = book.texts().filter(({ name }) => book.rules.shows(name));
  let at = 0;
  for (const stat of book.stats()) {
    while (at < texts.length && texts[at]!.name < stat.name) yield texts[at++]!;
    yield stat;
  }
  yield* texts.slice(at);
}

/** From the root to where the search is. */
function trailOf(prefix: string): StatFacet[] {
  const steps = prefix.split(".").slice(0, -1);
  return [
    { prefix: "", title: "all", count: null },
    ...steps.map((title, at) => ({ prefix: `${steps.slice(0, at + 1).join(".")}.`, title, count: null })),
  ];
}

function facetsOf(counts: ReadonlyMap<string, number>, prefix: string): StatFacet[] {
  return [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1)).slice(0, MAX_FACETS)
    .map(([next, count]) => ({ prefix: next, title: next.slice(prefix.length, -1), count }));
}

/** The values of tags stand in a name in any order, with `_` for `:`. */
function partsOf(name: string, tags: StatItem["tags"]): string[] {
  const values = tags.map(({ value }) => value.replaceAll(":", "_")).filter((value) => value !== "");
  const places = values.map((value) => ({ value, start: segmentAt(name, value) })).sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (const { value, start } of places) {
    if (start < at) continue;
    parts.push(name.slice(at, start), value);
    at = start + value.length;
  }
  return [...parts, name.slice(at)];
}

/** Where a value stands between the dots and underscores of a name; -1 = nowhere, as of a fixed tag. */
function segmentAt(name: string, value: string): number {
  for (let at = name.indexOf(value); at >= 0; at = name.indexOf(value, at + 1)) {
    if (at > 0 && "._".includes(name[at - 1]!) && "._x".includes(name[at + value.length] ?? ".")) return at;
  }
  return -1;
}

/** Only a histogram has more to show than its item. */
export function isHistogram(stat: Stat | undefined): stat is Stat {
  return stat?.kind === StatKind.histogram;
}
