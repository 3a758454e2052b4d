/**
 * JSON text to a {@link DocumentNode}, as lenient as Envoy's reader: trailing commas and single-quoted strings pass,
 * comments do not (spec/xds.md 1.1).
 *
 * Differs from Envoy: duplicate keys are refused, not resolved in silence.
 */

import {
  type DocumentNode,
  type MapEntry,
  MAX_DOCUMENT_DEPTH,
  noteKey,
  type Position,
  unreadable,
} from "./document.ts";

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\r\n]*/y;
/** Everything from the space up but the quote and the backslash. */
const PLAIN_DOUBLE = /[ !#-[\]-\uffff]*/y;
const PLAIN_SINGLE = /[ -&(-[\]-\uffff]*/y;
const ESCAPE = /\\(?:(["'\\/bfnrt])|u([0-9a-fA-F]{4}))/y;

const ESCAPED: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** Reads one JSON document, or throws ConfigError. */
export function parseJson(text: string): DocumentNode {
  return new JsonText(text).document();
}

class JsonText {
  readonly #text: string;
  #at = 0;
  /** Start of the line of the position asked for last: positions only move forward. */
  #line = 1;
  #lineStart = 0;
  #counted = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): DocumentNode {
    this.#take(BLANK);
    if (this.#at === this.#text.length) throw unreadable("Cannot read document: it is empty, wanted an object");
    const node = this.#value(0);
    this.#take(BLANK);
    if (this.#at < this.#text.length) throw this.#refused("wanted the end of the document");
    return node;
  }

  #value(depth: number): DocumentNode {
    if (depth > MAX_DOCUMENT_DEPTH) {
      throw unreadable(`Cannot read document: nested deeper than ${MAX_DOCUMENT_DEPTH} levels`, this.#position());
    }
    const position = this.#position();
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(position, depth);
    if (first === "[") return this.#array(position, depth);
    if (first === '"' || first === "'") {
      const value = this.#string();
      return { kind: "scalar", value, text: value, ...position };
    }
    const word = this.#take(WORD);
    if (word !== "") return { kind: "scalar", value: WORDS[word]!, text: word, ...position };
    const digits = this.#take(NUMBER);
    if (digits === "") throw this.#refused("wanted a value");
    const number = Number(digits);
    // A 64-bit integer would lose digits as a number; as text it is legal proto3 JSON too.
    const isExact = !/^-?[0-9]+$/.test(digits) || Number.isSafeInteger(number);
    return { kind: "scalar", value: isExact ? number : digits, text: digits, ...position };
  }

  #object(position: Position, depth: number): DocumentNode {
    const entries: MapEntry[] = [];
    const seen = new Map<string, Position>();
    this.#at++;
    while (!this.#closes("}")) {
      const place = this.#position();
      const quote = this.#text[this.#at];
      if (quote !== '"' && quote !== "'") throw this.#refused("wanted a field name in quotes");
      const key = this.#string();
      noteKey(seen, key, place);
      this.#take(BLANK);
      if (this.#text[this.#at] !== ":") throw this.#refused('wanted ":"');
      this.#at++;
      this.#take(BLANK);
      entries.push({ key, value: this.#value(depth + 1), ...place });
      this.#separate("}");
    }
    return { kind: "map", entries, ...position };
  }

  #array(position: Position, depth: number): DocumentNode {
    const items: DocumentNode[] = [];
    this.#at++;
    while (!this.#closes("]")) {
      items.push(this.#value(depth + 1));
      this.#separate("]");
    }
    return { kind: "list", items, ...position };
  }

  #closes(bracket: string): boolean {
    this.#take(BLANK);
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  /** Takes a comma, which may be the last thing before `bracket`. */
  #separate(bracket: string): void {
    this.#take(BLANK);
    if (this.#text[this.#at] === ",") this.#at++;
    else if (this.#text[this.#at] !== bracket) throw this.#refused(`wanted "," or "${bracket}"`);
  }

  #string(): string {
    const quote = this.#text[this.#at]!;
    const plain = quote === '"' ? PLAIN_DOUBLE : PLAIN_SINGLE;
    let value = "";
    this.#at++;
    for (;;) {
      value += this.#take(plain);
      if (this.#text[this.#at] === quote) break;
      ESCAPE.lastIndex = this.#at;
      const escape = ESCAPE.exec(this.#text);
      if (escape === null) throw this.#refused("wanted the end of the string");
      value += escape[1] === undefined
        ? String.fromCharCode(parseInt(escape[2]!, 16))
        : ESCAPED[escape[1]] ?? escape[1];
      this.#at = ESCAPE.lastIndex;
    }
    this.#at++;
    return value;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #position(): Position {
    for (; this.#counted < this.#at; this.#counted++) {
      if (this.#text[this.#counted] !== "\n") continue;
      this.#line++;
      this.#lineStart = this.#counted + 1;
    }
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #refused(wanted: string) {
    const found = this.#at < this.#text.length ? JSON.stringify(this.#text[this.#at]) : "the end of the text";
    return unreadable(`Cannot read document as JSON: found ${found}, ${wanted}`, this.#position());
  }
}
