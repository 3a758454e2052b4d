/**
 * How long a downstream connection lives: what it waits for between requests, and how it is drained (spec/http.md 1.5).
 *
 * ```
 *   idle ◀───▶ serving          idle_timeout, max_connection_duration
 *    │ ▲          │ ────────────────────────────────────────────────▶ draining: the next response says that it is the
 *    │ └──────────┘                                                             last; drain_timeout runs
 *    └── no byte has ever come ──▶ closed                                          │
 *                                                                                  ▼
 *                                                                      drained: closed as soon as it is idle
 * ```
 *
 * A worker that ends has no time for that: it closes what is idle after a moment of grace.
 *
 * Differs from Envoy: a `max_connection_duration` of 0 is no limit, as 0 is none elsewhere. There the connection is closed
 * in the turn of events it was accepted in, unless the first request came in that very turn.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { HcmContext } from "../hcm_context.ts";
import { LocalCloseReason } from "./disconnects.ts";
import type { ConnectionTally } from "./tally.ts";

/** How long a request may be on its way to us: much longer than a round trip in a data centre, too short to notice. */
const GRACE_MS = 100;

/** What the timer stands for: a connection waits for one thing at a time. */
const Wait = {
  /** A request. */
  idle: 0,
  /** Enough bytes to choose a codec. */
  codec: 1,
  /** `drain_timeout`, whether a stream is under way or not. */
  drain: 2,
  /** A request that had left before the peer could know that it is late. */
  grace: 3,
} as const;

type WaitValue = typeof Wait[keyof typeof Wait];

/** How a connection is closed. `flush`: the peer knows and has nothing more to say; `delayed`: it may have. */
export type CloseManner = "flush" | "delayed" | "abort";

/** The connection, as its life span sees it. */
export interface Mortal {
  readonly context: HcmContext;
  /** No stream is under way. */
  readonly isIdle: boolean;
  /** Not one byte has come. */
  readonly isUntouched: boolean;
  /** The bytes that came are enough to choose a codec by. */
  chooseCodecNow(): void;
  /** The next response says `connection: close` and is the last. */
  closeAfterResponse(): void;
  close(how: CloseManner, reason: string): void;
}

/** The timers of one connection until it closes. */
export class LifeSpan {
  /** `drain_timeout` is over: the connection ends with its stream. */
  isDrained = false;
  readonly #mortal: Mortal;
  readonly #tally: ConnectionTally;
  readonly #timer: Timer;
  /** Null where the configuration sets no `max_connection_duration`. */
  readonly #durationTimer: Timer | null;
  #waitsFor: WaitValue = Wait.idle;
  #isDraining = false;
  /** The worker ends. */
  #isLate = false;
  /** `max_connection_duration` is over, and the next request is the last. */
  #isSoftDraining = false;
  #idleSinceMs = 0;
  #requests = 0;

  constructor(mortal: Mortal, tally: ConnectionTally) {
    const { config: { maxConnectionDurationMs, maxConnectionDurationJitter }, services } = mortal.context;
    const { loop, random } = services;
    this.#mortal = mortal;
    this.#tally = tally;
    this.#timer = new Timer(loop.timers, () => this.#onTimer());
    this.#durationTimer = maxConnectionDurationMs > 0 ? new Timer(loop.timers, () => this.#onMaxDuration()) : null;
    this.#durationTimer?.arm(lengthened(maxConnectionDurationMs, maxConnectionDurationJitter, random.fraction()));
    this.startIdling();
  }

  /** Requests so far. */
  get requests(): number {
    return this.#requests;
  }

  /** A request begins. Returns true if it is the last. */
  startRequest(): boolean {
    if (!this.#isDraining) this.#timer.cancel();
    this.#requests++;
    const { config, stats } = this.#mortal.context;
    const isSpent = config.maxRequestsPerConnection > 0 && this.#requests >= config.maxRequestsPerConnection;
    if (isSpent) stats.cxMaxRequestsReached.inc();
    return isSpent || this.#isSoftDraining;
  }

  /** No stream is under way. */
  startIdling(): void {
    const { config, services } = this.#mortal.context;
    this.#idleSinceMs = services.loop.clock.nowMs;
    if (this.#isDraining) return;
    if (this.#isLate) this.#wait(Wait.grace, GRACE_MS);
    else if (config.idleTimeoutMs > 0) this.#wait(Wait.idle, config.idleTimeoutMs);
  }

  /** A head has begun whose codec is not clear: the time of the stream that is to come runs. */
  awaitCodec(): void {
    const { requestHeadersTimeoutMs, streamIdleTimeoutMs } = this.#mortal.context.config;
    const timeoutMs = Math.min(requestHeadersTimeoutMs || Infinity, streamIdleTimeoutMs || Infinity);
    if (timeoutMs < Infinity && !this.#isDraining) this.#wait(Wait.codec, timeoutMs);
  }

  /** Tells the peer to go and, if it does not ask for anything more, closes after `drain_timeout`. */
  startDrainSequence(reason: string): void {
    if (this.#isDraining) return;
    const mortal = this.#mortal, { config, services } = mortal.context;
    if (mortal.isUntouched) return mortal.close("flush", reason);
    mortal.chooseCodecNow();
    mortal.closeAfterResponse();
    this.#isDraining = true;
    this.#wait(Wait.drain, lengthened(config.drainTimeoutMs, config.drainTimeoutJitter, services.random.fraction()));
  }

  /**
   * The worker ends: a busy connection closes after its response, an idle one now; one that was busy or accepted a moment
   * ago is given a moment, for its next request may have left the client already.
   */
  endSoon(): void {
    const mortal = this.#mortal;
    this.#isLate = true;
    mortal.closeAfterResponse();
    if (!mortal.isIdle) return;
    const idleMs = mortal.context.services.loop.clock.nowMs - this.#idleSinceMs;
    if (idleMs >= GRACE_MS) mortal.close("flush", LocalCloseReason.drained);
    else this.#wait(Wait.grace, GRACE_MS - idleMs);
  }

  /** The connection closes. */
  end(): void {
    this.#timer.cancel();
    this.#durationTimer?.cancel();
  }

  #wait(what: WaitValue, delayMs: number): void {
    this.#waitsFor = what;
    this.#timer.arm(delayMs);
  }

  #onTimer(): void {
    const mortal = this.#mortal;
    switch (this.#waitsFor) {
      case Wait.idle:
        mortal.context.stats.cxIdleTimeout.inc();
        return this.startDrainSequence(LocalCloseReason.idle);
      case Wait.codec:
        return mortal.chooseCodecNow();
      case Wait.drain:
        this.isDrained = true;
        if (mortal.isIdle) mortal.close("delayed", LocalCloseReason.drained);
        return;
      case Wait.grace:
        return mortal.close("flush", LocalCloseReason.drained);
    }
  }

  #onMaxDuration(): void {
    const { config, stats } = this.#mortal.context;
    stats.cxMaxDurationReached.inc();
    if (!config.http1SafeMaxConnectionDuration || this.#mortal.isUntouched) {
      return this.startDrainSequence(LocalCloseReason.duration);
    }
    if (this.#isDraining) return;
    this.#isSoftDraining = true;
    this.#tally.noteSoftDrain();
  }
}

/** With a part of `jitterPercent` of it on top. */
function lengthened(ms: number, jitterPercent: number, fraction: number): number {
  return ms * (1 + fraction * jitterPercent / 100);
}
