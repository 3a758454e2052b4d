import assert from "node:assert/strict";
import { SafeRegex } from "./safe_regex.ts";
import { parseSubstitution } from "./substitution.ts";

Deno.test("parseSubstitution tells text, groups and backslashes apart", () => {
  assert.deepEqual(parseSubstitution("/x/\\\\1\\1y\\0"), { parts: ["/x/\\1", 1, "y", 0], maxGroup: 1 });
  assert.deepEqual(parseSubstitution(""), { parts: [], maxGroup: 0 });
  assert.deepEqual(parseSubstitution("x\\qy"), { parts: ["x"], maxGroup: 0 });
  assert.deepEqual(parseSubstitution("\u00e4"), { parts: ["\u00c3\u00a4"], maxGroup: 0 });
});

const cases: [pattern: string, substitution: string, text: string, result: string][] = [
  ["a", "b", "/aXa", "/bXb"],
  ["a*", "[\\0]", "/baac/a", "[]/[]b[aa]c[]/[a]"],
  ["a*", "[\\0]", "/x", "[]/[]x[]"],
  ["^/service/([^/]+)(/.*)$", "\\2/instance/\\1", "/service/foo/v1/api", "/v1/api/instance/foo"],
  ["one", "two", "/xxx/one/yyy/one/zzz", "/xxx/two/yyy/two/zzz"],
  ["^(.*?)one(.*)$", "\\1two\\2", "/xxx/one/yyy/one/zzz", "/xxx/two/yyy/one/zzz"],
  ["(?i)/xxx/", "/yyy/", "/aaa/XxX/bbb", "/aaa/yyy/bbb"],
  ["(x)(y)?", "<\\2>", "xyx", "<y><>"],
  ["a", "\\1", "/a", "/a"],
  ["z", "b", "/a", "/a"],
  [".*", "", "/a", ""],
];

for (const [pattern, substitution, text, result] of cases) {
  Deno.test(`SafeRegex.replaceAll makes "${result}" of "${text}" with ${pattern} and ${substitution}`, () => {
    assert.equal(new SafeRegex(pattern).replaceAll(text, parseSubstitution(substitution)), result);
  });
}
