import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import type { RouteConfig, VirtualHostConfig } from "../config/route_config.ts";
import { RouteTable } from "./route_table.ts";

function route(name: string, kind: "prefix" | "path", value: string): RouteConfig {
  return {
    name,
    match: { path: { kind, value }, caseSensitive: true },
    action: { kind: "direct_response", status: 200, body: new Uint8Array() },
  };
}

function table(virtualHosts: VirtualHostConfig[], ignorePortInHostMatching = false): RouteTable {
  return new RouteTable({ name: "table", virtualHosts, ignorePortInHostMatching });
}

const TWO_HOSTS: VirtualHostConfig[] = [
  {
    name: "a",
    domains: ["a.test", "*.a.test"],
    routes: [route("a-x", "prefix", "/x"), route("a-xy", "prefix", "/xy")],
  },
  { name: "any", domains: ["*"], routes: [route("any", "prefix", "/")] },
];

/** `virtual host/route`, or null. */
function resolve(routes: RouteTable, host: string | null, path: string): string | null {
  const found = routes.resolve(requestHead("GET", path, host === null ? {} : { host }));
  return found === null ? null : `${found.virtualHost}/${found.name}`;
}

Deno.test("RouteTable.resolve takes the first route that matches", () => {
  assert.equal(resolve(table(TWO_HOSTS), "a.test", "/xyz"), "a/a-x");
  assert.equal(resolve(table(TWO_HOSTS), "b.a.test", "/x"), "a/a-x");
  assert.equal(resolve(table(TWO_HOSTS), "b.test", "/xyz"), "any/any");
});

Deno.test("RouteTable.resolve does not fall through to another virtual host", () => {
  assert.equal(resolve(table(TWO_HOSTS), "a.test", "/other"), null);
});

Deno.test("RouteTable.resolve finds nothing without a virtual host", () => {
  assert.equal(resolve(table([TWO_HOSTS[0]!]), "b.test", "/x"), null);
  assert.equal(resolve(table([]), "b.test", "/x"), null);
});

Deno.test("RouteTable.resolve leaves the query out of the match", () => {
  const only = table([{
    name: "v",
    domains: ["*"],
    routes: [route("path", "path", "/x"), route("query", "prefix", "/q?")],
  }]);
  assert.equal(resolve(only, "h", "/x?y"), "v/path");
  assert.equal(resolve(only, "h", "/x?"), "v/path");
  assert.equal(resolve(only, "h", "/q?"), null);
});

Deno.test("RouteTable.resolve asks a lone star for every host, and for none", () => {
  const only = table([TWO_HOSTS[1]!]);
  assert.equal(resolve(only, "any.test:1", "/"), "any/any");
  assert.equal(resolve(only, null, "/"), "any/any");
});

Deno.test("RouteTable.resolve keeps ports in host names apart unless told otherwise", () => {
  const hosts: VirtualHostConfig[] = [
    { name: "plain", domains: ["a.test"], routes: [route("r", "prefix", "/")] },
    { name: "port", domains: ["b.test:80"], routes: [route("r", "prefix", "/")] },
    { name: "v6", domains: ["[::1]"], routes: [route("r", "prefix", "/")] },
  ];
  assert.equal(resolve(table(hosts), "a.test:80", "/"), null);
  assert.equal(resolve(table(hosts), "b.test:80", "/"), "port/r");
  assert.equal(resolve(table(hosts), "[::1]:80", "/"), null);
  assert.equal(resolve(table(hosts, true), "a.test:80", "/"), "plain/r");
  assert.equal(resolve(table(hosts, true), "a.test", "/"), "plain/r");
  assert.equal(resolve(table(hosts, true), "b.test:80", "/"), null);
  assert.equal(resolve(table(hosts, true), "[::1]:80", "/"), "v6/r");
  assert.equal(resolve(table(hosts, true), "[::1]", "/"), "v6/r");
});
