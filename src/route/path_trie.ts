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

/** A node's text begins at its parent's end. */
class Node {
  label: Uint8Array;
  children: Node[] = [];
  /** By first byte, once there are many children. */
  #table: (Node | undefined)[] | null = null;
  /** Ascending; one list for each {@link PathTest}. */
  readonly orders: [number[], number[], number[]] = [[], [], []];
  /** The lowest route at this node or above it that any path passing here matches and nothing else decides. */
  bestPlain = Infinity;

  constructor(label: Uint8Array) {
    this.label = label;
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

  /** Adds an ascending list. */
  add(list: readonly number[]): void {
    if (list.length === 0) return;
    this.#lists[this.#count] = list;
    this.#positions[this.#count++] = 0;
  }

  /** The lowest number not taken yet, or -1. */
  next(): number {
    let lowest = Infinity, at = -1;
    for (let i = 0; i < this.#count; i++) {
      const list = this.#lists[i]!, position = this.#positions[i]!;
      if (position < list.length && list[position]! < lowest) {
        lowest = list[position]!;
        at = i;
      }
    }
    if (at < 0) return -1;
    this.#positions[at]!++;
    return lowest;
  }
}

export class PathTrie {
  readonly #root = new Node(new Uint8Array(0));

  /** Builds the tree of all `places`. */
  constructor(places: readonly TriePlace[]) {
    for (const place of places) {
      this.#nodeFor(place.text).orders[place.test].push(place.order);
    }
    const plain = new Set(places.filter(({ isPlain }) => isPlain).map(({ order }) => order));
    prune(this.#root, Infinity, plain);
  }

  /** Adds to `found` every list of routes that `bytes[start, end)` can match; `lower` maps each byte before it is compared. */
  collect(bytes: Uint8Array, start: number, end: number, lower: Uint8Array | null, found: Candidates): void {
    let node: Node | undefined = this.#root, at = start;
    for (;;) {
      const [prefix, exact, separated] = node.orders;
      found.add(prefix);
      if (at === end) {
        found.add(exact);
        found.add(separated);
        return;
      }
      if (bytes[at] === SLASH) found.add(separated);
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

/** Leaves out what an earlier plain route takes whenever it could match; `above` is the best of those on the way here. */
function prune(node: Node, above: number, plain: ReadonlySet<number>): void {
  const stack: [Node, number][] = [[node, above]];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const [node, above] = step;
    for (const list of node.orders) {
      const kept = list.filter((order) => order <= above).sort((a, b) => a - b);
      list.length = 0;
      for (const order of kept) {
        list.push(order);
        if (plain.has(order)) break;
      }
    }
    const ownPlain = node.orders[PathTest.prefix].find((order) => plain.has(order)) ?? Infinity;
    node.bestPlain = Math.min(above, ownPlain);
    // A plain prefix hides the later exact and separated routes of its own node too.
    for (const test of [PathTest.exact, PathTest.separated]) {
      const list = node.orders[test], hidden = list.findIndex((order) => order > node.bestPlain);
      if (hidden >= 0) list.length = hidden;
    }
    for (const child of node.children) stack.push([child, node.bestPlain]);
  }
}
