/**
 * How late the event loop is: a timer that should fire every {@link PERIOD_MS} notes by how much it did not, and who knows
 * that it holds the loop says for how long. The platform's own timer on purpose, not the worker's wheel: the wheel is coarse
 * by design.
 */

const PERIOD_MS = 500;

export class LagProbe {
  #worstMs = 0;
  #dueMs = performance.now() + PERIOD_MS;
  readonly #handle = setInterval(() => this.#tick(), PERIOD_MS);

  /** The worst lag since the last call. */
  takeMs(): number {
    const lagMs = Math.max(this.#worstMs, performance.now() - this.#dueMs, 0);
    this.#worstMs = 0;
    return Math.round(lagMs * 10) / 10;
  }

  /** The loop was held for so long by one thing: the timer sees that only if it was due meanwhile. */
  note(heldMs: number): void {
    this.#worstMs = Math.max(this.#worstMs, heldMs);
  }

  stop(): void {
    clearInterval(this.#handle);
  }

  #tick(): void {
    const nowMs = performance.now();
    this.note(nowMs - this.#dueMs);
    this.#dueMs = nowMs + PERIOD_MS;
  }
}
