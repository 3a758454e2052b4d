import assert from "node:assert/strict";
import { RegexSyntaxError } from "../base/re2.ts";
import { SafeRegex } from "./safe_regex.ts";

Deno.test("new SafeRegex() refuses what RE2 refuses", () => {
  assert.throws(
    () => new SafeRegex("["),
    (error) => error instanceof RegexSyntaxError && error.message === "missing ]: [",
  );
});

Deno.test("search() finds a part, matches() wants the whole", () => {
  for (const source of ["upstream_rq", "upstream_rq(_\\d+)?"]) {
    const regex = new SafeRegex(source);
    assert.equal(regex.search("cluster.web.upstream_rq_total"), true);
    assert.equal(regex.matches("cluster.web.upstream_rq_total"), false);
    assert.equal(regex.matches("upstream_rq"), true);
    assert.equal(regex.search("UPSTREAM_RQ"), false);
  }
});

Deno.test("search() and matches() stay linear on a pattern that backtracks for ever elsewhere", () => {
  const regex = new SafeRegex("(a+)+(a+)+(a+)+$");
  assert.equal(regex.search(`${"a".repeat(5_000)}b`), false);
  assert.equal(regex.matches(`${"a".repeat(60_000)}b`), false);
  assert.equal(new SafeRegex("(a|aa|aaa)*\\b").matches(`${"a".repeat(20_000)}-`), false);
});

/** One byte a character. */
function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

/** What Envoy answers, a character being a byte. */
const overBytes: Array<[pattern: string, value: string, isMatch: boolean]> = [
  ["abc", "abc", true],
  ["abc", "abcd", false],
  ["a..c", "a\xc3\xa4c", true],
  ["a.c", "a\xc3\xa4c", false],
  ["\u00e4", "\xc3\xa4", true],
  ["\u00e4", "\xe4", false],
  [".*", "\xff", true],
  ["[^a]", "\xe4", true],
  ["\\pL+", "a\xe4", true],
  ["\\pL+", "a\xc3\xa4", false],
  ["\\w", "\xe4", false],
  ["\\W", "\xe4", true],
  ["\\bab.*", "ab\xe4", true],
  ["", "", true],
  [".*", "", true],
];

for (const [pattern, value, isMatch] of overBytes) {
  Deno.test(`matchesBytes() of ${pattern} ${isMatch ? "takes" : "refuses"} ${JSON.stringify(value)}`, () => {
    const padded = bytes(`<${value}>`);
    assert.equal(new SafeRegex(pattern).matchesBytes(padded, 1, padded.length - 1), isMatch);
  });
}

Deno.test("matches() and search() take text for its UTF-8 form", () => {
  assert.equal(new SafeRegex("a\u00e4?").matches("a\u00e4"), true);
  assert.equal(new SafeRegex("a.").matches("a\u00e4"), false);
  assert.equal(new SafeRegex("\u00e4$").search("a\u00e4"), true);
});
