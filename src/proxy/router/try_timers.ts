/**
 * The times of one try (spec/http.md 4). The duration counts from the moment when the try has a connection; the two of
 * the retry policy from when it has one and the request is complete. A time that is off has no timer.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { RequestTimeouts } from "./timeouts.ts";

/** Who tries. */
export interface TimedTry {
  onTryTimeout(): void;
  onTryIdle(): void;
  onTryMaxDuration(): void;
}

/** Used again for the next try. */
export class TryTimers {
  readonly #loop: EventLoop;
  readonly #owner: TimedTry;
  #lastActivityMs = 0;
  #idleMs = 0;
  #timeoutTimer: Timer | null = null;
  #idleTimer: Timer | null = null;
  #durationTimer: Timer | null = null;

  constructor(loop: EventLoop, owner: TimedTry) {
    this.#loop = loop;
    this.#owner = owner;
  }

  /** The try has a connection. */
  onConnected({ tryDurationMs }: RequestTimeouts): void {
    if (tryDurationMs === 0) return;
    (this.#durationTimer ??= new Timer(this.#loop.timers, () => this.#owner.onTryMaxDuration())).arm(tryDurationMs);
  }

  /** The try has a connection and the request is complete. */
  onRequestComplete({ perTryMs, perTryIdleMs }: RequestTimeouts): void {
    if (perTryMs > 0) {
      (this.#timeoutTimer ??= new Timer(this.#loop.timers, () => this.#owner.onTryTimeout())).arm(perTryMs);
    }
    if (perTryIdleMs > 0) {
      this.#idleMs = perTryIdleMs;
      this.#lastActivityMs = this.#loop.clock.nowMs;
      (this.#idleTimer ??= new Timer(this.#loop.timers, () => this.#onIdle())).arm(perTryIdleMs);
    }
  }

  /** The answer has opened a tunnel: only how long all of it may take still counts. */
  onTunnelOpen(): void {
    this.#timeoutTimer?.cancel();
    this.#idleTimer?.cancel();
    this.#idleMs = 0;
  }

  /** Something came from upstream. Called for each piece, so it only notes the time, and only where somebody looks. */
  noteActivity(): void {
    if (this.#idleMs > 0) this.#lastActivityMs = this.#loop.clock.nowMs;
  }

  stop(): void {
    this.onTunnelOpen();
    this.#durationTimer?.cancel();
  }

  #onIdle(): void {
    const leftMs = this.#lastActivityMs + this.#idleMs - this.#loop.clock.nowMs;
    if (leftMs > 0) this.#idleTimer!.arm(leftMs);
    else this.#owner.onTryIdle();
  }
}
