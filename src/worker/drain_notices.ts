/**
 * Connections that send no response while their listener drains are told to go all the same, each at a moment of its own
 * between two thirds of the drain time and its end less their `drain_timeout` (spec/operations.md 16.2). Where the latter is
 * the longer they are not told, as in Envoy.
 */
import { Timer } from "../base/timer_wheel.ts";
import type { Random } from "../base/random.ts";
import type { ConnectionManager } from "../proxy/connection_manager.ts";
import type { EventLoop } from "../transport/event_loop.ts";

/** When one connection is told. */
interface Notice {
  readonly atMs: number;
  readonly connection: ConnectionManager;
}

export class DrainNotices {
  readonly #loop: EventLoop;
  readonly #random: Random;
  readonly #timer: Timer;
  /** The next one last. */
  #notices: Notice[] = [];

  constructor(loop: EventLoop, random: Random) {
    this.#loop = loop;
    this.#random = random;
    this.#timer = new Timer(loop.timers, () => this.#tell());
  }

  /** Those that are there now are told; `timeMs` is what is left of the drain time. */
  plan(connections: Iterable<ConnectionManager>, timeMs: number): void {
    const { nowMs } = this.#loop.clock, firstMs = timeMs * 2 / 3;
    this.#notices = Array.from(connections).flatMap((connection) => {
      const lastMs = timeMs - connection.context.config.drainTimeoutMs, spanMs = Math.max(0, lastMs - firstMs);
      return lastMs < 0 ? [] : [{ atMs: nowMs + firstMs + spanMs * this.#random.fraction(), connection }];
    }).sort((a, b) => b.atMs - a.atMs);
    this.#arm();
  }

  /** Nobody is told any more. */
  cancel(): void {
    this.#notices = [];
    this.#timer.cancel();
  }

  #arm(): void {
    const next = this.#notices.at(-1);
    if (next !== undefined) this.#timer.arm(Math.max(0, next.atMs - this.#loop.clock.nowMs));
  }

  #tell(): void {
    const { nowMs } = this.#loop.clock;
    while ((this.#notices.at(-1)?.atMs ?? Infinity) <= nowMs) this.#notices.pop()!.connection.startDrainSequence();
    this.#arm();
  }
}
