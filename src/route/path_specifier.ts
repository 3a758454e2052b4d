/**
 * What a route asks of the path, and where that puts it among the others (spec/http.md 2.2). Plain text has a place in a
 * tree of paths; expressions and templates must be tried, and CONNECT requests have no path at all.
 */
import { TO_LOWER } from "../base/ascii.ts";
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
  /** It looks at the path with its parameters, even where they do not count. */
  readonly readsParameters: boolean;
  /** Where the part of a path that `prefix_rewrite` takes the place of ends; -1 = it does not begin with that. */
  matchedEnd(bytes: Uint8Array, start: number, end: number): number;
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
  matches: () => false,
  readsParameters: false,
  matchedEnd: (_bytes, start) => start,
};

const TESTS = { prefix: PathTest.prefix, path: PathTest.exact, path_separated_prefix: PathTest.separated } as const;

/** Compiles a path condition. */
export function compilePathSpecifier(config: RouteMatchConfig["path"]): PathSpecifier {
  if (config.kind === "connect") return CONNECT;
  const matcher = compilePathMatcher(config), place = placeOf(config);
  const opening = "value" in config ? compilePathMatcher({ ...config, kind: "prefix" }) : null;
  return {
    wanted: wantedOf(config),
    place,
    isConnect: false,
    matches: (bytes, start, end) => matcher.matches(bytes, start, end),
    readsParameters: config.kind === "uri_template",
    matchedEnd: (bytes, start, end) => {
      if (opening === null || place === null) return end;
      return opening.matches(bytes, start, end) ? start + place.text.length : -1;
    },
  };
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
