/**
 * A `StringMatcher`, compiled (spec/http.md 2.3). Over bytes it makes no string; a configured text is compared in its
 * UTF-8 form, as Envoy does, and `ignore_case` is about ASCII letters.
 */
import { rangeEquals, rangeEqualsIgnoreCase, rangeStartsWith, TO_LOWER } from "../base/ascii.ts";
import { assertNever } from "../base/errors.ts";
import type { StringMatcherConfig } from "../config/match_config.ts";
import { SafeRegex } from "./safe_regex.ts";

const UTF8 = new TextEncoder();

export class StringMatcher {
  readonly #kind: StringMatcherConfig["kind"];
  readonly #ignoreCase: boolean;
  readonly #wanted: Uint8Array;
  readonly #wantedText: string;
  readonly #regex: SafeRegex | null;

  constructor({ kind, value, ignoreCase }: StringMatcherConfig) {
    this.#kind = kind;
    this.#ignoreCase = ignoreCase;
    this.#wantedText = ignoreCase ? lowerAscii(value) : value;
    this.#wanted = UTF8.encode(this.#wantedText);
    this.#regex = kind === "safe_regex" ? new SafeRegex(value) : null;
  }

  /** Whether `bytes[start, end)` is as wanted. */
  matchesBytes(bytes: Uint8Array, start: number, end: number): boolean {
    const wanted = this.#wanted, count = wanted.length;
    switch (this.#kind) {
      case "exact":
        if (this.#ignoreCase) return rangeEqualsIgnoreCase(bytes, start, end, wanted);
        return rangeEquals(bytes, start, end, wanted);
      case "prefix":
        if (end - start < count) return false;
        if (this.#ignoreCase) return rangeEqualsIgnoreCase(bytes, start, start + count, wanted);
        return rangeStartsWith(bytes, start, end, wanted);
      case "suffix":
        if (end - start < count) return false;
        if (this.#ignoreCase) return rangeEqualsIgnoreCase(bytes, end - count, end, wanted);
        return rangeEquals(bytes, end - count, end, wanted);
      case "contains":
        return this.#ignoreCase ? holdsAnyCase(bytes, start, end, wanted) : holds(bytes, start, end, wanted);
      case "safe_regex":
        return this.#regex!.matchesBytes(bytes, start, end);
      default:
        return assertNever(this.#kind);
    }
  }

  /** The same for text that is text: one UTF-16 unit a character, not a byte. For names, metadata and the like. */
  matchesText(text: string): boolean {
    const wanted = this.#wantedText, value = this.#ignoreCase ? lowerAscii(text) : text;
    switch (this.#kind) {
      case "exact":
        return value === wanted;
      case "prefix":
        return value.startsWith(wanted);
      case "suffix":
        return value.endsWith(wanted);
      case "contains":
        return value.includes(wanted);
      case "safe_regex":
        return this.#regex!.matches(text);
      default:
        return assertNever(this.#kind);
    }
  }
}

function holds(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  const last = end - wanted.length, first = wanted[0]!;
  for (let at = start; at <= last; at++) {
    if (bytes[at] === first && rangeStartsWith(bytes, at, end, wanted)) return true;
  }
  return false;
}

function holdsAnyCase(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  const count = wanted.length, first = wanted[0]!;
  for (let at = start; at + count <= end; at++) {
    if (TO_LOWER[bytes[at]!] === first && rangeEqualsIgnoreCase(bytes, at, at + count, wanted)) return true;
  }
  return false;
}

/** `A` to `Z` in lower case, everything else as it is. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
