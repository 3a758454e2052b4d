/**
 * Two trees of JSON compared as a reader of configuration compares them: the order of fields says nothing, elements of a list
 * are the same when they have one name (spec/console.md 5.8). The outcome is lines of YAML; long stretches that are the same
 * are left out.
 */
import type { DiffLine } from "./contract/config.ts";
import { lineText, yamlLines } from "./contract/yaml_lines.ts";

/** Lines that are the same and are shown before and after a difference. */
const CONTEXT = 3;
/** With more elements than this on either side, those without a name are matched by what they say alone. */
const MAX_ALIGNED = 400;

/** The comparison, a line at a time: `gap`s are not made yet. */
export function* diffLines(a: unknown, b: unknown): Generator<DiffLine> {
  if (isList(a) && isList(b)) yield* listDiff(a, b, 0);
  else if (isObject(a) && isObject(b)) yield* fieldDiff(a, b, 0, false);
  else {
    if (a !== undefined) yield* sideLines("removed", a, 0);
    if (b !== undefined) yield* sideLines("added", b, 0);
  }
}

/** Leaves out lines that are the same and far from any difference. */
export function withGaps(lines: readonly DiffLine[], context: number = CONTEXT): DiffLine[] {
  const near = new Uint8Array(lines.length);
  for (const [at, { op }] of lines.entries()) {
    if (op !== "same") near.fill(1, Math.max(0, at - context), at + context + 1);
  }
  const kept: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    const last = kept.at(-1);
    if (near[at] === 1) kept.push(line);
    else if (last?.op === "gap") kept[kept.length - 1] = { op: "gap", count: last.count + 1 };
    else kept.push({ op: "gap", count: 1 });
  }
  return kept;
}

type Fields = Readonly<Record<string, unknown>>;
type Side = "same" | "added" | "removed";

/** `isElement`: the first line begins an element of a list. */
function* fieldDiff(a: Fields, b: Fields, depth: number, isElement: boolean): Generator<DiffLine> {
  if (isElement) return yield* withDash(fieldDiff(a, b, depth, false), titleOf(b) ?? titleOf(a), depth);
  for (const key of keysOf(a, b)) {
    const left = a[key], right = b[key];
    if (left === undefined) yield* sideLines("added", { [key]: right }, depth);
    else if (right === undefined) yield* sideLines("removed", { [key]: left }, depth);
    else if (isSame(left, right)) yield* sideLines("same", { [key]: left }, depth);
    else if (isObject(left) && isObject(right) && !isEmpty(left) && !isEmpty(right)) {
      yield { op: "same", depth, text: `${key}:` };
      yield* fieldDiff(left, right, depth + 1, false);
    } else if (isList(left) && isList(right) && left.length > 0 && right.length > 0) {
      yield { op: "same", depth, text: `${key}:` };
      yield* listDiff(left, right, depth);
    } else {
      yield* sideLines("removed", { [key]: left }, depth);
      yield* sideLines("added", { [key]: right }, depth);
    }
  }
}

/** In the order of the second, with those that are gone where they stood. */
function keysOf(a: Fields, b: Fields): string[] {
  const keys = Object.keys(b);
  let before = -1;
  for (const key of Object.keys(a)) {
    if (key in b) before = keys.indexOf(key);
    else keys.splice(++before, 0, key);
  }
  return keys;
}

/** The element of a list begins on the first line of it. */
function* withDash(lines: Generator<DiffLine>, title: string | null, depth: number): Generator<DiffLine> {
  let isFirst = true;
  if (title !== null) yield { op: "note", depth, text: title };
  for (const line of lines) {
    yield isFirst && "text" in line && line.op !== "note"
      ? { ...line, depth: depth - 1, text: `- ${line.text}` }
      : line;
    isFirst = false;
  }
}

function* listDiff(a: readonly unknown[], b: readonly unknown[], depth: number): Generator<DiffLine> {
  const pairs = pairsOf(a, b);
  const common = pairs.flatMap(([left, right]) => left === null || right === null ? [] : [left]);
  if (common.some((left, at) => at > 0 && left < common[at - 1]!)) {
    yield { op: "note", depth, text: "the order of elements is another" };
  }
  for (const [left, right] of pairs) {
    if (left === null) yield* sideLines("added", [b[right!]], depth);
    else if (right === null) yield* sideLines("removed", [a[left]], depth);
    else if (isSame(a[left], b[right])) yield* sideLines("same", [a[left]], depth);
    else if (isObject(a[left]) && isObject(b[right])) yield* fieldDiff(a[left], b[right], depth + 1, true);
    else {
      yield* sideLines("removed", [a[left]], depth);
      yield* sideLines("added", [b[right]], depth);
    }
  }
}

type Pair = readonly [left: number | null, right: number | null];

/** Which element of one list is which of the other, in the order of the second, with what is gone where it stood. */
function pairsOf(a: readonly unknown[], b: readonly unknown[]): Pair[] {
  const names = namesOf(a), namesOfB = namesOf(b);
  const matched = names !== null && namesOfB !== null ? matchByName(names, namesOfB) : matchByText(a, b);
  const taken = new Set(matched), pairs: Pair[] = [];
  let next = 0;
  const passGone = (until: number) => {
    for (; next < until; next++) if (!taken.has(next)) pairs.push([next, null]);
  };
  for (const [right, left] of matched.entries()) {
    if (left !== null && left >= next) {
      passGone(left);
      next = left + 1;
    }
    pairs.push([left, right]);
  }
  passGone(a.length);
  return pairs;
}

/** For each element of the second list that of the first. */
function matchByName(a: readonly string[], b: readonly string[]): (number | null)[] {
  const places = new Map(a.map((name, at) => [name, at]));
  return b.map((name) => places.get(name) ?? null);
}

/** The longest common order of equal elements; of what is left between, the first goes with the first. */
function matchByText(a: readonly unknown[], b: readonly unknown[]): (number | null)[] {
  const left = a.map(sortedText), right = b.map(sortedText);
  const matched: (number | null)[] = right.map(() => null);
  if (Math.max(a.length, b.length) > MAX_ALIGNED) {
    const places = new Map(left.map((text, at) => [text, at]));
    return right.map((text) => places.get(text) ?? null);
  }
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = left[i] === right[j]
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (left[i] === right[j]) matched[j++] = i++;
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  for (let j = 0, free = 0; j < b.length; j++) {
    if (matched[j] !== null) free = matched[j]! + 1;
    else {
      const until = matched.slice(j).find((at) => at !== null) ?? a.length;
      if (free < until) matched[j] = free++;
    }
  }
  return matched;
}

/** Null = not all have a name of their own. */
function namesOf(list: readonly unknown[]): string[] | null {
  const names = list.map(identityOf);
  const own = new Set(names);
  return own.has(null) || own.size < names.length ? null : names as string[];
}

/** What tells an element of a list: its name, an endpoint's address, a locality with its priority. */
function identityOf(element: unknown): string | null {
  if (!isObject(element)) return null;
  const { name, cluster_name, endpoint, locality, priority, key } = element;
  for (const text of [name, cluster_name, key]) if (typeof text === "string" && text !== "") return text;
  if (isObject(endpoint) && endpoint["address"] !== undefined) return JSON.stringify(endpoint["address"]);
  if (Array.isArray(element["lb_endpoints"])) return JSON.stringify([locality ?? {}, priority ?? 0]);
  return null;
}

/** Said before the fields of an element of which not all are shown. */
function titleOf(element: Fields): string | null {
  const { name } = element;
  return typeof name === "string" && name !== "" ? `in ${name}` : null;
}

function* sideLines(op: Side, value: unknown, depth: number): Generator<DiffLine> {
  for (const line of yamlLines(value)) yield { op, depth: depth + line.depth, text: lineText(line) };
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((element, at) => isSame(element, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => isSame(a[key], b[key]));
}

function sortedText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) => isObject(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );
}

function isEmpty(value: Fields): boolean {
  return Object.keys(value).length === 0;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
