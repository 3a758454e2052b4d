/**
 * Makoto Matsumoto's and Takuji Nishimura's MT19937: the numbers that `std::mt19937` gives. For choices that must be
 * Envoy's for the same seed; every other chance is random.ts's.
 */

const SIZE = 624, MIDDLE = 397;
const TWIST = 0x9908_b0df, UPPER = 0x8000_0000, LOWER = 0x7fff_ffff;

/** Holds its 2.5 KiB of state; whoever needs numbers keeps one and seeds it each time. */
export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #at = SIZE;

  /** Begins the numbers of a seed of 32 bits. */
  seed(value: number): void {
    const state = this.#state;
    state[0] = value;
    for (let i = 1; i < SIZE; i++) {
      const last = state[i - 1]!;
      state[i] = Math.imul(0x6c07_8965, last ^ (last >>> 30)) + i;
    }
    this.#at = SIZE;
  }

  /** A whole number from 0 to 2^32 - 1. */
  next32(): number {
    if (this.#at === SIZE) this.#twist();
    let value = this.#state[this.#at++]!;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c_5680;
    value ^= (value << 15) & 0xefc6_0000;
    return (value ^ (value >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const mixed = (state[i]! & UPPER) | (state[(i + 1) % SIZE]! & LOWER);
      state[i] = state[(i + MIDDLE) % SIZE]! ^ (mixed >>> 1) ^ (mixed & 1 ? TWIST : 0);
    }
    this.#at = 0;
  }
}
