import assert from "node:assert/strict";
import { Random, RandomBytes } from "./random.ts";

Deno.test("Random gives the same numbers for the same seed and others for another", () => {
  const numbers = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () => random.next32());
  };
  assert.deepEqual(numbers(1), numbers(1));
  assert.notDeepEqual(numbers(1), numbers(2));
  assert.notDeepEqual(numbers(1), numbers(1 + 2 ** 32));
  assert.notDeepEqual(new Random().next32(), new Random().next32());
});

Deno.test("Random next32 sets every bit about half of the time", () => {
  const random = new Random(42);
  const ones = new Array<number>(32).fill(0);
  const rounds = 20000;
  for (let round = 0; round < rounds; round++) {
    const value = random.next32();
    assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** 32);
    for (let bit = 0; bit < 32; bit++) ones[bit]! += value >>> bit & 1;
  }
  for (const count of ones) assert.ok(Math.abs(count - rounds / 2) < rounds * 0.02, `${count} of ${rounds}`);
});

Deno.test("Random below reaches every number under the limit, evenly, and no other", () => {
  const random = new Random(3);
  const counts = new Array<number>(10).fill(0);
  for (let round = 0; round < 50000; round++) counts[random.below(10)]!++;
  assert.equal(counts.length, 10);
  for (const count of counts) assert.ok(Math.abs(count - 5000) < 400, `${count} of 5000`);
  assert.equal(random.below(1), 0);
  assert.ok(random.below(2 ** 32) < 2 ** 32);
});

Deno.test("Random fraction lies in [0, 1) around a half", () => {
  const random = new Random(9);
  let sum = 0;
  for (let round = 0; round < 20000; round++) {
    const fraction = random.fraction();
    assert.ok(fraction >= 0 && fraction < 1);
    sum += fraction;
  }
  assert.ok(Math.abs(sum / 20000 - 0.5) < 0.01);
});

Deno.test("RandomBytes gives fresh bytes without overlap and refills", () => {
  const random = new RandomBytes();
  const seen = new Set<string>();
  let lastEnd = -1;
  for (let round = 0; round < 1000; round++) {
    const start = random.take(16);
    assert.ok(start >= lastEnd || start === 0);
    lastEnd = start + 16;
    assert.ok(lastEnd <= random.bytes.length);
    seen.add(random.bytes.slice(start, lastEnd).join());
  }
  assert.equal(seen.size, 1000);
});
