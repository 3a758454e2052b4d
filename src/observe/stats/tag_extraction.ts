/**
 * Splits a stat name into its tags and what remains, once per stat, on the main thread (spec/operations.md 9.1). Every
 * rule looks at the whole name; the pieces found are cut out at the end; of two finds for one tag the first counts.
 *
 * Differs from Envoy: where the code that made the name said which part is a value, that part counts as one segment, so
 * a cluster named `a.b` keeps its name.
 */
import type { StatTag, TagSpan } from "./definitions.ts";
import { NO_RULES, type StatRules } from "./stat_rules.ts";
import { FIRST_RULES, OTHER_RULES, type TagRule } from "./tag_table.ts";

/** A name without its tags, and the tags in label order. */
export interface ExtractedName {
  readonly name: string;
  readonly tags: readonly StatTag[];
}

interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Stands for the n-th known value while the rules run: one character that no name holds and no rule splits. */
const FIRST_MARK = 0xe000;
const MARKS = /[\ue000-\ue0ff]/g;

const FIRST = new Set(FIRST_RULES);
const RULES = [...FIRST_RULES, ...OTHER_RULES];
const BY_ROOT = groupByRoot();
const WITHOUT_ROOT = RULES.filter((rule) => rule.root === null);

/** Takes a full name apart; `known` are the values its maker pointed at. */
export function extractTags(name: string, known: readonly TagSpan[], rules: StatRules = NO_RULES): ExtractedName {
  const masked = mask(name, known);
  const unmask = (text: string) => text.replace(MARKS, (mark) => valueOf(known, mark, name));
  const tags: StatTag[] = [];
  const cuts: Cut[] = [];
  const found = rules.find(name);
  const addConfigured = (isAnchored: boolean) => {
    for (const tag of found) {
      if (tag.isAnchored !== isAnchored || tags.some(({ name }) => name === tag.name)) continue;
      tags.push({ name: tag.name, value: tag.value });
      cuts.push({ start: maskedPosition(tag.start, known), end: maskedPosition(tag.end, known) });
    }
  };
  let hasConfigured = false;
  for (const rule of BY_ROOT.get(rootOf(masked)) ?? WITHOUT_ROOT) {
    if (!hasConfigured && !FIRST.has(rule)) {
      hasConfigured = true;
      tags.push(...rules.fixedTags);
      addConfigured(false);
    }
    if (tags.some((tag) => tag.name === rule.tag)) continue;
    if (rules.defaultTags !== null && !rules.defaultTags.has(rule.tag)) continue;
    const match = rule.regex.exec(masked);
    if (match === null) continue;
    const [start, end] = match.indices![1]!;
    tags.push({ name: rule.tag, value: match[2]!.replace(MARKS, (mark) => tagValueOf(known, mark)) });
    cuts.push({ start, end });
  }
  if (!hasConfigured) {
    tags.push(...rules.fixedTags);
    addConfigured(false);
  }
  if (rules.defaultTags === null) addUnmatched(masked, known, tags, cuts);
  addConfigured(true);
  return { name: unmask(cutOut(masked, cuts)), tags };
}

/** A tag that no rule names: its value goes all the same, with the dot after it. */
function addUnmatched(masked: string, known: readonly TagSpan[], tags: StatTag[], cuts: Cut[]): void {
  for (let at = 0; at < known.length; at++) {
    const { name, value } = known[at]!;
    if (tags.some((tag) => tag.name === name)) continue;
    if (RULES.some((rule) => rule.tag === name)) continue;
    const start = masked.indexOf(String.fromCharCode(FIRST_MARK + at));
    tags.push({ name, value });
    cuts.push({ start, end: start + 2 });
  }
}

function mask(name: string, known: readonly TagSpan[]): string {
  let masked = name;
  for (let at = known.length - 1; at >= 0; at--) {
    const { start, end } = known[at]!;
    masked = masked.slice(0, start) + String.fromCharCode(FIRST_MARK + at) + masked.slice(end);
  }
  return masked;
}

/** Where a position of the name stands in the masked one; inside a known value it is that value's end. */
function maskedPosition(position: number, known: readonly TagSpan[]): number {
  let shift = 0;
  for (const { start, end } of known) {
    if (position <= start) break;
    if (position < end) return start - shift + 1;
    shift += end - start - 1;
  }
  return position - shift;
}

function tagValueOf(known: readonly TagSpan[], mark: string): string {
  return known[mark.charCodeAt(0) - FIRST_MARK]?.value ?? mark;
}

/** What stood in the name, with `_` for `:`. */
function valueOf(known: readonly TagSpan[], mark: string, name: string): string {
  const span = known[mark.charCodeAt(0) - FIRST_MARK];
  return span === undefined ? mark : name.slice(span.start, span.end);
}

function cutOut(name: string, cuts: Cut[]): string {
  cuts.sort((a, b) => a.start - b.start);
  let rest = "";
  let at = 0;
  for (const { start, end } of cuts) {
    if (start > at) rest += name.slice(at, start);
    at = Math.max(at, end);
  }
  return rest + name.slice(at);
}

function rootOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/** For every first segment that some rule names: the rules that can match, in order. */
function groupByRoot(): Map<string, TagRule[]> {
  const groups = new Map<string, TagRule[]>();
  for (const root of new Set(RULES.flatMap((rule) => rule.root ?? []))) {
    groups.set(root, RULES.filter((rule) => rule.root === null || rule.root.includes(root)));
  }
  return groups;
}
