/**
 * Local replies (spec/http.md 6): what the proxy says by itself, how `local_reply_config` changes it, and which header
 * mutations it carries.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { area, bare, get, post } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

const GRPC = "content-type: application/grpc\r\n";

/** Every way in which the proxy answers by itself. */
const ROUTES = [
  "{ match: { prefix: /none }, route: { cluster: none } }",
  "{ match: { prefix: /dead }, route: { cluster: dead } }",
  "{ match: { prefix: /late }, route: { cluster: origin, timeout: 0.2s } }",
  "{ match: { prefix: /full }, route: { cluster: full } }",
  direct("/direct", 200, "direct"),
  direct("/direct-201", 201, "made"),
  direct("/direct-204", 204),
  direct("/direct-204-body", 204, "nobody sees it"),
  direct("/direct-301", 301),
  direct("/direct-304", 304),
  direct("/direct-400", 400, "no"),
  direct("/direct-404", 404, "not here"),
  direct("/direct-503", 503, "down"),
  direct("/direct-599", 599, "odd"),
  direct("/direct-empty", 200),
];

/** Replies that are made of the request or of a format. */
const REDIRECTS = [
  "{ match: { path: /moved }, redirect: { path_redirect: /there } }",
  "{ match: { path: /found }, redirect: { host_redirect: b.test, response_code: FOUND, strip_query: true } }",
  "{ match: { path: /secure }, redirect: { https_redirect: true, response_code: PERMANENT_REDIRECT } }",
];
/** Direct responses whose bodies formats make. */
const FORMATTED = [
  formatted("/formatted", "<%LOCAL_REPLY_BODY%> %RESPONSE_CODE%", ", content_type: text/html"),
  formatted(
    "/typeless",
    "%REQ(:PATH)% %REQ(X-NOTHING)% %RESP(X-ROUTE)% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %ROUTE_NAME%",
  ),
  formatted("/omitting", "[%REQ(X-NOTHING)%]", ", omit_empty_values: true"),
  formatted("/emptied", "%REQ(X-NOTHING)%", ", omit_empty_values: true, content_type: text/html"),
  formatted("/echo", "%REQ(X-NAME)%"),
  `{ match: { path: /json }, direct_response: { status: 503, body: { inline_string: "te\\"xt" }, body_format: { json_format: ` +
  '{ b: "%LOCAL_REPLY_BODY%", a: "%RESPONSE_CODE%", c: { none: "%REQ(X-NOTHING)%" }, p: "%PROTOCOL%" } } } }',
  '{ match: { path: /bodiless }, direct_response: { status: 404, body_format: { text_format_source: { inline_string: "[%LOCAL_REPLY_BODY%]" } } } }',
  '{ match: { path: /typed }, direct_response: { status: 200, body: { inline_string: "text" }, body_format: { json_format: ' +
  `{ body: "%LOCAL_REPLY_BODY%" }, content_type: application/problem+json } }, response_headers_to_add: [${
    add("content-type", "text/css")
  }, ${add("x-saw", "%LOCAL_REPLY_BODY%|%RESPONSE_CODE%")}] }`,
  '{ match: { path: /plain-typed }, direct_response: { status: 200, body: { inline_string: "text" }, body_format: { text_format_source: { inline_string: "%LOCAL_REPLY_BODY%" } } }, ' +
  `response_headers_to_add: [${add("content-type", "text/css")}] }`,
  '{ match: { path: /overwritten }, direct_response: { status: 200, body: { inline_string: "text" }, body_format: { text_format_source: { inline_string: "%LOCAL_REPLY_BODY%" }, content_type: text/html } }, ' +
  `response_headers_to_add: [{ header: { key: content-type, value: text/css }, append_action: OVERWRITE_IF_EXISTS_OR_ADD }] }`,
  '{ match: { path: /said }, direct_response: { status: 200, body: { inline_string: "text" }, body_format: { text_format_source: { inline_string: "%LOCAL_REPLY_BODY%" }, content_type: text/plain } }, ' +
  `response_headers_to_add: [${add("content-type", "text/css")}] }`,
  `{ match: { path: /empty-typed }, direct_response: { status: 200 }, response_headers_to_add: [${
    add("content-type", "text/css")
  }] }`,
  '{ match: { path: /missing }, direct_response: { status: 404, body: { inline_string: "text" }, body_format: { text_format_source: { inline_string: "%LOCAL_REPLY_BODY%" }, content_type: text/html } } }',
  '{ match: { path: /unformatted }, direct_response: { status: 200, body: { inline_string: "text" } }, ' +
  `response_headers_to_add: [${add("content-type", "text/css")}] }`,
  '{ match: { path: /param }, direct_response: { status: 200, body_format: { text_format_source: { inline_string: "%QUERY_PARAM(a)%" } } } }',
  '{ match: { path: /made }, direct_response: { status: 201, body_format: { text_format_source: { inline_string: "%REQ(:PATH)%" } } } }',
  '{ match: { path: /no-content }, direct_response: { status: 204, body_format: { text_format_source: { inline_string: "%REQ(:PATH)%" }, content_type: text/html } } }',
];
const BY_HEADER = [
  "{ match: { prefix: /by-header }, route: { cluster_header: x-cluster } }",
  "{ match: { prefix: /or-404 }, route: { cluster_header: x-cluster, cluster_not_found_response_code: NOT_FOUND } }",
  "{ match: { prefix: /or-500 }, route: { cluster_header: x-cluster, cluster_not_found_response_code: INTERNAL_SERVER_ERROR } }",
];
const FULL = { full: ["circuit_breakers: { thresholds: [{ max_connections: 1, max_pending_requests: 0 }] }"] };
const logged = (fields: Omit<Variant, "accessLog">): Variant => ({ ...fields, accessLog: [textLog(USUAL_LINE)] });

const statusIs = (code: number, op = "EQ") =>
  `{ status_code_filter: { comparison: { op: ${op}, value: { default_value: ${code}, runtime_key: none } } } }`;
const mapper = (filter: string, fields: string) => `{ filter: ${filter}, ${fields} }`;
const replies = (...fields: string[]) => `local_reply_config: { ${fields.join(", ")} }`;

const MAPPERS = "mappers: [" + [
  mapper(
    statusIs(404),
    'status_code: 418, body: { inline_string: "a teapot" }, headers_to_add: ' +
      '[{ header: { key: x-was, value: "%RESPONSE_CODE%" } }, { header: { key: x-path, value: "%REQ(:PATH)%" } }]',
  ),
  mapper(
    "{ header_filter: { header: { name: x-want, string_match: { exact: json } } } }",
    'body_format_override: { json_format: { code: "%RESPONSE_CODE%", text: "%LOCAL_REPLY_BODY%", path: "%REQ(:PATH)%", nothing: "%REQ(X-NOTHING)%", deep: { protocol: "%PROTOCOL%", list: ["%RESPONSE_CODE%", "a-%RESPONSE_CODE%"] } } }',
  ),
  mapper(
    `{ and_filter: { filters: [${
      statusIs(500, "GE")
    }, { header_filter: { header: { name: x-want, string_match: { exact: word } } } }] } }`,
    'body: { inline_string: "one word" }',
  ),
  mapper(
    `{ or_filter: { filters: [${statusIs(431)}, ${statusIs(426)}] } }`,
    'status_code: 444, body: { inline_string: "changed" }',
  ),
  mapper("{ header_filter: { header: { name: x-want, string_match: { exact: status } } } }", "status_code: 444"),
  mapper(
    "{ header_filter: { header: { name: x-want, string_match: { exact: type } } } }",
    `headers_to_add: [${add("content-type", "text/csv")}]`,
  ),
  mapper(
    "{ header_filter: { header: { name: x-want, string_match: { exact: text } } } }",
    'body_format_override: { text_format: "{%LOCAL_REPLY_BODY%}" }',
  ),
  mapper("{ response_flag_filter: { flags: [UF, UT] } }", "status_code: 502"),
  mapper(
    "{ response_flag_filter: { flags: [UO] } }",
    'headers_to_add: [{ header: { key: x-envoy-overloaded, value: "mine" }, append_action: OVERWRITE_IF_EXISTS_OR_ADD }, { header: { key: x-more, value: "1" } }, { header: { key: x-more, value: "2" } }]',
  ),
].join(", ") + "]";

const TEXT_FORMAT =
  'body_format: { text_format_source: { inline_string: "[%RESPONSE_CODE%] %LOCAL_REPLY_BODY% %REQ(X-NOTHING)%\\n" } }';
const HTML_FORMAT =
  'body_format: { text_format_source: { inline_string: "<b>%LOCAL_REPLY_BODY%</b>" }, content_type: "text/html; charset=UTF-8" }';
const JSON_FORMAT =
  'body_format: { json_format: { status: "%RESPONSE_CODE%", message: "%LOCAL_REPLY_BODY%", flags: "%RESPONSE_FLAGS%", details: "%RESPONSE_CODE_DETAILS%", none: "%REQ(X-NOTHING)%" } }';
const BARE_JSON_FORMAT =
  'body_format: { json_format: { b: "%LOCAL_REPLY_BODY%", a: "%REQ(X-NOTHING)%", c: { d: "%REQ(X-NOTHING)%" } }, content_type: application/problem+json, omit_empty_values: true }';

const MUTATED = [
  `{ name: mutated, domains: ["a.test"], response_headers_to_add: [${add("x-host", "host")}], routes: [` +
  `{ match: { prefix: /direct }, direct_response: { status: 200, body: { inline_string: "{}" } }, ` +
  `response_headers_to_add: [${add("content-type", "application/json")}, ${
    add("x-route", "%RESPONSE_CODE%")
  }], response_headers_to_remove: [x-none] }, ` +
  `{ match: { prefix: /none }, route: { cluster: none }, response_headers_to_add: [${
    add("x-route", "%RESPONSE_FLAGS%")
  }] }, ` +
  `{ match: { prefix: /moved }, redirect: { path_redirect: /there }, response_headers_to_add: [${
    add("location", "elsewhere")
  }] }` +
  "] }",
  `{ name: secured, domains: ["tls.test"], require_tls: ALL, routes: [{ match: { prefix: / }, route: { cluster: origin } }] }`,
];

/** Answers of every kind, to see which status their header lists can tell. */
const TOLD = [
  direct("/direct", 503, "down"),
  "{ match: { path: /moved }, redirect: { path_redirect: /there } }",
  "{ match: { path: /none }, route: { cluster: none } }",
  "{ match: { path: /dead }, route: { cluster: dead } }",
  "{ match: { path: /late }, route: { cluster: origin, timeout: 0.2s } }",
];

/** Where the proxy answers by itself. */
const PATHS = [
  ...[
    "/none",
    "/dead",
    "/late",
    "/full",
    "/direct",
    "/direct-201",
    "/direct-204",
    "/direct-301?a=b",
  ],
  ...["/direct-304", "/direct-400", "/direct-404", "/direct-503", "/direct-599", "/direct-empty"],
] as const;
const NO_BODY = "src/codec/h1/body_choice.ts: a 204 has no body";
const SILENT = "x-origin: silent\r\n";

export const REPLIES = area("replies", {
  plain: logged({ routes: ROUTES, clusters: FULL }),
  unlogged: { routes: ROUTES, clusters: FULL },
  redirects: logged({ routes: REDIRECTS }),
  redirects_mapped: { managerFields: [replies(MAPPERS, TEXT_FORMAT)], routes: REDIRECTS },
  formatted: logged({ routes: FORMATTED }),
  formatted_and_mapped: { managerFields: [replies(MAPPERS)], routes: FORMATTED },
  formatted_twice: { managerFields: [replies(TEXT_FORMAT)], routes: FORMATTED },
  by_header: logged({ routes: BY_HEADER }),
  routeless: {
    virtualHosts: [
      '{ name: one, domains: ["b.test"], routes: [{ match: { prefix: /b }, route: { cluster: origin } }] }',
    ],
  },
  mapped: logged({ managerFields: [replies(MAPPERS)], routes: ROUTES, clusters: FULL }),
  mapped_and_formatted: { managerFields: [replies(MAPPERS, TEXT_FORMAT)], routes: ROUTES, clusters: FULL },
  text: { managerFields: [replies(TEXT_FORMAT)], routes: ROUTES, clusters: FULL },
  html: { managerFields: [replies(HTML_FORMAT)], routes: ROUTES, clusters: FULL },
  json: { managerFields: [replies(JSON_FORMAT)], routes: ROUTES, clusters: FULL },
  bare_json: { managerFields: [replies(BARE_JSON_FORMAT)], routes: ROUTES, clusters: FULL },
  told: { routes: TOLD, routeConfigFields: [`response_headers_to_add: [${add("x-code", "%RESPONSE_CODE%")}]`] },
  mutated: { virtualHosts: MUTATED, routeConfigFields: [`response_headers_to_add: [${add("x-config", "config")}]`] },
}, [
  // ---- the catalogue
  ...PATHS.map((path) => ({ name: path, on: "plain" as const, send: get(path, SILENT) })),
  ...PATHS.flatMap((path) => [
    { name: path, on: "unlogged" as const, send: get(path, SILENT) },
    { name: `HEAD ${path}`, on: "unlogged" as const, send: get(path, SILENT, "HEAD") },
    { name: `gRPC ${path}`, on: "unlogged" as const, send: get(path, GRPC + SILENT, "POST") },
  ]),
  { name: "a 204 with a body", on: ["plain", "unlogged"], send: get("/direct-204-body"), differs: NO_BODY },
  {
    name: "HEAD of a 204 with a body",
    on: ["plain", "unlogged"],
    send: get("/direct-204-body", "", "HEAD"),
    differs: NO_BODY,
  },
  { name: "gRPC, a 204 with a body", on: ["plain", "unlogged"], send: get("/direct-204-body", GRPC, "POST") },
  {
    name: "gRPC with another suffix",
    on: "unlogged",
    send: get("/none", "content-type: application/grpc+json\r\n", "POST"),
  },
  { name: "gRPC-Web", on: "unlogged", send: get("/none", "content-type: application/grpc-web\r\n", "POST") },
  { name: "a gRPC request with a body", on: "unlogged", send: post("/none", "hello", GRPC) },
  { name: "a gRPC message with bytes to escape", on: "mapped", send: get("/none", `${GRPC}x-want: json\r\n`, "POST") },
  ...["/close", "/nonsense", "/cut", "/204-body", "/big-head"].flatMap((path) => [
    { name: path, on: "plain" as const, send: get(path) },
    { name: `gRPC ${path}`, on: "plain" as const, send: get(path, GRPC, "POST") },
  ]),
  {
    name: "a reply before the request is whole",
    on: "unlogged",
    send: "POST /direct HTTP/1.1\r\nhost: a.test\r\ncontent-length: 5\r\n\r\nhe",
  },
  { name: "a reply to a request with a body", on: "unlogged", send: post("/direct", "hello") },
  {
    name: "a reply to a chunked request",
    on: "unlogged",
    send: "POST /direct HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  },
  { name: "two replies", on: "unlogged", send: get("/direct") + get("/none"), answers: 2 },
  {
    name: "a cluster that the header names",
    on: "by_header",
    send: get("/by-header", "x-cluster: replies_by_header.origin\r\n"),
  },
  { name: "a cluster that nobody knows", on: "by_header", send: get("/by-header", "x-cluster: strange\r\n") },
  { name: "no host", on: ["routeless"], send: get("/b") },
  { name: "no path", on: ["routeless"], send: bare("/c", "host: b.test\r\n") },
  { name: "no host and gRPC", on: "routeless", send: get("/b", GRPC, "POST") },
  ...["/moved?a=b", "/found?a=b", "/secure?a=b"].flatMap((path) => [
    { name: path, on: ["redirects", "redirects_mapped"] as const, send: get(path) },
    { name: `HEAD ${path}`, on: "redirects" as const, send: get(path, "", "HEAD") },
    { name: `gRPC ${path}`, on: ["redirects", "redirects_mapped"] as const, send: get(path, GRPC, "POST") },
  ]),
  ...[
    "/formatted",
    "/typeless",
    "/omitting",
    "/emptied",
    "/echo",
    "/json",
    "/bodiless",
    "/typed",
    "/plain-typed",
    "/overwritten",
    "/said",
    "/empty-typed",
    "/missing",
    "/unformatted",
    "/made?q",
    "/param?a=%0d%0ab",
  ].flatMap((path) => [
    { name: path, on: ["formatted", "formatted_and_mapped", "formatted_twice"] as const, send: get(path) },
    { name: `HEAD ${path}`, on: "formatted" as const, send: get(path, "x-name: name\r\n", "HEAD") },
    { name: `gRPC ${path}`, on: ["formatted", "formatted_twice"] as const, send: get(path, GRPC, "POST") },
    ...["json", "status", "type", "text"].map((want) => ({
      name: `${path} wanted as ${want}`,
      on: "formatted_and_mapped" as const,
      send: get(path, `x-want: ${want}\r\n`),
    })),
  ]),
  ...["GET", "HEAD"].map((method) => ({
    name: `${method} of a 204 that its own format gives a body`,
    on: ["formatted", "formatted_and_mapped"] as const,
    send: get("/no-content", "", method),
    differs: NO_BODY,
  })),
  {
    name: "gRPC, a 204 that its own format gives a message",
    on: "formatted",
    send: get("/no-content", GRPC, "POST"),
  },
  { name: "an echo", on: "formatted", send: get("/echo", 'x-name: a"<b>\r\n') },
  ...["/by-header", "/or-404", "/or-500"].map((path) => ({
    name: `no cluster for ${path}`,
    on: "by_header" as const,
    send: get(path),
  })),
  // ---- mappers and formats
  ...["/none", "/dead", "/direct", "/direct-404", "/late", "/full", "/direct-503"].flatMap((
    path,
  ) => [
    {
      name: path,
      on: ["mapped", "mapped_and_formatted", "text", "html", "json", "bare_json"] as const,
      send: get(path, SILENT),
    },
    { name: `gRPC ${path}`, on: ["mapped", "text", "json"] as const, send: get(path, GRPC + SILENT, "POST") },
  ]),
  {
    name: "a 204 that a format gives a body",
    on: ["mapped_and_formatted", "text", "html", "json", "bare_json"],
    send: get("/direct-204"),
    differs: NO_BODY,
  },
  { name: "a 204 that nothing gives a body", on: "mapped", send: get("/direct-204") },
  {
    name: "gRPC, a 204 that a format gives a message",
    on: ["mapped", "text", "json"],
    send: get("/direct-204", GRPC, "POST"),
  },
  { name: "a mapper by header", on: ["mapped", "mapped_and_formatted"], send: get("/dead", "x-want: json\r\n") },
  {
    name: "a mapper by header and a direct response",
    on: ["mapped", "mapped_and_formatted"],
    send: get("/direct", "x-want: json\r\n"),
  },
  {
    name: "a mapper by status and header",
    on: ["mapped", "mapped_and_formatted"],
    send: get("/dead", "x-want: word\r\n"),
  },
  { name: "the first of two mappers", on: "mapped", send: get("/direct-404", "x-want: json\r\n") },
  { name: "a mapper and HEAD", on: ["mapped", "json"], send: get("/direct-404", "", "HEAD") },
  { name: "a mapper and an origin's answer", on: ["mapped", "mapped_and_formatted", "json"], send: get("/404") },
  {
    name: "a mapper and a request without a host",
    on: ["mapped", "mapped_and_formatted", "text", "json"],
    send: bare("/x"),
  },
  {
    name: "a mapper and a bad request",
    on: ["mapped", "mapped_and_formatted", "text", "json"],
    send: get("/x", "a b: c\r\n"),
  },
  {
    name: "a mapper and HTTP/1.0",
    on: ["mapped", "mapped_and_formatted", "json"],
    send: "GET /x HTTP/1.0\r\nhost: a.test\r\n\r\n",
  },
  {
    name: "a mapper and a head that is too big",
    on: ["mapped", "json"],
    send: get("/x", `a: ${"y".repeat(62_000)}\r\n`),
  },
  { name: "a mapper and a fragment", on: ["mapped", "json"], send: get("/x#y") },
  {
    name: "quotes in a path in JSON",
    on: ["mapped"],
    send: get('/dead"\\', "x-want: json\r\n"),
    differs: "src/observe/access_log/quoted_text.ts: such bytes are escaped in the log",
  },
  // ---- header mutations
  ...["/direct", "/none", "/moved", "/nowhere"].map((path) => ({
    name: path,
    on: "mutated" as const,
    send: get(path),
  })),
  ...["/direct", "/moved", "/none", "/dead", "/200", "/404"].map((path) => ({
    name: `the status of ${path} in its header lists`,
    on: "told" as const,
    send: get(path),
  })),
  { name: "the status of /late in its header lists", on: "told", send: get("/late", SILENT) },
  { name: "a host that wants TLS", on: "mutated", send: bare("/x?y", "host: tls.test\r\n") },
  {
    name: "a host that wants TLS and has it",
    on: "mutated",
    send: bare("/x?y", "host: tls.test\r\nx-forwarded-proto: https\r\n"),
  },
  { name: "a bad request", on: "mutated", send: get("/x", "a b: c\r\n") },
]);

function direct(path: string, status: number, body?: string): string {
  const text = body === undefined ? "" : `, body: { inline_string: "${body}" }`;
  return `{ match: { path: ${path} }, direct_response: { status: ${status}${text} } }`;
}

function formatted(path: string, format: string, more = ""): string {
  return `{ match: { path: ${path} }, direct_response: { status: 200, body: { inline_string: text }, ` +
    `body_format: { text_format_source: { inline_string: "${format}" }${more} } } }`;
}

function add(key: string, value: string): string {
  return `{ header: { key: ${key}, value: "${value}" } }`;
}
