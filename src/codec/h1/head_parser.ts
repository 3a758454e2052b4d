/**
 * Heads: a start line (RFC 9112 sections 3 and 4) and its field lines, straight into the head they belong to. Looks at
 * each byte once and may stop and go on at any; a head that goes on in other memory is moved there first. What the
 * fields mean is `framing.ts`'s business.
 *
 * A head holds its block only while the parser runs and once it is complete. In between it lets go, so that the reader
 * may append to the block instead of copying it for each byte that arrives.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type { Fault } from "../../base/fault.ts";
import type { HttpVersion, RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { HEADERS_TOO_LARGE } from "./faults.ts";
import type { FieldNames } from "./field_names.ts";
import type { PreserveCase } from "./options.ts";
import { FieldParser, ParseOutcome, type ParseOutcomeValue } from "./field_parser.ts";

const SLASH = 47, DOT = 46, ZERO = 48, ONE = 49, NINE = 57;

/** `HTTP/` */
const NAME_OF_HTTP: readonly number[] = [72, 84, 84, 80, SLASH];

/** Length of `HTTP/1.1`. */
export const VERSION_BYTES = 8;

/** Where the next byte belongs; what lies between the two is the start line's own. */
export const PHASE_START = 0;
export const PHASE_FIELDS = 100;

/** Whether `bytes[at, end)`, up to eight of it, may be an HTTP version: `HTTP/`, digit, dot, digit. */
export function isVersionPrefix(bytes: Uint8Array, at: number, end: number): boolean {
  const count = Math.min(VERSION_BYTES, end - at);
  for (let i = 0; i < count; i++) {
    const byte = bytes[at + i]!;
    if (i < 5 ? byte !== NAME_OF_HTTP[i] : i === 6 ? byte !== DOT : byte < ZERO || byte > NINE) return false;
  }
  return true;
}

/** The version whose first byte is at `at`. All but 1.1 count as 1.0, as in Envoy, which knows no other. */
export function versionAt(bytes: Uint8Array, at: number): HttpVersion {
  return bytes[at + 5] === ONE && bytes[at + 7] === ONE ? 11 : 10;
}

/** What both parsers keep: how much of the start line was read, and the bound on the whole head. */
export abstract class HeadParser<Head extends RequestHead | ResponseHead> {
  failure: Fault | null = null;
  /** Position behind the last byte looked at: behind the head once it is complete. */
  at = 0;
  protected phase: number = PHASE_START;
  protected tokenStart = 0;
  protected head: Head | null = null;
  readonly #fields: FieldParser;
  readonly #maxBytes: number;
  readonly #preserveCase: PreserveCase | null;
  #start = 0;
  #isFresh = false;

  /** `maxBytes` counts all bytes of the head, the start line and line ends too. */
  constructor(maxBytes: number, maxFields: number, names: FieldNames | null = null) {
    this.#maxBytes = maxBytes;
    this.#fields = new FieldParser(maxFields, names);
    this.#preserveCase = names === null ? null : names.preserveCase;
  }

  /** Reads the start line, up to `end` at most, and leaves `at` behind it. */
  protected abstract parseStartLine(bytes: Uint8Array, end: number, head: Head): ParseOutcomeValue;

  /** Whether a head was begun and is not complete. */
  get isOpen(): boolean {
    return this.head !== null;
  }

  /** A head's first byte lies at `start`. */
  begin(head: Head, block: ByteBlock, start: number): void {
    head.begin(block);
    if (this.#preserveCase !== null) head.headers.keepCases(this.#preserveCase.isProperElse);
    this.head = head;
    this.failure = null;
    this.#start = this.at = this.tokenStart = start;
    this.phase = PHASE_START;
    this.#isFresh = true;
  }

  /** Forgets the head under way: its stream is gone. */
  abandon(): void {
    this.head = null;
  }

  /**
   * Reads on. `start` is where the head's first byte lies now. When incomplete, all bytes from `start` on must come
   * again.
   */
  parse(block: ByteBlock, start: number, end: number): ParseOutcomeValue {
    const head = this.head!;
    if (this.#isFresh) this.#isFresh = false;
    else this.#resume(head, block, start);
    const limit = start + this.#maxBytes;
    const outcome = this.#parseTo(block, end < limit ? end : limit, head);
    if (outcome === ParseOutcome.incomplete) {
      if (end >= limit) return this.refuse(HEADERS_TOO_LARGE);
      head.release();
      return outcome;
    }
    this.head = null;
    return outcome;
  }

  #resume(head: Head, block: ByteBlock, start: number): void {
    const delta = start - this.#start;
    head.moveTo(block, delta);
    this.#fields.shift(delta);
    this.#start = start;
    this.at += delta;
    this.tokenStart += delta;
  }

  #parseTo(block: ByteBlock, end: number, head: Head): ParseOutcomeValue {
    const bytes = block.bytes;
    if (this.phase !== PHASE_FIELDS) {
      const outcome = this.parseStartLine(bytes, end, head);
      if (outcome !== ParseOutcome.complete) return outcome;
      this.phase = PHASE_FIELDS;
      this.#fields.begin(this.at);
    }
    const fields = this.#fields;
    const outcome = fields.parse(bytes, end, head.headers, block.view);
    this.at = fields.at;
    if (outcome === ParseOutcome.refused) this.failure = fields.failure;
    return outcome;
  }

  protected pause(at: number, phase: number): ParseOutcomeValue {
    this.at = at;
    this.phase = phase;
    return ParseOutcome.incomplete;
  }

  protected refuse(failure: Fault): ParseOutcomeValue {
    this.head = null;
    this.failure = failure;
    return ParseOutcome.refused;
  }
}
