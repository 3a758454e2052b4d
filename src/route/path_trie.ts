/**
 * Which routes of a virtual host can match a path, in the order of the configuration, without trying the others
 * (spec/http.md 2.2). Exact paths, prefixes and path-separated prefixes stand in one radix tree over bytes: one walk along
 * the path passes every node whose text the path begins with, and each of them lists its routes.
 *
 * ```
 *   /  ──▶ [#9 prefix]
 *   └─ api ──▶ [#2 separated]            "/api/v1/x" passes "/", "/api", "/api/v1/": candidates #0, #2, #9
 *       └─ /v1/ ──▶ [#0 prefix, #5 path]
 * ```
 *
 * Lists are in ascending order and short; candidates are merged lazily, the lowest number first, so a match near the top
 * of the configuration ends the search there. A route without other conditions than its path hides every later one that
 * needs the same text and more: those are left out when the tree is built, so a table of plain prefixes has one candidate.
 */

/** How a path must relate to a route's text. */
export const PathTest = {
  /** Begins with it. */
  prefix: 0,
  /** Is it. */
  exact: 1,
  /** Is it, or begins with it and a slash. */
  separated: 2,
} as const;

/** One of {@link PathTest}. */
export type PathTestValue = typeof PathTest[keyof typeof PathTest];

/** A route's place in the tree. */
export interface TriePlace {
  /** Position in the virtual host: lower wins. */
  readonly order: number;
  readonly test: PathTestValue;
  readonly text: Uint8Array;
  /** Nothing but the path decides. */
  readonly isPlain: boolean;
}

const SLASH = 47;
/** Up to this many children are looked for one by one. */
const MAX_SCANNED_CHILDREN = 6;

/** A node's text begins at its parent's end. Plain fields: a look-up passes many nodes. */
class Node {
  label: Uint8Array;
  readonly children: Node[] = [];
  /** Routes by {@link PathTest}, ascending; null = none. */
  prefix: number[] | null = null;
  exact: number[] | null = null;
  separated: number[] | null = null;
  /** By first byte, once there are many children. */
  #table: (Node | undefined)[] | null = null;

  constructor(label: Uint8Array) {
    this.label = label;
  }

  addRoute(test: PathTestValue, order: number): void {
    if (test === PathTest.prefix) (this.prefix ??= []).push(order);
    else if (test === PathTest.exact) (this.exact ??= []).push(order);
    else (this.separated ??= []).push(order);
  }

  child(byte: number): Node | undefined {
    if (this.#table !== null) return this.#table[byte];
    const children = this.children;
    for (let i = 0; i < children.length; i++) if (children[i]!.label[0] === byte) return children[i];
    return undefined;
  }

  addChild(child: Node): void {
    this.children.push(child);
    if (this.#table !== null) this.#table[child.label[0]!] = child;
    else if (this.children.length > MAX_SCANNED_CHILDREN) {
      this.#table = [];
      for (const one of this.children) this.#table[one.label[0]!] = one;
    }
  }

  /** Puts `middle` in the place of one of its children. */
  replaceChild(old: Node, middle: Node): void {
    this.children[this.children.indexOf(old)] = middle;
    if (this.#table !== null) this.#table[middle.label[0]!] = middle;
  }
}

/** Candidates of one walk, lowest first. Used again for every path: no walk may begin before the last one is done. */
export class Candidates {
  readonly #lists: (readonly number[])[] = [];
  readonly #positions: number[] = [];
  #count = 0;

  /** Empties it. */
  reset(): void {
    this.#count = 0;
  }

  /** Adds an ascending list that is not empty. */
  add(list: readonly number[]): void {
    this.#lists[this.#count] = list;
    this.#positions[this.#count++] = 0;
  }

  /** The lowest number not taken yet, or -1. */
  next(): number {
    const lists = this.#lists, positions = this.#positions;
    let lowest = -1, at = 0;
    for (let i = 0; i < this.#count; i++) {
      const list = lists[i]!, position = positions[i]!;
      if (position === list.length) continue;
      const order = list[position]!;
      if (lowest < 0 || order < lowest) {
        lowest = order;
        at = i;
      }
    }
    if (lowest >= 0) positions[at]!++;
    return lowest;
  }
}

export class PathTrie {
  readonly #root = new Node(new Uint8Array(0));

  /** Builds the tree of all `places`. */
  constructor(places: readonly TriePlace[]) {
    for (const place of places) this.#nodeFor(place.text).addRoute(place.test, place.order);
    prune(this.#root, new Set(places.filter(({ isPlain }) => isPlain).map(({ order }) => order)));
  }

  /** Adds to `found` every list of routes that `bytes[start, end)` can match; `lower` maps each byte before it is compared. */
  collect(bytes: Uint8Array, start: number, end: number, lower: Uint8Array | null, found: Candidates): void {
    let node: Node | undefined = this.#root, at = start;
    for (;;) {
      if (node.prefix !== null) found.add(node.prefix);
      if (node.separated !== null && (at === end || bytes[at] === SLASH)) found.add(node.separated);
      if (at === end) {
        if (node.exact !== null) found.add(node.exact);
        return;
      }
      node = node.child(lower === null ? bytes[at]! : lower[bytes[at]!]!);
      if (node === undefined) return;
      const label = node.label, length = label.length;
      if (end - at < length) return;
      for (let i = 1; i < length; i++) {
        const byte = bytes[at + i]!;
        if ((lower === null ? byte : lower[byte]!) !== label[i]) return;
      }
      at += length;
    }
  }

  /** The node whose text is `text`, made if it is not there. */
  #nodeFor(text: Uint8Array): Node {
    let node = this.#root, at = 0;
    while (at < text.length) {
      const child = node.child(text[at]!);
      if (child === undefined) {
        const leaf = new Node(text.subarray(at));
        node.addChild(leaf);
        return leaf;
      }
      let shared = 1;
      while (shared < child.label.length && child.label[shared] === text[at + shared]) shared++;
      at += shared;
      if (shared === child.label.length) {
        node = child;
        continue;
      }
      const middle = new Node(child.label.subarray(0, shared));
      node.replaceChild(child, middle);
      child.label = child.label.subarray(shared);
      middle.addChild(child);
      node = middle;
    }
    return node;
  }
}

/** Leaves out what an earlier plain route takes whenever it could match, and puts the rest in order. */
function prune(root: Node, plain: ReadonlySet<number>): void {
  const open: { readonly node: Node; readonly bestAbove: number }[] = [{ node: root, bestAbove: Infinity }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const { node, bestAbove } = step;
    node.prefix = reachable(node.prefix, bestAbove, plain);
    // A plain prefix takes everything that passes here.
    const best = Math.min(bestAbove, node.prefix?.find((order) => plain.has(order)) ?? Infinity);
    node.exact = reachable(node.exact, best, plain);
    node.separated = reachable(node.separated, best, plain);
    for (const child of node.children) open.push({ node: child, bestAbove: best });
  }
}

/** The routes of one list that come before `best`, up to the first that nothing but the path decides. */
function reachable(list: number[] | null, best: number, plain: ReadonlySet<number>): number[] | null {
  if (list === null) return null;
  const sorted = list.filter((order) => order < best).sort((a, b) => a - b);
  const last = sorted.findIndex((order) => plain.has(order));
  const kept = last < 0 ? sorted : sorted.slice(0, last + 1);
  return kept.length === 0 ? null : kept;
}
