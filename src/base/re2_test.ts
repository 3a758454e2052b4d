import assert from "node:assert/strict";
import { compileRe2, regexProblem, RegexSyntaxError } from "./re2.ts";

const refused: Array<[pattern: string, message: string]> = [
  ["[", "missing ]: ["],
  ["(", "missing ): ("],
  ["a)", "unexpected ): a)"],
  ["*", "no argument for repetition operator: *"],
  ["a**", "bad repetition operator: **"],
  ["a{1001}", "invalid repetition size: {1001}"],
  ["a\\", "trailing \\"],
  ["[ä", "missing ]: [ä"],
  ["(a)\\1", "invalid escape sequence: \\1"],
  ["a\\Z", "invalid escape sequence: \\Z"],
  ["(?=x)", "invalid perl operator: (?="],
  ["(?<=a)b", "invalid perl operator: (?<="],
  ["(?<!a)b", "invalid perl operator: (?<!"],
];

for (const [pattern, message] of refused) {
  Deno.test(`compileRe2() refuses ${pattern} in RE2's words`, () => {
    assert.equal(regexProblem(pattern), message);
    assert.throws(() => compileRe2(pattern), (error) => error instanceof RegexSyntaxError && error.message === message);
  });
}

for (const pattern of ["\\pL+", "(?<n>a)", "(?P<n>a)", "\\Qa.b\\E", "a\\z", "[[:alpha:]]", "(?i)a", "a{1000}"]) {
  Deno.test(`regexProblem() has nothing against ${pattern}`, () => assert.equal(regexProblem(pattern), null));
}
