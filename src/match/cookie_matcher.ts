/**
 * A `CookieMatcher`, compiled (spec/http.md 2.3). Cookies are split at `;` on every `cookie` line; quotes round a value do
 * not count; of several cookies of a name the first counts. An absent cookie is as one that does not match.
 */
import { rangeEquals } from "../base/ascii.ts";
import type { CookieMatcherConfig } from "../config/match_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { ByteRange } from "./byte_range.ts";
import { StringMatcher } from "./string_matcher.ts";

const SPACE = 32, QUOTE = 34, SEMICOLON = 59, EQUALS = 61;

/**
 * Points `value` at the first cookie of this name, without quotes round it; false = there is none. A part without `=` is no
 * cookie.
 */
export function readCookie(headers: HeaderList, name: Uint8Array, value: ByteRange): boolean {
  for (let entry = headers.find(HeaderId.cookie); entry >= 0; entry = headers.findNext(entry)) {
    value.set(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry));
    if (narrowToCookie(value, name)) return true;
  }
  return false;
}

/** From a whole line to the cookie of this name on it. */
function narrowToCookie(value: ByteRange, name: Uint8Array): boolean {
  const { bytes, start, end } = value;
  for (let at = start; at < end;) {
    while (at < end && bytes[at] === SPACE) at++;
    let nameEnd = at;
    while (nameEnd < end && bytes[nameEnd] !== EQUALS && bytes[nameEnd] !== SEMICOLON) nameEnd++;
    let valueEnd = nameEnd;
    while (valueEnd < end && bytes[valueEnd] !== SEMICOLON) valueEnd++;
    if (bytes[nameEnd] === EQUALS && nameEnd < valueEnd && rangeEquals(bytes, at, nameEnd, name)) {
      const isQuoted = valueEnd - nameEnd > 2 && bytes[nameEnd + 1] === QUOTE && bytes[valueEnd - 1] === QUOTE;
      if (isQuoted) value.set(bytes, nameEnd + 2, valueEnd - 1);
      else value.set(bytes, nameEnd + 1, valueEnd);
      return true;
    }
    at = valueEnd + 1;
  }
  return false;
}

export class CookieMatcher {
  readonly #name: Uint8Array;
  readonly #matcher: StringMatcher;
  readonly #invert: boolean;
  readonly #value = new ByteRange();

  constructor({ name, matcher, invert }: CookieMatcherConfig) {
    this.#name = new TextEncoder().encode(name);
    this.#matcher = new StringMatcher(matcher);
    this.#invert = invert;
  }

  /** Whether a request's cookies are as wanted. */
  matches(headers: HeaderList): boolean {
    const value = this.#value;
    if (!readCookie(headers, this.#name, value)) return this.#invert;
    return this.#matcher.matchesBytes(value.bytes, value.start, value.end) !== this.#invert;
  }
}
