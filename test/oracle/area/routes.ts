/**
 * Which route a request takes (spec/http.md 2.1, 2.2, 2.5, 2.12, 2.14): virtual hosts, every kind of match and condition,
 * choices among clusters, matchers, and what routes and virtual hosts say beside it. Most routes answer with their names.
 */
import { textLog } from "../access_log_line.ts";
import { area, bare, get, inTurn, type OracleCase, post } from "../oracle_case.ts";
import { HASHES, WEIGHED } from "./route_choices.ts";

/** A route that says who it is. */
function says(name: string, match: string): string {
  return `{ match: { ${match} }, direct_response: { status: 200, body: { inline_string: "${name}" } } }`;
}

/** A virtual host that says who it is, whatever the path. */
function host(name: string, ...domains: string[]): string {
  const list = domains.map((domain) => `"${domain}"`).join(", ");
  return `{ name: ${name}, domains: [${list}], routes: [${says(name, 'prefix: ""')}] }`;
}

const DOMAINS = [
  host("exact", "a.test", "B.Test"),
  host("ported", "a.test:8080"),
  host("wide", "*.a.test"),
  host("wider", "*.test"),
  host("dashed", "*-x.test"),
  host("front", "www.*"),
  host("longer_front", "www.a.*"),
  host("starred", "in*side", "*.two.*"),
  host("six", "[::1]:80"),
];

/** Names to ask for: a name, and the virtual host that it tries. */
const NAMES = [
  ...["a.test", "A.TEST", "b.test", "B.tEsT", "a.test:8080", "a.test:81", "a.test:"],
  ...["x.a.test", "y.x.a.test", ".a.test", "X.A.Test", "z.test", ".test", "q-x.test", "-x.test", "x.test"],
  ...["www.org", "www.a.org", "www.", "www.a.", "www.a.test", "www.x.test"],
  ...["in*side", "in-side", "x.two.y", "x.two.*", "[::1]:80", "[::1]", "nobody"],
] as const;

const header = (name: string, test: string) => `headers: [{ name: ${name}, ${test} }]`;

/** Routes by the first letters of their paths: each kind of path with its neighbours. */
const PATH_KINDS = [
  says("exactly", "path: /path"),
  says("in any case", "path: /CASE, case_sensitive: false"),
  says("separated", "path_separated_prefix: /sep"),
  says("separated in any case", "path_separated_prefix: /Any/Sep, case_sensitive: false"),
  says("expression", "safe_regex: { google_re2: {}, regex: '/re/[a-z]+(/\\d+)?' }"),
  says("expression with case", "safe_regex: { google_re2: {}, regex: /RE }, case_sensitive: false"),
  says("prefix in any case", "prefix: /PRE, case_sensitive: false"),
  says("prefix", "prefix: /pref"),
  says(
    "template",
    `path_match_policy: { name: t, typed_config: { "@type": ${TEMPLATE()}, path_template: "/t/{x=*}/y/**" } }`,
  ),
  says("connect", "connect_matcher: {}"),
];

function TEMPLATE(): string {
  return "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
}

const PATHS = [
  ...["/path", "/path/", "/Path", "/path?x", "/paths", "/case", "/CaSe", "/cases"],
  ...["/sep", "/sep/", "/sep/x", "/separate", "/Sep/x", "/sep?x", "/any/sep/x", "/ANY/SEP"],
  ...["/re/abc", "/re/abc/12", "/re/abc/x", "/re/ABC", "/xre/abc", "/re", "/RE"],
  ...["/pre", "/PREFIX", "/prefix", "/pref", "/t/1/y/2/3", "/t/1/y/", "/t/1/y", "/t//y/2", "/t/1/2/y/3"],
] as const;

/** Conditions on headers, by path. */
const HEADER_KINDS = [
  says("present", `path: /present, ${header("x-a", "present_match: true")}`),
  says("absent", `path: /absent, ${header("x-a", "present_match: false")}`),
  says("named", `path: /named, ${header("x-a", "invert_match: false")}`),
  says("exact", `path: /exact, ${header("x-a", "string_match: { exact: one }")}`),
  says("folded", `path: /folded, ${header("x-a", "string_match: { exact: ONE, ignore_case: true }")}`),
  says("prefixed", `path: /prefixed, ${header("x-a", "string_match: { prefix: 'on' }")}`),
  says("suffixed", `path: /suffixed, ${header("x-a", "string_match: { suffix: ne }")}`),
  says("containing", `path: /containing, ${header("x-a", "string_match: { contains: 'n' }")}`),
  says("matching", `path: /matching, ${header("x-a", "string_match: { safe_regex: { google_re2: {}, regex: o.e } }")}`),
  says("ranged", `path: /ranged, ${header("x-a", "range_match: { start: -5, end: 5 }")}`),
  says("not exact", `path: /not-exact, ${header("x-a", "string_match: { exact: one }, invert_match: true")}`),
  says("not present", `path: /not-present, ${header("x-a", "present_match: true, invert_match: true")}`),
  says(
    "empty too",
    `path: /empty, ${header("x-a", 'string_match: { exact: "" }, treat_missing_header_as_empty: true')}`,
  ),
  says("two", "path: /two, headers: [{ name: x-a, present_match: true }, { name: X-B, present_match: true }]"),
  says("method", `path: /method, ${header('":method"', "string_match: { exact: PUT }")}`),
  says("host", `path: /host, ${header('":authority"', "string_match: { suffix: .test }")}`),
  says("grpc", "path: /grpc, grpc: {}"),
];

const A = "x-a: ";
const FIELD_SETS: readonly (readonly [string, string])[] = [
  ["none", ""],
  ["one", `${A}one\r\n`],
  ["other", `${A}other\r\n`],
  ["empty", `${A}\r\n`],
  ["two lines", `${A}other\r\n${A}one\r\n`],
  ["a list", `${A}other,one\r\n`],
];

/** Conditions on queries and cookies. */
const QUERY_KINDS = [
  says("parameter", "path: /q, query_parameters: [{ name: k, present_match: true }]"),
  says("no parameter", "path: /q, query_parameters: [{ name: k, present_match: false }]"),
  says("value", "path: /v, query_parameters: [{ name: k, string_match: { exact: v } }]"),
  says("two values", "path: /w, query_parameters: [{ name: k, string_match: { prefix: v } }, { name: j }]"),
  says("cookie", "path: /c, cookies: [{ name: k, string_match: { exact: v } }]"),
  says("not the cookie", "path: /n, cookies: [{ name: k, string_match: { exact: v }, invert_match: true }]"),
  says("without TLS", "path: /plain, tls_context: { presented: false }"),
  says("with TLS", "path: /tls, tls_context: { presented: true }"),
  says("state", "path: /state, filter_state: [{ key: k, string_match: { safe_regex: { regex: '.*' } } }]"),
  says(
    "address",
    "path: /address, filter_state: [{ key: k, address_match: { invert_match: true, " +
      "ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] } }]",
  ),
];

const QUERIES = [
  ...["/q?k", "/q?k=", "/q?j=1&k=2", "/q", "/q?K=1", "/q?k=1#f", "/q?a=k"],
  ...["/v?k=v", "/v?k=w&k=v", "/v?k=%76", "/v?k", "/w?k=vw&j", "/w?k=vw", "/w?j=1&k=v", "/plain", "/tls"],
  ...["/state", "/address"],
] as const;

const COOKIES = ["k=v", "k=w", 'k="v"', "j=1; k=v", "k=w; k=v", "j=1\r\ncookie: k=v", "k", "K=v"] as const;

/** Fractions: certain ones, and those that runtime changes. */
const FRACTIONS = [
  says("never", "path: /never, runtime_fraction: { default_value: { numerator: 0 } }"),
  says("always", "path: /always, runtime_fraction: { default_value: { numerator: 100 } }"),
  says(
    "all of a million",
    "path: /million, runtime_fraction: { default_value: { numerator: 1000000, denominator: MILLION } }",
  ),
  ...["on", "off", "fraction", "text", "flag", "unset"].map((key) =>
    says(key, `path: /${key}, runtime_fraction: { default_value: { numerator: 0 }, runtime_key: routes.${key} }`)
  ),
  says("off by key", "path: /down, runtime_fraction: { default_value: { numerator: 100 }, runtime_key: routes.off }"),
];
const RUNTIME = {
  "routes.on": "100",
  "routes.off": "0",
  "routes.fraction": "{ numerator: 1000000, denominator: MILLION }",
  "routes.text": '"100"',
  "routes.flag": "true",
};

const CHOICES = "x-cluster: routes_headers.origin\r\n";

/** Clusters named by headers, and clusters that are not there. */
const CLUSTER_HEADERS = [
  "{ match: { path: /named }, route: { cluster_header: X-Cluster } }",
  "{ match: { path: /host-named }, route: { cluster_header: host } }",
  "{ match: { path: /404 }, route: { cluster_header: x-cluster, cluster_not_found_response_code: NOT_FOUND } }",
  "{ match: { path: /500 }, route: { cluster_header: x-cluster, cluster_not_found_response_code: INTERNAL_SERVER_ERROR } }",
  "{ match: { path: /metadata }, route: { cluster: origin, metadata_match: { filter_metadata: { envoy.lb: { a: b } } } } }",
  "{ match: { path: /high }, route: { cluster: origin, priority: HIGH } }",
  "{ match: { path: /non-forwarding }, non_forwarding_action: {} }",
];

const MATCHER_INPUT = (name: string) =>
  `{ name: i, typed_config: { "@type": type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput, header_name: ${name} } }`;
const ROUTE = "type.googleapis.com/envoy.config.route.v3.Route";
const toRoute = (route: string) =>
  `{ action: { name: route, typed_config: { "@type": ${ROUTE}, ${route.slice(1, -1)} } } }`;
const toList = (...routes: string[]) =>
  `{ action: { name: list, typed_config: { "@type": ${ROUTE}List, routes: [${routes.join(", ")}] } } }`;

const MATCHER = `{ matcher_tree: { input: ${MATCHER_INPUT("x-a")}, exact_match_map: { map: {
  one: ${toRoute(says("one", "prefix: /"))},
  narrow: ${toRoute(says("narrow", "path: /narrow"))},
  list: ${toList(says("first", "path: /first"), says("rest", "prefix: /"))},
  origin: ${toRoute("{ match: { prefix: / }, route: { cluster: origin } }")},
  path: { matcher: { matcher_tree: { input: ${MATCHER_INPUT('":path"')}, prefix_match_map: { map: {
    /a: ${toRoute(says("a", "prefix: /"))},
    /a/b: ${toRoute(says("b", "path: /a/b"))} } } } } } } } },
  on_no_match: ${toRoute(says("no match", 'prefix: "/x"'))} }`.replaceAll(/\n\s*/g, " ");

const MATCHER_CASES: readonly (readonly [string, string])[] = [
  ["/", "one"],
  ["/narrow", "narrow"],
  ["/wide", "narrow"],
  ["/first", "list"],
  ["/second", "list"],
  ["/", "origin"],
  ["/a/b", "path"],
  ["/a/b/c", "path"],
  ["/a", "path"],
  ["/c", "path"],
  ["/x", "other"],
  ["/y", "other"],
];

const ATTEMPTS = "include_request_attempt_count: true, include_attempt_count_in_response: true";
const COUNTED = `{ name: "counted:80", domains: ["a.test", "probe.test"], ${ATTEMPTS}, virtual_clusters: [
  { name: writes, headers: [{ name: ":method", string_match: { exact: POST } }, { name: ":path", string_match: { prefix: /w } }] },
  { name: "marked.x:y", headers: [{ name: x-a, present_match: true }] }], routes: [
  { match: { path: /none }, stat_prefix: nowhere, route: { cluster: none } },
  { match: { path: /dead }, stat_prefix: nowhere, route: { cluster: dead } },
  { match: { path: /slow }, stat_prefix: slow, route: { cluster: origin, timeout: 0.2s } },
  { match: { path: /unknown }, stat_prefix: nowhere, route: { cluster_header: x-nobody } },
  { match: { path: /direct }, stat_prefix: direct, direct_response: { status: 200 } },
  { match: { path: /redirect }, redirect: { path_redirect: /there } },
  { match: { prefix: /written }, request_headers_to_add: [{ header: { key: x-attempt, value: "%REQ(x-envoy-attempt-count)%" } }], route: { cluster: origin, prefix_rewrite: /w } },
  { match: { prefix: / }, stat_prefix: "all:x", route: { cluster: origin } }] }`.replaceAll(/\n\s*/g, " ");
const UNCOUNTED = `{ name: uncounted, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: origin } }] }`;
const TALLY_LINE =
  "%REQ(:PATH)% %VIRTUAL_CLUSTER_NAME% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_REQUEST_ATTEMPT_COUNT%";

const TLS_HOST = (name: string, need: string) =>
  `{ name: ${name}, domains: ["${name}.test"], require_tls: ${need}, routes: [${says(name, "path: /a")}] }`;
const TLS_HOSTS = [TLS_HOST("all", "ALL"), TLS_HOST("external", "EXTERNAL_ONLY"), TLS_HOST("none", "NONE")];
const tlsCases = (["all", "external", "none"] as const).flatMap((name) =>
  [["", "no scheme said"], ["http", "http"], ["https", "https"], ["HTTPS", "HTTPS"]].map(([proto, what]) => ({
    name: `${name} with ${what}`,
    on: ["tls", "internal_tls"] as const,
    send: `GET /a?q HTTP/1.1\r\nhost: ${name}.test:81\r\n${proto === "" ? "" : `x-forwarded-proto: ${proto}\r\n`}\r\n`
      .replace(
        ":81",
        "",
      ),
  }))
);

const PARAMETERS = [
  says("exact", "path: /a/b"),
  says("separated", "path_separated_prefix: /c"),
  says("expression", "safe_regex: { google_re2: {}, regex: /d }"),
  "{ match: { path: /x/y }, route: { cluster: origin, prefix_rewrite: /new } }",
  "{ match: { prefix: /p/q }, route: { cluster: origin, prefix_rewrite: /n } }",
  "{ match: { path_separated_prefix: /s }, route: { cluster: origin, prefix_rewrite: /ns } }",
  "{ match: { safe_regex: { google_re2: {}, regex: '/r/[a-z]+' } }, route: { cluster: origin, prefix_rewrite: /pr } }",
  `{ match: { path_match_policy: { name: t, typed_config: { "@type": ${TEMPLATE()}, path_template: "/t/{x}/y" } } }, ` +
  "route: { cluster: origin } }",
  "{ match: { prefix: /red/ct }, redirect: { prefix_rewrite: /w } }",
];

const ALL_FIELDS = FIELD_SETS.flatMap(([name, fields]) =>
  [
    ...["/present", "/absent", "/named", "/exact", "/folded", "/prefixed", "/suffixed", "/containing", "/matching"],
    ...["/not-exact", "/not-present", "/empty"],
  ].map((path): OracleCase<"headers_of"> => ({
    name: `${path} with ${name}`,
    on: "headers_of",
    send: get(path, fields),
  }))
);

export const ROUTES = area("routes", {
  domains: { virtualHosts: DOMAINS },
  domains_and_star: { virtualHosts: [...DOMAINS, host("any", "*")] },
  domains_without_ports: { virtualHosts: DOMAINS, routeConfigFields: ["ignore_port_in_host_matching: true"] },
  by_header: { virtualHosts: [...DOMAINS, host("any", "*")], routeConfigFields: ["vhost_header: X-Tenant"] },
  paths: { virtualHosts: [`{ name: all, domains: ["*"], routes: [${PATH_KINDS.join(", ")}] }`] },
  headers_of: { virtualHosts: [`{ name: all, domains: ["*"], routes: [${HEADER_KINDS.join(", ")}] }`] },
  queries: { virtualHosts: [`{ name: all, domains: ["*"], routes: [${QUERY_KINDS.join(", ")}] }`] },
  fractions: { virtualHosts: [`{ name: all, domains: ["*"], routes: [${FRACTIONS.join(", ")}] }`], runtime: RUNTIME },
  headers: { routes: CLUSTER_HEADERS },
  weighed: WEIGHED.variant,
  hashed: HASHES.variant,
  matcher: { virtualHosts: [`{ name: all, domains: ["*"], matcher: ${MATCHER} }`] },
  counted: {
    virtualHosts: [COUNTED, UNCOUNTED],
    accessLog: [textLog(TALLY_LINE)],
    stats: "^vhost\\.(counted|uncounted)",
  },
  tls: { virtualHosts: TLS_HOSTS },
  internal_tls: {
    managerFields: [
      "use_remote_address: true",
      "internal_address_config: { cidr_ranges: [{ address_prefix: 127.0.0.0, prefix_len: 8 }] }",
    ],
    virtualHosts: TLS_HOSTS,
  },
  internal_only: {
    managerFields: ["use_remote_address: true"],
    routeConfigFields: ["internal_only_headers: [X-Secret, x-forwarded-port, x-mark]"],
  },
  kept_inside: {
    managerFields: [
      "use_remote_address: true",
      "internal_address_config: { cidr_ranges: [{ address_prefix: 127.0.0.0, prefix_len: 8 }] }",
    ],
    routeConfigFields: ["internal_only_headers: [X-Secret, x-forwarded-port, x-mark]"],
  },
  parameters: {
    virtualHosts: [`{ name: all, domains: ["*"], routes: [${PARAMETERS.join(", ")}] }`],
    routeConfigFields: ["ignore_path_parameters_in_path_matching: true"],
  },
}, [
  ...NAMES.map((name) => ({
    name,
    on: ["domains", "domains_and_star", "domains_without_ports"] as const,
    send: bare("/", `host: ${name}\r\n`),
  })),
  ...["a.test", "A.Test", "x.a.test", "", "nobody"].map((name) => ({
    name: `tenant ${name}`,
    on: "by_header" as const,
    send: get("/", `x-tenant: ${name}\r\n`),
  })),
  { name: "no tenant", on: "by_header", send: get("/") },
  { name: "two tenants", on: "by_header", send: get("/", "x-tenant: a.test\r\nx-tenant: z.test\r\n") },
  ...PATHS.map((path) => ({ name: path, on: "paths" as const, send: get(path) })),
  { name: "OPTIONS *", on: "paths", send: get("*", "", "OPTIONS") },
  ...ALL_FIELDS,
  ...["-5", "-6", "0", "4", "5", "+4", "04", "4.0", "4x", "", "9223372036854775808"].map((value) => ({
    name: `ranged ${value}`,
    on: "headers_of" as const,
    send: get("/ranged", `${A}${value}\r\n`),
  })),
  { name: "both of two", on: "headers_of", send: get("/two", `${A}1\r\nx-b: 2\r\n`) },
  { name: "one of two", on: "headers_of", send: get("/two", `${A}1\r\n`) },
  { name: "the method", on: "headers_of", send: get("/method", "content-length: 0\r\n", "PUT") },
  { name: "another method", on: "headers_of", send: get("/method") },
  { name: "the host", on: "headers_of", send: get("/host") },
  ...["application/grpc", "application/grpc+proto", "application/grpc-web", "Application/Grpc"].map((type) => ({
    name: `grpc as ${type}`,
    on: "headers_of" as const,
    send: get("/grpc", `content-type: ${type}\r\n`, "POST"),
  })),
  ...QUERIES.map((path) => ({ name: path, on: "queries" as const, send: get(path) })),
  ...COOKIES.flatMap((cookie) =>
    ["/c", "/n"].map((path) => ({
      name: `${path} with ${cookie}`,
      on: "queries" as const,
      send: get(path, `cookie: ${cookie}\r\n`),
    }))
  ),
  { name: "no cookie", on: "queries", send: inTurn(get("/c"), get("/n")), answers: 2 },
  ...["never", "always", "million", "on", "off", "fraction", "text", "flag", "unset", "down"].map((path) => ({
    name: path,
    on: "fractions" as const,
    send: get(`/${path}`),
  })),
  // ---- clusters
  { name: "a cluster that a header names", on: "headers", send: get("/named", CHOICES) },
  { name: "no header that names it", on: "headers", send: get("/named") },
  { name: "a header that names no cluster", on: "headers", send: get("/named", "x-cluster: nobody\r\n") },
  { name: "an empty header", on: "headers", send: get("/named", "x-cluster:\r\n") },
  { name: "two headers that name it", on: "headers", send: get("/named", `${CHOICES}x-cluster: nobody\r\n`) },
  { name: "the host names it", on: "headers", send: bare("/host-named", "host: routes_headers.origin\r\n") },
  ...["/404", "/500", "/metadata", "/high", "/non-forwarding"].map((path) => ({
    name: path,
    on: "headers" as const,
    send: get(path),
  })),
  ...WEIGHED.cases.map((one) => ({ ...one, on: "weighed" as const })),
  ...HASHES.cases.map((one) => ({ ...one, on: "hashed" as const })),
  ...MATCHER_CASES.map(([path, value]) => ({
    name: `${value} ${path}`,
    on: "matcher" as const,
    send: get(path, `${A}${value}\r\n`),
  })),
  { name: "no header to match", on: "matcher", send: inTurn(get("/x"), get("/y")), answers: 2 },
  { name: "two lines to match", on: "matcher", send: get("/", `${A}one\r\n${A}two\r\n`) },
  // ---- what is counted
  ...["/", "/w", "/none", "/dead", "/unknown", "/direct", "/redirect", "/written/x", "/503", "/cut", "/two-hints"].map((
    path,
  ) => ({
    name: path,
    on: "counted" as const,
    send: get(path),
  })),
  { name: "a write", on: "counted", send: post("/w", "x") },
  { name: "a write that is rewritten", on: "counted", send: post("/written", "x") },
  { name: "a marked write elsewhere", on: "counted", send: post("/elsewhere", "x", `${A}1\r\n`) },
  { name: "a marked read", on: "counted", send: get("/", `${A}1\r\n`) },
  { name: "a client's own count", on: "counted", send: get("/", "x-envoy-attempt-count: 7\r\n") },
  { name: "too slow", on: "counted", send: get("/slow", "x-origin: silent\r\n") },
  { name: "a count that nobody wants", on: "counted", send: bare("/", "host: b.test\r\nx-envoy-attempt-count: 7\r\n") },
  ...tlsCases,
  ...(["internal_only", "kept_inside"] as const).map((on) => ({
    name: "headers for inside",
    on,
    send: get("/", "x-secret: 1\r\nX-SECRET: 2\r\nx-forwarded-port: 81\r\nx-mark: m\r\nx-other: o\r\n"),
  })),
  ...[
    "/a/b",
    "/a/b;p=1",
    "/a;p=1/b",
    "/c;x",
    "/c/d;x/e",
    "/d;x?y",
    "/d",
    ";x",
    "/a/b?x;y",
    "/a;/b",
    "/a;p;q=1/b;?x",
    "/;x/a/b",
    "/x/y;1",
    "/x;1/y",
    "/x;1/y;2?q;3",
    "/p/q;1/r",
    "/p;1/q/r",
    "/s;1/x;2",
    "/s;1",
    "/sx;1",
    "/r;1/a?q",
    "/r/a;1",
    "/r/a;1/b",
    "/t;1/v/y",
    "/t/v;1/y",
    "/t/v/y;1",
    "/red;1/ct/x",
    "/red/ct;1/x",
  ].map((path) => ({
    name: path,
    on: "parameters" as const,
    send: get(path),
  })),
]);
