/**
 * The fast path of a regular expression: most patterns of a configuration are text, classes, groups and repeats, and
 * those become a table that takes one look-up a byte and makes no string. Whether the whole of a value matches is all it
 * tells. What else a pattern holds is left to the engine (safe_regex.ts), and so is a pattern whose table would be large.
 * A property test holds the two against each other.
 *
 * ```
 * pattern ─ pattern_syntax.ts ─▶ tree ─ threads ─▶ which places of the pattern may be next ─ subsets ─▶ table
 * ```
 */
import { parsePattern, type PatternNode } from "./pattern_syntax.ts";

/** A table has 256 bytes a state: 32 KiB at most, built in some milliseconds. */
const MAX_STATES = 128;
const MAX_PLACES = 600;
const DEAD = 0, START = 1;
/** Number of the place where the pattern is done. */
const DONE = 0;

export class PatternDfa {
  readonly #next: Uint8Array;
  readonly #accepts: Uint8Array;

  private constructor(next: Uint8Array, accepts: Uint8Array) {
    this.#next = next;
    this.#accepts = accepts;
  }

  /** The table of a pattern that RE2 takes, or null: it is one for the engine. */
  static of(pattern: string): PatternDfa | null {
    const tree = parsePattern(pattern);
    if (tree === null) return null;
    const places = new Places();
    const first = places.add(tree, DONE);
    if (first === null) return null;
    const built = buildTable(places, first);
    return built === null ? null : new PatternDfa(built.next, built.accepts);
  }

  /** Whether `bytes[start, end)` as a whole matches. */
  matchesBytes(bytes: Uint8Array, start: number, end: number): boolean {
    const next = this.#next;
    let state = START;
    for (let at = start; at < end; at++) {
      state = next[state << 8 | bytes[at]!]!;
      if (state === DEAD) return false;
    }
    return this.#accepts[state] === 1;
  }

  /** The same of text of one unit a byte. */
  matchesLatin1(text: string): boolean {
    const next = this.#next;
    let state = START;
    for (let at = 0; at < text.length; at++) {
      state = next[state << 8 | text.charCodeAt(at)]!;
      if (state === DEAD) return false;
    }
    return this.#accepts[state] === 1;
  }
}

/** Places in a pattern: one that takes a byte of a set and goes on, or one that forks without taking any. */
class Places {
  /** Per place: the bytes it takes, null for a fork. Place 0 is {@link DONE}. */
  readonly sets: (Uint8Array | null)[] = [null];
  /** Where it goes on; a fork has two ways. */
  readonly ways: (readonly number[])[] = [[]];

  /** Places for `node` that go on at `then`: the first of them, or null when they are too many. */
  add(node: PatternNode, then: number): number | null {
    if (this.sets.length > MAX_PLACES) return null;
    switch (node.kind) {
      case "set":
        return this.#put(node.set, [then]);
      case "sequence": {
        let next: number | null = then;
        for (let i = node.parts.length - 1; i >= 0 && next !== null; i--) next = this.add(node.parts[i]!, next);
        return next;
      }
      case "choice": {
        const ways: number[] = [];
        for (const option of node.options) {
          const way = this.add(option, then);
          if (way === null) return null;
          ways.push(way);
        }
        return this.#put(null, ways);
      }
      case "repeat":
        return this.#repeat(node, then);
    }
  }

  /** `x{2,4}` is `xx(x(x)?)?`, `x{2,}` is `xxx*`. */
  #repeat({ part, least, most }: PatternNode & { readonly kind: "repeat" }, then: number): number | null {
    let next: number | null = then;
    if (most === Infinity) {
      const fork = this.#put(null, []);
      const body = this.add(part, fork);
      if (body === null) return null;
      this.ways[fork] = [body, then];
      next = fork;
    } else {
      for (let i = least; i < most && next !== null; i++) {
        const body = this.add(part, next);
        next = body === null ? null : this.#put(null, [body, then]);
      }
    }
    for (let i = 0; i < least && next !== null; i++) next = this.add(part, next);
    return next;
  }

  #put(set: Uint8Array | null, ways: readonly number[]): number {
    this.ways.push(ways);
    return this.sets.push(set) - 1;
  }

  /** All places reached from `from` without taking a byte that take one, or are the end; in order. */
  closure(from: Iterable<number>): number[] {
    const seen = new Set<number>(), open = [...from];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      if (this.sets[place] === null) open.push(...this.ways[place]!);
    }
    return [...seen].filter((place) => place === DONE || this.sets[place] !== null).sort((a, b) => a - b);
  }
}

/** States are sets of places; null when they are too many. */
function buildTable(places: Places, first: number): { next: Uint8Array; accepts: Uint8Array } | null {
  const groups = byteGroups(places.sets);
  const states: number[][] = [[], places.closure([first])];
  const numbers = new Map(states.map((state, number) => [state.join(), number]));
  const next = new Uint8Array((MAX_STATES + 1) * 256), accepts = new Uint8Array(MAX_STATES + 1);
  for (let number = START; number < states.length; number++) {
    const state = states[number]!;
    if (state[0] === DONE) accepts[number] = 1;
    for (const group of groups) {
      const byte = group[0]!;
      const reached = state.filter((place) => places.sets[place]?.[byte] === 1).map((place) => places.ways[place]![0]!);
      const target = places.closure(reached), key = target.join();
      let found = numbers.get(key);
      if (found === undefined) {
        if (states.length > MAX_STATES) return null;
        numbers.set(key, found = states.push(target) - 1);
      }
      for (const member of group) next[number << 8 | member] = found;
    }
  }
  return { next: next.slice(0, states.length * 256), accepts: accepts.slice(0, states.length) };
}

/** Bytes that no set tells apart, together. */
function byteGroups(sets: readonly (Uint8Array | null)[]): number[][] {
  const distinct = [...new Set(sets)].filter((set) => set !== null);
  const groups = new Map<string, number[]>();
  for (let byte = 0; byte < 256; byte++) {
    const key = distinct.map((set) => set[byte]).join("");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [byte]);
    else group.push(byte);
  }
  return [...groups.values()];
}
