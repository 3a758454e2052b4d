/**
 * A set of CIDR ranges, compiled into sorted intervals: asking costs a binary search and allocates nothing. Text that is
 * no address is in no range.
 */
import { type IpFamily, parseIp } from "../base/ip_address.ts";
import type { CidrRangeConfig } from "../config/match_config.ts";

/** Bits in front of the IPv4 address in an IPv4-mapped one. */
const MAPPED_PREFIX = 96;

export class IpRanges {
  readonly #v4: Intervals;
  readonly #v6: Intervals;
  readonly #words: Uint32Array = new Uint32Array(4);

  /** The union of `ranges`. A range of IPv4-mapped addresses is the IPv4 range it maps. */
  constructor(ranges: readonly CidrRangeConfig[]) {
    const v4: Interval[] = [], v6: Interval[] = [];
    for (const range of ranges) {
      const family = parseIp(range.address, this.#words);
      if (family === 0) continue;
      const isMapped = family === 4 && range.address.includes(":");
      if (!isMapped) (family === 4 ? v4 : v6).push(intervalOf(this.#words, family, range.prefixLength));
      else if (range.prefixLength >= MAPPED_PREFIX) {
        v4.push(intervalOf(this.#words, 4, range.prefixLength - MAPPED_PREFIX));
      } else v6.push(intervalOf(new Uint32Array([0, 0, 0xffff, this.#words[0]!]), 6, range.prefixLength));
    }
    this.#v4 = new Intervals(v4, 1);
    this.#v6 = new Intervals(v6, 4);
  }

  /**
   * Whether the address in `text` is in a range.
   * Differs from Envoy: `::ffff:10.0.0.1` in text is 10.0.0.1 too, so that another spelling evades no rule; in Envoy
   * only a socket's address is.
   */
  contains(text: string): boolean {
    const family = parseIp(text, this.#words);
    if (family === 0) return false;
    return (family === 4 ? this.#v4 : this.#v6).contains(this.#words);
  }
}

/** First and last address, as numbers. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

function intervalOf(words: Uint32Array, family: IpFamily, prefixLength: number): Interval {
  const count = family === 4 ? 1 : 4;
  let address = 0n;
  for (let i = 0; i < count; i++) address = address << 32n | BigInt(words[i]!);
  const freeBits = BigInt(count * 32 - prefixLength);
  const first = address >> freeBits << freeBits;
  return { first, last: first | ((1n << freeBits) - 1n) };
}

/** Intervals that do not touch, in order; each end takes `width` words. */
class Intervals {
  readonly #width: number;
  readonly #firsts: Uint32Array;
  readonly #lasts: Uint32Array;
  readonly #count: number;

  constructor(intervals: Interval[], width: number) {
    const merged: { first: bigint; last: bigint }[] = [];
    for (const { first, last } of intervals.sort((a, b) => a.first < b.first ? -1 : a.first > b.first ? 1 : 0)) {
      const before = merged.at(-1);
      if (before === undefined || first > before.last + 1n) merged.push({ first, last });
      else if (last > before.last) before.last = last;
    }
    this.#width = width;
    this.#count = merged.length;
    this.#firsts = wordsOf(merged.map(({ first }) => first), width);
    this.#lasts = wordsOf(merged.map(({ last }) => last), width);
  }

  contains(words: Uint32Array): boolean {
    // The last interval that begins at or before the address is the only one that may hold it.
    let low = 0, high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#firsts, middle, words) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.#compare(this.#lasts, low - 1, words) >= 0;
  }

  #compare(ends: Uint32Array, index: number, words: Uint32Array): number {
    const at = index * this.#width;
    for (let i = 0; i < this.#width; i++) {
      const difference = ends[at + i]! - words[i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

function wordsOf(values: readonly bigint[], width: number): Uint32Array {
  const words = new Uint32Array(values.length * width);
  values.forEach((value, index) => {
    for (let i = width - 1; i >= 0; i--, value >>= 32n) words[index * width + i] = Number(value & 0xffff_ffffn);
  });
  return words;
}
