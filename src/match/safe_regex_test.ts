import assert from "node:assert/strict";
import { SafeRegex, SafeRegexError } from "./safe_regex.ts";

const refused: Array<[pattern: string, message: string]> = [
  ["[", "missing ]: ["],
  ["(", "missing ): ("],
  ["a)", "unexpected ): a)"],
  ["*", "no argument for repetition operator: *"],
  ["a**", "bad repetition operator: **"],
  ["a{1001}", "invalid repetition size: {1001}"],
  ["a\\", "trailing \\"],
  ["\\1", "invalid escape sequence: \\1"],
  ["(?=x)", "invalid perl operator: (?="],
];

for (const [pattern, message] of refused) {
  Deno.test(`new SafeRegex() refuses ${pattern} in RE2's words`, () => {
    assert.throws(() => new SafeRegex(pattern), (error) => {
      assert.ok(error instanceof SafeRegexError);
      assert.equal(error.message, message);
      return true;
    });
  });
}

Deno.test("search() finds a part, matches() wants the whole", () => {
  for (const source of ["upstream_rq", "upstream_rq(_\\d+)?"]) {
    const regex = new SafeRegex(source);
    assert.equal(regex.search("cluster.web.upstream_rq_total"), true);
    assert.equal(regex.matches("cluster.web.upstream_rq_total"), false);
    assert.equal(regex.matches("upstream_rq"), true);
    assert.equal(regex.search("UPSTREAM_RQ"), false);
  }
});

Deno.test("search() stays linear on a pattern that backtracks for ever elsewhere", () => {
  const regex = new SafeRegex("(a+)+(a+)+(a+)+$");
  assert.equal(regex.search(`${"a".repeat(5_000)}b`), false);
});
