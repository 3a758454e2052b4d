import assert from "node:assert/strict";
import { latin1Bytes } from "./ascii.ts";
import { Random } from "./random.ts";
import { XxHash64 } from "./xx_hash64.ts";

/** Published values of other implementations, for the seed 0. */
const VECTORS: readonly (readonly [text: string, digest: string])[] = [
  ["", "ef46db3751d8e999"],
  ["a", "d24ec4f1a98c6e5b"],
  ["as", "1c330fb2d66be179"],
  ["asd", "631c37ce72a97393"],
  ["asdf", "415872f599cea71e"],
  ["abc", "44bc2cf5ad770999"],
  ["foo", "33bf00a859c4ba3f"],
  ["xxhash", "32dd38952c4bc720"],
  ["Call me Ishmael. Some years ago--never mind how long precisely-", "02a2e85470d6fd96"],
  // What Envoy made of a connection's two ends.
  ["127.0.0.1:57748127.0.0.1:32879", "6187492f80ee57ac"],
  // And of hosts.
  ["10.0.0.1:80", "011facba8043b217"],
  ["10.0.0.2:80", "cb0d0ee5a6a29d16"],
  ["10.0.0.3:80", "cff744675f59860e"],
  ["10.0.0.1:80_0", "75041381e7371a08"],
  ["10.0.0.2:80_0", "7079d8e1823e007f"],
];

Deno.test("XxHash64 gives the published values", () => {
  const hasher = new XxHash64();
  for (const [text, digest] of VECTORS) {
    hasher.hashText(text);
    assert.equal(hasher.digest.toHex(), digest, text);
  }
});

Deno.test("XxHash64 hashes a range of bytes wherever it lies", () => {
  const random = new Random(5), hasher = new XxHash64();
  for (let length = 0; length < 100; length++) {
    const bytes = Uint8Array.from({ length: length + 9 }, () => random.below(256));
    const range = bytes.subarray(4, 4 + length);
    hasher.hash(bytes, 4, 4 + length);
    assert.equal(hasher.digest.toHex(), plainHash(range, 0n), `${length} bytes`);
  }
});

Deno.test("XxHash64.hashSeeded takes any seed", () => {
  const hasher = new XxHash64();
  const vectors = [["10.0.0.1:80", "a456919bcbffaa92"], ["10.0.0.2:80", "11454a3708eb8461"], [
    "10.0.0.3:80",
    "f18ae419c165c927",
  ]] as const;
  for (const [text, digest] of vectors) {
    const bytes = latin1Bytes(text);
    hasher.hashSeeded(bytes, 0, bytes.length, 1);
    assert.equal(hasher.digest.toHex(), digest, text);
    hasher.hashSeeded(bytes, 0, bytes.length, 0xffff_ffff);
    assert.equal(hasher.digest.toHex(), plainHash(bytes, 0xffff_ffffn), text);
  }
});

Deno.test("XxHash64.hashOn takes the last digest as its seed", () => {
  const hasher = new XxHash64();
  for (const text of ["b", "something that is longer than one stripe of 32 bytes"]) {
    hasher.hashText("a");
    const bytes = latin1Bytes(text);
    hasher.hashOn(bytes, 0, bytes.length);
    assert.equal(hasher.digest.toHex(), plainHash(bytes, 0xd24ec4f1a98c6e5bn));
  }
});

/** The specification, step by step, in BigInt. */
function plainHash(bytes: Uint8Array, seed: bigint): string {
  const P1 = 0x9e3779b185ebca87n, P2 = 0xc2b2ae3d27d4eb4fn, P3 = 0x165667b19e3779f9n;
  const P4 = 0x85ebca77c2b2ae63n, P5 = 0x27d4eb2f165667c5n;
  const cut = (value: bigint) => BigInt.asUintN(64, value);
  const rotate = (value: bigint, by: bigint) => cut(value << by) | (value >> (64n - by));
  const round = (lane: bigint, input: bigint) => cut(rotate(cut(lane + input * P2), 31n) * P1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0, sum = cut(seed + P5);
  if (bytes.length >= 32) {
    const lanes = [cut(seed + P1 + P2), cut(seed + P2), seed, cut(seed - P1)];
    for (; bytes.length - at >= 32; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i]!, view.getBigUint64(at + 8 * i, true));
    }
    sum = cut(rotate(lanes[0]!, 1n) + rotate(lanes[1]!, 7n) + rotate(lanes[2]!, 12n) + rotate(lanes[3]!, 18n));
    for (const lane of lanes) sum = cut((sum ^ round(0n, lane)) * P1 + P4);
  }
  sum = cut(sum + BigInt(bytes.length));
  for (; bytes.length - at >= 8; at += 8) {
    sum = cut(rotate(sum ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
  }
  if (bytes.length - at >= 4) {
    sum = cut(rotate(sum ^ cut(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < bytes.length; at++) sum = cut(rotate(sum ^ cut(BigInt(bytes[at]!) * P5), 11n) * P1);
  sum = cut((sum ^ (sum >> 33n)) * P2);
  sum = cut((sum ^ (sum >> 29n)) * P3);
  return (sum ^ (sum >> 32n)).toString(16).padStart(16, "0");
}
