/**
 * Wrong tokens by address: after a few in a short time no token from there is looked at, right or wrong, until some of
 * them are forgotten (spec/console.md 8.1). Sessions that are open go on.
 */
import type { Clock } from "../../base/clock.ts";

/** So many wrong tokens… */
export const MAX_FAILURES = 5;

/** …within this time. */
export const WINDOW_MS = 10_000;

/** Addresses that are remembered; beyond them the one that failed longest ago is forgotten. */
const MAX_ADDRESSES = 10_000;

export class FailureLimit {
  readonly #clock: Clock;
  /** Times of failures, by address; the address that failed last is the last. */
  readonly #failures = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds until a token from this address is looked at again; 0 = it is looked at now. */
  waitS(address: string): number {
    const times = this.#recent(address);
    if (times.length < MAX_FAILURES) return 0;
    return Math.max(1, Math.ceil((times.at(-MAX_FAILURES)! + WINDOW_MS - this.#clock.nowMs) / 1000));
  }

  /** A wrong token came from there. */
  note(address: string): void {
    const times = this.#recent(address);
    this.#failures.delete(address);
    this.#failures.set(address, [...times, this.#clock.nowMs].slice(-MAX_FAILURES));
    if (this.#failures.size <= MAX_ADDRESSES) return;
    for (const oldest of this.#failures.keys()) {
      this.#failures.delete(oldest);
      break;
    }
  }

  #recent(address: string): number[] {
    const nowMs = this.#clock.refresh();
    return (this.#failures.get(address) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS);
  }
}
