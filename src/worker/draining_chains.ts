/**
 * Filter chains that get no new connections any more, because their listener was removed or replaced or has other chains
 * now: their connections are told to go over the drain time, and closed at the end of it (spec/operations.md 16.2, 16.4).
 *
 * ```
 *   start ─────────────────────────── 2/3 ──────────────────────── end less drain_timeout ─── end
 *         each response may say so    each connection that has sent none is told              what is left is cut
 *                                     at a moment of its own
 * ```
 */
import { Timer } from "../base/timer_wheel.ts";
import type { Random } from "../base/random.ts";
import type { ConnectionManager } from "../proxy/connection_manager.ts";
import type { DrainStrategy } from "../proxy/drain.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { ServedChain } from "./served_chain.ts";

/** `--drain-strategy` and `--drain-time-s`. */
export interface DrainTimes {
  readonly strategy: DrainStrategy;
  readonly timeMs: number;
}

/** When one connection is told. */
interface Notice {
  readonly atMs: number;
  readonly connection: ConnectionManager;
}

export class DrainingChains {
  readonly #loop: EventLoop;
  readonly #random: Random;
  readonly #times: DrainTimes;
  readonly #drains = new Set<ChainDrain>();

  constructor(loop: EventLoop, random: Random, times: DrainTimes) {
    this.#loop = loop;
    this.#random = random;
    this.#times = times;
  }

  /** `cutReason`: what logs say of connections that are closed at the end. */
  start(chain: ServedChain, cutReason: string): void {
    const { strategy, timeMs } = this.#times;
    chain.context.drain.start(strategy, timeMs);
    const drain = new ChainDrain(chain, this.#loop, cutReason, () => this.#drains.delete(drain));
    this.#drains.add(drain);
    drain.run(timeMs, this.#random);
  }

  get chains(): ServedChain[] {
    return Array.from(this.#drains, ({ chain }) => chain);
  }

  /** The worker ends: nobody is told any more. */
  close(): void {
    for (const drain of this.#drains) drain.close();
    this.#drains.clear();
  }
}

/** The drain of one chain. One timer goes from notice to notice and to the end. */
class ChainDrain {
  readonly chain: ServedChain;
  readonly #loop: EventLoop;
  readonly #cutReason: string;
  readonly #onEnd: () => void;
  readonly #timer: Timer;
  /** The next one last. */
  #notices: Notice[] = [];
  #endMs = 0;

  constructor(chain: ServedChain, loop: EventLoop, cutReason: string, onEnd: () => void) {
    this.chain = chain;
    this.#loop = loop;
    this.#cutReason = cutReason;
    this.#onEnd = onEnd;
    this.#timer = new Timer(loop.timers, () => this.#onTimer());
  }

  run(timeMs: number, random: Random): void {
    const { nowMs } = this.#loop.clock;
    const firstMs = timeMs * 2 / 3, lastMs = timeMs - this.chain.context.config.drainTimeoutMs;
    const spanMs = Math.max(0, lastMs - firstMs);
    this.#endMs = nowMs + timeMs;
    this.#notices = Array.from(
      this.chain.connections,
      (connection) => ({ atMs: nowMs + firstMs + spanMs * random.fraction(), connection }),
    ).sort((a, b) => b.atMs - a.atMs);
    this.#arm();
  }

  close(): void {
    this.#timer.cancel();
  }

  #arm(): void {
    const nextMs = this.#notices.at(-1)?.atMs ?? this.#endMs;
    this.#timer.arm(Math.max(0, Math.min(nextMs, this.#endMs) - this.#loop.clock.nowMs));
  }

  #onTimer(): void {
    const { nowMs } = this.#loop.clock;
    if (nowMs >= this.#endMs) return this.#end();
    while ((this.#notices.at(-1)?.atMs ?? Infinity) <= nowMs) this.#notices.pop()!.connection.startDrainSequence();
    this.#arm();
  }

  #end(): void {
    for (const connection of [...this.chain.connections]) connection.abort(this.#cutReason);
    this.#onEnd();
  }
}
