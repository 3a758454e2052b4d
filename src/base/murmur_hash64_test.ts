import assert from "node:assert/strict";
import { MurmurHash64 } from "./murmur_hash64.ts";
import { Random } from "./random.ts";

function hashOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const hasher = new MurmurHash64();
  hasher.hash(bytes, start, end);
  return hasher.digest.toHex();
}

Deno.test("MurmurHash64 gives the values that Envoy puts on its rings", () => {
  const vectors: readonly (readonly [text: string, digest: string])[] = [
    ["a", "454ddee488c1ed6b"],
    ["10.0.0.1:80_0", "bd8f6461ecffb28c"],
  ];
  for (const [text, digest] of vectors) assert.equal(hashOf(new TextEncoder().encode(text)), digest, text);
});

Deno.test("MurmurHash64 hashes a range of bytes wherever it lies", () => {
  const random = new Random(5);
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length: length + 9 }, () => random.below(256));
    assert.equal(hashOf(bytes, 4, 4 + length), plainHash(bytes.subarray(4, 4 + length)), `${length} bytes`);
  }
});

/** The algorithm, step by step, in BigInt. */
function plainHash(bytes: Uint8Array): string {
  const multiplier = 0xc6a4a7935bd1e995n;
  const cut = (value: bigint) => BigInt.asUintN(64, value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0xc70f6907n ^ cut(BigInt(bytes.length) * multiplier), at = 0;
  for (; bytes.length - at >= 8; at += 8) {
    let word = cut(view.getBigUint64(at, true) * multiplier);
    word = cut((word ^ (word >> 47n)) * multiplier);
    sum = cut((sum ^ word) * multiplier);
  }
  const rest = bytes.length - at;
  if (rest > 0) {
    for (let i = rest - 1; i >= 0; i--) sum ^= BigInt(bytes[at + i]!) << BigInt(8 * i);
    sum = cut(sum * multiplier);
  }
  sum = cut((sum ^ (sum >> 47n)) * multiplier);
  return (sum ^ (sum >> 47n)).toString(16).padStart(16, "0");
}
