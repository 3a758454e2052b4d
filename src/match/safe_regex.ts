/**
 * Regular expressions that a configuration or a user wrote, ready to be run: RE2's syntax and linear time whatever the
 * pattern, a character being a byte (base/re2.ts). Most patterns never reach the engine: see pattern_dfa.ts.
 */
import type { RE2JS } from "re2js";
import { latin1Text } from "../base/ascii.ts";
import { compileRe2, utf8AsLatin1 } from "../base/re2.ts";
import { PatternDfa } from "./pattern_dfa.ts";

/** Characters that mean something in a pattern; one without them is plain text. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

export class SafeRegex {
  readonly source: string;
  readonly #engine: RE2JS;
  readonly #isPlain: boolean;
  readonly #dfa: PatternDfa | null;

  /** Throws RegexSyntaxError (base/re2.ts). */
  constructor(source: string) {
    this.source = source;
    this.#engine = compileRe2(source);
    this.#isPlain = !SPECIAL.test(source);
    this.#dfa = PatternDfa.of(source);
  }

  /** Whether some part of `text` matches. */
  search(text: string): boolean {
    return this.#isPlain ? text.includes(this.source) : this.#engine.test(utf8AsLatin1(text));
  }

  /** Whether the whole of `text` matches. Text is text here: what is one unit a byte goes to {@link matchesBytes}. */
  matches(text: string): boolean {
    if (this.#isPlain) return text === this.source;
    const bytes = utf8AsLatin1(text);
    return this.#dfa === null ? this.#engine.testExact(bytes) : this.#dfa.matchesLatin1(bytes);
  }

  /** Whether the whole of `bytes[start, end)` matches. */
  matchesBytes(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#dfa !== null) return this.#dfa.matchesBytes(bytes, start, end);
    return this.#engine.testExact(latin1Text(bytes, start, end));
  }
}
