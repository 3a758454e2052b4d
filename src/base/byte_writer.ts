/**
 * Where encoders put bytes: one growing stretch of memory, written front to back.
 *
 * `bytes` and `length` are plain fields so that an encoder can write bytes in a loop of its own after `reserve`; all
 * other fields stay the writer's. A writer never gives out its memory but through `detach`.
 */
import { type BlockPool, ByteBlock } from "./byte_block.ts";

const EMPTY = new Uint8Array(0);
const FIRST_BLOCK_BYTES = 1024;
/** Up to here a loop beats `set(subarray)`: no view object is made. */
const LOOP_BYTES = 32;

export class ByteWriter {
  /** The memory being filled; replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer> = EMPTY;
  /** Bytes written so far. */
  length = 0;
  #block: ByteBlock | null = null;
  readonly #pool: BlockPool | null;

  /** With a pool the memory is borrowed from it, without one it is the writer's own. */
  constructor(pool: BlockPool | null = null) {
    this.#pool = pool;
  }

  /** Makes room for `count` more bytes and returns where they start. The caller sets `length` when it has written. */
  reserve(count: number): number {
    if (this.length + count > this.bytes.length) this.#grow(this.length + count);
    return this.length;
  }

  writeByte(byte: number): void {
    const at = this.reserve(1);
    this.bytes[at] = byte;
    this.length = at + 1;
  }

  /** Copies `source[start, end)`. */
  writeRange(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    let at = this.reserve(count);
    const bytes = this.bytes;
    this.length = at + count;
    if (count > LOOP_BYTES) {
      bytes.set(source.subarray(start, end), at);
      return;
    }
    for (let i = start; i < end; i++) bytes[at++] = source[i]!;
  }

  writeBytes(source: Uint8Array): void {
    this.writeRange(source, 0, source.length);
  }

  /** Writes one byte per UTF-16 unit, low eight bits: the way HTTP/1 carries header text. */
  writeLatin1(text: string): void {
    let at = this.reserve(text.length);
    const bytes = this.bytes;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  /** Writes a whole number from 0 to 2^53 in decimal. */
  writeDecimal(value: number): void {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    const start = this.reserve(digits);
    const bytes = this.bytes;
    let rest = value;
    for (let at = start + digits - 1; at >= start; at--) {
      const tens = Math.floor(rest / 10);
      bytes[at] = 48 + (rest - tens * 10);
      rest = tens;
    }
    this.length = start + digits;
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.length = 0;
  }

  /** Gives away the memory with what was written; the writer starts afresh. The caller releases the block. */
  detach(): ByteBlock {
    const block = this.#block ?? new ByteBlock(this.bytes);
    this.#block = null;
    this.bytes = EMPTY;
    this.length = 0;
    return block;
  }

  /** Forgets what was written and gives the memory back. */
  free(): void {
    this.#block?.release();
    this.#block = null;
    this.bytes = EMPTY;
    this.length = 0;
  }

  #grow(wanted: number): void {
    let size = Math.max(FIRST_BLOCK_BYTES, this.bytes.length * 2);
    while (size < wanted) size *= 2;
    const block = this.#pool === null ? new ByteBlock(new Uint8Array(size)) : this.#pool.acquire(size);
    if (this.length > 0) block.bytes.set(this.bytes.subarray(0, this.length));
    this.#block?.release();
    this.#block = block;
    this.bytes = block.bytes;
  }
}
