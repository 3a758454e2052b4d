/**
 * Paths and hosts that format strings make (spec/http.md 2.6, 2.7, 2.10): `path_rewrite` and `host_rewrite` of routes and
 * of redirects, what such a format sees, and what becomes of empty and of strange results.
 */
import { textLog } from "../access_log_line.ts";
import { area, bare, get } from "../oracle_case.ts";

/** A route that forwards what begins with `/name`. */
function route(name: string, action: string, more = ""): string {
  return `{ match: { prefix: /${name} }, ${more}route: { cluster: origin, ${action} } }`;
}

/** A route that sends elsewhere. */
function redirect(name: string, action: string, more = ""): string {
  return `{ match: { prefix: /${name} }, ${more}redirect: { ${action} } }`;
}

const path = (format: string) => `path_rewrite: '${format}'`;
const host = (format: string) => `host_rewrite: '${format}'`;

/** Adds to what goes upstream, before it is rewritten. */
const ADDED = "request_headers_to_add: [{ header: { key: x-added, value: added } }, " +
  '{ header: { key: x-saw, value: "%REQ(:AUTHORITY)%%REQ(:PATH)%" } }], ';
const SHOWN = 'response_headers_to_add: [{ header: { key: x-path, value: "%REQ(:PATH)%" } }], ';

const FORWARDING = [
  route("fixed", path("/new")),
  route("named", path("/new/%REQ(X-NAME)%")),
  route("bare", path("%REQ(X-NAME)%")),
  route("query", path("/q%PATH(NQ)%?%QUERY_PARAMS%&more")),
  route("whole", path("/w%REQ(:PATH)%")),
  route("added", `${path("/new/%REQ(X-ADDED)%")}, ${host("%REQ(X-ADDED)%.test")}`, ADDED),
  route("both", `${path("/%REQ(:AUTHORITY)%/%REQ(X-ENVOY-ORIGINAL-HOST)%")}, ${host("b%REQ(:PATH)%")}`),
  route("literal", `${path("/%REQ(:AUTHORITY)%")}, host_rewrite_literal: b.test, append_x_forwarded_host: true`),
  route("host", `${host("%REQ(X-NAME)%.test")}, append_x_forwarded_host: true`),
  route("maybe", host("%REQ(X-NAME)%")),
  route("responses", path("/%RESPONSE_CODE%/%RESP(X)%/%RESPONSE_FLAGS%/%RESPONSE_CODE_DETAILS%/%DURATION%")),
  route("facts", path("/%PROTOCOL%/%ROUTE_NAME%/%UPSTREAM_CLUSTER%/%UPSTREAM_HOST%/%REQ(:METHOD)%"), "name: r, "),
  route("text", path("a b%%c#d/é")),
  route("cut", `${path("/%REQ(X-NAME):2%")}, ${host("%REQ(X-NAME):3%")}`),
  route(
    "address",
    `${path("/%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")}, ${host("%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%")}`,
  ),
  route("same", `${path("%REQ(:PATH)%")}, ${host("%REQ(:AUTHORITY)%")}`),
  "{ match: { prefix: /weighed }, route: { weighted_clusters: { clusters: [{ name: rewrites_forwarding.origin, weight: 1, host_rewrite_literal: own.test }] }, " +
  `${host("%REQ(:AUTHORITY)%-more")} } }`,
  `{ match: { path_match_policy: { name: t, typed_config: { "@type": type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig, path_template: "/t/{x}" } } }, ` +
  `route: { cluster: origin, ${path("/templated")} } }`,
];

const REDIRECTING = [
  redirect("fixed", path("/new")),
  redirect("named", `${path("/new/%REQ(X-NAME)%")}, strip_query: true`),
  redirect("bare", path("%REQ(X-NAME)%")),
  redirect("stripped", `${path("%REQ(X-NAME)%")}, strip_query: true`),
  redirect("slash", path("new/%REQ(X-NAME)%")),
  redirect("query", path("/new%PATH(NQ)%?%QUERY_PARAMS%")),
  redirect(
    "elsewhere",
    `${path("/%REQ(:AUTHORITY)%")}, host_redirect: b.test, https_redirect: true, response_code: FOUND`,
  ),
  redirect("shown", path("/new%PATH%"), SHOWN),
  redirect("facts", path("/%RESPONSE_CODE%/%PROTOCOL%/%ROUTE_NAME%/%REQ(:METHOD)%"), "name: r, "),
  redirect("text", path("/a b%%c#d/é")),
];

/** Parameters of the query stand in these as they are decoded. */
const PARAMETERS = [
  route(
    "there",
    `${path("/p%QUERY_PARAM(p)%")}, ${host("h%QUERY_PARAM(h)%")}`,
    'request_headers_to_add: [{ header: { key: x-a, value: "%QUERY_PARAM(a)%" } }, { header: { key: x-b, value: b } }], ' +
      'response_headers_to_add: [{ header: { key: x-r, value: "%QUERY_PARAM(r)%" } }, { header: { key: x-b, value: b } }], ',
  ),
  redirect("elsewhere", path("/p%QUERY_PARAM(p)%")),
];
const OUTCOME = "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_REQUEST_ATTEMPT_COUNT%";
const SPLIT = "src/route/redirect_action.ts: a path that would end its line is none";

const LINE = "%REQ(:AUTHORITY)% %REQ(:PATH)% %REQ(X-ENVOY-ORIGINAL-PATH)% %REQ(X-ENVOY-ORIGINAL-HOST)% " +
  "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_REQUEST_ATTEMPT_COUNT%";

export const REWRITES = area("rewrites", {
  forwarding: { routes: FORWARDING, accessLog: [textLog(LINE)] },
  suppressed: { routes: FORWARDING.slice(0, 12), routerFields: ["suppress_envoy_headers: true"] },
  parameters: { routes: PARAMETERS, accessLog: [textLog(OUTCOME)], stats: "parameters.*upstream_rq_503$" },
  redirecting: { routes: REDIRECTING, accessLog: [textLog(LINE)] },
}, [
  ...[
    ...["/fixed", "/fixed/x?q=1", "/named?q", "/bare/x?q", "/query?a=b", "/query", "/whole/x?y"],
    ...["/added/x", "/both/x?q", "/literal?q", "/host", "/maybe?q", "/responses", "/facts", "/text?q", "/cut"],
    ...["/address", "/same?q", "/weighed", "/t/x?q"],
  ].flatMap((path) => [
    { name: path, on: ["forwarding"] as const, send: get(path) },
    { name: `${path} with a name`, on: "forwarding" as const, send: get(path, "x-name: name\r\n") },
  ]),
  ...["/fixed?q", "/both/x?q", "/literal?q", "/host"].map((path) => ({
    name: path,
    on: "suppressed" as const,
    send: get(path, "x-name: name\r\n"),
  })),
  ...["/path", "path", "?only", "/a?b", "/a b", "/é", "http://c.test/x", "*", "/%2e%2e/x", "/../x"].map((name) => ({
    name: `the path ${name}`,
    on: "forwarding" as const,
    send: get("/bare/x?q", `x-name: ${name}\r\n`),
  })),
  ...["b.test:81", "B.Test", "[::1]:80", "b test", "é", "b/c", "a@b", ","].map((name) => ({
    name: `the host ${name}`,
    on: "forwarding" as const,
    send: get("/maybe", `x-name: ${name}\r\n`),
  })),
  // ---- what would end its line
  ...[
    "p=a%0d%0ab:c",
    "h=a%0d%0ab:c",
    "a=a%0d%0ab:c",
    "p=%00",
    "h=%00",
    "p=%0a",
    "p=%7f",
    "a=%7f&p=%00",
    "h=%00&p=%00",
    "p=a%20b",
    "p=%09x",
  ]
    .map((query) => ({ name: `?${query} there`, on: "parameters" as const, send: get(`/there?${query}`) })),
  {
    name: "?r=a%0d%0ac:d back",
    on: "parameters",
    send: get("/there?r=a%0d%0ac:d"),
    differs: "src/route/header_value.ts: a response goes without such a value",
  },
  { name: "?r=a%20b back", on: "parameters", send: get("/there?r=a%20b") },
  ...["p=a%0d%0ab:c", "p=%00", "p=%0a", "p=%7f"].map((query) => ({
    name: `?${query} elsewhere`,
    on: "parameters" as const,
    send: get(`/elsewhere?${query}`),
    differs: SPLIT,
  })),
  { name: "?p=a%20b elsewhere", on: "parameters", send: get("/elsewhere?p=a%20b") },
  // ----
  { name: "no host", on: "forwarding", send: "GET /host HTTP/1.0\r\n\r\n" },
  { name: "two names", on: "forwarding", send: get("/host", "x-name: a\r\nx-name: b\r\nx-forwarded-host: c\r\n") },
  { name: "a forwarded host", on: "forwarding", send: get("/literal", "x-forwarded-host: a.test\r\n") },
  { name: "an original path", on: "forwarding", send: get("/query?q", "x-envoy-original-path: /o?p\r\n") },
  {
    name: "an original path and host",
    on: "forwarding",
    send: get("/both", "x-envoy-original-path: /o?p\r\nx-envoy-original-host: o\r\n"),
  },
  ...[
    ...["/fixed", "/fixed/x?q=1", "/named/x?q=1", "/bare/x?q=1", "/stripped/x?q=1", "/slash?q", "/query?a=b", "/query"],
    ...["/elsewhere/x?q", "/shown/x?q", "/facts", "/text?q"],
  ].flatMap((path) => [
    { name: path, on: "redirecting" as const, send: get(path) },
    { name: `${path} with a name`, on: "redirecting" as const, send: get(path, "x-name: name\r\n") },
  ]),
  ...["path", "/a?b=c", "/a b", "/é", "?", "//c.test/x", "/a?b#c"].flatMap((name) =>
    ["/bare/x?q=1", "/stripped/x?q=1", "/stripped"].map((path) => ({
      name: `the path ${name} for ${path}`,
      on: "redirecting" as const,
      send: get(path, `x-name: ${name}\r\n`),
    }))
  ),
  { name: "an original path", on: "redirecting", send: get("/query?q", "x-envoy-original-path: /o?p\r\n") },
  { name: "a host with a port", on: "redirecting", send: bare("/elsewhere", "host: a.test:80\r\n") },
]);
