/**
 * Field lines, `name: value CRLF` up to the empty line: the header section of both heads and the trailer section
 * (RFC 9112 section 5). Looks at each byte once, may stop and go on at any, and lowers names where they lie.
 *
 * ```
 *                    token          ":"               not blank             CR
 *   lineStart ─────────────▶ name ───────▶ valueStart ──────────▶ value ─────────▶ lineLf
 *    │   ▲                                                                           │ LF
 *    │ CR└───────────────────────────────────────────────────────────────────────────┘
 *    ▼     LF
 *   endLf ─────▶ complete               any other byte: refused, for good
 * ```
 *
 * `content-length` is the one field looked into: what comes after a wrong one is not worth waiting for.
 *
 * Differs from Envoy: bare LF, bare CR and folded lines are refused (spec/http.md 1.7); trailers that are going to be
 * dropped count against the limits all the same.
 */
import { IS_FORBIDDEN_IN_VALUE, IS_TOKEN, TO_LOWER } from "../../base/ascii.ts";
import type { Fault } from "../../base/fault.ts";
import { type HeaderList, IS_CANONICAL } from "../../http/header_list.ts";
import { HeaderId, headerIdOf } from "../../http/header_names.ts";
import { parseContentLength } from "./content_length.ts";
import { CODEC_ERROR, INVALID_CHARACTERS, TOO_MANY_HEADERS, UNEXPECTED_UNDERSCORE } from "./faults.ts";
import { type FieldNames, NameVerdict } from "./field_names.ts";

const TAB = 9, LF = 10, CR = 13, SPACE = 32, COLON = 58;

/** The lower-case byte where it may stand in a name, else 0. */
const NAME_BYTE = TO_LOWER.map((lower, byte) => IS_TOKEN[byte] === 1 ? lower : 0);
/** The byte as it is, likewise. */
const NAME_BYTE_AS_IS = NAME_BYTE.map((lower, byte) => lower === 0 ? 0 : byte);

const LINE_START = 0;
const NAME = 1;
const VALUE_START = 2;
const VALUE = 3;
const LINE_LF = 4;
const END_LF = 5;

/** How far a parser got. */
export const ParseOutcome = {
  /** All bytes were looked at, and more are wanted. */
  incomplete: 0,
  complete: 1,
  /** `failure` says why. */
  refused: 2,
} as const;

/** One of {@link ParseOutcome}. */
export type ParseOutcomeValue = typeof ParseOutcome[keyof typeof ParseOutcome];

export class FieldParser {
  /** Position behind the last byte looked at. Plain field: read after each call. */
  at = 0;
  failure: Fault | null = null;
  #phase = LINE_START;
  #nameStart = 0;
  #nameEnd = 0;
  #valueStart = 0;
  readonly #maxCount: number;
  readonly #names: FieldNames | null;
  readonly #nameBytes: Uint8Array;

  /** More than `maxCount` lines are refused. With `names` that keep spellings the lists must do so too. */
  constructor(maxCount: number, names: FieldNames | null = null) {
    this.#maxCount = maxCount;
    this.#names = names;
    this.#nameBytes = names !== null && names.preserveCase !== null ? NAME_BYTE_AS_IS : NAME_BYTE;
  }

  /** A section begins at `position`. */
  begin(position: number): void {
    this.at = position;
    this.failure = null;
    this.#phase = LINE_START;
  }

  /** The bytes of the unfinished section lie `delta` further on than before. */
  shift(delta: number): void {
    this.at += delta;
    this.#nameStart += delta;
    this.#nameEnd += delta;
    this.#valueStart += delta;
  }

  /** Reads `bytes[at, end)` and appends each finished line to `list`. */
  parse(bytes: Uint8Array, end: number, list: HeaderList, view: DataView | null = null): ParseOutcomeValue {
    const nameBytes = this.#nameBytes;
    let at = this.at;
    let phase = this.#phase;
    for (;;) {
      switch (phase) {
        case LINE_START:
          if (at === end) return this.#pause(at, LINE_START);
          if (bytes[at] === CR) {
            at++;
            phase = END_LF;
            continue;
          }
          this.#nameStart = at;
        // falls through
        case NAME: {
          let byte = 0;
          while (at < end && (byte = nameBytes[bytes[at]!]!) !== 0) bytes[at++] = byte;
          if (at === end) return this.#pause(at, NAME);
          // An empty name, a space before the colon and a folded line all end here.
          if (bytes[at] !== COLON || at === this.#nameStart) return this.#refuse(at, CODEC_ERROR);
          this.#nameEnd = at++;
        }
        // falls through
        case VALUE_START:
          while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
          if (at === end) return this.#pause(at, VALUE_START);
          this.#valueStart = at;
        // falls through
        case VALUE: {
          if (view !== null) at = skipPlain(view, at, end);
          while (at < end && IS_FORBIDDEN_IN_VALUE[bytes[at]!] === 0) at++;
          if (at === end) return this.#pause(at, VALUE);
          const byte = bytes[at]!;
          if (byte !== CR) return this.#refuse(at, byte === LF ? CODEC_ERROR : INVALID_CHARACTERS);
          at++;
        }
        // falls through
        case LINE_LF: {
          if (at === end) return this.#pause(at, LINE_LF);
          if (bytes[at] !== LF) return this.#refuse(at, CODEC_ERROR);
          const failure = this.#append(bytes, at - 1, list);
          if (failure !== null) return this.#refuse(at, failure);
          at++;
          phase = LINE_START;
          continue;
        }
        case END_LF:
          if (at === end) return this.#pause(at, END_LF);
          if (bytes[at] !== LF) return this.#refuse(at, CODEC_ERROR);
          this.at = at + 1;
          return ParseOutcome.complete;
      }
    }
  }

  /** Returns why the line is refused: a `content-length` must be the only and a valid one. */
  #append(bytes: Uint8Array, lineEnd: number, list: HeaderList): Fault | null {
    const nameEnd = this.#nameEnd, valueStart = this.#valueStart;
    if (this.#names !== null) {
      const verdict = this.#names.take(bytes, this.#nameStart, nameEnd, list);
      if (verdict !== NameVerdict.kept) return verdict === NameVerdict.dropped ? null : UNEXPECTED_UNDERSCORE;
    }
    if (list.count >= this.#maxCount) return TOO_MANY_HEADERS;
    let valueEnd = lineEnd;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
    const isCanonical = valueStart === nameEnd + 2 && bytes[nameEnd + 1] === SPACE && valueEnd === lineEnd;
    const id = headerIdOf(bytes, this.#nameStart, nameEnd);
    if (id === HeaderId.contentLength) {
      if (list.has(id) || parseContentLength(bytes, valueStart, valueEnd) < 0) return CODEC_ERROR;
    }
    list.append(this.#nameStart, nameEnd, valueStart, valueEnd, isCanonical ? id | IS_CANONICAL : id);
    return null;
  }

  #pause(at: number, phase: number): ParseOutcomeValue {
    this.at = at;
    this.#phase = phase;
    return ParseOutcome.incomplete;
  }

  #refuse(at: number, failure: Fault): ParseOutcomeValue {
    this.at = at;
    this.failure = failure;
    return ParseOutcome.refused;
  }
}

/**
 * The first position from `at` on, in steps of four, where a byte below 0x20 or a DEL may be. It may stop early, never
 * late: the arithmetic takes a borrow for a control byte, and the caller looks at each byte from there on.
 */
function skipPlain(view: DataView, at: number, end: number): number {
  for (const last = end - 4; at <= last; at += 4) {
    const four = view.getInt32(at, true), del = four ^ 0x7f7f7f7f;
    if ((((four - 0x20202020) & ~four) | ((del - 0x01010101) & ~del)) & 0x80808080) break;
  }
  return at;
}
