/**
 * Whether a connection should be told to go with the response that is about to leave (spec/operations.md 16.2). One state
 * for each worker; `gradual` closes with a probability that grows from 0 to 1 over the window, `immediate` always.
 */
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";

/** Decides for one worker which connections go. */
export class DrainState {
  readonly #clock: Clock;
  readonly #random: Random;
  #isDraining = false;
  #isImmediate = false;
  #startMs = 0;
  #windowMs = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Starts a drain, or replaces the one under way. */
  start(strategy: "immediate" | "gradual", windowMs: number): void {
    this.#isDraining = true;
    this.#isImmediate = strategy === "immediate" || windowMs <= 0;
    this.#startMs = this.#clock.nowMs;
    this.#windowMs = windowMs;
  }

  /** Asked for each response. */
  shouldClose(): boolean {
    if (!this.#isDraining) return false;
    if (this.#isImmediate) return true;
    return this.#random.fraction() * this.#windowMs < this.#clock.nowMs - this.#startMs;
  }
}
