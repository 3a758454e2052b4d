import assert from "node:assert/strict";
import type { ValueMatcherConfig } from "../config/match_config.ts";
import type { JsonValue } from "../config/metadata_config.ts";
import { MetadataMatcher, ValueMatcher } from "./metadata_matcher.ts";

const string: ValueMatcherConfig = { kind: "string", matcher: { kind: "exact", value: "é", ignoreCase: false } };
const five: ValueMatcherConfig = { kind: "double", exact: 5 };

const rows: Array<[matcher: ValueMatcherConfig, matching: JsonValue[], other: Array<JsonValue | undefined>]> = [
  [{ kind: "null" }, [null], [undefined, false, 0, ""]],
  [five, [5], [undefined, 4, "5", true, [5]]],
  [{ kind: "double_range", start: -1, end: 2.5 }, [-1, 0, 2.4], [undefined, -1.1, 2.5, "0", null]],
  [string, ["é"], [undefined, "e", null, ["é"], {}]],
  [{ kind: "bool", value: false }, [false], [undefined, true, 0, null, ""]],
  [{ kind: "present", isPresent: true }, [null, 0, "", {}, []], [undefined]],
  [{ kind: "present", isPresent: false }, [], [undefined, null, 0]],
  [{ kind: "list", oneOf: five }, [[5], [1, "x", 5]], [undefined, 5, [], [4], [[5]]]],
  [{ kind: "or", matchers: [five, string] }, [5, "é"], [undefined, 4, "x"]],
];

for (const [config, matching, other] of rows) {
  Deno.test(`ValueMatcher ${JSON.stringify(config)}`, () => {
    const matcher = new ValueMatcher(config);
    for (const value of matching) assert.equal(matcher.matches(value), true, JSON.stringify(value));
    for (const value of other) assert.equal(matcher.matches(value), false, JSON.stringify(value));
  });
}

Deno.test("MetadataMatcher follows its path, and finds nothing beside it", () => {
  const metadata = { f: { a: { b: 5, list: [5] } }, g: { a: 5 } };
  const matches = (filter: string, path: string[], invert = false) =>
    new MetadataMatcher({ filter, path, value: five, invert }).matches(metadata);
  assert.equal(matches("f", ["a", "b"]), true);
  assert.equal(matches("g", ["a"]), true);
  assert.equal(matches("f", ["a"]), false);
  assert.equal(matches("f", ["a", "c"]), false);
  assert.equal(matches("f", ["a", "b", "c"]), false);
  assert.equal(matches("f", ["a", "list", "0"]), false);
  assert.equal(matches("h", ["a"]), false);
  assert.equal(matches("constructor", ["name"]), false);
  assert.equal(matches("f", ["a", "b"], true), false);
  assert.equal(matches("h", ["a"], true), true);
});
