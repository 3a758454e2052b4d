/**
 * A `QueryParameterMatcher`, compiled (spec/http.md 2.3). The query is what follows the first `?`, split at `&`, each part
 * at its first `=`; nothing is decoded, and of several parameters of a name the first counts.
 */
import { rangeEquals } from "../base/ascii.ts";
import type { QueryParameterMatcherConfig } from "../config/match_config.ts";
import { ByteRange } from "./byte_range.ts";
import { StringMatcher } from "./string_matcher.ts";

const QUESTION_MARK = 63, AMPERSAND = 38, EQUALS = 61;

/** Where the query of the target in `bytes[start, end)` begins, behind its `?`; `end` when there is none. */
export function queryStart(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === QUESTION_MARK) return at + 1;
  return end;
}

/** Points `value` at the first parameter of this name in the query in `bytes[start, end)`; false = there is none. */
export function readParameter(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: Uint8Array,
  value: ByteRange,
): boolean {
  for (let at = start; at < end;) {
    let nameEnd = at;
    while (nameEnd < end && bytes[nameEnd] !== EQUALS && bytes[nameEnd] !== AMPERSAND) nameEnd++;
    let valueEnd = nameEnd;
    while (valueEnd < end && bytes[valueEnd] !== AMPERSAND) valueEnd++;
    if (rangeEquals(bytes, at, nameEnd, name)) {
      value.set(bytes, Math.min(nameEnd + 1, valueEnd), valueEnd);
      return true;
    }
    at = valueEnd + 1;
  }
  return false;
}

export class QueryMatcher {
  readonly #name: Uint8Array;
  readonly #matcher: StringMatcher | null;
  readonly #isPresent: boolean;
  readonly #value = new ByteRange();

  constructor({ name, test }: QueryParameterMatcherConfig) {
    this.#name = new TextEncoder().encode(name);
    this.#matcher = test.kind === "string" ? new StringMatcher(test.matcher) : null;
    this.#isPresent = test.kind === "present" && test.isPresent;
  }

  /** Whether the query in `bytes[start, end)` has the parameter as wanted. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    const value = this.#value;
    if (!readParameter(bytes, start, end, this.#name, value)) return this.#matcher === null && !this.#isPresent;
    if (this.#matcher === null) return this.#isPresent;
    return this.#matcher.matchesBytes(value.bytes, value.start, value.end);
  }
}
