import { deepEqual, equal } from "node:assert/strict";
import { shareOf, shareText, withDenominator, withNumerator } from "./share.ts";

Deno.test("shareOf() reads what a slider can show", () => {
  deepEqual(shareOf("percent", "25"), { numerator: 25, denominator: 100 });
  deepEqual(shareOf("fraction", "{numerator: 7, denominator: TEN_THOUSAND}"), { numerator: 7, denominator: 10_000 });
  deepEqual(shareOf("fraction", "7"), { numerator: 7, denominator: 100 });
  equal(shareOf("percent", "{numerator: 7}"), null, "a percent key reads no fraction");
  equal(shareOf("fraction", "abc"), null);
  equal(shareOf("fraction", "[1]"), null);
});

Deno.test("shareText() is read again as the same share", () => {
  for (const share of [{ numerator: 5, denominator: 100 }, { numerator: 5, denominator: 1_000_000 }]) {
    deepEqual(shareOf("fraction", shareText(share)), share);
  }
  equal(shareText({ numerator: 5, denominator: 100 }), "5");
});

Deno.test("withDenominator() keeps the share, withNumerator() its bounds", () => {
  deepEqual(withDenominator({ numerator: 25, denominator: 100 }, 10_000), { numerator: 2500, denominator: 10_000 });
  deepEqual(withDenominator({ numerator: 7, denominator: 10_000 }, 100), { numerator: 0, denominator: 100 });
  const share = { numerator: 1, denominator: 100 };
  for (const [typed, held] of [[101, 100], [-1, 0], [2.6, 3], [NaN, 0]] as const) {
    equal(withNumerator(share, typed).numerator, held);
  }
});
