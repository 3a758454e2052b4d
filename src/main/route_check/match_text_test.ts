import assert from "node:assert/strict";
import { matchText } from "./match_text.ts";

const cases: Array<[match: Record<string, unknown>, text: string]> = [
  [{}, ""],
  [{ prefix: "/" }, 'prefix: "/"'],
  [{ path: '/"x"' }, 'path: "/\\"x\\""'],
  [
    { safe_regex: { regex: "\\d" }, case_sensitive: false },
    'case_sensitive { value: false } safe_regex { regex: "\\\\d" }',
  ],
  [{ connect_matcher: {} }, "connect_matcher {}"],
  [
    { prefix: "/", headers: [{ name: "a" }, { name: "b", range_match: { start: "1", end: "3" } }] },
    'prefix: "/" headers { name: "a" } headers { name: "b" range_match { start: 1 end: 3 } }',
  ],
  [
    { prefix: "/", runtime_fraction: { default_value: { numerator: 5, denominator: "TEN_THOUSAND" } } },
    'prefix: "/" runtime_fraction { default_value { numerator: 5 denominator: TEN_THOUSAND } }',
  ],
];

for (const [match, text] of cases) {
  Deno.test(`matchText writes ${JSON.stringify(match)}`, () => assert.equal(matchText(match), text));
}
