/**
 * What waits at one filter on one way through its chain: the head, body pieces, trailers, the end. Pieces are ranges of
 * blocks that are held meanwhile; nothing is copied but trailers, which their sender uses again.
 */
import { BlockQueue } from "../../base/block_queue.ts";
import type { HeaderList } from "../../http/header_list.ts";

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
  readonly body: BlockQueue = new BlockQueue();
  trailers: HeaderList | null = null;
  hasEnd = false;

  /** Keeps a copy of the trailers. */
  addTrailers(trailers: HeaderList): void {
    this.trailers = trailers.copy();
  }
}
