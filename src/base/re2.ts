/**
 * The engine of every regular expression that a configuration or a user wrote: RE2's syntax, linear in the text, so that
 * no pattern can make the proxy wait. It lies down here because a pattern is checked where configuration is read and
 * run where it is compiled. Refusals are in RE2's own words, since tools compare them.
 *
 * As in Envoy, pattern and value are bytes and a character is one of them (RE2's Latin-1): `.` is half of an `ä`, and an
 * `ä` in a pattern is its two bytes of UTF-8.
 */
import { RE2JS } from "re2js";
import { latin1Bytes, latin1Text } from "./ascii.ts";

/** A pattern was refused. The message is `REASON: PART`, as RE2 words it: `missing ]: [`. */
export class RegexSyntaxError extends Error {
  override readonly name = "RegexSyntaxError";
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

/** A compiled pattern. */
export type Re2 = RE2JS;

/** Compiles `source`, to be run on text of one unit a byte; throws {@link RegexSyntaxError}. */
export function compileRe2(source: string): Re2 {
  try {
    return RE2JS.compile(utf8AsLatin1(source));
  } catch (error) {
    throw new RegexSyntaxError(reasonOf(error, source), { cause: error });
  }
}

/** Compiles `source`, to be run on text as it is, where a character is a code point; throws {@link RegexSyntaxError}. */
export function compileTextRe2(source: string): Re2 {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new RegexSyntaxError(reasonOf(error, source), { cause: error });
  }
}

/** Why RE2 refuses `source`, or null. */
export function regexProblem(source: string): string | null {
  try {
    compileRe2(source);
    return null;
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error.message;
    throw error;
  }
}

/** The UTF-8 form of `text`, one unit a byte. */
export function utf8AsLatin1(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 128) continue;
    const bytes = new TextEncoder().encode(text);
    return latin1Text(bytes, 0, bytes.length);
  }
  return text;
}

/** The other way round. */
function utf8Text(latin1: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(latin1Bytes(latin1));
}

function reasonOf(error: unknown, source: string): string {
  if (!(error instanceof Error && "error" in error && typeof error.error === "string")) return String(error);
  if (error.error === "trailing backslash at end of expression") return "trailing \\";
  const part = "input" in error && typeof error.input === "string" ? utf8Text(error.input) : source;
  // The engine takes a look-behind for a group's name.
  if (/^\(\?<[=!]/.test(part)) return `invalid perl operator: ${part.slice(0, 4)}`;
  return `${RE2_WORDS[error.error] ?? error.error}: ${part}`;
}
