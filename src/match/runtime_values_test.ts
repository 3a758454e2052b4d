import assert from "node:assert/strict";
import type { RuntimeValue } from "../config/runtime_reading.ts";
import { RuntimeValues } from "./runtime_values.ts";

const percent7 = { numerator: 7, denominator: 10_000 } as const;

/** The forms of a value (spec/operations.md 7.5); null = it has not that form. */
const rows: Array<
  [value: RuntimeValue, text: string, flag: boolean | null, whole: number | null, double: number | null]
> = [
  [5, "5", true, 5, 5],
  [0, "0", false, 0, 0],
  [2 ** 40, "1.09951e+12", null, 2 ** 40, 2 ** 40],
  [2 ** 31, "2.14748e+09", null, 2 ** 31, 2 ** 31],
  [-3, "-3", true, null, -3],
  [3.7, "3.7", null, 3, 3.7],
  [-3.7, "-3.7", null, null, -3.7],
  [1e300, "1e+300", null, null, 1e300],
  [true, "true", true, null, null],
  [false, "false", false, null, null],
  ["5", "5", true, 5, 5],
  ["5.5", "5.5", null, 5, 5.5],
  [" +5e0 ", " +5e0 ", true, 5, 5],
  ["true", "true", null, null, null],
  ["yes", "yes", null, null, null],
  ["0x10", "0x10", true, 16, 16],
  ["-0x10", "-0x10", true, null, -16],
  ["1_0", "1_0", null, null, null],
  ["inf", "inf", null, null, null],
  ["", "", null, null, null],
  ["{numerator: 5}", "{numerator: 5}", null, null, null],
  [percent7, '{"numerator":7,"denominator":10000}', null, null, null],
];

for (const [value, text, flag, whole, double] of rows) {
  Deno.test(`RuntimeValues reads ${JSON.stringify(value)}`, () => {
    const runtime = new RuntimeValues({ key: value });
    assert.equal(runtime.text("key"), text);
    assert.equal(runtime.flag("key", true), flag ?? true);
    assert.equal(runtime.flag("key", false), flag ?? false);
    assert.equal(runtime.number("key", 77), whole ?? 77);
    assert.equal(runtime.double("key", 0.5), double ?? 0.5);
  });
}

Deno.test("RuntimeValues gives the default for a key that is not there", () => {
  const runtime = new RuntimeValues();
  assert.equal(runtime.text("toString"), null);
  assert.equal(runtime.flag("key", true), true);
  assert.equal(runtime.number("key", 3), 3);
  assert.equal(runtime.double("key", 3), 3);
});

/** `fraction` of 10 in 10,000 by default: the number below which it is drawn, by a random number modulo its denominator. */
const fractions: Array<[value: RuntimeValue | null, drawnBelow: number, denominator: number]> = [
  [null, 10, 10_000],
  [percent7, 7, 10_000],
  [{ numerator: 7, denominator: 100 }, 7, 100],
  [{ numerator: 7, denominator: 1_000_000 }, 7, 1_000_000],
  [{ numerator: 2 ** 32 - 1, denominator: 100 }, 100, 100],
  [30, 30, 100],
  [0, 0, 100],
  [100, 100, 100],
  [101, 100, 100],
  [1.9, 1, 100],
  [-1, 10, 10_000],
  [true, 10, 10_000],
  ["text", 10, 10_000],
];

for (const [value, drawnBelow, denominator] of fractions) {
  Deno.test(`fraction() with ${JSON.stringify(value)} is drawn below ${drawnBelow} of ${denominator}`, () => {
    const runtime = new RuntimeValues(value === null ? {} : { key: value });
    const config = { numerator: 10, denominator: 10_000, runtimeKey: "key" } as const;
    for (const base of [0, denominator, denominator * 3]) {
      if (drawnBelow > 0) assert.equal(runtime.fraction(config, base + drawnBelow - 1), true);
      if (drawnBelow < denominator) assert.equal(runtime.fraction(config, base + drawnBelow), false);
      assert.equal(runtime.fraction(config, base + denominator - 1), drawnBelow === denominator);
    }
  });
}

Deno.test("fraction() without a key is the configured one, whatever the empty key says", () => {
  const runtime = new RuntimeValues({ "": 100 });
  assert.equal(runtime.fraction({ numerator: 0, denominator: 100, runtimeKey: "" }, 0), false);
  assert.equal(runtime.fraction({ numerator: 150, denominator: 100, runtimeKey: "" }, 99), true);
});

Deno.test("percent() takes the key's number for a percentage", () => {
  const runtime = new RuntimeValues({ some: 20, all: 500, fraction: percent7 });
  assert.deepEqual([19, 20, 119].map((random) => runtime.percent("some", 100, random)), [true, false, true]);
  assert.equal(runtime.percent("all", 0, 99), true);
  assert.deepEqual([4, 5].map((random) => runtime.percent("fraction", 5, random)), [true, false]);
  assert.deepEqual([4, 5].map((random) => runtime.percent("none", 5, random)), [true, false]);
});

Deno.test("replace() changes all values at once", () => {
  const runtime = new RuntimeValues({ a: 1, b: 2 });
  runtime.replace({ b: 3 });
  assert.deepEqual([runtime.number("a", 0), runtime.number("b", 0)], [0, 3]);
});
