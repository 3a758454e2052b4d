/**
 * Austin Appleby's MurmurHash64A: what rings hash hosts with where the configuration says `MURMUR_HASH_2`. The seed is
 * that of libstdc++'s `std::hash`, as in Envoy (spec/upstream.md 7.10). Everything is done on two 32-bit halves, so
 * that hashing makes nothing.
 *
 * ```
 *   seed ^ length ──▶ 8 bytes at a time: mixed, then joined ──▶ up to 7 bytes that are left ──▶ avalanche
 * ```
 */
import { Word64 } from "./word64.ts";

// The multiplier in halves, and how far a word is folded into itself.
const MH = 0xc6a4_a793, ML = 0x5bd1_e995;
const FOLD = 47;

const SEED = 0xc70f_6907;

/** Hashes; whoever needs hashes keeps one, and reads `digest` until it hashes again. */
export class MurmurHash64 {
  readonly digest: Word64 = new Word64();
  readonly #word = new Word64();

  /** The hash of `bytes[start, end)`. */
  hash(bytes: Uint8Array, start: number, end: number): void {
    const digest = this.digest, word = this.#word;
    digest.set(0, end - start);
    digest.multiply(MH, ML);
    digest.xor(0, SEED);
    let at = start;
    for (; end - at >= 8; at += 8) {
      word.set(fourBytes(bytes, at + 4), fourBytes(bytes, at));
      word.multiply(MH, ML);
      word.xorShiftRight(FOLD);
      word.multiply(MH, ML);
      digest.xor(word.high, word.low);
      digest.multiply(MH, ML);
    }
    if (at < end) {
      let high = 0, low = 0;
      for (let i = end - 1; i >= at; i--) {
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | bytes[i]!;
      }
      digest.xor(high, low);
      digest.multiply(MH, ML);
    }
    digest.xorShiftRight(FOLD);
    digest.multiply(MH, ML);
    digest.xorShiftRight(FOLD);
  }
}

/** The lowest first. */
function fourBytes(bytes: Uint8Array, at: number): number {
  return bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
}
