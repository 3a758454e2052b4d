/** Tells main how a drain goes: at once, ten times a second while anything changes, and when the last request has ended. */
import { Timer, type TimerWheel } from "../base/timer_wheel.ts";
import type { ListenerSet } from "./listener_set.ts";
import type { FromWorker } from "./messages.ts";

const PERIOD_MS = 100;

export class DrainWatch {
  readonly #listeners: ListenerSet;
  readonly #post: (message: FromWorker) => void;
  readonly #timer: Timer;
  #lastText = "";

  constructor(timers: TimerWheel, listeners: ListenerSet, post: (message: FromWorker) => void) {
    this.#listeners = listeners;
    this.#post = post;
    this.#timer = new Timer(timers, () => this.#report());
  }

  start(): void {
    this.#lastText = "";
    this.#report();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #report(): void {
    let activeRequests = 0, activeConnections = 0;
    for (const connection of this.#listeners.connections()) {
      activeConnections++;
      if (!connection.isIdle) activeRequests++;
    }
    const text = `${activeRequests} ${activeConnections}`;
    if (text !== this.#lastText) this.#post({ kind: "drain_progress", activeRequests, activeConnections });
    this.#lastText = text;
    if (activeConnections > 0) this.#timer.arm(PERIOD_MS);
  }
}
