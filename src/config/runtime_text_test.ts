import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { readRuntimeText } from "./runtime_text.ts";
import { readTyped } from "./runtime_yaml.ts";

type Forms = readonly [flag: boolean | null, whole: number | null, double: number | null];
type Row = readonly [text: string, forms: Forms, fraction?: readonly [numerator: number, denominator: number]];

const NOTHING: Forms = [null, null, null];

/** What was typed, and its forms (spec/operations.md 7.5). */
const TYPED: readonly Row[] = [
  ["5", [true, 5, 5]],
  ["1.0", [true, 1, 1]],
  ["+5", [true, 5, 5]],
  ["1e3", [true, 1000, 1000]],
  ["0x10", [true, 16, 16]],
  ["010", [true, 8, 8]],
  ["  5  ", [true, 5, 5]],
  ["5 # why", [true, 5, 5]],
  ["0", [false, 0, 0]],
  ["0.0", [false, 0, 0]],
  ["2147483648", [null, 2 ** 31, 2 ** 31]],
  ["-3", [true, null, -3]],
  ["3.7", [null, 3, 3.7]],
  ["-3.7", [null, null, -3.7]],
  ["true", [true, null, null]],
  ["False", [false, null, null]],
  ["yes", [true, null, null]],
  ["NO", [false, null, null]],
  ["On", [true, null, null]],
  ["off", [false, null, null]],
  ["y", [true, null, null]],
  ["N", [false, null, null]],
  ["yES", NOTHING],
  ['"5"', NOTHING],
  ["'5'", NOTHING],
  ["{numerator: 7, denominator: TEN_THOUSAND}", NOTHING, [7, 10_000]],
  ["{numerator: 7}", NOTHING, [7, 100]],
  ['{"numerator": 7, "denominator": "MILLION"}', NOTHING, [7, 1_000_000]],
  ["numerator: 7", NOTHING, [7, 100]],
  ["numerator: 7\ndenominator: HUNDRED", NOTHING, [7, 100]],
  ["{}", NOTHING, [0, 100]],
  ["{numerator: 1, foo: 2}", NOTHING],
  ["{numerator: 1, denominator: TEN}", NOTHING],
  ["{numerator: 1, denominator: 100}", NOTHING],
  ['{numerator: "50"}', NOTHING, [0, 100]],
  ["{numerator: -1}", NOTHING, [2 ** 32 - 1, 100]],
  ["{a: {b: 1}}", NOTHING],
  ["{numerator: 0x64}", NOTHING, [100, 100]],
  ["{numerator: 010}", NOTHING, [8, 100]],
  ["{numerator: 4294967296}", NOTHING, [0, 100]],
  ["{numerator: 7.5}", NOTHING, [0, 100]],
  ["abc", NOTHING],
  ["inf", NOTHING],
  ["nan", NOTHING],
  ["[1]", NOTHING],
  ["null", NOTHING],
  ["", NOTHING],
  ["1_0", NOTHING],
  ["- 5", NOTHING],
];

for (const [text, [flag, whole, double], parts] of TYPED) {
  Deno.test(`readTyped() reads ${JSON.stringify(text)}, and readRuntimeText() no other way`, () => {
    const fraction = parts === undefined ? null : { numerator: parts[0], denominator: parts[1] };
    const reading = readTyped(text);
    assert.deepEqual(reading, { text, flag, whole, double, fraction });
    const own = readRuntimeText(text);
    if (own !== null) assert.deepEqual(own, reading);
  });
}

Deno.test("readTyped() refuses what is no YAML", () => {
  for (const text of ["{a", "[1", '"open', "{numerator: 1, numerator: 2}", "@at"]) {
    assert.throws(() => readTyped(text), ConfigError, text);
  }
});
