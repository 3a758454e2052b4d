import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import { PrefixRewrite } from "./path_rewrite.ts";
import { compilePathSpecifier } from "./path_specifier.ts";

const matched = (kind: "prefix" | "path", value: string, ignoreCase = false) =>
  compilePathSpecifier({ kind, value, ignoreCase });
const prefix = (value: string) => matched("prefix", value);

/** The table of spec/http.md 2.6. */
const cases: Array<[kind: "prefix" | "path", matched: string, rewrite: string, path: string, result: string]> = [
  ["prefix", "/a", "/b", "/a/c?x=1", "/b/c?x=1"],
  ["prefix", "/a", "/", "/a/c", "//c"],
  ["prefix", "/a/", "/", "/a/c", "/c"],
  ["prefix", "/a", "/", "/a", "/"],
  ["prefix", "/a", "/b", "/abc", "/bbc"],
  ["path", "/x", "/y", "/x?q", "/y?q"],
  ["path", "/x", "/y", "/x", "/y"],
  ["prefix", "", "/b", "/c", "/b/c"],
  ["prefix", "/a", "/b?x=1", "/a/c?y=2", "/b?x=1/c?y=2"],
  ["prefix", "/a", "/a much longer one", "/a", "/a much longer one"],
  ["prefix", "/a", "/\xe4", "/a/c", "/\xc3\xa4/c"],
  ["prefix", "/\xe4", "/b", "/\xc3\xa4/c", "/b/c"],
];

for (const [kind, value, rewrite, path, result] of cases) {
  Deno.test(`PrefixRewrite of ${kind} "${value}" to "${rewrite}" makes "${result}" of "${path}"`, () => {
    const head = requestHead("GET", path, { host: "h" });
    head.setPath(new PrefixRewrite(matched(kind, value), rewrite).rewritten(head)!);
    assert.equal(head.path, result);
    assert.equal(head.headers.getName("host"), "h");
  });
}

Deno.test("PrefixRewrite.rewritten takes the place of either letter case where that was matched", () => {
  const rewrite = new PrefixRewrite(matched("prefix", "/A/", true), "/b/");
  assert.deepEqual(rewrite.rewritten(requestHead("GET", "/a/c")), new TextEncoder().encode("/b/c"));
});

Deno.test("PrefixRewrite.rewritten leaves a path that only matched without its parameters", () => {
  for (const kind of ["prefix", "path"] as const) {
    const rewrite = new PrefixRewrite(matched(kind, "/a/b"), "/c");
    assert.equal(rewrite.rewritten(requestHead("GET", "/a;v/b")), null);
    assert.deepEqual(rewrite.rewritten(requestHead("GET", "/a/b;v?q")), new TextEncoder().encode("/c;v?q"));
  }
});

Deno.test("PrefixRewrite.rewritten may follow another rewrite", () => {
  const head = requestHead("GET", "/a/b/c");
  head.setPath(new PrefixRewrite(prefix("/a"), "").rewritten(head)!);
  head.setPath(new PrefixRewrite(prefix("/b"), "/z").rewritten(head)!);
  assert.equal(head.path, "/z/c");
});
