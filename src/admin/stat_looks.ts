/**
 * What was seen of stats when somebody last looked at them, so that the next look can say how fast each rises and which
 * changed. Nothing is kept of what nobody looks at: without a reader this costs nothing.
 */
import type { Stat } from "../observe/stats/stat.ts";
import type { TextReadout } from "../observe/stats/text_readout.ts";

/** What `/stats` lists. */
export type AnyStat = Stat | TextReadout;

/** How long a change counts as one, and how long a look is remembered. */
export const CHANGED_MS = 60_000;

/** Looks nearer to each other are one: several readers must not spoil each other's rates. */
const LEAST_MS = 500;

/** Of a hundred thousand each comes to be asked in time, and no second is held up. */
const LOOKS_PER_TICK = 5000;

/** One stat as it was seen. */
export interface Look {
  value: number | string;
  atMs: number;
  /** Per second; null while it was seen once, and of a text. */
  rate: number | null;
  /** When it was found to differ from the look before; -Infinity = never. */
  changedMs: number;
}

export class StatLooks {
  readonly #looks = new Map<AnyStat, Look>();
  /** Goes round and round. */
  #sweep = this.#looks.entries();
  #watchedMs = -Infinity;
  #watchingSinceMs = 0;

  /** Takes a stat as it is. */
  look(stat: AnyStat, nowMs: number): Look {
    const value = stat.value, before = this.#looks.get(stat);
    if (before === undefined) {
      const look = { value, atMs: nowMs, rate: null, changedMs: -Infinity };
      this.#looks.set(stat, look);
      return look;
    }
    const elapsedMs = nowMs - before.atMs;
    if (elapsedMs < LEAST_MS) return before;
    if (value !== before.value) before.changedMs = nowMs;
    // Of a counter that fell, as after a reset, nothing is known.
    const delta = typeof value === "number" && typeof before.value === "number" ? value - before.value : -1;
    before.rate = delta < 0 ? null : delta * 1000 / elapsedMs;
    before.value = value;
    before.atMs = nowMs;
    return before;
  }

  /** Somebody asks what changed, so every stat is looked at. Says since when that has been so. */
  watch(nowMs: number): number {
    if (nowMs - this.#watchedMs > CHANGED_MS) this.#watchingSinceMs = nowMs;
    this.#watchedMs = nowMs;
    return Math.max(this.#watchingSinceMs, nowMs - CHANGED_MS);
  }

  /** Forgets what nobody looked at for a minute, a few at a time; to be called once a second. */
  tick(nowMs: number): void {
    for (let seen = 0; seen < LOOKS_PER_TICK; seen++) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = this.#looks.entries();
        return;
      }
      const [stat, { atMs }] = next.value;
      if (nowMs - atMs > CHANGED_MS) this.#looks.delete(stat);
    }
  }

  /** How many stats are remembered. */
  get size(): number {
    return this.#looks.size;
  }
}
