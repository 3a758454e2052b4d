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

/** The machine's clock. */
export class SystemClock implements Clock {
  nowMs = performance.now();

  refresh(): number {
    return this.nowMs = performance.now();
  }

  wallMs(): number {
    return Date.now();
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
