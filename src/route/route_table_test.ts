import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { routeInput } from "../../test/support/route_inputs.ts";
import { routeConfiguration } from "../../test/support/route_configs.ts";
import { RouteTable } from "./route_table.ts";

function route(name: string, kind: "prefix" | "path", value: string): string {
  return `{ name: ${name}, match: { ${kind}: "${value}" }, direct_response: { status: 200 } }`;
}

function host(name: string, domains: readonly string[], ...routes: readonly string[]): string {
  return `{ name: ${name}, domains: ${JSON.stringify(domains)}, routes: [${routes.join(", ")}] }`;
}

function table(virtualHosts: readonly string[], ignorePort = false): RouteTable {
  const yaml = `{ virtual_hosts: [${virtualHosts.join(", ")}], ignore_port_in_host_matching: ${ignorePort} }`;
  return new RouteTable(routeConfiguration(yaml), TEST_FORMATS);
}

const TWO_HOSTS: readonly string[] = [
  host("a", ["a.test", "*.a.test"], route("a-x", "prefix", "/x"), route("a-xy", "prefix", "/xy")),
  host("any", ["*"], route("any", "prefix", "/")),
];

/** `virtual host/route`, or null. */
function resolve(routes: RouteTable, host: string | null, path: string): string | null {
  const found = routes.resolve(routeInput(requestHead("GET", path, host === null ? {} : { host })));
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
  const only = table([host("v", ["*"], route("path", "path", "/x"), route("query", "prefix", "/q?"))]);
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
  const hosts = [
    host("plain", ["a.test"], route("r", "prefix", "/")),
    host("port", ["b.test:80"], route("r", "prefix", "/")),
    host("v6", ["[::1]"], route("r", "prefix", "/")),
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

Deno.test("RouteTable.resolve finds nothing for a request with an empty x-forwarded-proto", () => {
  const found = (proto: string) =>
    table([host("any", ["*"], route("any", "prefix", "/"))])
      .resolve(routeInput(requestHead("GET", "/", { host: "a.test", "x-forwarded-proto": proto })));
  assert.equal(found(""), null);
  assert.equal(found("ftp")?.name, "any");
});

// ---- matchers

const INPUT =
  `{ name: i, typed_config: { "@type": type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput, ` +
  "header_name: x-a } }";
const ROUTE = "type.googleapis.com/envoy.config.route.v3.Route";
const to = (type: string, fields: string) => `{ action: { name: a, typed_config: { "@type": ${type}, ${fields} } } }`;

function matched(): RouteTable {
  const narrow = to(ROUTE, route("narrow", "path", "/narrow").slice(1, -1));
  const list = to(`${ROUTE}List`, `routes: [${route("first", "path", "/1")}, ${route("rest", "prefix", "/")}]`);
  const other = to(ROUTE, route("other", "prefix", "/o").slice(1, -1));
  const matcher = `{ matcher_tree: { input: ${INPUT}, exact_match_map: { map: { one: ${narrow}, many: ${list} } } }, ` +
    `on_no_match: ${other} }`;
  return table([
    `{ name: m, domains: ["*"], matcher: ${matcher} }`,
    `{ name: unmatched, domains: [u.test], matcher: {} }`,
  ]);
}

const asked = (path: string, value: string, host = "h") => routeInput(requestHead("GET", path, { host, "x-a": value }));

Deno.test("RouteTable.resolve takes the routes that a matcher leads to, and those alone", () => {
  const routes = matched();
  const nameOf = (path: string, value: string, host = "h") => routes.resolve(asked(path, value, host))?.name ?? null;
  assert.deepEqual(
    [nameOf("/narrow", "one"), nameOf("/other", "one"), nameOf("/1", "many"), nameOf("/2", "many")],
    ["narrow", null, "first", "rest"],
  );
  assert.deepEqual([nameOf("/o", "none"), nameOf("/1", "none"), nameOf("/", "one", "u.test")], ["other", null, null]);
});

Deno.test("RouteTable.explain tells what a matcher came to", () => {
  const routes = matched();
  const explain = (path: string, value: string, host = "h") => {
    const { matcher, passedOver, route } = routes.explain(asked(path, value, host));
    return [matcher, passedOver.map(({ route, failed }) => `${route.name}: ${failed}`), route?.name ?? null];
  };
  assert.deepEqual(explain("/narrow", "one"), ["match", [], "narrow"]);
  assert.deepEqual(explain("/wide", "one"), ["match", ['narrow: path "/narrow"'], null]);
  assert.deepEqual(explain("/2", "many"), ["match", ['first: path "/1"'], "rest"]);
  assert.deepEqual(explain("/", "one", "u.test"), ["no match", [], null]);
  assert.equal(table(TWO_HOSTS).explain(asked("/", "one")).matcher, null);
});

Deno.test("RouteTable.resolve gives the same with path parameters as without, where they do not count", () => {
  const hosts = host(
    "v",
    ["*"],
    route("exact", "path", "/a/b"),
    route("long", "prefix", "/a/c/d"),
    route("short", "prefix", "/a/c"),
    route("other", "path", "/o"),
    route("rest", "prefix", "/r"),
  );
  const ignoring = new RouteTable(
    routeConfiguration(`{ virtual_hosts: [${hosts}], ignore_path_parameters_in_path_matching: true }`),
    TEST_FORMATS,
  );
  const counting = table([hosts]);
  for (const path of ["/a;x/b", "/a/b;x?y;z", "/a;/c;q=1/d/e", "/a/c;p", "/o;", "/r/x;y/z"]) {
    const plain = path.replaceAll(/;[^/?]*/g, "");
    assert.equal(resolve(ignoring, "h", path), resolve(counting, "h", plain), path);
    assert.notEqual(resolve(ignoring, "h", path), null, path);
  }
  assert.equal(resolve(counting, "h", "/a;x/b"), null);
});
