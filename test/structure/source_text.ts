/**
 * A TypeScript source as the structure tests read it: the code with comments, string contents and regular expressions
 * blanked out at the same offsets, and the comments by themselves. So a rule may search the code with a plain pattern
 * and is not misled by a word in a comment or a quoted import.
 *
 * It is a scanner, not a parser. JSX text may hold a lone apostrophe: a string ends with its line at the latest, so
 * that such a text spoils its own line and no other.
 */

/** A comment with its delimiters. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One source, scanned. */
export interface SourceText {
  /** From the repository's root: `src/base/errors.ts`. */
  readonly path: string;
  readonly text: string;
  /** As long as `text`, line ends in place. */
  readonly code: string;
  readonly comments: readonly Comment[];
}

/** After these a slash begins a regular expression, though a word before a slash is else a division. */
const WORDS_BEFORE_REGEX: ReadonlySet<string> = new Set(
  ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "yield", "await"],
);

/** Scans one source. */
export function scanSource(path: string, text: string): SourceText {
  const code = text.split("");
  const comments: Comment[] = [];
  /** Brace depth of each open template's expression, innermost last. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;

  const blank = (start: number, end: number) => {
    for (let i = start; i < end; i++) if (code[i] !== "\n") code[i] = " ";
  };
  const comment = (end: number) => {
    comments.push({ start: at, end, text: text.slice(at, end) });
    blank(at, end);
    at = end;
  };
  /** From inside a template's text to its end or to the `${` of an expression. */
  const templateText = () => {
    const start = at;
    while (at < text.length) {
      if (text[at] === "\\") at += 2;
      else if (text[at] === "`") {
        blank(start, at++);
        return;
      } else if (text.startsWith("${", at)) {
        blank(start, at);
        at += 2;
        templates.push(depth++);
        return;
      } else at++;
    }
    blank(start, text.length);
  };

  while (at < text.length) {
    const char = text[at]!;
    if (text.startsWith("//", at)) {
      comment(lineEnd(text, at));
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      comment(end < 0 ? text.length : end + 2);
    } else if (char === '"' || char === "'") {
      const end = quotedEnd(text, at);
      blank(at + 1, text[end - 1] === char ? end - 1 : end);
      at = end;
    } else if (char === "`") {
      at++;
      templateText();
    } else if (char === "/" && regexMayStart(code, at)) {
      const end = regexEnd(text, at);
      blank(at + 1, end);
      at = end;
    } else {
      if (char === "{") depth++;
      else if (char === "}") {
        depth--;
        if (templates.at(-1) === depth) {
          templates.pop();
          at++;
          templateText();
          continue;
        }
      }
      at++;
    }
  }
  return { path, text, code: code.join(""), comments };
}

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

/** `src/base/errors.ts:12`, for messages. */
export function placeOf(source: SourceText, offset: number): string {
  return `${source.path}:${lineOf(source.text, offset)}`;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** One past the closing quote; the line's end where there is none. */
function quotedEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === text[start]) return i + 1;
    else if (text[i] === "\n") return i;
  }
  return text.length;
}

/** One past the flags. */
function regexEnd(text: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "[") inClass = true;
    else if (text[i] === "]") inClass = false;
    else if (text[i] === "/" && !inClass) {
      let end = i + 1;
      while (end < text.length && /[a-z]/.test(text[end]!)) end++;
      return end;
    }
  }
  return start + 1;
}

/** A slash after a value divides; after an operator, an opening bracket or certain words it begins an expression. */
function regexMayStart(code: readonly string[], at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /\s/.test(code[before]!)) before--;
  if (before < 0) return true;
  // `</p>`: a closing tag, not an expression.
  if (code[before] === "<") return false;
  if (!/[\w$)\]}"'`]/.test(code[before]!)) return true;
  let start = before;
  while (start >= 0 && /[\w$]/.test(code[start]!)) start--;
  return WORDS_BEFORE_REGEX.has(code.slice(start + 1, before + 1).join(""));
}
