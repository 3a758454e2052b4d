/**
 * The last phase of a downstream connection: it was decided here that it ends, and the peer is given time to take what
 * was written and to close first (spec/http.md 1.5, 1.16). A socket closed over unread input resets the peer, and its
 * answer may be lost with that; so what still comes is read and dropped, up to a bound.
 *
 * The time is `delayed_close_timeout`, from the last byte that the peer took.
 *
 * Differs from Envoy: with `delayed_close_timeout` 0 a peer that does not read what was flushed is given
 * `stream_idle_timeout`; Envoy keeps the connection for ever.
 */
import { Timer, type TimerWheel } from "../../base/timer_wheel.ts";
import type { Connection } from "../../transport/transport.ts";

/** What an upload of 500 Mbit/s brings in a second, the default time. Past it the kernel's window stops the peer. */
const MAX_DROPPED_BYTES = 64 * 1024 * 1024;

/** What the time depends on. */
export interface ClosingTimes {
  readonly delayedCloseTimeoutMs: number;
  readonly streamIdleTimeoutMs: number;
}

/** One connection that closes. */
export class Closing {
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  readonly #timer: Timer;
  #droppedBytes = 0;

  /** `onTimeUp` is called when the peer has had its time and the connection is still there. */
  constructor(connection: Connection, times: ClosingTimes, timers: TimerWheel, onTimeUp: () => void) {
    this.#connection = connection;
    this.#timeoutMs = times.delayedCloseTimeoutMs > 0 ? times.delayedCloseTimeoutMs : times.streamIdleTimeoutMs;
    this.#timer = new Timer(timers, onTimeUp);
    if (this.#timeoutMs === 0) return;
    this.#timer.arm(this.#timeoutMs);
    connection.watchWrites(() => this.#onWritten());
  }

  /** So many bytes came that nobody wants. */
  drop(count: number): void {
    const before = this.#droppedBytes;
    this.#droppedBytes += count;
    if (before < MAX_DROPPED_BYTES && this.#droppedBytes >= MAX_DROPPED_BYTES) this.#connection.readDisable(true);
  }

  /** The connection is gone. */
  end(): void {
    this.#timer.cancel();
  }

  #onWritten(): void {
    if (this.#timer.isArmed) this.#timer.arm(this.#timeoutMs);
  }
}
