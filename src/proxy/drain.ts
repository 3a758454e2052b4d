/**
 * Whether a connection should be told to go with the response that is about to leave (spec/operations.md 16.2). One state
 * for each worker; `gradual` closes with a probability that grows from 0 to 1 over the window, `immediate` always, and so
 * do failed health checks as long as they are failed.
 */
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { ServerHealth } from "../filter/server_health.ts";

/** Decides for one worker which connections go. */
export class DrainState {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #health: ServerHealth;
  #isDraining = false;
  #isImmediate = false;
  #startMs = 0;
  #windowMs = 0;

  constructor(clock: Clock, random: Random, health: ServerHealth) {
    this.#clock = clock;
    this.#random = random;
    this.#health = health;
  }

  /** Starts a drain, or replaces the one under way. */
  start(strategy: "immediate" | "gradual", windowMs: number): void {
    this.#isDraining = true;
    this.#isImmediate = strategy === "immediate" || windowMs <= 0;
    this.#startMs = this.#clock.nowMs;
    this.#windowMs = windowMs;
  }

  /** Asked for each response. `drainsOnHealthFailure`: the listener's. */
  shouldClose(drainsOnHealthFailure: boolean): boolean {
    if (this.#health.isFailed && drainsOnHealthFailure) return true;
    if (!this.#isDraining) return false;
    if (this.#isImmediate) return true;
    return this.#random.fraction() * this.#windowMs < this.#clock.nowMs - this.#startMs;
  }
}
