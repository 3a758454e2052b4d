import assert from "node:assert/strict";
import type { RouteConfig } from "../config/route_config.ts";
import { RouteEntry } from "./route_entry.ts";

function entry(kind: "prefix" | "path", value: string, caseSensitive = true): RouteEntry {
  const config: RouteConfig = {
    name: "r",
    match: { path: { kind, value }, caseSensitive },
    action: { kind: "direct_response", status: 200, body: new Uint8Array() },
  };
  return new RouteEntry(config, "v");
}

/** The path stands inside other bytes, as in a request line. */
function matches(route: RouteEntry, path: string): boolean {
  const bytes = new TextEncoder().encode(`GET ${path}/foo HTTP/1.1`);
  return route.matches(bytes, 4, bytes.length - "/foo HTTP/1.1".length);
}

const cases: Array<[kind: "prefix" | "path", value: string, caseSensitive: boolean, yes: string[], no: string[]]> = [
  ["prefix", "/foo", true, ["/foo", "/foobar", "/foo/", "/foo/bar"], ["/fo", "/Foo", "/", "", "//foo"]],
  ["prefix", "", true, ["/", "/a", "", "*"], []],
  ["prefix", "/", true, ["/", "/a"], ["", "*"]],
  ["prefix", "/Foo", false, ["/foo", "/FOOBAR", "/fOo/x"], ["/fo", "/goo"]],
  ["path", "/foo", true, ["/foo"], ["/foo/", "/foobar", "/fo", "/FOO"]],
  ["path", "/Foo", false, ["/foo", "/FOO"], ["/foo/", "/fo"]],
  ["prefix", "/ä", true, ["/ä", "/äx"], ["/Ä", "/a", "/\xc3"]],
  ["prefix", "/Ä", false, ["/Ä"], ["/ä"]],
];

for (const [kind, value, caseSensitive, yes, no] of cases) {
  const rule = `${kind} "${value}"${caseSensitive ? "" : " in any letter case"}`;
  Deno.test(`RouteEntry.matches tests ${rule}`, () => {
    const route = entry(kind, value, caseSensitive);
    for (const path of yes) assert.equal(matches(route, path), true, path);
    for (const path of no) assert.equal(matches(route, path), false, path);
  });
}

Deno.test("RouteEntry has a rewrite only where one is configured", () => {
  const forward = (prefixRewrite: string) =>
    new RouteEntry({
      name: "r",
      match: { path: { kind: "prefix", value: "/" }, caseSensitive: true },
      action: { kind: "route", cluster: "c", clusterNotFoundStatus: 503, prefixRewrite, timeoutMs: 15_000 },
    }, "v").action;
  const plain = forward(""), rewriting = forward("/x");
  assert.ok(plain.kind === "route" && plain.rewrite === null && plain.timeoutMs === 15_000);
  assert.ok(rewriting.kind === "route" && rewriting.rewrite !== null);
});
