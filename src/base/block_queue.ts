/** Pieces of bytes that wait for their turn, each in the block it was received in, which is held meanwhile. */
import type { ByteBlock } from "./byte_block.ts";

/** `block.bytes[start, end)`. */
export interface BlockRange {
  readonly block: ByteBlock;
  readonly start: number;
  readonly end: number;
}

const NONE: readonly BlockRange[] = [];

/** First in, first out. */
export class BlockQueue {
  /** Of all pieces together. */
  bytes = 0;
  #ranges: BlockRange[] = [];

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Holds the block. */
  add(block: ByteBlock, start: number, end: number): void {
    block.retain();
    this.#ranges.push({ block, start, end });
    this.bytes += end - start;
  }

  /** Takes the first piece out, or null. Its block is the caller's to release. */
  take(): BlockRange | null {
    const range = this.#ranges.shift() ?? null;
    if (range !== null) this.bytes -= range.end - range.start;
    return range;
  }

  /** Takes every piece out, in order: what is added meanwhile is none of them. The blocks are the caller's to release. */
  takeAll(): readonly BlockRange[] {
    if (this.isEmpty) return NONE;
    const ranges = this.#ranges;
    this.#ranges = [];
    this.bytes = 0;
    return ranges;
  }

  /** Lets go of everything. */
  drop(): void {
    for (const { block } of this.takeAll()) block.release();
  }
}
