/**
 * One open event stream: frames go in as bytes and wait here until the client takes them. What may wait is bounded; a
 * client that falls behind loses its queue and is caught up with snapshots once it reads again (spec/console.md 7.8).
 */
import type { Topic } from "./contract/frames.ts";

/** Bytes that may wait for one client. A single frame may be larger, or the largest snapshot could never pass. */
export const MAX_WAITING_BYTES = 256 * 1024;

/** A client that reads nothing for so long is let go. */
export const MAX_BEHIND_MS = 30_000;

export class EventClient {
  readonly topics: ReadonlySet<Topic>;
  /** Shown to the client: why it may only read; null when it may do everything. */
  readonly readOnlyReason: string | null;
  /** `Visitor.holder`: with its end the stream ends. */
  readonly holder: string;
  readonly stream: ReadableStream<Uint8Array>;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Since when the queue was dropped for being too long; -1 = it keeps up. */
  #behindSinceMs = -1;
  #isClosed = false;
  #wake: () => void = () => {};
  readonly #onCaughtUp: (client: EventClient) => void;
  readonly #onClosed: (client: EventClient) => void;

  /** `onCaughtUp`: it has read all there was after falling behind. `onClosed`: it went away. */
  constructor(
    topics: ReadonlySet<Topic>,
    readOnlyReason: string | null,
    holder: string,
    onCaughtUp: (client: EventClient) => void,
    onClosed: (client: EventClient) => void,
  ) {
    this.topics = topics;
    this.readOnlyReason = readOnlyReason;
    this.holder = holder;
    this.#onCaughtUp = onCaughtUp;
    this.#onClosed = onClosed;
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /** Queues a frame, unless the client is behind. */
  send(bytes: Uint8Array, nowMs: number): void {
    if (this.#isClosed || this.#behindSinceMs >= 0) return;
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#behindSinceMs = nowMs;
      this.#wake();
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#wake();
  }

  /** Lets a client go that has been behind for too long. */
  checkPace(nowMs: number): void {
    if (this.#behindSinceMs >= 0 && nowMs - this.#behindSinceMs > MAX_BEHIND_MS) this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#wake();
    this.#onClosed(this);
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#waiting.length === 0 && !this.#isClosed) {
      if (this.#behindSinceMs >= 0) {
        this.#behindSinceMs = -1;
        this.#onCaughtUp(this);
      } else {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    }
    if (this.#isClosed) {
      try {
        controller.close();
      } catch {
        // The reader cancelled: the stream is closed already.
      }
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const bytes of waiting) controller.enqueue(bytes);
  }
}
