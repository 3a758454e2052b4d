/**
 * Gives memory back to the system when a thread has come to rest. V8 collects when something is allocated, so a thread that
 * has read a configuration, or has had a rush of connections and now only holds them, would keep that garbage for hours:
 * some 20 MiB after a start, 40 MiB with 9,000 idle connections.
 *
 * Rule: such a collection stops the thread for some 2 ms a MiB of what is alive, and takes the compiled code with it: the
 * next thousands of requests cost half as much again. So it waits until next to nothing has been allocated for half a
 * minute, and does not come again before the heap has grown by {@link WORTH_BYTES}.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_MS = 5_000;
const QUIET_LOOKS = 6;
/** Allocated between two looks of a thread at rest, at most: timers, statistics, a few dozen requests. */
const QUIET_BYTES = 524_288;
const WORTH_BYTES = 8 * 1_048_576;

/** A thread's heap, in bytes. */
export interface Heap {
  sizes(): { readonly heapUsed: number; readonly heapTotal: number };
  /** Collects everything, at once. */
  collect(): void;
}

export class HeapRelease {
  readonly #heap: Heap;
  readonly #handle: ReturnType<typeof setInterval>;
  #usedBytes = 0;
  #quietLooks = 0;
  /** What stayed after the last collection; the first is always worth it. */
  #keptBytes = 0;

  constructor(heap: Heap = PLATFORM_HEAP) {
    this.#heap = heap;
    this.#handle = setInterval(() => this.look(), LOOK_MS);
  }

  /** Collects if the thread is at rest and it is worth it. */
  look(): void {
    const { heapUsed, heapTotal } = this.#heap.sizes();
    // A heap that has shrunk was collected: by allocating.
    const isQuiet = heapUsed >= this.#usedBytes && heapUsed - this.#usedBytes < QUIET_BYTES;
    this.#quietLooks = isQuiet ? this.#quietLooks + 1 : 0;
    this.#usedBytes = heapUsed;
    if (this.#quietLooks < QUIET_LOOKS || heapTotal - this.#keptBytes < WORTH_BYTES) return;
    this.#heap.collect();
    const kept = this.#heap.sizes();
    this.#usedBytes = kept.heapUsed;
    this.#keptBytes = kept.heapTotal;
  }

  stop(): void {
    clearInterval(this.#handle);
  }
}

const PLATFORM_HEAP: Heap = {
  sizes: () => Deno.memoryUsage(),
  collect() {
    // The only door to the collector that is open without a flag on the command line; a V8 that shuts it is left alone.
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("globalThis.gc");
    if (typeof collect === "function") collect();
  },
};
