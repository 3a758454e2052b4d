import assert from "node:assert/strict";
import { binOf, BINS_PER_DECADE, binStart, binWidth, decadeOf, DECADES, SMALLEST_VALUE } from "./bins.ts";

function binAround(value: number): [start: number, end: number] {
  const decade = decadeOf(value);
  const start = binStart(decade, binOf(value, decade));
  return [start, start + binWidth(decade)];
}

Deno.test("binOf() puts every whole number up to 10,000 in the bin around it", () => {
  for (let value = 1; value <= 10_000; value++) {
    const [start, end] = binAround(value);
    assert.ok(start <= value && value < end, `${value} is outside [${start}, ${end})`);
  }
});

Deno.test("decadeOf() starts a decade at each power of ten", () => {
  for (let exponent = 0; exponent < 15; exponent++) {
    assert.equal(decadeOf(10 ** exponent), 3 + exponent);
    assert.equal(binOf(10 ** exponent, 3 + exponent), 0);
    if (exponent > 0) assert.equal(decadeOf(10 ** exponent - 1), 2 + exponent);
  }
});

Deno.test("binOf() keeps small and huge values within the decades", () => {
  for (const value of [SMALLEST_VALUE, 0.0099999, 0.01, 0.29, 0.5, 0.999, 1e16, 1e30, Number.MAX_VALUE, Infinity]) {
    const decade = decadeOf(value);
    const bin = binOf(value, decade);
    assert.ok(decade >= 0 && decade < DECADES, `decade ${decade} of ${value}`);
    assert.ok(bin >= 0 && bin < BINS_PER_DECADE, `bin ${bin} of ${value}`);
  }
  assert.deepEqual(binAround(0.5), [0.5, 0.51]);
});
