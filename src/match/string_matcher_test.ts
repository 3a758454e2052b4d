import assert from "node:assert/strict";
import type { StringMatcherConfig } from "../config/match_config.ts";
import { StringMatcher } from "./string_matcher.ts";

type Row = [kind: StringMatcherConfig["kind"], value: string, ignoreCase: boolean, matching: string[], other: string[]];

const rows: Row[] = [
  ["exact", "Abc", false, ["Abc"], ["abc", "Ab", "Abcd", ""]],
  ["exact", "Abc", true, ["abc", "ABC", "Abc"], ["ab", "abcd"]],
  ["exact", "", false, [""], ["a"]],
  ["prefix", "/Api", false, ["/Api", "/Apis"], ["/api", "/Ap", "x/Api"]],
  ["prefix", "/Api", true, ["/API/x", "/api"], ["/ap", "/bpi"]],
  ["suffix", ".Com", false, ["a.Com", ".Com"], ["a.com", "Com", ".Comx"]],
  ["suffix", ".Com", true, ["a.COM", ".com"], ["com", ".comx"]],
  ["contains", "aAb", false, ["aAb", "xaAby", "aaAb"], ["aab", "aA", "", "aAxb"]],
  ["contains", "aAb", true, ["AAB", "xaaaby"], ["aba", "aa"]],
  ["exact", "é", true, ["é"], ["É", "e"]],
  ["contains", "é", false, ["café", "é"], ["cafe", "è"]],
  ["safe_regex", "a.c", false, ["abc"], ["xabc", "abcx", "ABC", "aéc"]],
  ["safe_regex", "[aé]*", false, ["a", "éa", ""], ["b"]],
];

for (const [kind, value, ignoreCase, matching, other] of rows) {
  Deno.test(`StringMatcher ${kind} ${JSON.stringify(value)}${ignoreCase ? " in any case" : ""}`, () => {
    const matcher = new StringMatcher({ kind, value, ignoreCase });
    for (const text of [...matching, ...other]) {
      const expected = matching.includes(text);
      const bytes = new TextEncoder().encode(`é${text}é`);
      assert.equal(matcher.matchesBytes(bytes, 2, bytes.length - 2), expected, `bytes of ${text}`);
      assert.equal(matcher.matchesText(text), expected, `text ${text}`);
    }
  });
}
