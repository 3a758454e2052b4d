/**
 * RING_HASH (spec/upstream.md 7.10), as ketama has it: every host has many places on a ring of hashes, as many as its
 * share asks for, and a request belongs to the first place at or after its own hash. A host that goes leaves all
 * others where they are.
 *
 * ```
 *   00…0 ├─a─────b──c────────a───c──b──┤ ff…f
 *                       ▲ a request's hash: it is the second a's
 * ```
 *
 * A host's places are the hashes of its key with `_0`, `_1`, … behind it.
 */
import { MurmurHash64 } from "../../base/murmur_hash64.ts";
import { XxHash64 } from "../../base/xx_hash64.ts";
import type { RingHashLbConfig } from "../../config/lb_config.ts";
import type { HashPlacement } from "./hash_placement.ts";
import type { HostShares } from "./host_shares.ts";

const UNDERSCORE = 0x5f, DIGIT_0 = 0x30;
/** Of the number behind a key. */
const MAX_DIGITS = 10;

/** How many places each host gets. */
export interface RingCounts {
  readonly counts: Uint32Array;
  /** As Envoy tells it: the ring may have one place more. */
  readonly size: number;
  readonly least: number;
  readonly most: number;
}

/** Shares places out: the host with the least share gets a whole number of them, unless the ring would be too large. */
export function ringCounts(
  { shares, least: leastShare }: HostShares,
  { minimumRingSize, maximumRingSize }: Pick<RingHashLbConfig, "minimumRingSize" | "maximumRingSize">,
): RingCounts {
  const counts = new Uint32Array(shares.length);
  if (shares.length === 0) return { counts, size: 0, least: 0, most: 0 };
  const scale = Math.min(Math.ceil(leastShare * minimumRingSize) / leastShare, maximumRingSize);
  const size = Math.ceil(scale);
  let target = 0, current = 0, least = size, most = 0;
  for (let i = 0; i < shares.length; i++) {
    target += scale * shares[i]!;
    const count = counts[i] = Math.max(0, Math.ceil(target) - current);
    current += count;
    least = Math.min(least, count);
    most = Math.max(most, count);
  }
  return { counts, size, least, most };
}

export class HashRing implements HashPlacement {
  // Places in order of their hashes.
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #hosts: Uint32Array;

  /** `keys`: of the hosts, one for each of `counts`. */
  constructor(
    keys: readonly Uint8Array[],
    { counts }: RingCounts,
    hashFunction: RingHashLbConfig["hashFunction"],
  ) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const high = new Uint32Array(total), low = new Uint32Array(total), hosts = new Uint32Array(total);
    const hasher = hashFunction === "XX_HASH" ? new XxHash64() : new MurmurHash64(), { digest } = hasher;
    let bytes = new Uint8Array(256), place = 0;
    for (let host = 0; host < keys.length; host++) {
      const key = keys[host]!, start = key.length + 1;
      if (bytes.length < start + MAX_DIGITS) bytes = new Uint8Array(start + MAX_DIGITS);
      bytes.set(key);
      bytes[key.length] = UNDERSCORE;
      for (let number = 0; number < counts[host]!; number++) {
        hasher.hash(bytes, 0, writeNumber(number, bytes, start));
        high[place] = digest.high;
        low[place] = digest.low;
        hosts[place++] = host;
      }
    }
    const order = hashOrder(high, low);
    this.#high = high.map((_, i) => high[order[i]!]!);
    this.#low = low.map((_, i) => low[order[i]!]!);
    this.#hosts = hosts.map((_, i) => hosts[order[i]!]!);
  }

  get size(): number {
    return this.#hosts.length;
  }

  /** A place's hash and host, for tests and dumps. */
  placeAt(index: number): { readonly high: number; readonly low: number; readonly host: number } {
    return { high: this.#high[index]!, low: this.#low[index]!, host: this.#hosts[index]! };
  }

  find(high: number, low: number, attempt: number): number {
    const highs = this.#high, lows = this.#low, size = highs.length;
    if (size === 0) return -1;
    let start = 0, end = size;
    while (start < end) {
      const middle = (start + end) >>> 1, at = highs[middle]!;
      if (at < high || at === high && lows[middle]! < low) start = middle + 1;
      else end = middle;
    }
    return this.#hosts[(start + attempt) % size]!;
  }
}

/** Writes decimal digits at `start`; returns where they end. */
function writeNumber(number: number, bytes: Uint8Array, start: number): number {
  let end = start + 1;
  for (let limit = 10; number >= limit; limit *= 10) end++;
  for (let at = end - 1, left = number; at >= start; at--, left = Math.floor(left / 10)) {
    bytes[at] = DIGIT_0 + left % 10;
  }
  return end;
}

/**
 * The numbers of hashes in their order. Hashes are spread evenly, so they are shared out by their first bits into as
 * many buckets as there are hashes, and what is left to do in a bucket is next to nothing.
 */
function hashOrder(high: Uint32Array, low: Uint32Array): Uint32Array {
  const total = high.length;
  const shift = Math.min(31, Math.clz32(total));
  const ends = new Uint32Array((0xffff_ffff >>> shift) + 1);
  for (const half of high) ends[half >>> shift]!++;
  for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const order = new Uint32Array(total);
  for (let i = total - 1; i >= 0; i--) order[--ends[high[i]! >>> shift]!] = i;
  for (let i = 1; i < total; i++) {
    const moved = order[i]!, ownHigh = high[moved]!, ownLow = low[moved]!;
    let at = i;
    for (; at > 0; at--) {
      const before = order[at - 1]!, itsHigh = high[before]!;
      if (itsHigh < ownHigh || itsHigh === ownHigh && low[before]! <= ownLow) break;
      order[at] = before;
    }
    order[at] = moved;
  }
  return order;
}
