/**
 * Bodies onto the wire, one way of four: counted against a `content-length`, in chunks (RFC 9112 section 7.1), raw until
 * the connection closes, or not at all. Pieces are handed over with their blocks, uncopied.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type { ByteSink } from "../../base/byte_sink.ts";
import { latin1Bytes } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { BodyEnd, type BodyEndValue } from "./framing.ts";
import { writeFields, writeLineEnd } from "./head_encoder.ts";

const CR = 13, LF = 10;

const HEX_DIGITS = latin1Bytes("0123456789abcdef");
const LAST_CHUNK = latin1Bytes("0\r\n");
/** A 32-bit size and its line end. */
const MAX_SIZE_LINE = 10;
const LINE_END_BYTES = 2;

export class BodyEncoder {
  /** Of this body, written so far with its framing. */
  wireBytes = 0;
  /** Of its trailers' lines. */
  trailerBytes = 0;
  readonly #sink: ByteSink;
  #end: BodyEndValue = BodyEnd.none;
  #left = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** A message's head was written; `length` counts with {@link BodyEnd}.length. */
  begin(end: BodyEndValue, length: number): void {
    this.#end = end;
    this.#left = length;
    this.wireBytes = this.trailerBytes = 0;
  }

  /** Writes a piece. Bytes past the length that was said are not written: they would pass for the next message. */
  write(block: ByteBlock, start: number, end: number): void {
    // An empty chunk would be the last one.
    if (this.#end === BodyEnd.none || start === end) return;
    if (this.#end === BodyEnd.chunked) return this.#writeChunk(block, start, end);
    let pieceEnd = end;
    if (this.#end === BodyEnd.length) {
      const left = this.#left - (end - start);
      if (left < 0) pieceEnd = start + Math.max(0, this.#left);
      this.#left = left;
    }
    if (pieceEnd === start) return;
    this.wireBytes += pieceEnd - start;
    this.#sink.writeBlock(block, start, pieceEnd);
  }

  /** Writes the end, with trailers, in lower case, where the body can carry them. Returns false if the body was not as long as said. */
  finish(trailers: HeaderList | null): boolean {
    if (this.#end === BodyEnd.length) return this.#left === 0;
    if (this.#end !== BodyEnd.chunked) return true;
    const writer = this.#sink.writer, before = writer.length;
    writer.writeBytes(LAST_CHUNK);
    if (trailers !== null) writeFields(writer, trailers, false);
    this.trailerBytes = writer.length - before - LAST_CHUNK.length;
    writeLineEnd(writer);
    this.wireBytes += writer.length - before;
    this.#sink.touch();
    return true;
  }

  #writeChunk(block: ByteBlock, start: number, end: number): void {
    const sink = this.#sink;
    this.wireBytes += end - start + this.#writeSize(end - start) + LINE_END_BYTES;
    sink.writeBlock(block, start, end);
    writeLineEnd(sink.writer);
    sink.touch();
  }

  /** Writes the line with a chunk's size; returns how long it is. */
  #writeSize(size: number): number {
    const writer = this.#sink.writer;
    const start = writer.reserve(MAX_SIZE_LINE);
    let at = start;
    const bytes = writer.bytes;
    let shift = 28;
    while (shift > 0 && (size >>> shift) === 0) shift -= 4;
    for (; shift >= 0; shift -= 4) bytes[at++] = HEX_DIGITS[(size >>> shift) & 15]!;
    bytes[at++] = CR;
    bytes[at++] = LF;
    writer.length = at;
    return at - start;
  }
}
