/**
 * Whether a connection should be told to go with the response that is about to leave (spec/operations.md 16.2): because its
 * worker drains, or all listeners of its direction, or its listener, or its filter chain alone. `gradual` closes with a probability that grows from 0 to 1
 * over the window, `immediate` always, and so do failed health checks as long as they are failed.
 */
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { ListenerDrains } from "../config/listener_drains.ts";
import type { ServerHealth } from "../filter/server_health.ts";

/** How fast connections are told. */
export type DrainStrategy = "immediate" | "gradual";

/** Decides for one worker which connections go. */
export class DrainState {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #health: ServerHealth;
  #window: DrainWindow | null = null;
  /** By `/drain_listeners`. */
  #inbound: DrainWindow | null = null;
  #all: DrainWindow | null = null;

  constructor(clock: Clock, random: Random, health: ServerHealth) {
    this.#clock = clock;
    this.#random = random;
    this.#health = health;
  }

  /** Starts a drain, or replaces the one under way. */
  start(strategy: DrainStrategy, windowMs: number): void {
    this.#window = this.newWindow(strategy, windowMs);
  }

  /** A drain that starts now, or has been under way for some time, of something less than the worker. */
  newWindow(strategy: DrainStrategy, windowMs: number, elapsedMs = 0): DrainWindow {
    return new DrainWindow(this.#clock, this.#random, strategy === "immediate", windowMs, elapsedMs);
  }

  /** These drains of listeners are under way, and no others. */
  drainListeners({ inboundMs, allMs }: ListenerDrains, strategy: DrainStrategy, windowMs: number): void {
    const window = (elapsedMs: number | null) =>
      elapsedMs === null ? null : this.newWindow(strategy, windowMs, elapsedMs);
    this.#inbound = window(inboundMs);
    this.#all = window(allMs);
  }

  /** Asked for each response. Both are the listener's. */
  shouldClose(drainsOnHealthFailure: boolean, isInbound: boolean): boolean {
    if (this.#health.isFailed && drainsOnHealthFailure) return true;
    if (this.#window !== null && this.#window.shouldClose()) return true;
    if (this.#all !== null && this.#all.shouldClose()) return true;
    return isInbound && this.#inbound !== null && this.#inbound.shouldClose();
  }
}

/** One drain. */
class DrainWindow {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #isImmediate: boolean;
  readonly #startMs: number;
  readonly #windowMs: number;

  constructor(clock: Clock, random: Random, isImmediate: boolean, windowMs: number, elapsedMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#isImmediate = isImmediate || windowMs <= 0;
    this.#startMs = clock.nowMs - elapsedMs;
    this.#windowMs = windowMs;
  }

  shouldClose(): boolean {
    if (this.#isImmediate) return true;
    return this.#random.fraction() * this.#windowMs < this.#clock.nowMs - this.#startMs;
  }
}

/** Decides for the connections of one filter chain of a listener. */
export class ListenerDrain {
  readonly #worker: DrainState;
  readonly #onHealthFailure: boolean;
  readonly #isInbound: boolean;
  #window: DrainWindow | null = null;

  /** `onHealthFailure`: its connections go while health checks are failed. `isInbound`: its `traffic_direction`. */
  constructor(worker: DrainState, onHealthFailure: boolean, isInbound: boolean) {
    this.#worker = worker;
    this.#onHealthFailure = onHealthFailure;
    this.#isInbound = isInbound;
  }

  /** The chain serves no new connections any more: those it has go. */
  start(strategy: DrainStrategy, windowMs: number): void {
    this.#window = this.#worker.newWindow(strategy, windowMs);
  }

  /** Asked for each response. */
  shouldClose(): boolean {
    if (this.#worker.shouldClose(this.#onHealthFailure, this.#isInbound)) return true;
    return this.#window !== null && this.#window.shouldClose();
  }
}
