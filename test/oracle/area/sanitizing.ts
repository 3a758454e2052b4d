/**
 * Header sanitizing in its corners (spec/http.md 1.10 to 1.15): what the area "headers" shows in the usual cases, seen here
 * where fields repeat, are broken, or where two settings meet.
 */
import { textLog } from "../access_log_line.ts";
import { area, get } from "../oracle_case.ts";
import { clusterProtocol, INTERNAL_ADDRESSES, typed } from "../protocol_options.ts";

const EDGE = "use_remote_address: true";
const UUID = "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";
const idExtension = (fields: string) => `request_id_extension: { typed_config: { "@type": ${UUID}, ${fields} } }`;
/** Samples everything, nothing, or what clients ask for. */
const tracing = (client: number, random: number, overall = 100) =>
  `tracing: { client_sampling: { value: ${client} }, random_sampling: { value: ${random} }, overall_sampling: { value: ${overall} } }`;

const OUTCOME_LOG = [
  textLog("%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %REQ(:PATH)% %REQ(:AUTHORITY)%"),
];
const ADDRESS_LOG = [textLog("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%")];

const get10 = (fields: string) => get("/x", fields).replace("HTTP/1.1", "HTTP/1.0");

/** Ids whose 15th digit says: not traced, sampled, forced by the client, forced by the server, and no UUID at all. */
const IDS = [
  "11111111-2222-4333-8444-555555555555",
  "11111111-2222-9333-8444-555555555555",
  "11111111-2222-a333-8444-555555555555",
  "11111111-2222-b333-8444-555555555555",
  "11111111-2222-f333-8444-555555555555",
  "0000000g-2222-4333-8444-555555555555",
  "11111111-2222-4333-8444-55555555555",
] as const;

export const SANITIZING = area("sanitizing", {
  plain: {},
  edge: { managerFields: [EDGE] },
  edge_internal: { managerFields: [EDGE, INTERNAL_ADDRESSES] },
  scheme_matching: { managerFields: ["scheme_header_transformation: { match_upstream: true }"] },
  scheme_full_url: {
    managerFields: ["scheme_header_transformation: { match_upstream: true }"],
    clusters: { origin: [clusterProtocol({ http1: "send_fully_qualified_url: true" })] },
  },
  scheme_https_full_url: {
    managerFields: ["scheme_header_transformation: { scheme_to_overwrite: https }"],
    clusters: { origin: [clusterProtocol({ http1: "send_fully_qualified_url: true" })] },
  },
  scheme_redirecting: {
    managerFields: ["scheme_header_transformation: { scheme_to_overwrite: https }"],
    routes: ["{ match: { prefix: /moved }, redirect: { path_redirect: /there } }"],
  },
  trusting_redirecting: { routes: ["{ match: { prefix: /moved }, redirect: { host_redirect: b.test } }"] },
  via: { managerFields: ["via: oracle"] },
  server_passed: { managerFields: ["server_header_transformation: PASS_THROUGH", "via: oracle"] },
  agent: { managerFields: ["add_user_agent: true", EDGE, INTERNAL_ADDRESSES] },
  ids_unpacked: { managerFields: [idExtension("pack_trace_reason: false"), tracing(100, 0)] },
  ids_unsampled: { managerFields: [idExtension("use_request_id_for_trace_sampling: false"), tracing(0, 0)] },
  ids_traced: { managerFields: [tracing(0, 100)] },
  ids_untraced: { managerFields: [tracing(0, 0)] },
  ids_asked: { managerFields: [tracing(100, 0)] },
  ids_limited: { managerFields: [tracing(100, 100, 0)] },
  ids_edge: { managerFields: [EDGE, tracing(100, 100)] },
  ids_edge_kept: { managerFields: [EDGE, tracing(100, 0), "preserve_external_request_id: true"] },
  ids_routed: {
    managerFields: [tracing(0, 0)],
    routes: [
      "{ match: { prefix: /traced }, route: { cluster: origin }, tracing: { random_sampling: { numerator: 100 } } }",
    ],
  },
  early: {
    managerFields: [
      early(
        add("x-seen", "%REQ(X-B)%|%REQ(:PATH)%|%REQ(:AUTHORITY)%|%REQ(X-FORWARDED-PROTO)%"),
        add(
          "x-peer",
          "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%|%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%|%PROTOCOL%",
        ),
        "{ remove: X-B }",
        add("x-again", "<%REQ(X-B)%>"),
        "{ remove_on_match: { key_matcher: { prefix: x-gone } } }",
        add("via", "early"),
        add("pragma", "early"),
      ),
      "normalize_path: true",
      "strip_any_host_port: true",
    ],
  },
  early_edge: {
    managerFields: [
      EDGE,
      "preserve_external_request_id: true",
      early(
        add("x-forwarded-for", "9.9.9.9"),
        add("x-request-id", "early", "append_action: ADD_IF_ABSENT"),
        add("x-envoy-retry-on", "5xx"),
        add("x-forwarded-proto", "https", "append_action: OVERWRITE_IF_EXISTS"),
        add("x-forwarded-client-cert", "Hash=early"),
        add("te", "trailers"),
        "{ remove: referer }",
      ),
    ],
  },
  early_trusting: {
    managerFields: [
      INTERNAL_ADDRESSES,
      early(
        add("x-forwarded-for", "%REQ(X-REAL-IP)%", "append_action: OVERWRITE_IF_EXISTS_OR_ADD"),
        add("x-forwarded-proto", "https", "append_action: OVERWRITE_IF_EXISTS_OR_ADD, keep_empty_value: true"),
      ),
    ],
    accessLog: ADDRESS_LOG,
  },
  status: {
    managerFields: ["proxy_status_config: { literal_proxy_name: oracle }"],
    routes: statusRoutes(),
    clusters: statusClusters(),
  },
  status_with_codes: {
    managerFields: ["proxy_status_config: { set_recommended_response_code: true, use_node_id: true }"],
    routes: statusRoutes(),
    clusters: statusClusters(),
    accessLog: OUTCOME_LOG,
  },
  status_brief: {
    managerFields: [
      "proxy_status_config: { remove_connection_termination_details: true, remove_response_flags: true }",
    ],
    routes: statusRoutes(),
  },
}, [
  // ---- connection and what it names
  ...[
    "connection: ,x-a,, x-b ,\r\n",
    "connection: X-A\r\n",
    "connection: x-a, X-a, x-A\r\n",
    "connection: keep-alive, te\r\nte: trailers, deflate\r\n",
    "connection: te\r\nte: deflate\r\n",
    "connection: te, te\r\nte: trailers\r\n",
    "connection: te\r\nte: trailers;q=0.1\r\n",
    "connection: te\r\nte: gzip\r\nte: trailers\r\n",
    "connection: x-forwarded-proto\r\n",
    "connection: cookie\r\ncookie: a\r\n",
    "connection: content-length\r\n",
    "connection: content-type\r\ncontent-type: a/b\r\n",
    "connection: :path\r\n",
    "keep-alive: a\r\nkeep-alive: b\r\nproxy-connection: c\r\nproxy-connection: d\r\n",
    "te:\r\n",
    "te: trailers, gzip, trailers\r\n",
    "connection: close, x-a\r\n",
  ].map((fields) => ({
    name: JSON.stringify(fields),
    on: ["plain", "edge"] as const,
    send: get("/x", `x-a: 1\r\nx-b: 2\r\n${fields}`),
  })),
  {
    name: "http2-settings without an upgrade",
    on: "plain",
    send: get("/x", "connection: http2-settings\r\nhttp2-settings: x\r\n"),
    differs: "src/proxy/head/hop_by_hop.ts: it is never forwarded",
  },
  { name: "HTTP/1.0 and keep-alive", on: "plain", send: get10("connection: keep-alive\r\n") },
  // ---- fields that Envoy keeps in one line
  {
    name: "single-line fields on two lines",
    on: ["plain", "edge"],
    send: get(
      "/x",
      [
        ...["user-agent", "accept", "origin", "authorization", "referer", "via", "x-request-id", "x-forwarded-proto"],
        ...["x-forwarded-host", "content-type", "te", "grpc-timeout", "x-custom", "x-envoy-retry-on", "cache-control"],
      ].map((name) => `${name}: trailers\r\n${name}: trailers\r\n`).join(""),
    ),
  },
  { name: "single-line fields of an answer on two lines", on: ["plain", "via", "server_passed"], send: get("/twice") },
  {
    name: "a field nobody looks at on two lines, of those that Envoy makes one",
    on: "plain",
    send: get("/x", "pragma: a\r\npragma: b\r\n"),
    differs: "src/http/single_line_headers.ts: it stays on two lines",
  },
  // ---- referers
  ...[
    "http://a",
    "HTTP://a/",
    "http:///a",
    "http://a:b/",
    "http://a/ b",
    "/",
    "?x",
    "",
    "http://a/?#",
    "ftp://a/",
    "//a/",
  ]
    .map((referer) => ({
      name: `the referer ${JSON.stringify(referer)}`,
      on: "plain" as const,
      send: get("/x", `referer: ${referer}\r\n`),
    })),
  // ---- schemes
  ...["https", "HTTPS", "ftp", "", "http"].map((scheme) => ({
    name: `x-forwarded-proto: ${scheme}`,
    on: ["scheme_matching", "scheme_full_url", "scheme_https_full_url"] as const,
    send: get("/x", `x-forwarded-proto: ${scheme}\r\n`),
  })),
  ...["https", "HTTPS", "http", "ftp"].map((scheme) => ({
    name: `redirected with x-forwarded-proto: ${scheme}`,
    on: ["scheme_redirecting", "trusting_redirecting"] as const,
    send: get("/moved?x", `x-forwarded-proto: ${scheme}\r\n`),
  })),
  {
    name: "an absolute target of another scheme",
    on: ["scheme_full_url", "scheme_redirecting", "plain", "edge"],
    send: get("https://b.test/moved?x"),
  },
  // ---- the caller
  {
    name: "fields about the caller, inside and outside",
    on: ["agent", "edge", "plain"],
    send: get(
      "/x",
      "user-agent: them\r\nx-envoy-downstream-service-cluster: c\r\nx-envoy-downstream-service-node: n\r\nx-envoy-external-address: 1.1.1.1\r\n",
    ),
  },
  // ---- request ids and whether to trace
  ...IDS.flatMap((id) => [
    {
      name: `the id ${id}`,
      on: [
        ...["ids_unpacked", "ids_unsampled", "ids_traced", "ids_untraced", "ids_asked", "ids_limited"] as const,
        ...["ids_edge", "ids_edge_kept", "ids_routed"] as const,
      ],
      send: get("/x", `x-request-id: ${id}\r\n`),
    },
  ]),
  ...[
    "x-client-trace-id: c\r\n",
    "x-envoy-force-trace: 1\r\n",
    "x-client-trace-id: c\r\nx-envoy-force-trace: 0\r\n",
    "",
  ].map((fields) => ({
    name: `traced by ${JSON.stringify(fields)}`,
    on: [
      ...["ids_unpacked", "ids_unsampled", "ids_traced", "ids_untraced", "ids_asked", "ids_limited"] as const,
      ...["ids_edge", "ids_edge_kept", "ids_routed", "edge_internal"] as const,
    ],
    send: get("/x", fields),
  })),
  { name: "a traced route", on: "ids_routed", send: get("/traced") },
  { name: "two ids", on: ["ids_untraced", "ids_edge_kept"], send: get("/x", "x-request-id: a\r\nx-request-id: b\r\n") },
  // ---- mutations before all that
  ...[
    get("/a/../b", "x-b: 1\r\nx-gone-1: 1\r\nx-gone: 2\r\nvia: a\r\nvia: b\r\nconnection: keep-alive\r\n"),
    get("/x", "x-b: 1\r\nx-b: 2\r\nx-forwarded-for: 1.1.1.1\r\nconnection: x-seen, x-again\r\n"),
    get("/x", "x-request-id: mine\r\nx-forwarded-proto: ftp\r\nreferer: /\r\nte: gzip\r\n"),
    get("/x", "x-real-ip: 10.1.2.3\r\nx-forwarded-for: 1.1.1.1\r\nx-own: 0\r\n"),
  ].map((send, index) => ({
    name: `early mutations, ${index + 1}`,
    on: ["early", "early_edge", "early_trusting"] as const,
    send,
  })),
  { name: "early mutations of a refused request", on: ["early", "early_edge"], send: get("/x#y") },
  // ---- RFC 9209
  ...["none", "dead", "full", "close", "silent", "unrouted", "direct", "x", "proxy-status", "nonsense"].map((what) => ({
    name: `proxy-status of /${what}`,
    on: ["status", "status_with_codes", "status_brief"] as const,
    send: get(`/${what}`),
  })),
  {
    name: "proxy-status of a bad request",
    on: ["status", "status_with_codes"],
    send: get("/x", "a b: c\r\n"),
  },
]);

/** These mutations in their order. */
function early(...steps: string[]): string {
  const type = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";
  return `early_header_mutation_extensions: [${typed(type, `mutations: [${steps.join(", ")}]`)}]`;
}

function add(key: string, value: string, more = ""): string {
  return `{ append: { header: { key: ${key}, value: "${value}" }, ${more} } }`;
}

/** Every way to fail that has a word of its own. */
function statusRoutes(): string[] {
  return [
    ...["none", "dead", "full"].map((name) => `{ match: { prefix: /${name} }, route: { cluster: ${name} } }`),
    "{ match: { prefix: /silent }, route: { cluster: origin, timeout: 0.2s } }",
    "{ match: { prefix: /direct }, direct_response: { status: 503 } }",
  ];
}

function statusClusters() {
  return {
    full: ["circuit_breakers: { thresholds: [{ max_connections: 1, max_pending_requests: 0, max_requests: 0 }] }"],
  };
}
