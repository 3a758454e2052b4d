/**
 * The end of the process, by SIGTERM, SIGINT or `/quitquitquit` (spec/operations.md 3, 6.13).
 *
 * ```
 *   serving ── first request ──▶ draining ── idle, or time is up, or second request ──▶ over
 *      └────────── drain time 0, as Envoy: no drain ───────────────────────────────────▶
 * ```
 *
 * While draining `/ready` says DRAINING, nothing is accepted, idle connections are closed and every response closes
 * its own, and requests go on to their end.
 *
 * Differs from Envoy: there SIGTERM ends requests in flight at once; `--shutdown-drain-time-s 0` does so here.
 */

import type { Logger } from "../base/log.ts";
import type { DrainMessage } from "../worker/messages.ts";

/** What a shutdown needs of the process. */
export interface Drainable {
  /** `/ready` is not LIVE from now on. */
  beginDraining(): void;
  drain(message: DrainMessage): void;
  /** Resolves when no request is active anywhere. */
  untilIdle(): Promise<void>;
  activeRequests(): number;
}

export class Shutdown {
  readonly #process: Drainable;
  readonly #drainTimeMs: number;
  readonly #log: Logger;
  readonly #over = Promise.withResolvers<void>();
  #isDraining = false;

  constructor(process: Drainable, drainTimeMs: number, log: Logger) {
    this.#process = process;
    this.#drainTimeMs = drainTimeMs;
    this.#log = log;
  }

  /** Resolves when the process shall end now. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Without a drain: there is nothing to drain yet, or no more patience. */
  endNow(): void {
    this.#over.resolve();
  }

  /** The first call drains, the second ends. */
  request(): void {
    if (this.#isDraining || this.#drainTimeMs === 0) return this.endNow();
    this.#isDraining = true;
    this.#process.beginDraining();
    this.#process.drain({
      kind: "drain",
      strategy: "immediate",
      timeMs: this.#drainTimeMs,
      closeIdle: true,
    });
    const timer = setTimeout(() => {
      this.#log.warning(`closing with ${this.#process.activeRequests()} active requests: the drain time is up`);
      this.#over.resolve();
    }, this.#drainTimeMs);
    this.#process.untilIdle().then(() => this.#over.resolve());
    this.#over.promise.then(() => clearTimeout(timer));
  }
}
