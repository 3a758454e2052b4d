/**
 * Time as the data path reads it: handed in, so that tests turn it by hand. A worker refreshes `nowMs` once per event
 * and everything that happens in that event has the same time.
 */

export interface Clock {
  /** Monotonic milliseconds with a fraction; refreshed by {@link Clock.refresh}. */
  readonly nowMs: number;
  /** Reads the time again and returns `nowMs`. */
  refresh(): number;
  /** Wall time in milliseconds since 1970, for dates and logs. */
  wallMs(): number;
}

/** How long the distance between the two clocks is believed: a stepped wall clock shows after that. */
const WALL_CHECK_MS = 1000;

/** The machine's clock. Wall time is monotonic time and a distance that is measured anew once a second. */
export class SystemClock implements Clock {
  nowMs = performance.now();
  #wallDistanceMs = 0;
  #wallCheckDueMs = -Infinity;

  refresh(): number {
    return this.nowMs = performance.now();
  }

  wallMs(): number {
    if (this.nowMs >= this.#wallCheckDueMs) {
      this.#wallCheckDueMs = this.nowMs + WALL_CHECK_MS;
      this.#wallDistanceMs = Date.now() - this.nowMs;
    }
    return this.nowMs + this.#wallDistanceMs;
  }
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  nowMs = 0;
  #wallStartMs: number;

  constructor(wallStartMs = Date.UTC(2026, 0, 1)) {
    this.#wallStartMs = wallStartMs;
  }

  refresh(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.#wallStartMs + this.nowMs;
  }

  advance(byMs: number): void {
    this.nowMs += byMs;
  }
}
