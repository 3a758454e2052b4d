/** How far the newest runtime values have come: which workers serve them, and how long that took (spec/operations.md 7.10). */

/** What is known of the newest values. */
export interface Propagation {
  readonly generation: number;
  readonly workers: number;
  readonly acked: number;
  /** Of the workers that have them; null while none has. */
  readonly slowestMs: number | null;
}

/** Listens for the acks of one generation at a time. */
export class PropagationWatch {
  #generation = 0;
  #publishedMs = 0;
  /** By worker: how long it took. */
  readonly #tookMs = new Map<number, number>();
  #workers = 0;
  #acked = 0;

  get now(): Propagation {
    const slowestMs = this.#tookMs.size === 0 ? null : Math.max(...this.#tookMs.values());
    return { generation: this.#generation, workers: this.#workers, acked: this.#acked, slowestMs };
  }

  /** New values are on their way. */
  published(generation: number, nowMs: number): void {
    this.#generation = generation;
    this.#publishedMs = nowMs;
    this.#tookMs.clear();
    this.#acked = 0;
  }

  /** The workers serve these generations, 0 = none yet. True = something is other than before. */
  look(generations: readonly number[], nowMs: number): boolean {
    const acked = generations.filter((generation) => generation >= this.#generation).length;
    const isOther = acked !== this.#acked || generations.length !== this.#workers;
    generations.forEach((generation, worker) => {
      if (generation < this.#generation || this.#tookMs.has(worker)) return;
      this.#tookMs.set(worker, Math.round((nowMs - this.#publishedMs) * 10) / 10);
    });
    this.#workers = generations.length;
    this.#acked = acked;
    return isOther;
  }
}
