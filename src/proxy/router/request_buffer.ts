/**
 * What has come of a request behind its head, kept so that it may be sent once more: to another host when a try fails, or
 * to another route after an internal redirect (spec/http.md 3, 5). Up to a limit: past it the buffer lets go of
 * everything, stays empty, and the try under way is the last.
 *
 * Pieces stay in the blocks they were received in. Small ones are copied together: a client that sends byte by byte must
 * not hold a block for each.
 */
import type { BlockPool, ByteBlock } from "../../base/byte_block.ts";
import type { KeptRequest, KeptRequestSink } from "../../filter/http_filter.ts";
import type { HeaderList } from "../../http/header_list.ts";

/** Smaller pieces are copied. */
const SMALL_BYTES = 512;
const GATHERED_BYTES = 4096;

interface Piece {
  readonly block: ByteBlock;
  readonly start: number;
  end: number;
  /** A block of the buffer's own, with room behind `end` for more. */
  readonly isGathered: boolean;
}

export class RequestBuffer implements KeptRequest {
  /** More came than may be kept: the request cannot be sent again. */
  isOverflowed = false;
  /** The request's end has come. */
  isComplete = false;
  readonly #blocks: BlockPool;
  readonly #limitBytes: number;
  #pieces: Piece[] = [];
  #bytes = 0;
  #trailers: HeaderList | null = null;

  /** For one request. `isComplete`: its head was its end. */
  constructor(blocks: BlockPool, limitBytes: number, isComplete: boolean) {
    this.#blocks = blocks;
    this.#limitBytes = limitBytes;
    this.isComplete = isComplete;
  }

  /** Nothing follows the head. */
  get isHeadOnly(): boolean {
    return this.isComplete && this.#bytes === 0 && this.#trailers === null;
  }

  /** Keeps a piece of body. Returns whether it could: false = it is this piece that was too much. */
  add(block: ByteBlock, start: number, end: number): boolean {
    if (this.isOverflowed) return true;
    this.#bytes += end - start;
    if (this.#bytes > this.#limitBytes) {
      this.isOverflowed = true;
      this.release();
      return false;
    }
    if (end - start < SMALL_BYTES) this.#gather(block, start, end);
    else this.#retain(block, start, end);
    return true;
  }

  /** Keeps a copy of the trailers. */
  addTrailers(trailers: HeaderList): void {
    if (!this.isOverflowed) this.#trailers = trailers.copy();
  }

  /** The request is complete. */
  end(): void {
    this.isComplete = true;
  }

  /** Shows `sink` all that has come, from the start; what comes later the caller sends. */
  sendTo(sink: KeptRequestSink): void {
    const pieces = this.#pieces;
    for (const { block, start, end } of pieces) {
      sink.sendBody(block, start, end);
      // An answer may come from inside the call, and nobody wants the rest.
      if (this.#pieces !== pieces) return;
    }
    if (this.#trailers !== null) sink.sendTrailers(this.#trailers);
    if (this.isComplete) sink.sendEnd();
  }

  /** Lets go of everything. */
  release(): void {
    for (const { block } of this.#pieces) block.release();
    this.#pieces = [];
    this.#bytes = 0;
    this.#trailers = null;
  }

  #retain(block: ByteBlock, start: number, end: number): void {
    block.retain();
    this.#pieces.push({ block, start, end, isGathered: false });
  }

  #gather(block: ByteBlock, start: number, end: number): void {
    const count = end - start;
    let last = this.#pieces.at(-1);
    if (last === undefined || !last.isGathered || last.end + count > last.block.bytes.length) {
      last = { block: this.#blocks.acquire(GATHERED_BYTES), start: 0, end: 0, isGathered: true };
      this.#pieces.push(last);
    }
    last.block.bytes.set(block.bytes.subarray(start, end), last.end);
    last.end += count;
  }
}
