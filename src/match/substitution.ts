/**
 * What takes the place of a match: text in which `\0` to `\9` stand for the match and its groups and `\\` for a
 * backslash, as RE2 has it (spec/http.md 2.6).
 */
import { utf8AsLatin1 } from "../base/re2.ts";

const DIGIT = /\d/;

/** A substitution, taken apart. */
export interface Substitution {
  /** Text, one unit a byte, and numbers of groups. */
  readonly parts: readonly (string | number)[];
  readonly maxGroup: number;
}

/** Takes `text` apart. A backslash before anything else ends it, as it ends RE2's own reading. */
export function parseSubstitution(text: string): Substitution {
  const parts: (string | number)[] = [];
  let literal = "", maxGroup = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "\\") {
      literal += text[at];
      continue;
    }
    const next = text[++at];
    if (next === "\\") {
      literal += next;
    } else if (next !== undefined && DIGIT.test(next)) {
      if (literal !== "") parts.push(utf8AsLatin1(literal));
      literal = "";
      parts.push(Number(next));
      maxGroup = Math.max(maxGroup, Number(next));
    } else {
      break;
    }
  }
  if (literal !== "") parts.push(utf8AsLatin1(literal));
  return { parts, maxGroup };
}
