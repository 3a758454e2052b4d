/**
 * Scoped routes that are written down (spec/http.md 1.1): how a request's key is made, what becomes of one without a scope,
 * and when the scope is chosen anew. The origin sees in `x-scope` which scope routed it.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { area, bare, get, inTurn, post } from "../oracle_case.ts";

/** A scope; `keys` in flow style. Its routes say which it was. */
function scope(name: string, keys: readonly string[], more = "", route = ROUTE): string {
  const fragments = keys.map((key) => `{ string_key: ${JSON.stringify(key)} }`).join(", ");
  const added = `request_headers_to_add: [{ header: { key: x-scope, value: ${name} } }]`;
  const host = `{ name: all, domains: ["*"], routes: [{ name: of-${name}, match: { prefix: / }, ${route} }] }`;
  return `{ name: ${name}, key: { fragments: [${fragments}] }, ` +
    `route_configuration: { name: routes-${name}, ${added}, virtual_hosts: [${host}]${more} } }`;
}

const ROUTE = "route: { cluster: origin }";

/** Routes by these fields of a `HeaderValueExtractor` each. */
function scoped(extractors: readonly string[], scopes: readonly string[]): string {
  const fragments = extractors.map((fields) => `{ header_value_extractor: { ${fields} } }`).join(", ");
  return `{ name: scopes, scope_key_builder: { fragments: [${fragments}] }, ` +
    `scoped_route_configurations_list: { scoped_route_configurations: [${scopes.join(", ")}] } }`;
}

/** A scope for each key, named by its place. */
function byKeys(extractor: string, ...keys: readonly string[]) {
  return { scopedRoutes: scoped([extractor], keys.map((key, index) => scope(`s${index}`, [key]))) };
}

const following = "route: { cluster: origin, " +
  "internal_redirect_policy: { response_headers_to_copy: [x-copied, x-gone], max_internal_redirects: 2 } }";
const direct = 'direct_response: { status: 200, body: { inline_string: "here" } }';

/** What a redirect to `location` is asked for with. */
const to = (location: string) => `x-origin: redirect\r\nx-to: ${location}\r\n`;
const keyed = (value: string) => get("/", `x-key: ${value}\r\n`);
const OUTSIDE = "x-forwarded-for: 8.8.8.8\r\nx-secret: s\r\n";

export const SCOPES = area("scopes", {
  value: byKeys("name: x-key, index: 0", "1", "", "Up", "1,2", "a b", "\u00fc"),
  upper_name: byKeys("name: X-Key, element_separator: ',', index: 0", "1", "", "1,2"),
  second: byKeys("name: x-key, element_separator: ',', index: 1", "1", "", " 1"),
  wide: byKeys("name: x-key, element_separator: ';;', index: 1", "1", "", ";1"),
  pairs: byKeys("name: x-key, element_separator: ';', element: { separator: '=', key: k }", "1", "", "1=2", "=1"),
  pair: byKeys("name: x-key, element: { separator: '::', key: k }", "1", "", "1;j::2"),
  never: byKeys("name: x-key, element_separator: ';', element: { separator: '=', key: 'a=b' }", "1", ""),
  letters: byKeys(
    "name: x-key, element_separator: '\u00e9', element: { separator: '\u00fc', key: '\u00e4' }",
    "1",
    "\u00fc",
  ),
  several: {
    scopedRoutes: scoped(["name: x-a, index: 0", "name: x-b, index: 0"], [
      scope("both", ["1", "2"]),
      scope("short", ["1"]),
      scope("long", ["1", "2", "3"]),
      scope("empty", ["", ""]),
      scope("joined", ["12", ""]),
    ]),
  },
  path: byKeys("name: ':path', element_separator: '/', index: 1", "a", "a?x=1", ""),
  merged: { managerFields: ["merge_slashes: true"], ...byKeys("name: ':path', index: 0", "/a/b", "/a//b") },
  method: byKeys("name: ':method', index: 0", "GET", "POST"),
  scheme: byKeys("name: ':scheme', index: 0", "http", "https"),
  authority: byKeys("name: ':authority', element_separator: ':', index: 0", "a.test", "b.test"),
  host: byKeys("name: host, index: 0", "a.test", "a.test:80"),
  accept: byKeys("name: accept, index: 0", "a", "a,b"),
  cookie: byKeys("name: cookie, index: 0", "a=1", "a=1; b=2"),
  proto: byKeys("name: x-forwarded-proto, index: 0", "http", "https"),
  nominated: byKeys("name: connection, index: 0", "close", "x-key"),
  trusted: byKeys("name: x-envoy-max-retries, index: 0", "1"),
  mutated: {
    managerFields: [
      "early_header_mutation_extensions: [{ name: m, typed_config: { " +
      '"@type": type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation, ' +
      "mutations: [{ append: { header: { key: x-key, value: '2' }, append_action: OVERWRITE_IF_EXISTS_OR_ADD } }] } }]",
    ],
    scopedRoutes: scoped(["name: x-key, index: 0"], [
      scope("first", ["1"], ", internal_only_headers: [x-secret]"),
      scope("second", ["2"]),
    ]),
  },
  internal: {
    scopedRoutes: scoped(["name: x-key, index: 0"], [
      scope("keeps", ["1"]),
      scope("strips", ["2"], ", internal_only_headers: [x-secret]"),
      scope("strips-itself", ["3"], ", internal_only_headers: [x-key, x-secret]"),
    ]),
  },
  internal_path: {
    managerFields: ["merge_slashes: true"],
    scopedRoutes: scoped(["name: ':path', index: 0"], [
      scope("strips", ["/a//b"], ", internal_only_headers: [x-secret]"),
      scope("keeps", ["/a/b"]),
    ]),
  },
  twice: {
    scopedRoutes: scoped(["name: x-key, index: 0"], [
      scope("a", ["1"]),
      scope("b", ["1"]),
      scope("c", ["2"]),
      scope("c", ["3"]),
      scope("d", ["4"]),
      scope("e", ["4"]),
      scope("d", ["5"]),
    ]),
  },
  settled: {
    scopedRoutes: scoped(["name: x-key, index: 0"], [scope("a", ["1"]).replace("key:", "on_demand: true, key:")])
      .replace("scope_key_builder:", "rds_config_source: { ads: {} }, scope_key_builder:"),
  },
  hosts: {
    scopedRoutes: scoped(["name: x-key, index: 0"], [
      scope("a", ["1"]).replace('["*"]', "[b.test]"),
      "{ name: none, key: { fragments: [{ string_key: '2' }] }, route_configuration: {} }",
    ]),
  },
  redirects: {
    scopedRoutes: scoped(["name: ':authority', index: 0"], [
      scope("a", ["a.test"], "", following),
      scope("b", ["b.test"], "", following),
      scope("direct", ["direct.test"], "", direct),
    ]),
  },
  copying: {
    scopedRoutes: scoped(["name: x-copied, index: 0"], [scope("a", ["zero"], "", following), scope("b", ["one"])]),
  },
  losing: {
    scopedRoutes: scoped(["name: x-gone, index: 0"], [scope("a", ["zero"], "", following)]),
  },
  upgrades: {
    scopedRoutes: scoped(["name: x-key, index: 0"], [
      scope("allowed", ["1"], "", "route: { cluster: bytes, upgrade_configs: [{ upgrade_type: websocket }] }"),
      scope("refused", ["2"]),
    ]),
  },
  lines: {
    accessLog: [textLog(`${USUAL_LINE} %ROUTE_NAME% %UPSTREAM_CLUSTER_RAW% %REQ(X-KEY)%`)],
    scopedRoutes: scoped(["name: x-key, index: 0"], [
      scope("a", ["1"], "", following),
      scope("direct", ["2"], "", direct),
      scope("none", ["3"], "", "route: { cluster: none }"),
      scope("host", ["4"]).replace('["*"]', "[b.test]"),
    ]),
    stats: "^http\\.scopes_lines\\.(no_route|rq_total|downstream_rq_4xx)",
  },
}, [
  ...["1", "2", "", "up", "Up", "  1  ", "1,2", "1, 2", "a b", "\u00c3\u00bc", "\u00fc"].map((value) => ({
    name: `value ${JSON.stringify(value)}`,
    on: ["value", "upper_name", "second"] as const,
    send: keyed(value),
  })),
  { name: "no value", on: ["value", "upper_name", "second", "pairs", "several"], send: get("/") },
  { name: "two lines", on: ["value", "second"], send: get("/", "x-key: 1\r\nx-key: 2\r\n") },
  { name: "two lines the other way round", on: ["value", "second"], send: get("/", "x-key: 2\r\nx-key: 1\r\n") },
  { name: "an empty line first", on: "value", send: get("/", "x-key:\r\nx-key: 1\r\n") },
  { name: "upper case", on: ["value", "upper_name"], send: get("/", "X-KEY: 1\r\n") },
  { name: "one request after another", on: "value", send: inTurn(keyed("1"), keyed("2"), keyed("Up")), answers: 3 },
  { name: "a body", on: "value", send: post("/", "body", "x-key: 1\r\n") },
  { name: "a body without a scope", on: "value", send: post("/", "body", "x-key: 9\r\n") },
  { name: "without a host", on: "value", send: bare("/", "x-key: 1\r\n") },
  ...["0,1", "0,", ",1", "0, 1", "0,1,2", ","].map((value) => ({
    name: `second ${JSON.stringify(value)}`,
    on: ["second", "upper_name"] as const,
    send: keyed(value),
  })),
  ...["1", "0;;1", "0;;", "0;;;1", "0;1", "0;;1;;2", ";;1", ";;;1"].map((value) => ({
    name: `wide ${JSON.stringify(value)}`,
    on: "wide" as const,
    send: keyed(value),
  })),
  ...[
    ...["k=1", "j=2;k=1", "k=9;k=1", "k", "k;k=1", "k=", "k=1=2", "k==1", "K=1", "j=1; k=1", "kk=1", "k=1;", ";k=1"],
    ...["=k", "", "k::1", "k:1", "k::1;j::2", "j::1", "k::", "a=b=1", "a=b", "a=1"],
  ].map((value) => ({
    name: `pairs ${JSON.stringify(value)}`,
    on: ["pairs", "pair", "never"] as const,
    send: keyed(value),
  })),
  ...["\u00c3\u00a4\u00c3\u00bc1", "x\u00c3\u00a9\u00c3\u00a4\u00c3\u00bc\u00c3\u00bc", "\u00e4\u00fc1"].map((
    value,
  ) => ({
    name: `letters ${JSON.stringify(value)}`,
    on: "letters" as const,
    send: keyed(value),
  })),
  ...[
    "x-a: 1",
    "x-b: 2",
    "x-a: 1\r\nx-b: 2",
    "x-b: 2\r\nx-a: 1",
    "x-a: 2\r\nx-b: 1",
    "x-a:\r\nx-b:",
    "x-a: 12\r\nx-b:",
    "x-a: 1\r\nx-b: 3",
  ]
    .map((fields) => ({ name: JSON.stringify(fields), on: "several" as const, send: get("/", `${fields}\r\n`) })),
  ...["/", "/a", "/a/b", "/a?x=1", "/A", "//a", "/b"].map((path) => ({
    name: path,
    on: "path" as const,
    send: get(path),
  })),
  ...["/a/b", "/a//b"].map((path) => ({ name: path, on: "merged" as const, send: get(path) })),
  ...["GET", "POST", "PUT"].map((method) => ({ name: method, on: "method" as const, send: get("/", "", method) })),
  { name: "scheme", on: "scheme", send: get("/") },
  { name: "scheme, forwarded", on: "scheme", send: get("/", "x-forwarded-proto: https\r\n") },
  { name: "scheme, absolute", on: ["scheme", "authority", "host"], send: get("http://b.test/") },
  { name: "authority", on: ["authority", "host"], send: get("/") },
  ...["a.test:80", "b.test:1", "c.test", "A.test"].map((host) => ({
    name: `authority ${host}`,
    on: ["authority", "host"] as const,
    send: bare("/", `host: ${host}\r\n`),
  })),
  { name: "a field that is one line", on: "accept", send: get("/", "accept: a\r\naccept: b\r\n") },
  { name: "a field that is one line, once", on: "accept", send: get("/", "accept: a\r\n") },
  { name: "cookies", on: "cookie", send: get("/", "cookie: a=1\r\ncookie: b=2\r\n") },
  { name: "cookies on one line", on: "cookie", send: get("/", "cookie: a=1; b=2\r\n") },
  { name: "what is added", on: "proto", send: get("/") },
  { name: "what is trusted", on: "proto", send: get("/", "x-forwarded-proto: https\r\n") },
  { name: "what is dropped", on: "nominated", send: get("/", "connection: close\r\n"), then: "end" },
  { name: "what is nominated", on: ["nominated", "value"], send: get("/", "connection: x-key\r\nx-key: 1\r\n") },
  { name: "what is stripped", on: "trusted", send: get("/", `x-envoy-max-retries: 1\r\n${OUTSIDE}`) },
  { name: "what is let in", on: "trusted", send: get("/", "x-envoy-max-retries: 1\r\nx-forwarded-for: 10.0.0.1\r\n") },
  ...["1", "2", "3", "4"].flatMap((key) => [
    {
      name: `key ${key} from outside`,
      on: ["internal", "mutated"] as const,
      send: get("/", `x-key: ${key}\r\n${OUTSIDE}`),
    },
    {
      name: `key ${key} from inside`,
      on: "internal" as const,
      send: get("/", `x-key: ${key}\r\nx-forwarded-for: 10.0.0.1\r\nx-secret: s\r\n`),
    },
  ]),
  { name: "no key from outside", on: ["internal", "mutated"], send: get("/", OUTSIDE) },
  {
    name: "a nominated key from outside",
    on: ["internal", "mutated"],
    send: get("/", `connection: x-key\r\nx-key: 2\r\n${OUTSIDE}`),
  },
  ...["/a//b", "/a/b"].map((path) => ({ name: path, on: "internal_path" as const, send: get(path, OUTSIDE) })),
  ...["1", "2", "3", "4", "5"].map((value) => ({ name: `key ${value}`, on: "twice" as const, send: keyed(value) })),
  ...["1", "2"].map((value) => ({ name: `key ${value}`, on: ["settled", "hosts"] as const, send: keyed(value) })),
  { name: "another host", on: "hosts", send: bare("/", "host: b.test\r\nx-key: 1\r\n") },
  ...["a.test", "b.test", "c.test", "direct.test"].map((host) => ({
    name: `to ${host}`,
    on: "redirects" as const,
    send: get("/", to(`http://${host}/there`)),
  })),
  { name: "to another scope and back", on: "redirects", send: get("/redirect", "x-to: http://b.test/redirect\r\n") },
  { name: "with a body to another scope", on: "redirects", send: post("/", "body", to("http://b.test/there")) },
  {
    name: "by a copied field",
    on: ["copying", "losing"],
    send: get("/", `x-copied: zero\r\nx-gone: zero\r\n${to("http://b.test/")}`),
  },
  {
    name: "a websocket",
    on: "upgrades",
    send: get("/", "x-key: 1\r\nconnection: upgrade\r\nupgrade: websocket\r\n"),
  },
  {
    name: "a websocket that is refused",
    on: "upgrades",
    send: get("/", "x-key: 2\r\nconnection: upgrade\r\nupgrade: websocket\r\n"),
  },
  {
    name: "a websocket without a scope",
    on: "upgrades",
    send: get("/", "x-key: 3\r\nconnection: upgrade\r\nupgrade: websocket\r\n"),
  },
  ...["1", "2", "3", "4", "5", ""].map((value) => ({
    name: `line ${value}`,
    on: "lines" as const,
    send: keyed(value),
  })),
  { name: "line without a key", on: "lines", send: get("/") },
  {
    name: "lines of a redirect",
    on: "lines",
    send: get("/redirect", "x-key: 1\r\nx-to: http://b.test/there\r\n"),
    lines: 2,
  },
]);
