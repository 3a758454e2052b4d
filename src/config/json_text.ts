/**
 * JSON text to a {@link DocumentNode}, as lenient as Envoy's reader: trailing commas and single-quoted strings pass,
 * comments do not (spec/xds.md 1.1).
 *
 * Differs from Envoy: duplicate keys are refused, not resolved in silence.
 */

import { ElementMemory, type ElementPlace } from "./element_memory.ts";
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

const NO_ENTRIES: readonly MapEntry[] = [];

const ESCAPED: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** Reads one JSON document, or throws ConfigError. What `memory` has of it is not read again. */
export function parseJson(text: string, memory: ElementMemory | null = null): DocumentNode {
  return new JsonText(text, memory).document();
}

class JsonText {
  readonly #text: string;
  readonly #memory: ElementMemory | null;
  /** Around the current value; kept where there is a memory. */
  readonly #keys: string[] = [];
  #at = 0;
  /** Start of the line of the position asked for last: positions only move forward. */
  #line = 1;
  #lineStart = 0;
  /** Of the first line end at or behind it. */
  #lineEnd = -1;

  constructor(text: string, memory: ElementMemory | null) {
    this.#text = text;
    this.#memory = memory;
    memory?.begin(text);
    this.#lineEnd = this.#lineEndFrom(0);
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
      this.#keys.push(key);
      entries.push({ key, value: this.#value(depth + 1), ...place });
      this.#keys.pop();
      this.#separate("}");
    }
    return { kind: "map", entries, ...position };
  }

  #array(position: Position, depth: number): DocumentNode {
    const items: DocumentNode[] = [];
    const memory = this.#memory !== null && ElementMemory.holds(this.#keys) ? this.#memory : null;
    memory?.beginList();
    this.#at++;
    while (!this.#closes("]")) {
      if (memory === null) items.push(this.#value(depth + 1));
      else this.#elements(memory, depth + 1, items);
      this.#separate("]");
    }
    return { kind: "list", items, ...position };
  }

  /** The next elements of a list that is remembered: one, or all that are known and follow each other. */
  #elements(memory: ElementMemory, depth: number, items: DocumentNode[]): void {
    const start = this.#at, run = memory.findRun(start);
    if (run.length > 0) {
      for (const place of run) items.push(knownNode(place));
      this.#at = run.at(-1)!.end;
      return;
    }
    const end = this.#endOfObject();
    if (end < 0) {
      items.push(this.#value(depth));
      return memory.beginList();
    }
    const elsewhere = memory.findByText(start, end);
    if (elsewhere !== null) {
      this.#at = end;
      return void items.push(knownNode(elsewhere));
    }
    const place = memory.add(start, end), node = this.#value(depth);
    // What is no JSON may end elsewhere than it seems to.
    items.push(node.kind === "map" && this.#at === end ? { ...node, place } : node);
  }

  /** Behind the object that begins here, if all in it is in order; -1 = there is none. */
  #endOfObject(): number {
    const text = this.#text;
    let depth = 0;
    for (let at = this.#at; at < text.length; at++) {
      switch (text.charCodeAt(at)) {
        case 0x22: // "
        case 0x27: { // '
          const quote = text.charCodeAt(at++);
          for (; at < text.length && text.charCodeAt(at) !== quote; at++) if (text.charCodeAt(at) === 0x5c) at++;
          break;
        }
        case 0x7b: // {
          depth++;
          break;
        case 0x7d: // }
          if (--depth === 0) return at + 1;
      }
      if (depth === 0) return -1;
    }
    return -1;
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
    while (this.#lineEnd < this.#at) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#lineEndFrom(this.#lineStart);
    }
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  /** Past the text where there is none. */
  #lineEndFrom(start: number): number {
    const found = this.#text.indexOf("\n", start);
    return found < 0 ? Infinity : found;
  }

  #refused(wanted: string) {
    const found = this.#at < this.#text.length ? JSON.stringify(this.#text[this.#at]) : "the end of the text";
    return unreadable(`Cannot read document as JSON: found ${found}, ${wanted}`, this.#position());
  }
}

/** What is known has no problems, whose places somebody may want. */
function knownNode({ message }: ElementPlace): DocumentNode {
  return { kind: "map", entries: NO_ENTRIES, known: message!, line: 0, column: 0 };
}
