/**
 * A `CookieMatcher`, compiled (spec/http.md 2.3). Cookies are split at `;` on every `cookie` line; quotes round a value do
 * not count; of several cookies of a name the first counts. An absent cookie is as one that does not match.
 */
import { rangeEquals } from "../base/ascii.ts";
import type { CookieMatcherConfig } from "../config/match_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { StringMatcher } from "./string_matcher.ts";

const SPACE = 32, QUOTE = 34, SEMICOLON = 59, EQUALS = 61;

export class CookieMatcher {
  readonly #name: Uint8Array;
  readonly #matcher: StringMatcher;
  readonly #invert: boolean;

  constructor({ name, matcher, invert }: CookieMatcherConfig) {
    this.#name = new TextEncoder().encode(name);
    this.#matcher = new StringMatcher(matcher);
    this.#invert = invert;
  }

  /** Whether a request's cookies are as wanted. */
  matches(headers: HeaderList): boolean {
    for (let entry = headers.find(HeaderId.cookie); entry >= 0; entry = headers.findNext(entry)) {
      const found = this.#look(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry));
      if (found !== null) return found !== this.#invert;
    }
    return this.#invert;
  }

  /** Whether the cookie on this line matches; null = it is not on it. A part without `=` is no cookie. */
  #look(bytes: Uint8Array, start: number, end: number): boolean | null {
    for (let at = start; at < end;) {
      while (at < end && bytes[at] === SPACE) at++;
      let nameEnd = at;
      while (nameEnd < end && bytes[nameEnd] !== EQUALS && bytes[nameEnd] !== SEMICOLON) nameEnd++;
      let valueEnd = nameEnd;
      while (valueEnd < end && bytes[valueEnd] !== SEMICOLON) valueEnd++;
      if (bytes[nameEnd] === EQUALS && nameEnd < valueEnd && rangeEquals(bytes, at, nameEnd, this.#name)) {
        return this.#test(bytes, nameEnd + 1, valueEnd);
      }
      at = valueEnd + 1;
    }
    return null;
  }

  #test(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start >= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE) {
      return this.#matcher.matchesBytes(bytes, start + 1, end - 1);
    }
    return this.#matcher.matchesBytes(bytes, start, end);
  }
}
