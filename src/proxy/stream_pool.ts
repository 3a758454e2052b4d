/**
 * Streams that are between two requests. A stream with its heads, tables and timers is a few kilobytes and lives as long
 * as its request; used again, it costs a request nothing, and an idle connection has none.
 */
import { Stream } from "./stream.ts";
import type { EventLoop } from "../transport/event_loop.ts";

/** Enough for a worker's usual concurrency; a burst beyond it is left to the garbage collector. */
const MAX_KEPT = 1024;

export class StreamPool {
  readonly #loop: EventLoop;
  readonly #free: Stream[] = [];

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  take(): Stream {
    return this.#free.pop() ?? new Stream(this.#loop);
  }

  give(stream: Stream): void {
    if (this.#free.length < MAX_KEPT) this.#free.push(stream);
  }
}
