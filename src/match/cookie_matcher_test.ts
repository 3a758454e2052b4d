import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import { CookieMatcher } from "./cookie_matcher.ts";

/** Value of the cookie `a` over these lines; null = it is not there. */
const rows: Array<[lines: string[], value: string | null]> = [
  [[], null],
  [[""], null],
  [["a=1"], "1"],
  [["b=2; a=1"], "1"],
  [["b=2;a=1;c=3"], "1"],
  [["a=1; a=2"], "1"],
  [["b=2", "a=1"], "1"],
  [["a=1", "a=2"], "1"],
  [["a"], null],
  [["a; b=1"], null],
  [["a="], ""],
  [["a=b=c"], "b=c"],
  [['a="1"'], "1"],
  [['a="'], '"'],
  [['a="1'], '"1'],
  [["A=1"], null],
  [["aa=1; ba=2"], null],
  [[";;  a=1"], "1"],
];

for (const [lines, value] of rows) {
  Deno.test(`CookieMatcher finds ${value === null ? "no a" : `a as ${JSON.stringify(value)}`} in ${JSON.stringify(lines)}`, () => {
    const { headers } = requestHead("GET", "/", { host: "h" });
    for (const line of lines) headers.addName("cookie", line);
    for (const wanted of ["", "1", "2", "b=c", '"', '"1']) {
      const matcher = { kind: "exact", value: wanted, ignoreCase: false } as const;
      assert.equal(new CookieMatcher({ name: "a", matcher, invert: false }).matches(headers), value === wanted, wanted);
      assert.equal(new CookieMatcher({ name: "a", matcher, invert: true }).matches(headers), value !== wanted, wanted);
    }
  });
}
