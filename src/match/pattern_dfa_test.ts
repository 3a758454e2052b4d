import assert from "node:assert/strict";
import { compileRe2, regexProblem } from "../base/re2.ts";
import { Random } from "../base/random.ts";
import { latin1Bytes } from "../base/ascii.ts";
import { PatternDfa } from "./pattern_dfa.ts";

const taken = [
  "abc",
  "/api/.*",
  "^/users/([^/]+)/posts$",
  "^a$|^b$",
  "foo|bar|baz",
  "(?:GET|HEAD)",
  "[a-z0-9-]+\\.example\\.com(:\\d+)?",
  "/v[0-9]{1,3}/.*",
  "(?i)Content-.*",
  "(?is).*",
  "a{0}",
  "x*?y+?z??",
  "()*",
  "(a|)+b",
  "",
];
for (const pattern of taken) {
  Deno.test(`PatternDfa.of() takes ${JSON.stringify(pattern)}`, () => assert.notEqual(PatternDfa.of(pattern), null));
}

const left = [
  "\\bfoo",
  "a(^b)",
  "(a$)",
  "a^b",
  "a$b",
  "[[:alpha:]]",
  "[]a]",
  "[a-\\d]",
  "\\x41",
  "\\pL",
  "ä",
  "(?i:a)",
  "a{1,999}",
];
for (const pattern of [...left, "\\Qa\\E", "a\\z", "(?m)a", "\\C", "(.*a.{12}){3}"]) {
  Deno.test(`PatternDfa.of() leaves ${JSON.stringify(pattern)} to the engine`, () => {
    assert.equal(PatternDfa.of(pattern), null);
  });
}

/** A random pattern of the syntax and a bit beyond. */
function randomPattern(random: Random, depth: number): string {
  const pick = (items: readonly string[]) => items[random.below(items.length)]!;
  const atom = (): string => {
    switch (random.below(depth > 0 ? 7 : 5)) {
      case 0:
        return pick([".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\.", "\\-", "\\/", "\\t", "\\n"]);
      case 1:
        return pick([
          "[ab]",
          "[^/]",
          "[a-c]",
          "[^a-c]",
          "[\\w-]",
          "[a-]",
          "[-a]",
          "[^\\d.]",
          "[A-Z_]",
          "[.*+?]",
          "[^\\s]",
        ]);
      case 5:
      case 6:
        return `${pick(["(", "(?:", "(?P<n>"])}${randomPattern(random, depth - 1)})`;
      default:
        return pick(["a", "b", "c", "A", "/", "-", "1", "_", " ", "ab", "="]);
    }
  };
  const sequence = () => {
    let text = "";
    for (let left = random.below(5); left > 0; left--) {
      text += atom() + pick(["", "", "", "*", "+", "?", "*?", "+?", "{2}", "{0,2}", "{1,}", "{0}"]);
    }
    return text;
  };
  const options = Array.from({ length: random.below(4) === 0 ? 1 + random.below(3) : 1 }, sequence);
  return options.join("|");
}

Deno.test("PatternDfa and the engine agree on random patterns and values", () => {
  const random = new Random(5);
  const letters = "aabbcAB/-1_ \n\t.=Z\x00\x7f\x80\xaa\xb5\xe0\xc0\xff";
  let compiled = 0, matched = 0, refused = 0;
  for (let round = 0; round < 4_000; round++) {
    const flags = ["", "", "", "(?i)", "(?s)", "(?is)"][random.below(6)]!;
    const body = randomPattern(random, 2);
    const pattern = flags + (random.below(4) === 0 ? `^${body}$` : body);
    if (regexProblem(pattern) !== null) continue;
    const dfa = PatternDfa.of(pattern);
    if (dfa === null) continue;
    compiled++;
    const engine = compileRe2(pattern);
    for (let value = 0; value < 25; value++) {
      let text = "";
      for (let left = random.below(7); left > 0; left--) text += letters[random.below(letters.length)];
      const expected = engine.testExact(text);
      const context = `${JSON.stringify(pattern)} on ${JSON.stringify(text)}`;
      assert.equal(dfa.matchesLatin1(text), expected, context);
      assert.equal(dfa.matchesBytes(latin1Bytes(`x${text}y`), 1, 1 + text.length), expected, context);
      if (expected) matched++;
      else refused++;
    }
  }
  assert.ok(compiled > 2_000 && matched > 2_000 && refused > 10_000, `${compiled} ${matched} ${refused}`);
});
