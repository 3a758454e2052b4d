/**
 * Regular expressions that a configuration or a user wrote, ready to be run: RE2's syntax and linear time whatever the
 * pattern, a character being a byte (base/re2.ts). Most patterns never reach the engine: see pattern_dfa.ts.
 */
import { latin1Text } from "../base/ascii.ts";
import { compileRe2, type Re2, utf8AsLatin1 } from "../base/re2.ts";
import { PatternDfa } from "./pattern_dfa.ts";
import type { Substitution } from "./substitution.ts";

/** Characters that mean something in a pattern; one without them is plain text. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

export class SafeRegex {
  readonly source: string;
  readonly #engine: Re2;
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

  /**
   * `text`, one unit a byte, with every match replaced, from left to right and without overlaps (RE2's GlobalReplace). A
   * substitution that names a group the pattern lacks changes nothing.
   */
  replaceAll(text: string, substitution: Substitution): string {
    const matcher = this.#engine.matcher(text);
    if (substitution.maxGroup > this.#engine.groupCount()) return text;
    let result = "", taken = 0, lastEnd = -1;
    while (matcher.find()) {
      const start = matcher.start(), end = matcher.end();
      // An empty match right behind another one is none.
      if (start === end && start === lastEnd) continue;
      result += text.slice(taken, start);
      for (const part of substitution.parts) result += typeof part === "string" ? part : matcher.group(part) ?? "";
      taken = lastEnd = end;
    }
    return taken === 0 && result === "" ? text : result + text.slice(taken);
  }
}
