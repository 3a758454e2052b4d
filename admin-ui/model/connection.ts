/**
 * How fresh the console's knowledge is.
 *
 * ```
 *   connecting ── frame ──▶ live ── stream ends, falls silent ──▶ waiting (retry at t)
 *        ▲                   │                                      │ t
 *        │                   └── tab hidden for long ──▶ asleep      │
 *        └───────────────────────────────────────────────┴──────────┘
 * ```
 *
 * "Stale" is apart from that: it says that the figures on screen are older than they should be, whatever the reason.
 * Times of the server are shown by the server's clock (spec/console.md Appendix C): the browser's may be wrong.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Where the stream stands. */
export type Link =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "waiting"; readonly retryAtMs: number; readonly reason: string }
  | { readonly kind: "asleep" };

/** The overview ticks each second: three missed ones are not jitter any more. */
export const STALE_AFTER_MS = 4000;

/** What is older than this is no ground to change anything on (spec/console.md 9.1). */
export const NO_WRITES_AFTER_MS = 10_000;

/** The page's clock goes in steps of this; a little over a tick, so that ticks do it as long as they come. */
const CLOCK_STEP_MS = 1100;

/** First and longest wait before connecting again. */
const FIRST_DELAY_MS = 1000, LONGEST_DELAY_MS = 15_000;

/** The wait before the next try, doubled from 1 s to 15 s, less up to a quarter so that consoles do not return at once. */
export function reconnectDelayMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (1 - random / 4));
}

/** The state of the stream, as signals. */
export class Connection {
  readonly link: Signal<Link> = signal({ kind: "connecting" });
  /** The browser's clock, moved on about once a second. */
  readonly nowMs: Signal<number>;
  /** When the last tick came, by the browser's clock; null before the first. */
  readonly lastTickMs: Signal<number | null> = signal(null);
  /** When the process behind was seen to be another one, by the browser's clock. */
  readonly restartedMs: Signal<number | null> = signal(null);
  /** The server's clock less the browser's. */
  readonly clockOffsetMs: Signal<number> = signal(0);
  readonly #isStale: ReadonlySignal<boolean>;
  readonly #writeRefusal: ReadonlySignal<string | null>;
  #bootId = "";
  #lastId = -1;

  constructor(nowMs: number) {
    this.nowMs = signal(nowMs);
    this.#isStale = computed(() => {
      const tick = this.lastTickMs.value;
      return tick !== null && this.nowMs.value - tick > STALE_AFTER_MS;
    });
    this.#writeRefusal = computed(() => {
      const tick = this.lastTickMs.value;
      const isOld = tick !== null && this.nowMs.value - tick > NO_WRITES_AFTER_MS;
      return isOld ? "what you see is old: waiting for the proxy" : null;
    });
  }

  /** The figures on screen are old. */
  get isStale(): ReadonlySignal<boolean> {
    return this.#isStale;
  }

  /** Why nothing can be changed from here just now; null = it can. */
  get writeRefusal(): ReadonlySignal<string | null> {
    return this.#writeRefusal;
  }

  /** Moves the page's clock, unless a tick did so within the last second. */
  passTime(nowMs: number): void {
    if (Math.abs(nowMs - this.nowMs.peek()) >= CLOCK_STEP_MS) this.nowMs.value = nowMs;
  }

  /** Now, by the server's clock. */
  serverNowMs(): number {
    return this.nowMs.value + this.clockOffsetMs.value;
  }

  /** Fresh figures came. */
  tick(nowMs: number): void {
    batch(() => {
      this.lastTickMs.value = nowMs;
      this.nowMs.value = nowMs;
    });
  }

  /** A new stream begins: its ids are compared among themselves. */
  begin(): void {
    this.#lastId = -1;
  }

  /** Whether `id` may follow the ones before. A frame without an id always may. */
  acceptId(id: string): boolean {
    if (id === "") return true;
    const value = Number(id);
    if (!Number.isInteger(value) || value <= this.#lastId) return false;
    this.#lastId = value;
    return true;
  }

  /** The server's first words. Returns whether the process is another one than before. */
  greet(bootId: string, serverTimeMs: number, nowMs: number): boolean {
    const isOther = this.#bootId !== "" && this.#bootId !== bootId;
    this.#bootId = bootId;
    this.clockOffsetMs.value = serverTimeMs - nowMs;
    if (isOther) this.restartedMs.value = nowMs;
    return isOther;
  }
}
