import assert from "node:assert/strict";
import { Random } from "./random.ts";
import { Word64 } from "./word64.ts";

const MASK = 2n ** 64n - 1n;

function valueOf({ high, low }: Word64): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function someHalf(random: Random): number {
  return [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff, 0x1_0000][random.below(14)] ??
    random.below(2 ** 32);
}

Deno.test("Word64 computes as a BigInt of 64 bits does", () => {
  const random = new Random(3);
  for (let round = 0; round < 5_000; round++) {
    const [ah, al, bh, bl] = [someHalf(random), someHalf(random), someHalf(random), someHalf(random)];
    const a = (BigInt(ah) << 32n) | BigInt(al), b = (BigInt(bh) << 32n) | BigInt(bl);
    const word = new Word64();
    const after = (act: () => void) => {
      word.set(ah, al);
      act();
      return valueOf(word);
    };
    assert.equal(after(() => word.add(bh, bl)), (a + b) & MASK);
    assert.equal(after(() => word.xor(bh, bl)), a ^ b);
    assert.equal(after(() => word.multiply(bh, bl)), (a * b) & MASK);
    const bits = 1 + random.below(31), shift = 1 + random.below(63);
    assert.equal(after(() => word.rotateLeft(bits)), ((a << BigInt(bits)) | (a >> BigInt(64 - bits))) & MASK);
    assert.equal(after(() => word.xorShiftRight(shift)), a ^ (a >> BigInt(shift)), `${a} by ${shift}`);
    const divisor = round % 2 === 0 ? 1 + random.below(2 ** 32) : 1 + random.below(100);
    word.set(ah, al);
    assert.equal(BigInt(word.modulo(divisor)), a % BigInt(divisor), `${a} by ${divisor}`);
  }
});

Deno.test("Word64.toHex has sixteen digits", () => {
  const word = new Word64();
  word.set(0x1a, 0xffff_fff0);
  assert.equal(word.toHex(), "0000001afffffff0");
});
