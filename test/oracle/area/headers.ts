/**
 * Header sanitizing (spec/http.md 1.10 to 1.15): what a proxy adds, trusts, rewrites and takes away, in every mode that
 * says how far the client is trusted.
 */
import { area, bare, get, post } from "../oracle_case.ts";

/** Three entries, as a chain of proxies leaves them. */
const CHAIN = "x-forwarded-for: 203.0.113.128, 203.0.113.10, 203.0.113.1\r\n";

/** Shows the origin which address is trusted. */
const SHOW_TRUSTED =
  '- { header: { key: x-trusted, value: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%" }, append_action: OVERWRITE_IF_EXISTS_OR_ADD }';
const TRUSTED = ["request_headers_to_add:", SHOW_TRUSTED];

const XFF = "type.googleapis.com/envoy.extensions.http.original_ip_detection.xff.v3.XffConfig";
const CUSTOM = "type.googleapis.com/envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig";
const UUID = "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";

const EDGE = "use_remote_address: true";
const LOOPBACK_IS_INTERNAL =
  "internal_address_config: { cidr_ranges: [{ address_prefix: 127.0.0.0, prefix_len: 8 }, { address_prefix: 10.0.0.0, prefix_len: 8 }] }";

function detection(type: string, fields: string): string {
  return `original_ip_detection_extensions: [{ name: d, typed_config: { "@type": ${type}, ${fields} } }]`;
}

const ALT_STAT_NAME = "src/proxy/router/router_filter.ts: no figures are kept under that name";

/** Every x-envoy request field that means something. */
const ENVOY_FIELDS = [
  ...["x-envoy-retry-on: 5xx", "x-envoy-retry-grpc-on: cancelled", "x-envoy-max-retries: 3"],
  ...[
    "x-envoy-retriable-status-codes: 503",
    "x-envoy-retriable-header-names: x",
    "x-envoy-hedge-on-per-try-timeout: true",
  ],
  ...["x-envoy-upstream-rq-timeout-ms: 4000", "x-envoy-upstream-rq-per-try-timeout-ms: 3000"],
  ...["x-envoy-expected-rq-timeout-ms: 2000", "x-envoy-upstream-rq-timeout-alt-response: 1"],
  ...["x-envoy-upstream-alt-stat-name: a", "x-envoy-ip-tags: t", "x-envoy-original-url: http://u/"],
  ...["x-envoy-decorator-operation: op", "x-envoy-downstream-service-cluster: c", "x-envoy-downstream-service-node: n"],
  ...["x-envoy-internal: true", "x-envoy-external-address: 9.9.9.9", "x-envoy-original-path: /p"],
  ...["x-envoy-original-host: h", "x-envoy-attempt-count: 7", "x-envoy-is-timeout-retry: true", "x-envoy-unknown: u"],
].map((line) => `${line}\r\n`).join("");

export const HEADERS = area("headers", {
  plain: {},
  edge: { managerFields: [EDGE] },
  edge_hop_1: { managerFields: [EDGE, "xff_num_trusted_hops: 1"] },
  edge_hop_2: { managerFields: [EDGE, "xff_num_trusted_hops: 2"] },
  edge_hop_4: { managerFields: [EDGE, "xff_num_trusted_hops: 4"] },
  edge_skip: { managerFields: [EDGE, "skip_xff_append: true"] },
  edge_internal: {
    managerFields: [EDGE, LOOPBACK_IS_INTERNAL],
    routeConfigFields: ["internal_only_headers: [x-secret]"],
  },
  internal: { managerFields: [LOOPBACK_IS_INTERNAL], routeConfigFields: ["internal_only_headers: [x-secret]"] },
  trusted: { routeConfigFields: TRUSTED },
  trusted_hop_1: { managerFields: ["xff_num_trusted_hops: 1"], routeConfigFields: TRUSTED },
  trusted_hop_3: { managerFields: ["xff_num_trusted_hops: 3"], routeConfigFields: TRUSTED },
  trusted_edge: { managerFields: [EDGE, "xff_num_trusted_hops: 1"], routeConfigFields: TRUSTED },
  by_xff: {
    managerFields: [detection(XFF, "xff_num_trusted_hops: 1, skip_xff_append: false")],
    routeConfigFields: TRUSTED,
  },
  by_cidr: {
    managerFields: [detection(
      XFF,
      "xff_trusted_cidrs: { cidrs: [{ address_prefix: 127.0.0.0, prefix_len: 8 }, { address_prefix: 203.0.113.1, prefix_len: 32 }] }",
    )],
    routeConfigFields: TRUSTED,
  },
  by_strange_cidr: {
    managerFields: [detection(XFF, "xff_trusted_cidrs: { cidrs: [{ address_prefix: 192.0.2.0, prefix_len: 24 }] }")],
    routeConfigFields: TRUSTED,
  },
  by_header: {
    managerFields: [
      LOOPBACK_IS_INTERNAL,
      detection(CUSTOM, "header_name: x-real-ip, allow_extension_to_set_address_as_trusted: true"),
    ],
    routeConfigFields: TRUSTED,
  },
  by_header_or_not: {
    managerFields: [detection(CUSTOM, "header_name: x-real-ip, reject_with_status: { code: 401 }")],
    routeConfigFields: TRUSTED,
  },
  xfcc_forward: { managerFields: ["forward_client_cert_details: FORWARD_ONLY"] },
  xfcc_append: { managerFields: ["forward_client_cert_details: APPEND_FORWARD"] },
  xfcc_set: {
    managerFields: ["forward_client_cert_details: SANITIZE_SET", "set_current_client_cert_details: { uri: true }"],
  },
  xfcc_always: { managerFields: ["forward_client_cert_details: ALWAYS_FORWARD_ONLY"] },
  via: { managerFields: ["via: oracle"] },
  server_name: { managerFields: ["server_name: mine"] },
  server_if_absent: { managerFields: ["server_header_transformation: APPEND_IF_ABSENT"] },
  server_passed: { managerFields: ["server_header_transformation: PASS_THROUGH"] },
  id_off: { managerFields: ["generate_request_id: false"] },
  id_kept: { managerFields: [EDGE, "preserve_external_request_id: true"] },
  id_answered: { managerFields: ["always_set_request_id_in_response: true"] },
  id_extension: {
    managerFields: [`request_id_extension: { typed_config: { "@type": ${UUID}, pack_trace_reason: false } }`, EDGE],
  },
  port: { managerFields: ["append_x_forwarded_port: true"] },
  edge_port: { managerFields: [EDGE, "append_x_forwarded_port: true"] },
  edge_port_hop_1: { managerFields: [EDGE, "append_x_forwarded_port: true", "xff_num_trusted_hops: 1"] },
  user_agent: { managerFields: ["add_user_agent: true"] },
  scheme_https: { managerFields: ["scheme_header_transformation: { scheme_to_overwrite: https }"] },
  suppressed: { routerFields: ["suppress_envoy_headers: true"] },
  underscores_dropped: {
    managerFields: ["common_http_protocol_options: { headers_with_underscores_action: DROP_HEADER }"],
  },
  underscores_refused: {
    managerFields: ["common_http_protocol_options: { headers_with_underscores_action: REJECT_REQUEST }"],
  },
  proxy_status: { managerFields: ["proxy_status_config: { literal_proxy_name: oracle }"] },
  proxy_status_code: {
    managerFields: [
      "proxy_status_config: { literal_proxy_name: oracle, remove_details: true, set_recommended_response_code: true }",
    ],
    routes: [
      "{ match: { prefix: /none }, route: { cluster: none } }",
      "{ match: { prefix: /late }, route: { cluster: origin, timeout: 0.2s } }",
    ],
  },
  trailers: {
    managerFields: ["http_protocol_options: { enable_trailers: true }"],
    clusters: { origin: [http1Cluster("enable_trailers: true")] },
  },
  proper_case: {
    managerFields: ["http_protocol_options: { header_key_format: { proper_case_words: {} } }"],
    clusters: { origin: [http1Cluster("header_key_format: { proper_case_words: {} }")] },
  },
  kept_case: {
    managerFields: [`http_protocol_options: { header_key_format: ${keptCase()} }`],
    clusters: { origin: [http1Cluster(`header_key_format: ${keptCase()}`)] },
  },
}, [
  // ---- what is added
  { name: "a forwarded request", on: ["plain", "edge", "edge_skip", "suppressed", "user_agent"], send: get("/x?a=b") },
  { name: "a forwarded HEAD", on: ["plain", "edge"], send: get("/x", "", "HEAD") },
  {
    name: "a chain of x-forwarded-for",
    on: ["plain", "edge", "edge_hop_1", "edge_hop_2", "edge_hop_4", "edge_skip"],
    send: get("/x", CHAIN),
  },
  { name: "no x-forwarded-for", on: ["edge_hop_1", "edge_internal", "internal"], send: get("/x") },
  {
    name: "two x-forwarded-for lines",
    on: ["plain", "edge", "edge_hop_2"],
    send: get("/x", "x-forwarded-for: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n"),
  },
  { name: "an empty x-forwarded-for", on: ["plain", "edge", "edge_hop_1"], send: get("/x", "x-forwarded-for:\r\n") },
  {
    name: "an x-forwarded-for that is no address",
    on: ["edge_hop_1", "trusted"],
    send: get("/x", "x-forwarded-for: somewhere\r\n"),
  },
  {
    name: "an x-forwarded-for with a port",
    on: ["edge_hop_1", "trusted"],
    send: get("/x", "x-forwarded-for: 203.0.113.9:1234\r\n"),
  },
  {
    name: "an IPv6 x-forwarded-for",
    on: ["edge_hop_1", "trusted"],
    send: get("/x", "x-forwarded-for: 2001:db8::1\r\n"),
  },
  {
    name: "a bracketed IPv6 x-forwarded-for",
    on: ["edge_hop_1", "trusted"],
    send: get("/x", "x-forwarded-for: [2001:db8::1]\r\n"),
  },
  {
    name: "white space in x-forwarded-for",
    on: ["edge_hop_1", "trusted"],
    send: get("/x", "x-forwarded-for:  203.0.113.9 ,\t203.0.113.8  \r\n"),
  },
  {
    name: "a trailing comma in x-forwarded-for",
    on: ["edge_hop_1", "trusted"],
    send: get("/x", "x-forwarded-for: 203.0.113.9,\r\n"),
  },
  // ---- whom it trusts
  {
    name: "the trusted address of a chain",
    on: ["trusted", "trusted_hop_1", "trusted_hop_3", "trusted_edge", "by_xff", "by_cidr", "by_strange_cidr"],
    send: get("/x", CHAIN),
  },
  {
    name: "the trusted address without a chain",
    on: ["trusted", "trusted_hop_1", "trusted_edge", "by_xff", "by_cidr", "by_header"],
    send: get("/x"),
  },
  {
    name: "a chain inside the trusted ranges",
    on: "by_cidr",
    send: get("/x", "x-forwarded-for: 127.0.0.9, 203.0.113.1\r\n"),
  },
  { name: "an address in a header", on: ["by_header", "by_header_or_not"], send: get("/x", "x-real-ip: 10.1.2.3\r\n") },
  {
    name: "a strange address in a header",
    on: "by_header",
    send: get("/x", "x-real-ip: 203.0.113.7\r\nx-envoy-retry-on: 5xx\r\n"),
  },
  { name: "no address in a header", on: "by_header_or_not", send: get("/x", "x-real-ip: nobody\r\n") },
  {
    name: "a single internal x-forwarded-for",
    on: "edge_internal",
    send: get("/x", `x-forwarded-for: 10.2.3.4\r\nx-secret: s\r\n${ENVOY_FIELDS}`),
  },
  {
    name: "a single internal x-forwarded-for",
    on: "internal",
    send: get("/x", `x-forwarded-for: 10.2.3.4\r\nx-secret: s\r\n${ENVOY_FIELDS}`),
    differs: ALT_STAT_NAME,
  },
  {
    name: "a single external x-forwarded-for",
    on: "internal",
    send: get("/x", `x-forwarded-for: 203.0.113.4\r\nx-secret: s\r\n${ENVOY_FIELDS}`),
  },
  {
    name: "two internal entries",
    on: "internal",
    send: get("/x", "x-forwarded-for: 10.2.3.4, 10.2.3.5\r\nx-secret: s\r\n"),
  },
  // ---- what is stripped
  {
    name: "every x-envoy field",
    on: ["plain", "edge", "edge_hop_1", "suppressed"],
    send: get("/x", ENVOY_FIELDS),
  },
  { name: "every x-envoy field", on: "edge_internal", send: get("/x", ENVOY_FIELDS), differs: ALT_STAT_NAME },
  { name: "an internal-only field", on: ["edge_internal", "internal"], send: get("/x", "x-secret: s\r\n") },
  {
    name: "x-envoy-upstream-stream-duration-ms",
    on: ["plain", "edge"],
    send: get("/x", "x-envoy-upstream-stream-duration-ms: 5000\r\n"),
  },
  {
    name: "hop-by-hop fields",
    on: ["plain", "edge"],
    send: get("/x", "connection: keep-alive, x\r\nx: 1\r\nkeep-alive: 5\r\nproxy-connection: keep-alive\r\n"),
  },
  { name: "connection: close", on: "plain", send: get("/x", "connection: close\r\n") },
  {
    name: "connection on two lines",
    on: "plain",
    send: get("/x", "connection: x-a\r\nconnection: x-b\r\nx-a: 1\r\nx-b: 2\r\n"),
  },
  {
    name: "connection naming x-forwarded-for",
    on: ["plain", "edge"],
    send: get("/x", "connection: x-forwarded-for\r\n"),
  },
  { name: "connection naming host", on: "plain", send: get("/x", "connection: host\r\n") },
  { name: "connection naming te", on: "plain", send: get("/x", "connection: te\r\nte: trailers\r\n") },
  {
    name: "connection with ten names",
    on: "plain",
    send: get("/x", `connection: ${"abcdefghij".split("").join(", ")}\r\n`),
  },
  {
    name: "connection with nine names",
    on: "plain",
    send: get("/x", `connection: ${"abcdefghi".split("").join(", ")}\r\na: 1\r\n`),
  },
  { name: "te: trailers among others", on: ["plain", "edge"], send: get("/x", "te: gzip, trailers\r\n") },
  { name: "te: gzip", on: ["plain", "edge"], send: get("/x", "te: gzip\r\n") },
  { name: "te: Trailers", on: "plain", send: get("/x", "te: Trailers\r\n") },
  { name: "te: trailers with a parameter", on: "plain", send: get("/x", "te: trailers;q=1\r\n") },
  {
    name: "upgrade: h2c",
    on: "plain",
    send: get("/x", "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"),
  },
  { name: "upgrade without connection", on: "plain", send: get("/x", "upgrade: websocket\r\n") },
  { name: "referer with a user", on: "plain", send: get("/x", "referer: http://u@a/\r\n") },
  { name: "referer with a fragment", on: "plain", send: get("/x", "referer: http://a/#f\r\n") },
  { name: "referer that is no URL", on: "plain", send: get("/x", "referer: about:blank\r\n") },
  { name: "relative referer", on: "plain", send: get("/x", "referer: /x?y\r\n") },
  { name: "relative referer with a fragment", on: "plain", send: get("/x", "referer: /x#y\r\n") },
  { name: "a good referer", on: "plain", send: get("/x", "referer: https://a.test/b?c\r\n") },
  {
    name: "an underscore in a name",
    on: ["plain", "underscores_dropped", "underscores_refused"],
    send: get("/x", "a_b: 1\r\nx-c: 2\r\n"),
  },
  { name: "an underscore in a value", on: "underscores_refused", send: get("/x", "x-a: b_c\r\n") },
  // ---- certificates
  {
    name: "x-forwarded-client-cert",
    on: ["plain", "edge", "xfcc_forward", "xfcc_append", "xfcc_set", "xfcc_always"],
    send: get("/x", "x-forwarded-client-cert: Hash=abc\r\n"),
  },
  // ---- scheme, host, port
  {
    name: "x-forwarded-proto: https",
    on: ["plain", "edge", "edge_hop_1", "scheme_https"],
    send: get("/x", "x-forwarded-proto: https\r\n"),
  },
  { name: "x-forwarded-proto: HTTPS", on: ["plain", "edge_hop_1"], send: get("/x", "x-forwarded-proto: HTTPS\r\n") },
  { name: "x-forwarded-proto: ftp", on: ["plain", "edge_hop_1"], send: get("/x", "x-forwarded-proto: ftp\r\n") },
  {
    name: "an empty x-forwarded-proto",
    on: ["plain", "edge", "edge_hop_1"],
    send: get("/x", "x-forwarded-proto:\r\n"),
  },
  { name: "no x-forwarded-proto", on: "scheme_https", send: get("/x") },
  { name: "x-forwarded-host", on: ["plain", "edge"], send: get("/x", "x-forwarded-host: b.test\r\n") },
  { name: "no x-forwarded-port", on: ["port", "edge_port", "edge_port_hop_1"], send: get("/x") },
  {
    name: "x-forwarded-port",
    on: ["plain", "port", "edge_port", "edge_port_hop_1"],
    send: get("/x", "x-forwarded-port: 7\r\n"),
  },
  // ---- names of the proxy
  {
    name: "via, server and date of both",
    on: ["plain", "via", "server_name", "server_if_absent", "server_passed"],
    send: get("/own", "via: 1.1 you\r\n"),
  },
  {
    name: "via, server and date of the proxy",
    on: ["via", "server_name", "server_if_absent", "server_passed"],
    send: get("/x"),
  },
  { name: "a local reply's server", on: ["via", "server_name", "server_if_absent", "server_passed"], send: bare("/x") },
  { name: "user-agent", on: ["plain", "user_agent"], send: get("/x", "user-agent: curl\r\n") },
  { name: "an empty user-agent", on: "user_agent", send: get("/x", "user-agent:\r\n") },
  {
    name: "service cluster and node of the client",
    on: "user_agent",
    send: get("/x", "x-envoy-downstream-service-cluster: c\r\nx-envoy-downstream-service-node: n\r\n"),
  },
  // ---- request ids
  {
    name: "x-request-id",
    on: ["plain", "edge", "edge_internal", "id_off", "id_kept", "id_answered", "id_extension"],
    send: get("/x", "x-request-id: mine\r\n"),
  },
  {
    name: "a traced x-request-id",
    on: ["plain", "id_kept"],
    send: get("/x", "x-request-id: 11111111-2222-9333-8444-555555555555\r\n"),
  },
  { name: "an empty x-request-id", on: ["plain", "id_off", "id_kept"], send: get("/x", "x-request-id:\r\n") },
  { name: "no x-request-id", on: ["id_off", "id_kept", "id_answered", "id_extension"], send: get("/x") },
  { name: "an x-request-id in the answer", on: ["plain", "id_answered"], send: get("/own") },
  { name: "an x-request-id and a refused request", on: "id_answered", send: bare("/x", "x-request-id: mine\r\n") },
  {
    name: "x-envoy-force-trace",
    on: ["plain", "edge", "edge_internal"],
    send: get("/x", "x-envoy-force-trace: 1\r\n"),
  },
  { name: "x-client-trace-id", on: ["plain", "edge"], send: get("/x", "x-client-trace-id: c\r\n") },
  // ---- mutation before all else, and RFC 9209
  { name: "proxy-status of a forwarded answer", on: ["proxy_status"], send: get("/x") },
  { name: "proxy-status of an answer that fails", on: "proxy_status", send: get("/close") },
  { name: "proxy-status of a missing host", on: "proxy_status_code", send: get("/none") },
  { name: "proxy-status of a timeout", on: "proxy_status_code", send: get("/late", "x-origin: silent\r\n") },
  // ---- the answer's fields
  { name: "hop-by-hop fields of the answer", on: ["plain", "edge"], send: get("/hops") },
  { name: "cookies of the answer", on: "plain", send: get("/cookies") },
  {
    name: "trailers of a request",
    on: ["plain", "trailers"],
    send: "POST /x HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nT-One: 1\r\n\r\n",
  },
  { name: "trailers of an answer", on: ["plain", "trailers"], send: get("/chunked", "te: trailers\r\n") },
  {
    name: "letter case",
    on: ["plain", "proper_case", "kept_case"],
    send: get("/x", "X-MiXed-cAse: 1\r\nETag: x\r\nX-a: 1\r\nx-A: 2\r\n"),
  },
  { name: "a reason phrase", on: ["plain", "kept_case"], send: get("/reason") },
  // ---- fields as they are
  { name: "odd letter case, order and repeats", on: "plain", send: get("/x", "X-B: 1\r\nx-a: 2\r\nX-B: 3\r\n") },
  { name: "white space round a value", on: "plain", send: get("/x", "x: \t a  b \t\r\n") },
  { name: "bytes from 0x80 up in a value", on: "plain", send: get("/x", "x: \xe4\xff\r\n") },
  { name: "cookies on two lines", on: "plain", send: get("/x", "cookie: a=b\r\ncookie: c=d\r\n") },
  { name: "accept on two lines", on: "plain", send: get("/x", "accept: a/b\r\naccept: c/d\r\n") },
  { name: "empty values", on: "plain", send: get("/x", "x:\r\ncookie:\r\nuser-agent:\r\n") },
  { name: "a body's fields", on: "plain", send: post("/x", "hello", "content-type: text/plain\r\nexpect: more\r\n") },
]);

function http1Cluster(options: string): string {
  const type = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  return "typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: " +
    `{ "@type": ${type}, explicit_http_config: { http_protocol_options: { ${options} } } } }`;
}

function keptCase(): string {
  const type =
    "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
  return `{ stateful_formatter: { name: preserve_case, typed_config: { "@type": ${type}, forward_reason_phrase: true } } }`;
}
