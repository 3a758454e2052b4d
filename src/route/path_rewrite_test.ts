import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import { PrefixRewrite } from "./path_rewrite.ts";
import { compilePathSpecifier } from "./path_specifier.ts";

const prefix = (value: string) => compilePathSpecifier({ kind: "prefix", value, ignoreCase: true });

/** The table of spec/http.md 2.6. */
const cases: Array<[kind: "prefix" | "path", matched: string, rewrite: string, path: string, result: string]> = [
  ["prefix", "/a", "/b", "/a/c?x=1", "/b/c?x=1"],
  ["prefix", "/a", "/", "/a/c", "//c"],
  ["prefix", "/a/", "/", "/a/c", "/c"],
  ["prefix", "/a", "/", "/a", "/"],
  ["prefix", "/a", "/b", "/abc", "/bbc"],
  ["prefix", "/A", "/b", "/a/c", "/b/c"],
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
    head.setPath(new PrefixRewrite(compilePathSpecifier({ kind, value, ignoreCase: true }), rewrite).rewritten(head)!);
    assert.equal(head.path, result);
    assert.equal(head.headers.getName("host"), "h");
  });
}

Deno.test("PrefixRewrite.rewritten may follow another rewrite", () => {
  const head = requestHead("GET", "/a/b/c");
  head.setPath(new PrefixRewrite(prefix("/a"), "").rewritten(head)!);
  head.setPath(new PrefixRewrite(prefix("/b"), "/z").rewritten(head)!);
  assert.equal(head.path, "/z/c");
});

Deno.test("PrefixRewrite.rewritten leaves a path that does not begin with what the route matched", () => {
  const rewrite = (kind: "prefix" | "path", path: string) => {
    const matched = compilePathSpecifier({ kind, value: "/a/b", ignoreCase: false });
    const head = requestHead("GET", path), bytes = new PrefixRewrite(matched, "/n").rewritten(head);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  assert.deepEqual(
    [
      rewrite("path", "/a;x/b"),
      rewrite("path", "/a/b;x?q"),
      rewrite("prefix", "/a;x/b/c"),
      rewrite("prefix", "/a/b;x/c"),
    ],
    [null, "/n;x?q", null, "/n;x/c"],
  );
});
