/**
 * How many requests a cluster has had in the last moments, over the whole process: what a retry budget with a
 * `budget_interval` is a share of (spec/http.md 5). Time goes in tenths of the interval, so a request is remembered for
 * the interval and up to a tenth more, as in Envoy.
 *
 * ```
 *   one worker:  | now | 1 ago | … | 10 ago |  ── a tenth later ──▶  what was 10 ago is forgotten
 * ```
 *
 * Each worker keeps its own tenths and holds their sum in its cell of the shared counts. A timer forgets what nobody asks
 * about, and runs only while there is something to forget.
 *
 * Differs from Envoy: the runtime value `retry_budget.budget_interval` is the length of the interval too; there it only
 * says whether the configured one counts.
 */
import { Timer } from "../base/timer_wheel.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import { type ClusterCounts, LimitKind, type LimitPriority } from "./shared_limits.ts";

const TENTHS = 10;
/** The current one is not over yet. */
const SLOTS = TENTHS + 1;

/** Of one priority of a cluster, as one worker counts them. */
export class RecentRequests {
  readonly intervalMs: number;
  readonly #counts: ClusterCounts;
  readonly #priority: LimitPriority;
  readonly #loop: EventLoop;
  readonly #timer: Timer;
  /** By the number of their tenth since the clock began, modulo their number. */
  readonly #slots = new Float64Array(SLOTS);
  #tenth: number;
  /** The sum of the slots. */
  #own = 0;

  constructor(counts: ClusterCounts, priority: LimitPriority, loop: EventLoop, intervalMs: number) {
    this.#counts = counts;
    this.#priority = priority;
    this.#loop = loop;
    this.intervalMs = intervalMs;
    this.#timer = new Timer(loop.timers, () => this.#onTimer());
    this.#tenth = this.#tenthNow();
  }

  /** A request begins. */
  add(): void {
    this.#forgetOld();
    this.#slots[this.#tenth % SLOTS]! += 1;
    this.#own++;
    this.#counts.add(this.#priority, LimitKind.RECENT, 1);
    if (!this.#timer.isArmed) this.#armTimer();
  }

  /** All that the process remembers. */
  get total(): number {
    this.#forgetOld();
    return this.#counts.active(this.#priority, LimitKind.RECENT);
  }

  /** Forgets all of this worker's. */
  clear(): void {
    this.#timer.cancel();
    this.#slots.fill(0);
    this.#forget(this.#own);
  }

  #forgetOld(): void {
    const tenth = this.#tenthNow();
    const passed = Math.min(tenth - this.#tenth, SLOTS);
    for (let i = 1; i <= passed; i++) {
      const slot = (this.#tenth + i) % SLOTS;
      this.#forget(this.#slots[slot]!);
      this.#slots[slot] = 0;
    }
    this.#tenth = tenth;
  }

  #forget(count: number): void {
    if (count === 0) return;
    this.#own -= count;
    this.#counts.add(this.#priority, LimitKind.RECENT, -count);
  }

  #onTimer(): void {
    this.#forgetOld();
    if (this.#own > 0) this.#armTimer();
  }

  #armTimer(): void {
    this.#timer.arm(this.intervalMs / TENTHS);
  }

  #tenthNow(): number {
    return Math.floor(this.#loop.clock.nowMs * TENTHS / this.intervalMs);
  }
}
