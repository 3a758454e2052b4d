/**
 * Header sanitizing in its corners (spec/http.md 1.5 to 1.15): what the areas "headers" and "paths" show in the usual
 * cases, seen here where fields repeat, are broken, or where two settings meet.
 */
import { textLog } from "../access_log_line.ts";
import { area, get, inTurn } from "../oracle_case.ts";

const EDGE = "use_remote_address: true";
const INTERNAL =
  "internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }, { address_prefix: 127.0.0.0, prefix_len: 8 }] }";
const ONLY_TEN = "internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }";

const XFF = "type.googleapis.com/envoy.extensions.http.original_ip_detection.xff.v3.XffConfig";
const CUSTOM = "type.googleapis.com/envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig";
const UUID = "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";
const KEPT_CASE =
  "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
const HTTP1_CLUSTER = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** One method of detection; `fields` in flow style. */
const method = (type: string, fields: string) => `{ name: d, typed_config: { "@type": ${type}, ${fields} } }`;
const detection = (...methods: string[]) => `original_ip_detection_extensions: [${methods.join(", ")}]`;
const TRUSTED_CIDRS =
  "xff_trusted_cidrs: { cidrs: [{ address_prefix: 127.0.0.0, prefix_len: 8 }, { address_prefix: 10.0.0.0, prefix_len: 8 }] }";
const idExtension = (fields: string) => `request_id_extension: { typed_config: { "@type": ${UUID}, ${fields} } }`;
const options = (fields: string) => `http_protocol_options: { ${fields} }`;
const common = (fields: string) => `common_http_protocol_options: { ${fields} }`;
const http1 = (fields: string) =>
  `typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: ` +
  `{ "@type": ${HTTP1_CLUSTER}, explicit_http_config: { http_protocol_options: { ${fields} } } } }`;
const keptCase = (fields = "") =>
  `header_key_format: { stateful_formatter: { name: preserve_case, typed_config: { "@type": ${KEPT_CASE}${fields} } } }`;
const PROPER_CASE = "header_key_format: { proper_case_words: {} }";
const slashes = (action: string) => `path_with_escaped_slashes_action: ${action}`;
/** Samples everything, nothing, or what clients ask for. */
const tracing = (client: number, random: number, overall = 100) =>
  `tracing: { client_sampling: { value: ${client} }, random_sampling: { value: ${random} }, overall_sampling: { value: ${overall} } }`;

const OUTCOME_LOG = [
  textLog("%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %REQ(:PATH)% %REQ(:AUTHORITY)%"),
];
const ADDRESS_LOG = [textLog("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%")];

const get10 = (fields: string) => get("/x", fields).replace("HTTP/1.1", "HTTP/1.0");
const chunked = (path: string, fields: string, trailers: string) =>
  `POST ${path} HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n${fields}\r\n2\r\nhi\r\n0\r\n${trailers}\r\n`;

const QUOTED = "src/observe/access_log/quoted_text.ts: a backslash is escaped";

/** Names in many spellings. */
const SPELLED = "X-MiXed-cAse: 1\r\nETag: x\r\nX-aGAIN: 1\r\nx-Again: 2\r\nTE: trailers\r\nX-Forwarded-PROTO: http\r\n";

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
  edge_internal: { managerFields: [EDGE, INTERNAL] },
  edge_hop_1: { managerFields: [EDGE, "xff_num_trusted_hops: 1"], accessLog: ADDRESS_LOG },
  internal: { managerFields: [ONLY_TEN], accessLog: ADDRESS_LOG },
  paths_unlogged: { managerFields: [slashes("UNESCAPE_AND_REDIRECT")] },
  paths_normal: { managerFields: ["normalize_path: true", "merge_slashes: true"], accessLog: OUTCOME_LOG },
  paths_redirecting: { managerFields: [slashes("UNESCAPE_AND_REDIRECT")], accessLog: OUTCOME_LOG },
  paths_forwarding: { managerFields: [slashes("UNESCAPE_AND_FORWARD"), "merge_slashes: true"], accessLog: OUTCOME_LOG },
  paths_refusing: { managerFields: [slashes("REJECT_REQUEST"), "normalize_path: true"], accessLog: OUTCOME_LOG },
  hosts: { managerFields: ["strip_any_host_port: true", "strip_trailing_host_dot: true"] },
  own_port: { managerFields: ["strip_matching_host_port: true", "strip_trailing_host_dot: true"] },
  by_cidr: { managerFields: [ONLY_TEN, detection(method(XFF, TRUSTED_CIDRS))], accessLog: ADDRESS_LOG },
  by_cidr_appending: {
    managerFields: [ONLY_TEN, detection(method(XFF, `${TRUSTED_CIDRS}, skip_xff_append: false`))],
    accessLog: ADDRESS_LOG,
  },
  by_header: {
    managerFields: [
      ONLY_TEN,
      detection(method(
        CUSTOM,
        "header_name: x-real-ip, allow_extension_to_set_address_as_trusted: true, reject_with_status: { code: 422 }",
      )),
    ],
    accessLog: ADDRESS_LOG,
  },
  by_header_status_unknown: {
    managerFields: [detection(method(CUSTOM, "header_name: x-real-ip, reject_with_status: { code: 302 }"))],
    accessLog: ADDRESS_LOG,
  },
  by_header_then_chain: {
    managerFields: [
      detection(method(CUSTOM, "header_name: x-real-ip"), method(XFF, "skip_xff_append: false")),
    ],
    accessLog: ADDRESS_LOG,
  },
  xfcc_sanitize: { managerFields: ["forward_client_cert_details: SANITIZE"] },
  xfcc_forward: { managerFields: ["forward_client_cert_details: FORWARD_ONLY"] },
  xfcc_append: {
    managerFields: [
      "forward_client_cert_details: APPEND_FORWARD",
      "set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true }",
    ],
  },
  xfcc_chosen: {
    managerFields: [
      chosenBy("x-want", "it", "ALWAYS_FORWARD_ONLY"),
      "forward_client_cert_details: SANITIZE",
    ],
  },
  xfcc_chosen_by_address: {
    managerFields: [
      "forward_client_cert_matcher: { matcher_tree: { " +
      `input: ${typed("envoy.extensions.matching.common_inputs.network.v3.SourceIPInput")}, ` +
      `exact_match_map: { map: { 127.0.0.1: ${choose("ALWAYS_FORWARD_ONLY")} } } } }`,
    ],
  },
  xfcc_always: { managerFields: ["forward_client_cert_details: ALWAYS_FORWARD_ONLY"] },
  scheme_matching: { managerFields: ["scheme_header_transformation: { match_upstream: true }"] },
  scheme_full_url: {
    managerFields: ["scheme_header_transformation: { match_upstream: true }"],
    clusters: { origin: [http1("send_fully_qualified_url: true")] },
  },
  scheme_https_full_url: {
    managerFields: ["scheme_header_transformation: { scheme_to_overwrite: https }"],
    clusters: { origin: [http1("send_fully_qualified_url: true")] },
  },
  scheme_redirecting: {
    managerFields: ["scheme_header_transformation: { scheme_to_overwrite: https }"],
    routes: ["{ match: { prefix: /moved }, redirect: { path_redirect: /there } }"],
  },
  trusting_redirecting: { routes: ["{ match: { prefix: /moved }, redirect: { host_redirect: b.test } }"] },
  via: { managerFields: ["via: oracle"] },
  server_passed: { managerFields: ["server_header_transformation: PASS_THROUGH", "via: oracle"] },
  agent: { managerFields: ["add_user_agent: true", EDGE, INTERNAL] },
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
  underscores_dropped: { managerFields: [common("headers_with_underscores_action: DROP_HEADER")] },
  underscores_dropped_few: {
    managerFields: [common("headers_with_underscores_action: DROP_HEADER, max_headers_count: 3")],
  },
  underscores_refused: { managerFields: [common("headers_with_underscores_action: REJECT_REQUEST")] },
  underscores_trailers_dropped: {
    managerFields: [common("headers_with_underscores_action: DROP_HEADER"), options("enable_trailers: true")],
    clusters: { origin: [http1("enable_trailers: true")] },
  },
  underscores_trailers_refused: {
    managerFields: [common("headers_with_underscores_action: REJECT_REQUEST"), options("enable_trailers: true")],
  },
  case_kept_down: { managerFields: [options(`${keptCase()}, enable_trailers: true`)] },
  case_kept_up: { clusters: { origin: [http1(`${keptCase()}, enable_trailers: true`)] } },
  case_kept_both: {
    managerFields: [options(`${keptCase(", forward_reason_phrase: true")}, enable_trailers: true`)],
    clusters: { origin: [http1(`${keptCase(", forward_reason_phrase: true")}, enable_trailers: true`)] },
  },
  case_kept_and_proper: {
    managerFields: [options(keptCase(", formatter_type_on_envoy_headers: PROPER_CASE"))],
    clusters: { origin: [http1(keptCase(", formatter_type_on_envoy_headers: PROPER_CASE"))] },
  },
  case_kept_up_proper_down: {
    managerFields: [options(PROPER_CASE)],
    clusters: { origin: [http1(keptCase(", forward_reason_phrase: true"))] },
  },
  case_kept_down_proper_up: {
    managerFields: [options(keptCase())],
    clusters: { origin: [http1(PROPER_CASE)] },
  },
  case_proper: {
    managerFields: [options(`${PROPER_CASE}, enable_trailers: true`)],
    clusters: { origin: [http1(`${PROPER_CASE}, enable_trailers: true`)] },
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
  // ---- paths
  ...[
    "/a/..;x/b",
    "/.%2e/%2e./c",
    "/a%00b",
    "/%%34%31",
    "/a/./%2e/../b?x=%2e%2e/#",
    "/%c3%a9%C3%28",
    "/a%2f%2e%2e%2F..//b",
    "/a?%2f",
    "/a%2",
    "/;%2f..",
  ].map((path) => ({
    name: `the path ${path}`,
    on: ["paths_normal", "paths_redirecting", "paths_forwarding", "paths_refusing"] as const,
    send: get(path),
  })),
  ...["/a/\\/..//b", "/a%2f%2e%2e%5C..//b", "/%5c%5C"].map((path) => ({
    name: `the path ${path}`,
    on: ["paths_unlogged", "paths_normal"] as const,
    send: get(path),
  })),
  ...["/a/\\/..//b", "/a%5C..//b", "/%5c%5C"].map((path) => ({
    name: `the path ${path}, logged`,
    on: "paths_forwarding" as const,
    send: get(path),
    differs: QUOTED,
  })),
  ...["/a%5C..//b", "/%5c%5C"].map((path) => ({
    name: `the path ${path}, logged`,
    on: ["paths_redirecting", "paths_refusing"] as const,
    send: get(path),
    differs: QUOTED,
  })),
  {
    name: "a path that is not normal after one turn",
    on: ["paths_normal", "paths_refusing"],
    send: get("/a/%2e%2e;/b"),
    differs: "src/http/path.ts: it is normalised until nothing changes",
  },
  {
    name: "an escaped slash with gRPC",
    on: ["paths_redirecting", "paths_refusing"],
    send: get("/a%2Fb", "content-type: application/grpc+proto\r\n"),
  },
  { name: "an escaped slash with HEAD", on: ["paths_redirecting", "paths_refusing"], send: get("/a%2Fb", "", "HEAD") },
  {
    name: "an escaped slash with a body",
    on: ["paths_redirecting", "paths_refusing"],
    send: `POST /a%2Fb?x HTTP/1.1\r\nhost: a.test\r\ncontent-length: 2\r\n\r\nhi`,
  },
  // ---- hosts
  ...[
    "a.test:",
    "a.test:x",
    "a.test.:",
    "a.test..",
    "[::1]:81",
    "[::1",
    "::1",
    "a.test:99999",
    ".",
    ":80",
    "a.test.:80.",
  ]
    .map((host) => ({
      name: `the host ${host}`,
      on: ["hosts", "own_port"] as const,
      send: `GET /x HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    })),
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
  // ---- whom is trusted
  ...[
    "10.20.30.40,",
    "10.20.30.40:80",
    "10.20.30.40, 10.1.1.1",
    "010.1.2.3",
    "10.1.2",
    "2001:DB8:0::0001",
    "1:0:0:2:0:0:0:3",
    ", ,",
    "junk, 10.1.2.3",
    "unknown",
  ].map((chain) => ({
    name: `the chain ${chain}`,
    on: ["internal", "edge_internal", "edge_hop_1", "by_cidr", "by_cidr_appending"] as const,
    send: get(
      "/x",
      `x-forwarded-for: ${chain}\r\nx-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 0\r\nx-request-id: mine\r\n`,
    ),
  })),
  {
    name: "an internal address in IPv6's spelling",
    on: ["internal", "by_cidr", "by_cidr_appending"],
    send: get("/x", "x-forwarded-for: ::ffff:10.1.2.3\r\n"),
    differs: "src/match/ip_ranges.ts: it is the address it spells",
  },
  {
    name: "an address with a zone",
    on: ["internal", "edge_hop_1", "by_cidr", "by_cidr_appending"],
    send: get("/x", "x-forwarded-for: fe80::1%lo\r\n"),
    differs: "src/base/ip_text.ts: it is no address",
  },
  ...["1.1.1.1, 2.2.2.2, 10.1.1.1", "10.3.3.3, 10.1.1.1", "1.1.1.1, junk, 10.1.1.1", "1.1.1.1,, 10.1.1.1"].map((
    chain,
  ) => ({
    name: `a chain by ranges: ${chain}`,
    on: ["by_cidr", "by_cidr_appending"] as const,
    send: get("/x", `x-forwarded-for: ${chain}\r\n`),
  })),
  ...[
    "x-real-ip: 10.1.1.1\r\n",
    "x-real-ip: 1.1.1.1\r\nx-forwarded-for: 10.1.1.1\r\n",
    "x-real-ip: 1.1.1.1\r\nx-real-ip: 10.2.2.2\r\n",
    "x-real-ip: 1.1.1.1 , 2.2.2.2\r\n",
    "x-real-ip:\r\n",
    "x-real-ip: [::1]\r\n",
    "x-real-ip: 1.1.1.1:80\r\n",
    "x-forwarded-for: 9.8.7.6\r\n",
    "",
  ].map((fields) => ({
    name: `an address in a field: ${JSON.stringify(fields)}`,
    on: ["by_header", "by_header_status_unknown", "by_header_then_chain"] as const,
    send: get("/x", fields),
  })),
  {
    name: "no address in a field with gRPC",
    on: "by_header",
    send: get("/x", "content-type: application/grpc\r\n"),
  },
  // ---- certificates, without TLS
  ...["Hash=abc\r\nx-forwarded-client-cert: Hash=def", "", 'By=x;Subject="a;b,c"'].map((value) => ({
    name: `the certificate ${JSON.stringify(value)}`,
    on: ["xfcc_sanitize", "xfcc_forward", "xfcc_append", "xfcc_always"] as const,
    send: get("/x", `x-forwarded-client-cert: ${value}\r\n`),
  })),
  {
    name: "a certificate forwarded where it is wanted",
    on: "xfcc_chosen",
    send: inTurn(
      get("/x", "x-forwarded-client-cert: Hash=a\r\n"),
      get("/y", "x-forwarded-client-cert: Hash=a\r\nx-want: it\r\n"),
      get("/z", "x-forwarded-client-cert: Hash=a\r\nx-want: it\r\nx-want: it\r\n"),
    ),
    answers: 3,
  },
  {
    name: "a certificate forwarded for whom it is from",
    on: "xfcc_chosen_by_address",
    send: inTurn(
      get("/x", "x-forwarded-client-cert: Hash=a\r\n"),
      get("/y", "x-forwarded-client-cert: Hash=a\r\nx-forwarded-for: 9.9.9.9\r\n"),
    ),
    answers: 2,
  },
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
  // ---- underscores
  ...[
    "a_b: 1\r\n",
    "_: 1\r\n_a: 2\r\nb_: 3\r\n",
    "x: _\r\n",
    "A_b: \x01\r\n",
    "content_length: 5\r\n",
    "a_b:\r\nx: 1\r\ny: 2\r\n",
  ].map((fields) => ({
    name: `underscores in ${JSON.stringify(fields)}`,
    on: ["underscores_dropped", "underscores_dropped_few", "underscores_refused"] as const,
    send: get("/x", fields),
  })),
  {
    name: "an underscore in a trailer",
    on: ["underscores_dropped", "underscores_refused", "underscores_trailers_dropped", "underscores_trailers_refused"],
    send: chunked("/x", "", "a_b: 1\r\nc: 2\r\n"),
  },
  { name: "an underscore in a pipeline", on: "underscores_dropped", send: inTurn(get("/x", "a_b: 1\r\n"), get("/y")) },
  // ---- letter case
  ...[
    ["a request and an answer", get("/mixed", SPELLED)],
    ["an answer in chunks with trailers", chunked("/mixed-chunked", SPELLED, "X-Trailer: 1\r\n")],
    [
      "HTTP/1.0",
      get10("CoNNection: Keep-Alive\r\nHOST: a.test\r\n").replace("host: a.test\r\n", "").replace("/x", "/mixed"),
    ],
    ["an answer of the proxy", get("/x#y", SPELLED)],
    ["an answer that closes", get("/mixed", "Connection: CLOSE\r\n")],
    [
      "names the proxy would add",
      get("/mixed", "X-REQUEST-id: 1\r\nX-envoy-EXPECTED-rq-timeout-ms: 1\r\nUser-AGENT: a\r\n"),
    ],
  ].map(([what, send]) => ({
    name: `letter case of ${what}`,
    on: [
      ...["case_kept_down", "case_kept_up", "case_kept_both", "case_kept_and_proper"] as const,
      ...["case_kept_up_proper_down", "case_kept_down_proper_up", "case_proper"] as const,
    ],
    send: send!,
  })),
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

/** An extension of this type. */
function typed(type: string, fields = ""): string {
  return `{ name: any, typed_config: { "@type": type.googleapis.com/${type}, ${fields} } }`;
}

/** What a client certificate matcher does. */
function choose(mode: string): string {
  const manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  return `{ action: ${typed(`${manager}.ForwardClientCertConfig`, `forward_client_cert_details: ${mode}`)} }`;
}

function chosenBy(header: string, value: string, mode: string): string {
  const input = typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", `header_name: ${header}`);
  const predicate = `{ single_predicate: { input: ${input}, value_match: { exact: ${value} } } }`;
  return "forward_client_cert_matcher: { matcher_list: { matchers: " +
    `[{ predicate: ${predicate}, on_match: ${choose(mode)} }] } }`;
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
