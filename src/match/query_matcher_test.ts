import assert from "node:assert/strict";
import type { QueryParameterMatcherConfig } from "../config/match_config.ts";
import { QueryMatcher, queryStart } from "./query_matcher.ts";

function matches(path: string, name: string, test: QueryParameterMatcherConfig["test"]): boolean {
  const bytes = new TextEncoder().encode(`${path}&a=1`), end = bytes.length - 4;
  return new QueryMatcher({ name, test }).matches(bytes, queryStart(bytes, 0, end), end);
}

/** Value of the parameter `a`; null = it is not there. */
const rows: Array<[path: string, value: string | null]> = [
  ["/", null],
  ["/?", null],
  ["/a=1", null],
  ["/?a=1", "1"],
  ["/?a", ""],
  ["/?a=", ""],
  ["/?b=2&a=1", "1"],
  ["/?a=1&a=2", "1"],
  ["/?a=b=c", "b=c"],
  ["/?a=?", "?"],
  ["/?x?a=1", null],
  ["/?aa=1&ba=2", null],
  ["/?&&a=1", "1"],
  ["/?a=%20+", "%20+"],
  ["/?%61=1", null],
  ["/?A=1", null],
];

for (const [path, value] of rows) {
  Deno.test(`QueryMatcher finds ${value === null ? "no a" : `a as ${JSON.stringify(value)}`} in ${path}`, () => {
    assert.equal(matches(path, "a", { kind: "present", isPresent: true }), value !== null);
    assert.equal(matches(path, "a", { kind: "present", isPresent: false }), value === null);
    for (const wanted of ["", "1", "2", "b=c", "?", "%20+"]) {
      const test = { kind: "string", matcher: { kind: "exact", value: wanted, ignoreCase: false } } as const;
      assert.equal(matches(path, "a", test), value === wanted, wanted);
    }
  });
}
