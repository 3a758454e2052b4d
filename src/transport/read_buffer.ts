/**
 * The receiving end of one connection: the block that the next read fills, what the handler left of the last, and how
 * big the next block should be.
 *
 * A read that fills its block lets the next one grow, up to 256 KiB; one that stays far below lets it shrink. Between
 * messages the block is as small as the first read of a message was lately, so that a connection at rest holds one or
 * two KiB however much it carried.
 *
 * Left bytes stay where they are while there is room behind them: other holders of the block have ranges before that
 * room, which nobody writes to again until all have released it.
 */
import { BLOCK_SIZES, type BlockPool, type ByteBlock } from "../base/byte_block.ts";
import { invariant } from "../base/errors.ts";

const MAX_READ_BYTES = 262144;
/** A filled block lets the next be this many times as big: three steps from an idle block to the biggest but one. */
const GROWTH = 4;
/** No message head and no frame of ours is as long: who leaves more has lost count. */
const MAX_LEFT_BYTES = 16 * 1024 * 1024;
/** How big a block at rest may become by learning, downstream (many connections) and upstream (few, pooled). */
const MAX_REST_DOWNSTREAM_BYTES = 8192;
const MAX_REST_UPSTREAM_BYTES = 65536;
/** An idle block of this size or more says that the connection is an upstream one. */
const UPSTREAM_IDLE_BYTES = 4096;

export class ReadBuffer {
  /** What is there to deliver: `block.bytes[start, end)`. Plain fields: read for each delivery. */
  block: ByteBlock | null = null;
  start = 0;
  end = 0;
  readonly #pool: BlockPool;
  readonly #idleBytes: number;
  #nextBytes: number;
  /** What the first reads of messages brought lately. */
  #firstReadBytes = 0;
  #isFirstRead = true;
  /** A read is filling the room behind `end`: neither may move. */
  #isLent = false;

  constructor(pool: BlockPool, idleBytes: number) {
    this.#pool = pool;
    this.#idleBytes = blockBytesFor(idleBytes);
    this.#nextBytes = this.#idleBytes;
  }

  /** Memory for the next read, behind what was left. */
  prepare(): Uint8Array<ArrayBuffer> {
    this.#isLent = true;
    if (this.block === null) {
      this.block = this.#pool.acquire(this.#nextBytes);
      return this.block.bytes;
    }
    if (this.end === 0) return this.block.bytes;
    this.#makeRoom(this.block);
    return this.block.bytes.subarray(this.end);
  }

  /** `count` bytes were read into what `prepare` returned. */
  received(count: number): void {
    this.#isLent = false;
    const asked = this.block!.bytes.length - this.end;
    this.end += count;
    if (this.#isFirstRead) this.#learn(count, asked);
    if (count === asked) {
      this.#nextBytes = Math.max(this.#nextBytes, blockBytesFor(Math.min(asked * GROWTH, MAX_READ_BYTES)));
    } else if (count * 4 < this.#nextBytes) {
      this.#nextBytes = Math.max(blockBytesFor(count * 2), this.#restBytes());
    }
  }

  /** The handler took the bytes up to `position`. */
  taken(position: number): void {
    const block = this.block!;
    invariant(position >= this.start && position <= this.end, "A handler took bytes that it was not given");
    this.start = position;
    if (position < this.end || this.#isLent) return;
    this.start = this.end = 0;
    if (block.holders === 1 && block.bytes.length === this.#nextBytes) return;
    block.release();
    this.block = null;
  }

  /** The next bytes begin a message: rest in a small block. */
  expectMessage(): void {
    this.#isFirstRead = true;
    this.#nextBytes = this.#restBytes();
  }

  /** Gives the memory back; no read may be filling it. */
  free(): void {
    this.#isLent = false;
    this.block?.release();
    this.block = null;
    this.start = this.end = 0;
  }

  #makeRoom(block: ByteBlock): void {
    const size = block.bytes.length;
    if ((size - this.end) * 4 >= size) return;
    const left = this.end - this.start;
    invariant(left < MAX_LEFT_BYTES, "A handler left more bytes than any message part has");
    if (block.holders === 1 && left * 2 <= size) {
      block.bytes.copyWithin(0, this.start, this.end);
    } else {
      const bigger = this.#pool.acquire(Math.max(this.#nextBytes, left * 2));
      bigger.bytes.set(block.bytes.subarray(this.start, this.end));
      block.release();
      this.block = bigger;
    }
    this.start = 0;
    this.end = left;
  }

  /** Up at once, down slowly. A read that filled its block says only that there was more. */
  #learn(count: number, asked: number): void {
    this.#isFirstRead = false;
    const seen = count === asked ? asked + 1 : count;
    if (seen > this.#firstReadBytes) this.#firstReadBytes = seen;
    else this.#firstReadBytes -= (this.#firstReadBytes - seen) >> 3;
  }

  #restBytes(): number {
    const most = this.#idleBytes < UPSTREAM_IDLE_BYTES ? MAX_REST_DOWNSTREAM_BYTES : MAX_REST_UPSTREAM_BYTES;
    return Math.max(this.#idleBytes, blockBytesFor(Math.min(this.#firstReadBytes, most)));
  }
}

/** The size of the block that the pool hands out for `bytes`. */
function blockBytesFor(bytes: number): number {
  for (const size of BLOCK_SIZES) {
    if (bytes <= size) return size;
  }
  return bytes;
}
