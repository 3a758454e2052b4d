/**
 * Regular expressions that a configuration or a user wrote, ready to be run: RE2's syntax and linear time whatever the
 * pattern (base/re2.ts), over text or straight over bytes. Most patterns never reach the engine: see pattern_dfa.ts.
 */
import type { RE2JS } from "re2js";
import { compileRe2 } from "../base/re2.ts";
import { MATCH, NOT_ASCII, PatternDfa } from "./pattern_dfa.ts";

/** Characters that mean something in a pattern; one without them is plain text. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const REPLACEMENT = "\ufffd";

export class SafeRegex {
  readonly source: string;
  readonly #engine: RE2JS;
  readonly #isPlain: boolean;
  readonly #dfa: PatternDfa | null;

  /** throws RegexSyntaxError. */
  constructor(source: string) {
    this.source = source;
    this.#engine = compileRe2(source);
    this.#isPlain = !SPECIAL.test(source);
    this.#dfa = PatternDfa.of(source);
  }

  /** Whether some part of `text` matches. */
  search(text: string): boolean {
    return this.#isPlain ? text.includes(this.source) : this.#engine.test(text);
  }

  /** Whether the whole of `text` matches. */
  matches(text: string): boolean {
    if (this.#isPlain) return text === this.source;
    const verdict = this.#dfa === null ? NOT_ASCII : this.#dfa.matchText(text);
    return verdict === NOT_ASCII ? this.#engine.testExact(text) : verdict === MATCH;
  }

  /** Whether the whole of `bytes[start, end)` matches as UTF-8. What is no UTF-8 matches nothing, as in RE2. */
  matchesBytes(bytes: Uint8Array, start: number, end: number): boolean {
    const verdict = this.#dfa === null ? NOT_ASCII : this.#dfa.matchBytes(bytes, start, end);
    if (verdict !== NOT_ASCII) return verdict === MATCH;
    const value = bytes.subarray(start, end);
    const text = UTF8.decode(value);
    return (!text.includes(REPLACEMENT) || isUtf8(text, value)) && this.#engine.testExact(text);
  }
}

/** Whether `text` is what `bytes` say: a decoder puts its sign for what it cannot read, which may also be written. */
function isUtf8(text: string, bytes: Uint8Array): boolean {
  const written = new TextEncoder().encode(text);
  return written.length === bytes.length && written.every((byte, i) => byte === bytes[i]);
}
