/**
 * What waits at one filter on one way through its chain: the head, body pieces, trailers, the end. Pieces are ranges of
 * blocks that are held meanwhile; nothing is copied but trailers, which their sender uses again.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type { HeaderList } from "../../http/header_list.ts";

/** A piece of body that waits. */
interface Piece {
  readonly block: ByteBlock;
  readonly start: number;
  readonly end: number;
}

export class Waiting {
  /** The filter was shown the head and has not let it pass. */
  hasHead = false;
  /** That head was the message's end. */
  isHeadEnd = false;
  /** The filter is not shown what comes: it gets it when it lets the head pass. */
  isUnseen = false;
  /** Past the buffer limit the sender waits; else the stream ends. */
  mayPause = false;
  /** The sender was asked to wait. */
  hasPaused = false;
  bytes = 0;
  trailers: HeaderList | null = null;
  hasEnd = false;
  #pieces: Piece[] = [];

  /** Keeps `block.bytes[start, end)`. */
  add(block: ByteBlock, start: number, end: number): void {
    block.retain();
    this.#pieces.push({ block, start, end });
    this.bytes += end - start;
  }

  /** Keeps a copy of the trailers. */
  addTrailers(trailers: HeaderList): void {
    this.trailers = trailers.copy();
  }

  /** Hands every piece to `take`, in order, and lets go of it; `take` is not called any more once `isOver` says so. */
  drain(take: (block: ByteBlock, start: number, end: number) => void, isOver: () => boolean): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.bytes = 0;
    for (const { block, start, end } of pieces) {
      if (!isOver()) take(block, start, end);
      block.release();
    }
  }

  /** Lets go of everything. */
  drop(): void {
    for (const { block } of this.#pieces) block.release();
    this.#pieces = [];
    this.bytes = 0;
  }
}
