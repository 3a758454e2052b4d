/** Makes rates of rising counts that are read now and then. */

/** One count. Its rate is unknown until it was read twice. */
export class Rate {
  #count = NaN;
  #atMs = 0;
  #delta: number | null = null;
  #perSecond: number | null = null;

  /** Takes the count as of `nowMs`. A count that fell, as after a reset, starts anew. */
  update(count: number, nowMs: number): void {
    const delta = count - this.#count;
    const elapsedMs = nowMs - this.#atMs;
    const isKnown = delta >= 0 && elapsedMs > 0;
    this.#delta = isKnown ? delta : null;
    this.#perSecond = isKnown ? delta * 1000 / elapsedMs : null;
    this.#count = count;
    this.#atMs = nowMs;
  }

  /** Per second between the last two reads. */
  get perSecond(): number | null {
    return this.#perSecond;
  }

  /** By how much it rose between the last two reads. */
  get delta(): number | null {
    return this.#delta;
  }
}

/** `part` of `whole`; null when either is unknown or there was nothing. */
export function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}
