/**
 * A request head that takes its time is looked at less and less often. Each read of a byte costs an event, and a client
 * that sends a byte a second costs as many of them as a hundred honest requests; so when a read leaves a head incomplete
 * that has been coming for t, a second or more, the connection's next read waits for t/2.
 *
 * ```
 *   s  0    1  1.5   2    3   4  4.5   5    6 6.75 ...   a byte a second, the first at 0
 *      ▲    ▲──┄┘    ▲────┄┘▲──────┄┘▲──────────┄┘▲      ▲ read, ┄ paused: 0, 1, 2, 3, 4.5, 6.75, 10.1, 15.2, 22.8
 * ```
 *
 * That is a number of reads by the logarithm of the time and not by the time, up to a pause of {@link MAX_PAUSE_MS}: who
 * has gone meanwhile (FIN, reset) is missed for no longer. A client on a bad line waits for half of what it took itself
 * at most, and only if it took more than a second: a read that fills its block, behind which more may wait, is followed by
 * the next at once. The times of the stream run on as they are; what they answer, and whatever else closes the connection,
 * ends the pause.
 *
 * Differs from Envoy: there each byte is read when it comes.
 */
import { Timer, type TimerWheel } from "../../base/timer_wheel.ts";
import type { Connection } from "../../transport/transport.ts";

/** A head that is younger is on its way: the slowest honest line with a lost packet or two. */
export const SLOW_HEAD_MS = 1000;
/** A thousand slow heads are then 70 reads a second at most, and a client that has gone is held for as long. */
const MAX_PAUSE_MS = 15_000;

/** The pauses of one connection that has had a slow head. */
export class SlowHead {
  readonly #connection: Connection;
  /** Armed while the connection is paused. */
  readonly #timer: Timer;
  /** What had been read when it was paused last: the same bytes handed up again are no read. */
  #bytesRead = 0;

  constructor(connection: Connection, timers: TimerWheel) {
    this.#connection = connection;
    this.#timer = new Timer(timers, () => this.#connection.readDisable(false));
  }

  /** All bytes that had come were handed up, and their head, `ageMs` old, is still not complete. */
  onIncomplete(ageMs: number): void {
    const { bytesRead } = this.#connection;
    if (this.#timer.isArmed || bytesRead === this.#bytesRead) return;
    this.#bytesRead = bytesRead;
    this.#connection.readDisable(true);
    this.#timer.arm(Math.min(ageMs / 2, MAX_PAUSE_MS));
  }

  /** The connection closes: what still comes is to be read, or at least its end. */
  end(): void {
    if (!this.#timer.isArmed) return;
    this.#timer.cancel();
    if (!this.#connection.isClosed) this.#connection.readDisable(false);
  }
}
