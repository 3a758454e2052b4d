/**
 * Chunked transfer coding, receiving side: bytes in, body pieces out (RFC 9112 section 7.1), up to the last chunk's
 * line. The trailer section behind it is read by the field parser.
 *
 * ```
 *          size CRLF            n bytes               CRLF
 *   size ─────────────▶ data ─────────────▶ dataEnd ────────▶ size
 *    │ 0 CRLF
 *    ▼
 *   done            any state ── malformed ──▶ failed (for good)
 * ```
 *
 * The decoder holds no body: a piece is a range of the caller's block and is valid only during the call. It may stop
 * and go on at any byte. Lines end with CRLF and nothing else: every leniency here (bare LF, blank space before the
 * size, a sign, `0x`) has let two parsers disagree on where a request ends.
 *
 * Differs from Envoy: it takes a space behind the size, an extension without a name or with control bytes, and drops
 * what stands between a chunk's last byte and its CRLF.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type { Fault } from "../../base/fault.ts";
import { CHUNK_EXTENSION_TOO_LARGE, CODEC_ERROR } from "./faults.ts";

const TAB = 9, LF = 10, CR = 13, SPACE = 32, SEMICOLON = 59, DELETE = 127;

/** 13 hex digits stay below 2^53: a size is always exact in a number, and no honest chunk is larger. */
const MAX_SIZE_DIGITS = 13;

/** Bytes of extension on one size line. Envoy has no bound; no sender is known to have a use for more. */
const MAX_EXTENSION_BYTES = 1024;

/** Hex value by byte, or -1. */
const HEX = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Where the next byte belongs. */
const SIZE_START = 0;
const SIZE = 1;
const EXTENSION_START = 2;
const EXTENSION = 3;
const SIZE_LF = 4;
const DATA = 5;
const DATA_CR = 6;
const DATA_LF = 7;
const DONE = 8;
const FAILED = 9;

/** Takes the pieces a {@link ChunkedDecoder} finds. */
export interface BodySink {
  onBody(block: ByteBlock, start: number, end: number): void;
}

export class ChunkedDecoder {
  #at: number = SIZE_START;
  /** Significant ones, so that leading zeros are free, as in Envoy. */
  #digits = 0;
  /** Bytes of the current chunk still to come. */
  #left = 0;
  #extensionBytes = 0;
  #failure: Fault | null = null;

  /** A body begins. */
  begin(): void {
    this.#failure = null;
    this.#startSize();
  }

  /** The last chunk's line was read; the trailer section follows. */
  get isDone(): boolean {
    return this.#at === DONE;
  }

  get failure(): Fault | null {
    return this.#failure;
  }

  /**
   * Reads `block.bytes[start, end)` until one piece was found, which goes to `sink`, or the body's end.
   * Returns the position after the last byte taken.
   */
  push(block: ByteBlock, start: number, end: number, sink: BodySink): number {
    const bytes = block.bytes;
    let position = start;
    while (position < end && this.#at < DONE) {
      if (this.#at === DATA) return this.#takeData(block, position, end, sink);
      this.#takeByte(bytes[position++]!);
    }
    return position;
  }

  #takeByte(byte: number): void {
    switch (this.#at) {
      case SIZE_START:
      case SIZE: {
        const value = HEX[byte]!;
        if (value >= 0) return this.#addDigit(value);
        if (this.#at === SIZE_START) return this.#fail(CODEC_ERROR);
        return this.#endSize(byte);
      }
      case EXTENSION_START:
        if (byte === CR) return this.#fail(CODEC_ERROR); // `5;` names nothing
        this.#at = EXTENSION;
      // falls through
      case EXTENSION:
        if (byte === CR) return this.#go(SIZE_LF);
        if (byte < SPACE && byte !== TAB || byte === DELETE) return this.#fail(CODEC_ERROR);
        if (++this.#extensionBytes > MAX_EXTENSION_BYTES) return this.#fail(CHUNK_EXTENSION_TOO_LARGE);
        return;
      case SIZE_LF:
        if (byte !== LF) return this.#fail(CODEC_ERROR);
        return this.#go(this.#left === 0 ? DONE : DATA);
      case DATA_CR:
        return byte === CR ? this.#go(DATA_LF) : this.#fail(CODEC_ERROR);
      case DATA_LF:
        return byte === LF ? this.#startSize() : this.#fail(CODEC_ERROR);
    }
  }

  #startSize(): void {
    this.#digits = this.#left = this.#extensionBytes = 0;
    this.#go(SIZE_START);
  }

  #addDigit(value: number): void {
    const isLeadingZero = this.#left === 0 && value === 0;
    if (!isLeadingZero && ++this.#digits > MAX_SIZE_DIGITS) return this.#fail(CODEC_ERROR);
    this.#left = this.#left * 16 + value;
    this.#go(SIZE);
  }

  #endSize(byte: number): void {
    if (byte === CR) this.#go(SIZE_LF);
    else if (byte === SEMICOLON) this.#go(EXTENSION_START);
    else this.#fail(CODEC_ERROR);
  }

  #takeData(block: ByteBlock, position: number, end: number, sink: BodySink): number {
    const pieceEnd = Math.min(end, position + this.#left);
    this.#left -= pieceEnd - position;
    if (this.#left === 0) this.#go(DATA_CR);
    sink.onBody(block, position, pieceEnd);
    return pieceEnd;
  }

  #go(at: number): void {
    this.#at = at;
  }

  #fail(failure: Fault): void {
    this.#at = FAILED;
    this.#failure = failure;
  }
}
