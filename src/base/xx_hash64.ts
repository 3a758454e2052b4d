/**
 * The 64-bit xxHash (xxHash specification, XXH64): what Envoy hashes requests and hosts with. Everything is done on two
 * 32-bit halves, so that hashing a request makes nothing.
 *
 * ```
 *   32 bytes at a time ──▶ four lanes ──┐
 *   (fewer than 32 in all: the seed) ───┴─▶ joined, + length ──▶ 8, 4 and 1 bytes that are left ──▶ avalanche
 * ```
 */
import { Word64 } from "./word64.ts";

// The five primes, each in halves.
const P1H = 0x9e37_79b1, P1L = 0x85eb_ca87;
const P2H = 0xc2b2_ae3d, P2L = 0x27d4_eb4f;
const P3H = 0x1656_67b1, P3L = 0x9e37_79f9;
const P4H = 0x85eb_ca77, P4L = 0xc2b2_ae63;
const P5H = 0x27d4_eb2f, P5L = 0x1656_67c5;

const STRIPE = 32;
/** Of the four lanes, when they are joined. */
const ROTATIONS = [1, 7, 12, 18] as const;
const UTF8 = new TextEncoder();

/** Hashes; whoever needs hashes keeps one, and reads `digest` until it hashes again. */
export class XxHash64 {
  readonly digest: Word64 = new Word64();
  readonly #lanes: readonly [Word64, Word64, Word64, Word64] = [
    new Word64(),
    new Word64(),
    new Word64(),
    new Word64(),
  ];
  readonly #lane = new Word64();

  /** The hash of `bytes[start, end)` with the seed 0. */
  hash(bytes: Uint8Array, start: number, end: number): void {
    this.digest.set(0, 0);
    this.hashOn(bytes, start, end);
  }

  /** The hash of `bytes[start, end)` with a seed of 32 bits. */
  hashSeeded(bytes: Uint8Array, start: number, end: number, seed: number): void {
    this.digest.set(0, seed);
    this.hashOn(bytes, start, end);
  }

  /** The hash of the UTF-8 form of `text` with the seed 0. */
  hashText(text: string): void {
    const bytes = UTF8.encode(text);
    this.hash(bytes, 0, bytes.length);
  }

  /** The hash of `bytes[start, end)` with the last digest as its seed. */
  hashOn(bytes: Uint8Array, start: number, end: number): void {
    const digest = this.digest;
    let at = start;
    if (end - start >= STRIPE) at = this.#takeStripes(bytes, start, end);
    else digest.add(P5H, P5L);
    digest.add(0, end - start);
    for (; end - at >= 8; at += 8) {
      const lane = this.#lane;
      lane.set(0, 0);
      mixLane(lane, word(bytes, at + 4), word(bytes, at));
      digest.xor(lane.high, lane.low);
      digest.rotateLeft(27);
      digest.multiply(P1H, P1L);
      digest.add(P4H, P4L);
    }
    if (end - at >= 4) {
      const lane = this.#lane;
      lane.set(0, word(bytes, at));
      lane.multiply(P1H, P1L);
      digest.xor(lane.high, lane.low);
      digest.rotateLeft(23);
      digest.multiply(P2H, P2L);
      digest.add(P3H, P3L);
      at += 4;
    }
    for (; at < end; at++) {
      const lane = this.#lane;
      lane.set(0, bytes[at]!);
      lane.multiply(P5H, P5L);
      digest.xor(lane.high, lane.low);
      digest.rotateLeft(11);
      digest.multiply(P1H, P1L);
    }
    digest.xorShiftRight(33);
    digest.multiply(P2H, P2L);
    digest.xorShiftRight(29);
    digest.multiply(P3H, P3L);
    digest.xorShiftRight(32);
  }

  /** Takes all whole stripes and joins their lanes in the digest. Returns where it stopped. */
  #takeStripes(bytes: Uint8Array, start: number, end: number): number {
    const digest = this.digest, lanes = this.#lanes, [first, second, third, fourth] = lanes;
    for (const lane of lanes) lane.copy(digest);
    first.add(P1H, P1L);
    first.add(P2H, P2L);
    second.add(P2H, P2L);
    // Less the first prime.
    fourth.add(~P1H, -P1L);
    let at = start;
    for (; end - at >= STRIPE; at += STRIPE) {
      mixLane(first, word(bytes, at + 4), word(bytes, at));
      mixLane(second, word(bytes, at + 12), word(bytes, at + 8));
      mixLane(third, word(bytes, at + 20), word(bytes, at + 16));
      mixLane(fourth, word(bytes, at + 28), word(bytes, at + 24));
    }
    const lane = this.#lane;
    digest.set(0, 0);
    for (let i = 0; i < 4; i++) {
      lane.copy(lanes[i]!);
      lane.rotateLeft(ROTATIONS[i]!);
      digest.add(lane.high, lane.low);
    }
    for (let i = 0; i < 4; i++) {
      const { high, low } = lanes[i]!;
      lane.set(0, 0);
      mixLane(lane, high, low);
      digest.xor(lane.high, lane.low);
      digest.multiply(P1H, P1L);
      digest.add(P4H, P4L);
    }
    return at;
  }
}

/** A lane takes up eight bytes. */
function mixLane(lane: Word64, high: number, low: number): void {
  const { high: laneHigh, low: laneLow } = lane;
  lane.set(high, low);
  lane.multiply(P2H, P2L);
  lane.add(laneHigh, laneLow);
  lane.rotateLeft(31);
  lane.multiply(P1H, P1L);
}

/** Four bytes, the lowest first. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
}
