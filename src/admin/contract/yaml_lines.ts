/**
 * A tree of JSON as lines of YAML: two spaces a level, lists at the depth of their field, text quoted only where YAML would
 * read it as something else. Server and console print with it, so that lines and their numbers agree.
 */

/** One line. */
export interface YamlLine {
  /** Levels of indentation. */
  readonly depth: number;
  /** Dashes before it, of list elements that begin on this line. */
  readonly dashes: number;
  /** Null = an element of a list, or the value alone. */
  readonly key: string | null;
  /** As YAML has it; empty = what follows is deeper. */
  readonly value: string;
  /** As it was, of a text; null = no text. */
  readonly text: string | null;
}

/** The lines of a value, one at a time. */
export function* yamlLines(value: unknown): Generator<YamlLine> {
  if (isEmpty(value)) yield { depth: 0, dashes: 0, key: null, ...scalar(value) };
  else yield* linesOf(value, 0, 0);
}

/** The line as text, without its indentation. */
export function lineText({ dashes, key, value }: YamlLine): string {
  const field = key === null ? "" : value === "" ? `${plain(key)}:` : `${plain(key)}: `;
  return "- ".repeat(dashes) + field + value;
}

/** The line as it stands in a document. */
export function indentedText(line: YamlLine): string {
  return "  ".repeat(line.depth) + lineText(line);
}

/** `dashes`: those of the elements that the first line begins. */
function* linesOf(value: unknown, depth: number, dashes: number): Generator<YamlLine> {
  if (Array.isArray(value)) {
    let first = dashes;
    for (const element of value) {
      if (isEmpty(element)) yield { depth: depth - first, dashes: first + 1, key: null, ...scalar(element) };
      else yield* linesOf(element, depth + 1, first + 1);
      first = 0;
    }
    return;
  }
  let first = dashes;
  for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
    const line = { depth: depth - first, dashes: first, key };
    first = 0;
    if (isEmpty(inner)) yield { ...line, ...scalar(inner) };
    else {
      yield { ...line, value: "", text: null };
      yield* linesOf(inner, Array.isArray(inner) ? depth : depth + 1, 0);
    }
  }
}

/** It stands on the line of its key. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function scalar(value: unknown): { value: string; text: string | null } {
  if (typeof value === "string") return { value: plain(value), text: value };
  return { value: JSON.stringify(value) ?? "null", text: null };
}

/** Texts that need no quotes: letters first, nothing in them that YAML knows. */
const PLAIN = /^[A-Za-z_/.][\w ./@+()*=-]*(?:[:][\w./@+()*=-]+)*$/;
/** Lengths of time and addresses: begin with a digit and are no numbers. */
const NO_NUMBER = /^\d+(?:\.\d+)?s$|^\d+(?:\.\d+){3}$/;
/** Words that are no texts to some reader of YAML. */
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n|\.inf|\.nan|[.\d][\d_.:e+-]*)$/i;

function plain(text: string): string {
  if (NO_NUMBER.test(text) || (PLAIN.test(text) && !WORDS.test(text) && !text.endsWith(" "))) return text;
  // JSON is YAML; what could be taken for a line end, or turn the text around, is written out.
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
