import assert from "node:assert/strict";
import { isDrawn } from "./fraction.ts";

Deno.test("isDrawn() draws the numerator's share of the denominator, the same for the same number", () => {
  for (const denominator of [100, 10_000, 1_000_000] as const) {
    assert.equal(isDrawn({ numerator: 0, denominator }, 0), false);
    assert.equal(isDrawn({ numerator: 1, denominator }, 0), true);
    assert.equal(isDrawn({ numerator: 1, denominator }, denominator), true);
    assert.equal(isDrawn({ numerator: 1, denominator }, denominator + 1), false);
    assert.equal(isDrawn({ numerator: denominator, denominator }, denominator - 1), true);
    assert.equal(isDrawn({ numerator: denominator + 1, denominator }, 2 ** 32 - 1), true);
  }
});
