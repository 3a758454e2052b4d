/**
 * The sending end of one connection: what was written and not yet taken by the kernel, in order, as few writes as can
 * be.
 *
 * ```
 *   current ──▶ wire        pieces (large, retained)        writer (heads and small pieces, copied)
 *   [s, e)      ◀──────────  [s, e) [s, e) ...  ◀───────────  bytes[0, length)
 * ```
 *
 * A small piece is copied behind what the writer has, so that head and body leave together; a large one is retained
 * where it lies. One write is on its way at a time, and its memory is not touched until it is done; what is written
 * meanwhile gathers in the writer.
 */
import type { BlockPool, ByteBlock } from "../base/byte_block.ts";
import { ByteWriter } from "../base/byte_writer.ts";

/** Up to here a copy is cheaper than a write of its own. */
const COPY_BYTES = 16384;
/** The writer takes no copies past this: growing it further would copy what it has again. */
const WRITER_BYTES = 65536;

export class WriteQueue {
  readonly writer: ByteWriter;
  #current: ByteBlock | null = null;
  #currentStart = 0;
  #currentEnd = 0;
  /** Made when the first large piece comes: most connections never have one. */
  #pieces: PieceRing | null = null;

  constructor(pool: BlockPool) {
    this.writer = new ByteWriter(pool);
  }

  get pendingBytes(): number {
    return this.#currentEnd - this.#currentStart + this.unsentBytes;
  }

  /** Without those that `next` gave. */
  get unsentBytes(): number {
    const pieces = this.#pieces;
    return this.writer.length + (pieces === null ? 0 : pieces.byteCount);
  }

  /** `block.bytes[start, end)` behind what was written so far. */
  add(block: ByteBlock, start: number, end: number): void {
    const count = end - start;
    const writer = this.writer;
    if (count <= COPY_BYTES) {
      if (writer.length > 0 && writer.length + count > WRITER_BYTES) this.#setWriterAside();
      writer.writeRange(block.bytes, start, end);
      return;
    }
    if (writer.length > 0) this.#setWriterAside();
    block.retain();
    (this.#pieces ??= new PieceRing()).push(block, start, end);
  }

  /** The bytes to write next, which stay untouched until `written` or `drop`; null if there are none. */
  next(): Uint8Array | null {
    if (this.#current === null && !this.#advance()) return null;
    return this.#current!.bytes.subarray(this.#currentStart, this.#currentEnd);
  }

  /** The wire took `count` of the bytes that `next` gave. */
  written(count: number): void {
    this.#currentStart += count;
    if (this.#currentStart >= this.#currentEnd) this.#releaseCurrent();
  }

  /** Forgets what is not being written; with `keepCurrent` false, that too. */
  drop(keepCurrent: boolean): void {
    if (!keepCurrent) this.#releaseCurrent();
    this.#pieces?.clear();
    this.#pieces = null;
    this.writer.free();
  }

  #advance(): boolean {
    const pieces = this.#pieces;
    if (pieces !== null && pieces.count > 0) {
      this.#current = pieces.block;
      this.#currentStart = pieces.start;
      this.#currentEnd = pieces.end;
      pieces.shift();
      return true;
    }
    const length = this.writer.length;
    if (length === 0) return false;
    this.#current = this.writer.detach();
    this.#currentStart = 0;
    this.#currentEnd = length;
    return true;
  }

  #setWriterAside(): void {
    const length = this.writer.length;
    (this.#pieces ??= new PieceRing()).push(this.writer.detach(), 0, length);
  }

  #releaseCurrent(): void {
    this.#current?.release();
    this.#current = null;
    this.#currentStart = this.#currentEnd = 0;
  }
}

/** Ranges of blocks, first in first out, in two flat arrays; holds each block once. */
class PieceRing {
  byteCount = 0;
  #blocks: Array<ByteBlock | null> = [];
  #ranges: number[] = [];
  #head = 0;

  get count(): number {
    return this.#blocks.length - this.#head;
  }

  get block(): ByteBlock {
    return this.#blocks[this.#head]!;
  }

  get start(): number {
    return this.#ranges[this.#head * 2]!;
  }

  get end(): number {
    return this.#ranges[this.#head * 2 + 1]!;
  }

  push(block: ByteBlock, start: number, end: number): void {
    this.#blocks.push(block);
    this.#ranges.push(start, end);
    this.byteCount += end - start;
  }

  /** The first piece leaves; whoever took it holds its block. */
  shift(): void {
    this.byteCount -= this.end - this.start;
    this.#blocks[this.#head++] = null;
    if (this.#head < 32 && this.#head < this.#blocks.length) return;
    this.#blocks.splice(0, this.#head);
    this.#ranges.splice(0, this.#head * 2);
    this.#head = 0;
  }

  clear(): void {
    for (const block of this.#blocks) block?.release();
    this.#blocks = [];
    this.#ranges = [];
    this.#head = 0;
    this.byteCount = 0;
  }
}
