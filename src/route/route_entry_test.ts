import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { routesFor } from "../../test/support/route_configs.ts";
import { RouteEntry } from "./route_entry.ts";
import { VirtualHostSettings } from "./virtual_host_settings.ts";

function entry(kind: "prefix" | "path", value: string, caseSensitive = true): RouteEntry {
  const match = `{ ${kind}: "${value}", case_sensitive: ${caseSensitive} }`;
  return firstRoute(`{ match: ${match}, direct_response: { status: 200 } }`);
}

function firstRoute(yaml: string): RouteEntry {
  const configuration = routesFor(yaml), virtualHost = configuration.virtualHosts[0]!;
  const settings = new VirtualHostSettings(virtualHost);
  return RouteEntry.of(virtualHost.routes[0]!, { configuration, virtualHost, settings, formats: TEST_FORMATS });
}

/** The path stands inside other bytes, as in a request line. */
function matches(route: RouteEntry, path: string): boolean {
  const bytes = new TextEncoder().encode(`GET ${path}/foo HTTP/1.1`);
  return route.path.matches(bytes, 4, bytes.length - "/foo HTTP/1.1".length);
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
    firstRoute(`{ match: { prefix: / }, route: { cluster: c, prefix_rewrite: "${prefixRewrite}" } }`).action;
  const plain = forward(""), rewriting = forward("/x");
  assert.ok(plain.kind === "route" && !plain.rewrites && plain.timeouts.timeoutMs === 15_000);
  assert.ok(rewriting.kind === "route" && rewriting.rewrites);
});
