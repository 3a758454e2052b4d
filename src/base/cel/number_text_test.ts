import assert from "node:assert/strict";
import { shortDouble } from "./number_text.ts";

Deno.test("shortDouble writes six digits, and powers of ten of what is large or small", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [-1.5, "-1.5"],
    [0.1 + 0.2, "0.3"],
    [1 / 3, "0.333333"],
    [100_000, "100000"],
    [999_999.5, "1e+06"],
    [1_000_000, "1e+06"],
    [123_456_789, "1.23457e+08"],
    [0.0001, "0.0001"],
    [0.00001234567, "1.23457e-05"],
    [1e-7, "1e-07"],
    [1e30, "1e+30"],
    [1e300, "1e+300"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [NaN, "nan"],
  ];
  for (const [value, text] of cases) assert.equal(shortDouble(value), text);
});
