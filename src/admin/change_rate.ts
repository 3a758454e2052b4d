/** How often somebody may change something (spec/console.md Appendix D): no more than so many times in any second. */
import type { Clock } from "../base/clock.ts";

const PER_SECOND = 20;
const WINDOW_MS = 1000;
/** Clients that are remembered; more at once are all told to wait. */
const MAX_CLIENTS = 1000;

export class ChangeRate {
  readonly #clock: Clock;
  readonly #times = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a change of this client; false = it comes too soon, and does not count. */
  take(client: string): boolean {
    const nowMs = this.#clock.refresh();
    const times = (this.#times.get(client) ?? []).filter((time) => time > nowMs - WINDOW_MS);
    this.#times.delete(client);
    if (this.#times.size >= MAX_CLIENTS) this.#forget(nowMs);
    const mayPass = times.length < PER_SECOND && this.#times.size < MAX_CLIENTS;
    if (mayPass) times.push(nowMs);
    if (times.length > 0) this.#times.set(client, times);
    return mayPass;
  }

  #forget(nowMs: number): void {
    for (const [client, times] of this.#times) {
      if (times.every((time) => time <= nowMs - WINDOW_MS)) this.#times.delete(client);
    }
  }
}
