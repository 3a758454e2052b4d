/**
 * A path specifier, compiled (spec/http.md 2.2). The path is the request's up to `?`; text is compared as bytes, and letter
 * case is about ASCII.
 */
import { rangeEquals, rangeEqualsIgnoreCase, rangeStartsWith, TO_LOWER } from "../base/ascii.ts";
import type { PathMatcherConfig } from "../config/match_config.ts";
import { SafeRegex } from "./safe_regex.ts";
import { UriTemplate } from "./uri_template.ts";

/** Tells paths. */
export interface PathMatcher {
  /** Whether the path in `bytes[start, end)`, without its query, is as wanted. */
  matches(bytes: Uint8Array, start: number, end: number): boolean;
}

const SLASH = 47;

/** Compiles a path specifier. */
export function compilePathMatcher(config: PathMatcherConfig): PathMatcher {
  switch (config.kind) {
    case "safe_regex":
      return new RegexPath(config.regex);
    case "uri_template":
      return new UriTemplate(config.template);
    default:
      return new TextPath(config);
  }
}

/** `prefix`, `path` and `path_separated_prefix`. */
class TextPath implements PathMatcher {
  readonly #wanted: Uint8Array;
  readonly #ignoreCase: boolean;
  readonly #isPrefix: boolean;
  /** A longer path must go on with a slash. */
  readonly #isSeparated: boolean;

  constructor({ kind, value, ignoreCase }: Extract<PathMatcherConfig, { readonly value: string }>) {
    const wanted = new TextEncoder().encode(value);
    this.#wanted = ignoreCase ? wanted.map((byte) => TO_LOWER[byte]!) : wanted;
    this.#ignoreCase = ignoreCase;
    this.#isPrefix = kind !== "path";
    this.#isSeparated = kind === "path_separated_prefix";
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    const wanted = this.#wanted, wantedEnd = start + wanted.length;
    if (!this.#isPrefix) {
      return this.#ignoreCase
        ? rangeEqualsIgnoreCase(bytes, start, end, wanted)
        : rangeEquals(bytes, start, end, wanted);
    }
    if (wantedEnd > end || (this.#isSeparated && wantedEnd < end && bytes[wantedEnd] !== SLASH)) return false;
    return this.#ignoreCase
      ? rangeEqualsIgnoreCase(bytes, start, wantedEnd, wanted)
      : rangeStartsWith(bytes, start, end, wanted);
  }
}

class RegexPath implements PathMatcher {
  readonly #regex: SafeRegex;

  constructor(regex: string) {
    this.#regex = new SafeRegex(regex);
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#regex.matchesBytes(bytes, start, end);
  }
}
