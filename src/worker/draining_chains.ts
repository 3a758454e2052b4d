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
import type { DrainStrategy } from "../proxy/drain.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import { DrainNotices } from "./drain_notices.ts";
import type { ServedChain } from "./served_chain.ts";

/** `--drain-strategy` and `--drain-time-s`. */
export interface DrainTimes {
  readonly strategy: DrainStrategy;
  readonly timeMs: number;
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
    const drain = new ChainDrain(chain, this.#loop, this.#random, cutReason, () => this.#drains.delete(drain));
    this.#drains.add(drain);
    drain.run(timeMs);
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

/** The drain of one chain. */
class ChainDrain {
  readonly chain: ServedChain;
  readonly #cutReason: string;
  readonly #onEnd: () => void;
  readonly #timer: Timer;
  readonly #notices: DrainNotices;

  constructor(chain: ServedChain, loop: EventLoop, random: Random, cutReason: string, onEnd: () => void) {
    this.chain = chain;
    this.#cutReason = cutReason;
    this.#onEnd = onEnd;
    this.#timer = new Timer(loop.timers, () => this.#end());
    this.#notices = new DrainNotices(loop, random);
  }

  run(timeMs: number): void {
    this.#notices.plan(this.chain.connections, timeMs);
    this.#timer.arm(timeMs);
  }

  close(): void {
    this.#timer.cancel();
    this.#notices.cancel();
  }

  #end(): void {
    this.#notices.cancel();
    for (const connection of [...this.chain.connections]) connection.abort(this.#cutReason);
    this.#onEnd();
  }
}
