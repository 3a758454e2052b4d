/**
 * MAGLEV (spec/upstream.md 7.11), after "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016, section
 * 3.4): a table of a prime size in which every host has its share of slots, and a request belongs to the slot that its
 * hash leaves as the remainder. Each host goes through all slots in an order of its own; in rounds, each takes the next
 * that is free. A host that goes leaves most slots as they are.
 */
import { XxHash64 } from "../../base/xx_hash64.ts";
import type { HashPlacement } from "./hash_placement.ts";
import type { HostShares } from "./host_shares.ts";

const MAX_UINT16 = 0xffff;

/** How many slots the outermost hosts have. */
export interface SlotCounts {
  readonly least: number;
  readonly most: number;
}

export class MaglevTable implements HashPlacement {
  readonly counts: SlotCounts;
  /** By slot: the number of a host, plus 1. */
  readonly #slots: Uint16Array | Uint32Array;
  /** What the upper half of a hash counts, modulo the size. */
  readonly #upper: number;

  /** `keys`: of the hosts, one for each share. `size`: a prime number. */
  constructor(keys: readonly Uint8Array[], { shares, most }: HostShares, size: number) {
    const count = keys.length;
    const slots = this.#slots = count < MAX_UINT16 ? new Uint16Array(size) : new Uint32Array(size);
    this.#upper = 2 ** 32 % size;
    this.counts = { least: 0, most: 0 };
    if (count === 0) return;
    const order = Uint32Array.from(keys, (_, host) => host).sort((a, b) => compareBytes(keys[a]!, keys[b]!));
    const { next, skips } = slotOrders(keys, order, size);
    const targets = new Float64Array(count), taken = new Uint32Array(count);
    for (let round = 1, filled = 0; filled < size; round++) {
      for (let i = 0; i < count && filled < size; i++) {
        const host = order[i]!;
        if (round * shares[host]! < targets[i]!) continue;
        targets[i]! += most;
        const skip = skips[i]!;
        let slot = next[i]!;
        while (slots[slot] !== 0) slot = slot + skip < size ? slot + skip : slot + skip - size;
        slots[slot] = host + 1;
        next[i] = slot + skip < size ? slot + skip : slot + skip - size;
        taken[i]!++;
        filled++;
      }
    }
    this.counts = outermost(taken);
  }

  find(high: number, low: number, attempt: number): number {
    const slots = this.#slots;
    // As in Envoy, another attempt is another hash: one in which nearly every bit is turned.
    const upper = attempt === 0 ? high : ~high >>> 0, lower = attempt === 0 ? low : (low ^ -attempt) >>> 0;
    return slots[((upper % slots.length) * this.#upper + lower) % slots.length]! - 1;
  }
}

/**
 * How many slots hosts will have, without filling a table. Where shares are no round numbers it may be a few off, for
 * filling goes by rounded sums.
 */
export function slotCounts({ shares, least, most }: HostShares, size: number): SlotCounts {
  if (shares.length > 0 && least === most) {
    return { least: Math.floor(size / shares.length), most: Math.ceil(size / shares.length) };
  }
  // A host has a slot in the first round, and from then on whenever its share of the largest share has added up to one.
  const after = (rounds: number, share: number) =>
    rounds === 0 ? 0 : Math.min(rounds, 1 + Math.floor(rounds * share / most));
  const total = (rounds: number) => {
    let sum = 0;
    for (const share of shares) sum += after(rounds, share);
    return sum;
  };
  let low = 0, high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (total(middle) < size) low = middle + 1;
    else high = middle;
  }
  const counts = Uint32Array.from(shares, (share) => after(low - 1, share));
  let left = size - counts.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < counts.length && left > 0; i++) {
    if (after(low, shares[i]!) === counts[i]) continue;
    counts[i]!++;
    left--;
  }
  return outermost(counts);
}

/** By place in `order`: the slot that a host begins with, and how far on its next one lies. */
function slotOrders(keys: readonly Uint8Array[], order: Uint32Array, size: number) {
  const next = new Uint32Array(order.length), skips = new Uint32Array(order.length), hasher = new XxHash64();
  for (let i = 0; i < order.length; i++) {
    const key = keys[order[i]!]!;
    hasher.hash(key, 0, key.length);
    next[i] = hasher.digest.modulo(size);
    hasher.hashSeeded(key, 0, key.length, 1);
    skips[i] = hasher.digest.modulo(size - 1) + 1;
  }
  return { next, skips };
}

function outermost(counts: Uint32Array): SlotCounts {
  let least = Infinity, most = 0;
  for (const count of counts) {
    least = Math.min(least, count);
    most = Math.max(most, count);
  }
  return { least: counts.length === 0 ? 0 : least, most };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
