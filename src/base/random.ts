/**
 * Chance for one worker: a fast seedable generator for load balancing, jitter and sampling, and a batch of unguessable
 * bytes for ids. The generator is Chris Doty-Humphrey's sfc32: 128 bits of state, a counter that forbids short cycles.
 */

const BATCH_BYTES = 4096;
const WARM_UP_ROUNDS = 12;

/** A generator for choices, never for secrets. The same seed gives the same numbers. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Without a seed the numbers differ from run to run. */
  constructor(seed: number = crypto.getRandomValues(new Uint32Array(1))[0]!) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.next32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  next32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21 | this.#c >>> 11) + result) | 0;
    return result >>> 0;
  }

  /** A whole number from 0 to `limit - 1`, for a limit up to 2^32; uneven by less than limit / 2^53. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** From 0 up to but not 1, in steps of 2^-53. */
  fraction(): number {
    return this.whole() / 2 ** 53;
  }

  /** A whole number from 0 to 2^53 - 1. */
  whole(): number {
    const high = this.next32() >>> 5;
    const low = this.next32() >>> 6;
    return high * 2 ** 26 + low;
  }
}

/** Unguessable bytes, fetched from the system many at a time. */
export class RandomBytes {
  /** Read `count` of them from the place that {@link RandomBytes.take} returns. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_BYTES);
  #used = BATCH_BYTES;

  /** Where in `bytes` the next `count` fresh ones start; at most 4,096 at a time, good until the next call. */
  take(count: number): number {
    if (this.#used + count > BATCH_BYTES) {
      crypto.getRandomValues(this.bytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += count;
    return start;
  }
}
