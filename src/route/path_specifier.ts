/**
 * What a route asks of the path, and where that puts it among the others (spec/http.md 2.2). Plain text has a place in a
 * tree of paths; expressions and templates must be tried, and CONNECT requests have no path at all.
 */
import { rangeEqualsIgnoreCase, rangeStartsWith, TO_LOWER } from "../base/ascii.ts";
import { assertNever } from "../base/errors.ts";
import type { PathMatcherConfig } from "../config/match_config.ts";
import type { RouteMatchConfig } from "../config/route_match_config.ts";
import { compilePathMatcher, type PathMatcher } from "../match/path_matcher.ts";
import { PathTest, type PathTestValue } from "./path_trie.ts";

/** One path condition. */
export interface PathSpecifier extends PathMatcher {
  /** In a reader's words: `path prefix "/api"`. */
  readonly wanted: string;
  /** Where it stands in a tree of paths; null = it must be tried. */
  readonly place: PathPlace | null;
  /** Whether it is for CONNECT requests without a path, and for those alone. */
  readonly isConnect: boolean;
  /** It is asked with the path's parameters where others are asked without. */
  readonly seesParameters: boolean;
  /**
   * How many bytes from the start of `bytes[start, end)`, the path without its query, `prefix_rewrite` takes the place
   * of; -1 = it does not begin as wanted: it matched without its parameters, or has changed since.
   */
  matchedLength(bytes: Uint8Array, start: number, end: number): number;
}

/** A place in a tree of paths. */
export interface PathPlace {
  readonly test: PathTestValue;
  /** In lower case where letter case is ignored. */
  readonly text: Uint8Array;
  readonly foldsCase: boolean;
}

const CONNECT: PathSpecifier = {
  wanted: "a CONNECT request",
  place: null,
  isConnect: true,
  seesParameters: false,
  matches: () => false,
  matchedLength: () => 0,
};

const TESTS = { prefix: PathTest.prefix, path: PathTest.exact, path_separated_prefix: PathTest.separated } as const;

/** Compiles a path condition. */
export function compilePathSpecifier(config: RouteMatchConfig["path"]): PathSpecifier {
  if (config.kind === "connect") return CONNECT;
  const matcher = compilePathMatcher(config), place = placeOf(config);
  const begins = place === null ? null : place.foldsCase ? startsWithAnyCase : rangeStartsWith;
  return {
    wanted: wantedOf(config),
    place,
    isConnect: false,
    seesParameters: config.kind === "uri_template",
    matches: (bytes, start, end) => matcher.matches(bytes, start, end),
    matchedLength: (bytes, start, end) => {
      if (begins === null) return end - start;
      return begins(bytes, start, end, place!.text) ? place!.text.length : -1;
    },
  };
}

function startsWithAnyCase(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  return end - start >= text.length && rangeEqualsIgnoreCase(bytes, start, start + text.length, text);
}

function placeOf(config: PathMatcherConfig): PathPlace | null {
  if (!("value" in config)) return null;
  const { kind, value, ignoreCase } = config, text = new TextEncoder().encode(value);
  return {
    test: TESTS[kind],
    text: ignoreCase ? text.map((byte) => TO_LOWER[byte]!) : text,
    foldsCase: ignoreCase,
  };
}

function wantedOf(config: PathMatcherConfig): string {
  switch (config.kind) {
    case "safe_regex":
      return `path matching "${config.regex}"`;
    case "uri_template":
      return `path like "${config.template.template}"`;
    case "prefix":
    case "path":
    case "path_separated_prefix": {
      const name = { prefix: "path prefix", path: "path", path_separated_prefix: "path-separated prefix" }[config.kind];
      return `${name} "${config.value}"${config.ignoreCase ? " in any letter case" : ""}`;
    }
    default:
      return assertNever(config);
  }
}
