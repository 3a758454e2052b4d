/**
 * Regular expressions that a configuration or a user wrote: RE2 syntax in a linear-time engine, so that no pattern can
 * make the proxy wait (spec/operations.md 8.7). Refusals are in RE2's own words, since tools compare them.
 */
import { RE2JS } from "re2js";

/** A pattern was refused. The message is `REASON: PART`, as RE2 words it: `missing ]: [`. */
export class SafeRegexError extends Error {
  override readonly name = "SafeRegexError";
}

/** The engine's reasons that RE2 says in other words. */
const RE2_WORDS: Readonly<Record<string, string>> = {
  "missing closing ]": "missing ]",
  "missing closing )": "missing )",
  "missing argument to repetition operator": "no argument for repetition operator",
  "invalid repeat count": "invalid repetition size",
  "invalid nested repetition operator": "bad repetition operator",
  "invalid or unsupported Perl syntax": "invalid perl operator",
  "invalid named capture": "invalid named capture group",
  "duplicate capture group name": "invalid named capture group",
};

/** Characters that mean something in a pattern; one without them is plain text. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

export class SafeRegex {
  readonly source: string;
  readonly #engine: RE2JS;
  readonly #isPlain: boolean;

  /** Throws {@link SafeRegexError}. */
  constructor(source: string) {
    this.source = source;
    this.#engine = compile(source);
    this.#isPlain = !SPECIAL.test(source);
  }

  /** Whether some part of `text` matches. */
  search(text: string): boolean {
    return this.#isPlain ? text.includes(this.source) : this.#engine.test(text);
  }

  /** Whether the whole of `text` matches. */
  matches(text: string): boolean {
    return this.#isPlain ? text === this.source : this.#engine.testExact(text);
  }

  /** Instructions of the compiled program, what `re2.max_program_size` bounds. */
  get programSize(): number {
    return this.#engine.programSize();
  }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new SafeRegexError(reasonOf(error, source), { cause: error });
  }
}

function reasonOf(error: unknown, source: string): string {
  if (!(error instanceof Error && "error" in error && typeof error.error === "string")) return String(error);
  if (error.error === "trailing backslash at end of expression") return "trailing \\";
  const part = "input" in error && typeof error.input === "string" ? error.input : source;
  return `${RE2_WORDS[error.error] ?? error.error}: ${part}`;
}
