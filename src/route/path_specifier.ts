/**
 * What a route asks of the path, which is the request's up to `?` (spec/http.md 2.2): one test each over bytes. Where the
 * letters' case is ignored only those of ASCII are folded.
 */
import { rangeEquals, rangeEqualsIgnoreCase, rangeStartsWith, TO_LOWER } from "../base/ascii.ts";
import type { PathSpecifierConfig } from "../config/route_match_config.ts";
import { SafeRegex } from "../match/safe_regex.ts";
import { PathTest, type PathTestValue } from "./path_trie.ts";

const SLASH = 47;

/** One path condition. */
export interface PathSpecifier {
  /** In a reader's words: `path prefix "/api"`. */
  readonly wanted: string;
  /** Where it stands in a tree of paths; null = it must be tried. */
  readonly place: { readonly test: PathTestValue; readonly text: Uint8Array } | null;
  /** Whether it is for CONNECT requests without a path, and for those alone. */
  readonly isConnect: boolean;
  matches(bytes: Uint8Array, start: number, end: number): boolean;
  /** How many bytes from the start of a path that matched `prefix_rewrite` takes the place of. */
  matchedLength(pathLength: number): number;
}

/** Compiles a path condition. */
export function compilePathSpecifier(config: PathSpecifierConfig, caseSensitive: boolean): PathSpecifier {
  switch (config.kind) {
    case "connect":
      return CONNECT;
    case "safe_regex": {
      const regex = new SafeRegex(config.value);
      return whole(`path matching "${config.value}"`, (bytes, start, end) => regex.matchesBytes(bytes, start, end));
    }
    default:
      return new TextSpecifier(config.kind, config.value, caseSensitive);
  }
}

const CONNECT: PathSpecifier = {
  wanted: "a CONNECT request",
  place: null,
  isConnect: true,
  matches: () => false,
  matchedLength: () => 0,
};

/** A test of the whole path. */
function whole(wanted: string, matches: PathSpecifier["matches"]): PathSpecifier {
  return { wanted, place: null, isConnect: false, matches, matchedLength: (pathLength) => pathLength };
}

const TESTS = { prefix: PathTest.prefix, path: PathTest.exact, path_separated_prefix: PathTest.separated } as const;
const NAMES = { prefix: "path prefix", path: "path", path_separated_prefix: "path-separated prefix" } as const;

class TextSpecifier implements PathSpecifier {
  readonly wanted: string;
  readonly isConnect = false;
  readonly place: { readonly test: PathTestValue; readonly text: Uint8Array };
  readonly #foldsCase: boolean;

  constructor(kind: keyof typeof TESTS, value: string, caseSensitive: boolean) {
    const text = new TextEncoder().encode(value);
    this.wanted = `${NAMES[kind]} "${value}"${caseSensitive ? "" : " in any letter case"}`;
    this.place = { test: TESTS[kind], text: caseSensitive ? text : text.map((byte) => TO_LOWER[byte]!) };
    this.#foldsCase = !caseSensitive;
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    const { test, text } = this.place;
    if (test === PathTest.exact) {
      return this.#foldsCase ? rangeEqualsIgnoreCase(bytes, start, end, text) : rangeEquals(bytes, start, end, text);
    }
    if (!(this.#foldsCase ? startsWithAnyCase(bytes, start, end, text) : rangeStartsWith(bytes, start, end, text))) {
      return false;
    }
    const next = start + text.length;
    return test === PathTest.prefix || next === end || bytes[next] === SLASH;
  }

  matchedLength(pathLength: number): number {
    return this.place.test === PathTest.exact ? pathLength : this.place.text.length;
  }
}

function startsWithAnyCase(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (TO_LOWER[bytes[start + i]!] !== prefix[i]) return false;
  return true;
}
