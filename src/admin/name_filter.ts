/** Regular expressions from a request: RE2 in a linear engine, and short (spec/console.md 8.7). */
import { RegexSyntaxError } from "../base/re2.ts";
import { SafeRegex } from "../match/safe_regex.ts";

/** Longest pattern taken from a request. */
const MAX_PATTERN_CHARS = 256;

/** The pattern compiled, or why it is refused, in RE2's words. */
export function parseNameFilter(pattern: string): SafeRegex | string {
  if (pattern.length > MAX_PATTERN_CHARS) return "pattern too large - compile failed";
  try {
    return new SafeRegex(pattern);
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error.message;
    throw error;
  }
}
