/** Access log lines (spec/http.md 8): operators whose values do not change from run to run, text and JSON. */
import { fileLog, GRPC, jsonLog, ROUTES, textLog, TRACED, USUAL_LINE } from "../access_log_line.ts";
import { area, arrived, bare, get, inTurn, post, received } from "../oracle_case.ts";
import { clusterProtocol } from "../protocol_options.ts";
import type { Variant } from "../variant.ts";

const inText = (format: string, fields: Omit<Variant, "accessLog"> = {}): Variant => ({
  routes: ROUTES,
  ...fields,
  accessLog: [textLog(format)],
});
const inJson = (format: string): Variant => ({ routes: ROUTES, accessLog: [jsonLog(format)] });

const REQUEST =
  "%REQ(:METHOD)%|%REQ(X-A?X-B)%|%REQ(X-A):3%|%REQ(X-NONE)%|%REQ(:AUTHORITY)%|%REQ(HOST)%|%REQ(:SCHEME)%|" +
  "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%|%REQ(:PATH)%|%PROTOCOL%|%REQ(COOKIE)%|%REQ(X-FORWARDED-PROTO)%|%REQUEST_HEADER(X-A)%";
const RESPONSE =
  "%RESP(X-ORIGIN-SAYS)%|%RESP(:STATUS)%|%RESP(CONTENT-TYPE?SERVER)%|%RESP(SET-COOKIE)%|%TRAILER(T)%|%RESPONSE_CODE%|" +
  "%RESPONSE_CODE_DETAILS%|%RESPONSE_FLAGS%|%RESPONSE_FLAGS_LONG%|%BYTES_RECEIVED%|%BYTES_SENT%|%CONNECTION_TERMINATION_DETAILS%";
const GRPC_LINE =
  "%GRPC_STATUS%|%GRPC_STATUS(CAMEL_STRING)%|%GRPC_STATUS(SNAKE_STRING)%|%GRPC_STATUS(NUMBER)%|%GRPC_STATUS_NUMBER%";
const UPSTREAM =
  "%UPSTREAM_HOST%|%UPSTREAM_CLUSTER%|%UPSTREAM_CLUSTER_RAW%|%UPSTREAM_REMOTE_ADDRESS%|%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%|" +
  "%UPSTREAM_REMOTE_PORT%|%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%|%UPSTREAM_PROTOCOL%|%UPSTREAM_REQUEST_ATTEMPT_COUNT%|" +
  "%UPSTREAM_TRANSPORT_FAILURE_REASON%|%ROUTE_NAME%|%VIRTUAL_CLUSTER_NAME%|%UPSTREAM_HOST_NAME%|%UPSTREAM_HOST_NAME_WITHOUT_PORT%";
const DOWNSTREAM = "%DOWNSTREAM_REMOTE_ADDRESS%|%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%|%DOWNSTREAM_REMOTE_PORT%|" +
  "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%|%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%|%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(8)%|" +
  "%DOWNSTREAM_LOCAL_ADDRESS%|%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%|%DOWNSTREAM_LOCAL_PORT%|%DOWNSTREAM_DIRECT_LOCAL_ADDRESS%|" +
  "%REQUESTED_SERVER_NAME%|%DOWNSTREAM_TLS_VERSION%|%DOWNSTREAM_PEER_SUBJECT%|%FILTER_CHAIN_NAME%|%DOWNSTREAM_TRANSPORT_FAILURE_REASON%";
const SIZES =
  "%REQUEST_HEADERS_BYTES%|%RESPONSE_HEADERS_BYTES%|%RESPONSE_TRAILERS_BYTES%|%DOWNSTREAM_WIRE_BYTES_RECEIVED%|" +
  "%DOWNSTREAM_WIRE_BYTES_SENT%|%UPSTREAM_WIRE_BYTES_SENT%|%UPSTREAM_WIRE_BYTES_RECEIVED%|%DOWNSTREAM_HEADER_BYTES_RECEIVED%|" +
  "%DOWNSTREAM_HEADER_BYTES_SENT%|%UPSTREAM_HEADER_BYTES_SENT%|%UPSTREAM_HEADER_BYTES_RECEIVED%";
const QUERY =
  "%QUERY_PARAM(a)%|%QUERY_PARAM(b):2%|%QUERY_PARAMS(ORIG)%|%QUERY_PARAMS(DECODED)%|%PATH%|%PATH(NQ)%|%PATH(WQ)%|%PATH(NQ:ORIG)%|" +
  "%PATH(NQ:PATH)%|%PATH(WQ:ORIG_OR_PATH):5%";
const CONSTANT =
  "%%|%HOSTNAME%|%ENVIRONMENT(HOME)%|%ENVIRONMENT(NOT_THERE)%|%ACCESS_LOG_TYPE%|%START_TIME(literal)%|%START_TIME(%Y-%m)%|" +
  "%STREAM_ID%|%TRACE_ID%|%LOCAL_REPLY_BODY%";
const METADATA =
  "%METADATA(ROUTE:ns:key)%|%METADATA(ROUTE:ns:deep)%|%METADATA(ROUTE:ns)%|%METADATA(ROUTE:ns:deep:n)%|%METADATA(ROUTE:none)%|" +
  "%METADATA(CLUSTER:ns:key)%|%CLUSTER_METADATA(ns:key)%|%DYNAMIC_METADATA(ns)%|%METADATA(VIRTUAL_HOST:ns:key)%|%METADATA(LISTENER:ns:key):4%";

const TRIES =
  "%ACCESS_LOG_TYPE%|%REQ(:METHOD)%|%REQ(:SCHEME)%|%REQ(X-A)%|%RESPONSE_CODE%|%RESPONSE_FLAGS%|%RESPONSE_CODE_DETAILS%|%RESP(X-ORIGIN-SAYS)%|%RESP(:STATUS)%|" +
  "%TRAILER(T)%|%BYTES_RECEIVED%|%BYTES_SENT%|%UPSTREAM_CLUSTER%|%UPSTREAM_HOST%|%UPSTREAM_REMOTE_ADDRESS%|%UPSTREAM_PROTOCOL%|%PROTOCOL%|" +
  "%UPSTREAM_REQUEST_ATTEMPT_COUNT%|%ROUTE_NAME%|%STREAM_ID%|%DOWNSTREAM_REMOTE_ADDRESS%|%UPSTREAM_TRANSPORT_FAILURE_REASON%";
const CONNECTIONS =
  "%ACCESS_LOG_TYPE%|%REQ(:METHOD)%|%RESPONSE_CODE%|%RESPONSE_FLAGS%|%RESPONSE_CODE_DETAILS%|%BYTES_RECEIVED%|%BYTES_SENT%|%PROTOCOL%|" +
  "%UPSTREAM_CLUSTER%|%UPSTREAM_HOST%|%ROUTE_NAME%|%DOWNSTREAM_REMOTE_ADDRESS%|%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%|" +
  "%DOWNSTREAM_LOCAL_ADDRESS%|%FILTER_CHAIN_NAME%|%DOWNSTREAM_DETECTED_CLOSE_TYPE%|%METADATA(LISTENER:ns:key)%|%STREAM_ID%|%RESP(SERVER)%";
const ADDRESSES =
  "%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(24)%|%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(0)%|%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(9)%|" +
  "%DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT(32)%|%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT(16)%|" +
  "%DOWNSTREAM_DIRECT_REMOTE_PORT%|%DOWNSTREAM_DIRECT_LOCAL_PORT%|%UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID%|" +
  "%DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID%|%DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID%|%REQUESTED_SERVER_NAME(HOST_FIRST)%|" +
  "%REQUESTED_SERVER_NAME(SNI_FIRST:ORIG)%|%REQUESTED_SERVER_NAME(SNI_ONLY)%";
const ATTEMPTS = "%UPSTREAM_HOSTS_ATTEMPTED%|%UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT%|%UPSTREAM_HOST_NAMES_ATTEMPTED%|" +
  "%UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT%|%UPSTREAM_DETECTED_CLOSE_TYPE%|%UPSTREAM_LOCAL_CLOSE_REASON%|" +
  "%DOWNSTREAM_DETECTED_CLOSE_TYPE%|%DOWNSTREAM_LOCAL_CLOSE_REASON%|%DOWNSTREAM_TRANSPORT_FAILURE_REASON%|" +
  "%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%|%CUSTOM_FLAGS%|%LOCAL_REPLY_BODY%";
const MORE_SIZES = "%DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED%|%DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT%|" +
  "%UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED%|%UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT%|%BYTES_RETRANSMITTED%|" +
  "%PACKETS_RETRANSMITTED%";
/** Everything that TLS would say. */
const SECURE = [
  ...["TLS_VERSION", "TLS_CIPHER", "TLS_SESSION_ID", "PEER_SUBJECT", "PEER_ISSUER", "PEER_CERT", "PEER_URI_SAN"],
  ...["PEER_DNS_SAN", "PEER_IP_SAN", "LOCAL_URI_SAN", "LOCAL_DNS_SAN", "PEER_CERT_V_START", "PEER_CERT_V_END"],
].flatMap((name) => [`%DOWNSTREAM_${name}%`, `%UPSTREAM_${name}%`]).join("|");
const IN_JSON = [
  ...[
    "UPSTREAM_HOST",
    "UPSTREAM_REMOTE_PORT",
    "DOWNSTREAM_LOCAL_PORT",
    "UPSTREAM_REQUEST_ATTEMPT_COUNT",
    "GRPC_STATUS",
  ],
  ...["PROTOCOL", "REQUEST_HEADERS_BYTES", "DOWNSTREAM_TLS_VERSION", "UPSTREAM_TRANSPORT_FAILURE_REASON", "HOSTNAME"],
  ...["UPSTREAM_HOSTS_ATTEMPTED", "RESPONSE_FLAGS_LONG", "LOCAL_REPLY_BODY", "CUSTOM_FLAGS", "STREAM_ID", "TRACE_ID"],
  ...["DOWNSTREAM_TRANSPORT_FAILURE_REASON", "VIRTUAL_CLUSTER_NAME", "FILTER_CHAIN_NAME", "ACCESS_LOG_TYPE"],
  ...["REQUEST_TX_DURATION_NOT", "ENVIRONMENT(NONE)", "QUERY_PARAM(a)", "QUERY_PARAMS(ORIG)", "PATH(NQ)", "REQ(X-A):2"],
  ...[
    "START_TIME(%Y)",
    "TRAILER(T)",
    "GRPC_STATUS_NUMBER",
    "RESPONSE_CODE_DETAILS",
    "REQUESTED_SERVER_NAME",
    "UNIQUE_ID_NOT",
  ],
].filter((name) => !name.endsWith("_NOT"));

const ALL = ["request", "response", "upstream", "downstream", "json", "json_short"] as const;
const TRAILERS = "enable_trailers: true";
const WEBSOCKET = "connection: Upgrade\r\nupgrade: websocket\r\n";

export const LOGS = area("logs", {
  request: inText(REQUEST),
  request_omitting: {
    routes: ROUTES,
    accessLog: [
      fileLog(
        `log_format: { text_format_source: { inline_string: ${
          JSON.stringify(`${REQUEST}\n`)
        } }, omit_empty_values: true }`,
      ),
    ],
  },
  response: inText(RESPONSE),
  grpc: inText(GRPC_LINE),
  upstream: inText(UPSTREAM, { clusters: { origin: ["alt_stat_name: other-name"] } }),
  strict: inText(UPSTREAM, { routerFields: ["strict_check_headers: [x-envoy-upstream-rq-timeout-ms]"] }),
  downstream: inText(DOWNSTREAM),
  downstream_trusting: inText(DOWNSTREAM, { managerFields: ["use_remote_address: true", "xff_num_trusted_hops: 1"] }),
  sizes: inText(SIZES, { routerFields: ["suppress_envoy_headers: true"] }),
  trailers: inText(`${RESPONSE}|${SIZES}|${MORE_SIZES}|${GRPC_LINE}`, {
    managerFields: [`http_protocol_options: { ${TRAILERS} }`],
    clusters: { origin: [clusterProtocol({ http1: TRAILERS })] },
    routerFields: ["suppress_envoy_headers: true"],
  }),
  query: inText(QUERY),
  constant: inText(CONSTANT),
  metadata: inText(METADATA, {
    listenerFields: ["metadata: { filter_metadata: { ns: { key: listener-value } } }"],
    clusters: { origin: ["metadata: { filter_metadata: { ns: { key: cluster-value } } }"] },
  }),
  addresses: inText(ADDRESSES),
  attempts: inText(ATTEMPTS),
  more_sizes: inText(MORE_SIZES, { routerFields: ["suppress_envoy_headers: true"] }),
  secure: inText(SECURE),
  typed: inJson(`{ ${IN_JSON.map((name) => `"${name}": "%${name}%"`).join(", ")} }`),
  mixed: inJson(
    '{ a: "%%", b: "%RESPONSE_CODE%%%", c: "x %RESPONSE_CODE% y", d: "%REQ(X-NONE)%%REQ(X-A)%", e: "", f: { g: ["%REQ(X-A)%", { h: "%BYTES_SENT%" }, [[]], {}] }, i: -0.5, j: 1e21, k: 123456789012, l: null, m: false }',
  ),
  mixed_short: {
    routes: ROUTES,
    accessLog: [
      fileLog(
        'log_format: { json_format: { a: "%REQ(X-NONE)%", b: { c: "%REQ(X-NONE)%" }, d: ["%REQ(X-NONE)%", 1, { e: "%REQ(X-NONE)%" }], f: "-%REQ(X-NONE)%-", g: {}, h: [], i: null }, omit_empty_values: true }',
      ),
    ],
  },
  plain_text: { routes: ROUTES, accessLog: [fileLog('log_format: { text_format: "plain %REQ(:PATH)%\\n" }')] },
  without_query: {
    routes: ROUTES,
    accessLog: [
      fileLog(
        'log_format: { text_format_source: { inline_string: "%REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH?:PATH)%|%REQ_WITHOUT_QUERY(X-A):3%|%REQ_WITHOUT_QUERY(X-NONE)%\\n" }, formatters: [{ name: envoy.formatter.req_without_query, typed_config: { "@type": type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery } }] }',
      ),
    ],
  },
  coalesce: inText(
    '%COALESCE({"operators": [{"command": "REQ", "param": "X-A"}, {"command": "REQ", "param": "X-B"}, "ROUTE_NAME"]})%',
  ),
  old_format: { routes: ROUTES, accessLog: [fileLog('format: "old %REQ(:PATH)%\\n"')] },
  old_json: { routes: ROUTES, accessLog: [fileLog('json_format: { path: "%REQ(:PATH)%", code: "%RESPONSE_CODE%" }')] },
  old_typed_json: {
    routes: ROUTES,
    accessLog: [fileLog('typed_json_format: { path: "%REQ(:PATH)%", code: "%RESPONSE_CODE%" }')],
  },
  json: inJson(
    '{ path: "%REQ(:PATH)%", code: "%RESPONSE_CODE%", sent: "%BYTES_SENT%", flags: "%RESPONSE_FLAGS%", details: "%RESPONSE_CODE_DETAILS%", ' +
      'a: "%REQ(X-A)%", mixed: "%RESPONSE_CODE%-%REQ(X-A)%", plain: text, number: 1.5, truth: true, deep: { z: "%PROTOCOL%", a: "%ROUTE_NAME%" }, list: ["%RESPONSE_CODE%", "%REQ(X-NONE)%", 2] }',
  ),
  json_short: {
    routes: ROUTES,
    accessLog: [
      fileLog(
        'log_format: { json_format: { a: "%REQ(X-A)%", none: "%REQ(X-NONE)%", deep: { none: "%REQ(X-NONE)%" }, code: "%RESPONSE_CODE%" }, omit_empty_values: true }',
      ),
    ],
  },
  json_metadata: inJson(
    '{ route: "%METADATA(ROUTE:ns)%", key: "%METADATA(ROUTE:ns:key)%", none: "%DYNAMIC_METADATA(none)%", year: "%START_TIME(%Y)%" }',
  ),
  retries: {
    routes: [
      "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 2 } } }",
    ],
    accessLog: [textLog(`${RESPONSE}|${UPSTREAM}`)],
  },
  // ---- lines beside those of streams
  tries: { routes: ROUTES, accessLog: [], routerFields: [`upstream_log: [${textLog(TRIES)}]`] },
  tries_start: {
    routes: ROUTES,
    accessLog: [],
    routerFields: [
      `upstream_log: [${textLog(TRIES)}]`,
      "upstream_log_options: { flush_upstream_log_on_upstream_stream: true }",
    ],
  },
  connection_lines: {
    routes: ROUTES,
    accessLog: [],
    routerFields: ["suppress_envoy_headers: true"],
    listenerFields: [
      `access_log: [${textLog(CONNECTIONS)}]`,
      "metadata: { filter_metadata: { ns: { key: listener-value } } }",
    ],
  },
  starts: {
    routes: ROUTES,
    accessLog: [textLog(`%ACCESS_LOG_TYPE%|${REQUEST}|${RESPONSE}|${UPSTREAM}`)],
    managerFields: ["access_log_options: { flush_access_log_on_new_request: true }"],
  },
  tunnels: {
    managerFields: [
      "upgrade_configs: [{ upgrade_type: websocket }, { upgrade_type: CONNECT }]",
      "access_log_options: { flush_log_on_tunnel_successfully_established: true }",
    ],
    routes: [
      "{ match: { prefix: /dead }, route: { cluster: dead } }",
      "{ match: { connect_matcher: {} }, route: { cluster: origin } }",
    ],
    accessLog: [
      textLog(`%ACCESS_LOG_TYPE%|${USUAL_LINE}|%RESP(UPGRADE)%|%RESP(X-TUNNEL)%|%UPSTREAM_HOST%`),
    ],
  },
  starts_only: {
    routes: ROUTES,
    accessLog: [textLog(`%ACCESS_LOG_TYPE% ${USUAL_LINE}`, "{ log_type_filter: { types: [DownstreamStart] } }")],
    managerFields: ["flush_access_log_on_new_request: true"],
  },
  not_starts: {
    routes: ROUTES,
    accessLog: [
      textLog(`%ACCESS_LOG_TYPE% ${USUAL_LINE}`, "{ log_type_filter: { types: [DownstreamStart], exclude: true } }"),
    ],
    managerFields: ["access_log_options: { flush_access_log_on_new_request: true }"],
  },
  two_loggers: { routes: ROUTES, accessLog: [textLog("first %REQ(:PATH)%"), textLog("second %RESPONSE_CODE%")] },
}, [
  // ---- lines
  {
    name: "a forwarded request",
    on: [
      ...ALL,
      "addresses",
      "attempts",
      "more_sizes",
      "secure",
      "typed",
      "mixed",
      "mixed_short",
      "plain_text",
      "without_query",
      "tries",
      "connection_lines",
      "starts_only",
      "not_starts",
      "request_omitting",
      "grpc",
      "downstream_trusting",
      "sizes",
      "query",
      "constant",
      "metadata",
      "coalesce",
      "old_format",
      "old_json",
      "old_typed_json",
      "json_metadata",
    ],
    send: get("/x?a=b", `${TRACED}x-a: one two\r\n`),
  },
  {
    name: "a rewritten request",
    on: ["request", "upstream", "query", "metadata", "coalesce", "json", "json_metadata", "without_query", "typed"],
    send: get("/named/x?a=b%20c&b=def&a=2", "x-b: 2\r\n"),
  },
  {
    name: "a request with a body",
    on: [...ALL, "sizes", "more_sizes", "typed", "mixed", "tries", "connection_lines"],
    send: post("/x", "hello", "x-a: 1\r\nx-a: 2\r\ncookie: a=b\r\ncookie: c=d\r\n"),
  },
  {
    name: "a chunked answer with trailers",
    on: ["response", "sizes", "more_sizes", "typed", "tries", "trailers"],
    send: get("/chunked"),
  },
  {
    name: "a request with trailers",
    on: ["trailers", "sizes", "more_sizes"],
    send: get("/x", "transfer-encoding: chunked\r\n", "POST") + "5\r\nhello\r\n0\r\nx-t: 1\r\nx-u: 22\r\n\r\n",
  },
  { name: "a gRPC answer with trailers", on: "trailers", send: get("/chunked", GRPC, "POST") },
  { name: "cookies in an answer", on: "response", send: get("/cookies") },
  { name: "HEAD", on: ["request", "response", "sizes"], send: get("/x", "", "HEAD") },
  {
    name: "a direct response",
    on: [...ALL, "constant", "metadata", "sizes", "addresses", "attempts", "more_sizes", "typed", "connection_lines"],
    send: get("/direct"),
  },
  { name: "no host in the cluster", on: [...ALL, "grpc", "attempts", "typed", "sizes"], send: get("/none") },
  { name: "nobody listens", on: [...ALL, "grpc", "attempts", "typed", "tries", "sizes"], send: get("/dead") },
  { name: "no such cluster", on: ["upstream", "sizes"], send: get("/by-header", "x-cluster: nothing\r\n") },
  { name: "a cluster without a name", on: ["upstream"], send: get("/by-header") },
  { name: "a check of its own headers", on: "strict", send: get("/x", "x-envoy-upstream-rq-timeout-ms: x\r\n") },
  {
    name: "an origin that closes",
    on: ["response", "upstream", "json", "sizes", "attempts", "tries"],
    send: get("/close"),
  },
  { name: "an answer that is cut", on: ["response", "upstream", "json", "attempts", "tries"], send: get("/cut") },
  {
    name: "an answer that is nonsense",
    on: ["response", "upstream", "json", "attempts", "tries"],
    send: get("/nonsense"),
  },
  { name: "three tries", on: "retries", send: get("/503") },
  { name: "one try", on: "retries", send: get("/x") },
  { name: "three tries without an answer", on: "retries", send: get("/close") },
  {
    name: "an answer that is late",
    on: ["response", "upstream", "attempts", "tries"],
    send: get("/late", "x-origin: silent\r\n"),
  },
  {
    name: "no Host",
    on: [...ALL, "downstream_trusting", "constant", "sizes", "attempts", "typed", "connection_lines"],
    send: bare("/x"),
  },
  {
    name: "a bad request",
    on: [...ALL, "grpc", "query", "sizes", "attempts", "typed", "connection_lines"],
    send: get("/x", "a b: c\r\n"),
  },
  { name: "garbage", on: [...ALL, "typed", "connection_lines"], send: "\x16\x03\x01\x00\r\n\r\n" },
  {
    name: "HTTP/1.0",
    on: ["request", "response", "connection_lines"],
    send: "GET /x HTTP/1.0\r\nhost: a.test\r\n\r\n",
  },
  {
    name: "a client that goes",
    on: ["response", "upstream", "json", "attempts", "tries", "connection_lines"],
    send: [get("/x", "x-origin: silent\r\n"), arrived("/x")],
    answers: 0,
  },
  { name: "a query of many kinds", on: "query", send: get("/p/q?a=%41%zz&b=xyz&c&a=2&d=1+2") },
  { name: "no query", on: "query", send: get("/p") },
  { name: "an empty query", on: "query", send: get("/p?") },
  {
    name: "x-forwarded-for",
    on: ["downstream", "downstream_trusting"],
    send: get("/x", "x-forwarded-for: 203.0.113.1, 203.0.113.2\r\n"),
  },
  {
    name: "an IPv6 x-forwarded-for",
    on: ["downstream", "downstream_trusting"],
    send: get("/x", "x-forwarded-for: 2001:db8::1\r\n"),
  },
  {
    name: "a quote and a backslash",
    on: "request",
    send: get("/x", 'x-a: a"b\\c\r\n'),
    differs: "src/observe/access_log/quoted_text.ts: such bytes are escaped",
  },
  { name: "a quote and a backslash in JSON", on: ["json", "json_short"], send: get("/x", 'x-a: a"b\\c\td\r\n') },
  { name: "bytes from 0x80 up in JSON", on: ["json", "json_short"], send: get("/x", "x-a: \xc3\xa9 \xff\r\n") },
  { name: "UTF-8 in JSON", on: ["json", "json_short"], send: get("/x", "x-a: \xc3\xa9\r\n") },
  ...["grpc", "grpc-ok", "ok", "404", "503"].map((origin) => ({
    name: `a gRPC request answered ${origin}`,
    on: "grpc" as const,
    send: get("/x", `${GRPC}x-origin: ${origin}\r\n`, "POST"),
  })),
  { name: "a try's start and end", on: "tries_start", send: post("/x", "hello"), lines: 2 },
  { name: "a try without a connection", on: "tries_start", send: get("/dead") },
  { name: "a request's start and end", on: "starts", send: get("/named?x=1", "x-a: 1\r\n"), lines: 2 },
  { name: "start and end of a request that is answered here", on: "starts", send: get("/direct"), lines: 2 },
  { name: "start and end of a request without a host", on: "starts", send: get("/none"), lines: 2 },
  { name: "a request that never starts", on: "starts", send: bare("/x") },
  {
    name: "a tunnel",
    on: "tunnels",
    send: [get("/ws", `${WEBSOCKET}x-origin: upgrade\r\n`), received("101"), "hello", received("hello"), "bye"],
    then: "end",
    lines: 2,
  },
  {
    name: "a tunnel by CONNECT",
    on: "tunnels",
    send: [
      "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\nx-origin: tunnel\r\n\r\n",
      received("200 OK"),
      "hello",
      received("hello"),
      "bye",
    ],
    then: "end",
    lines: 2,
  },
  { name: "a tunnel that is refused", on: "tunnels", send: get("/ws", `${WEBSOCKET}x-origin: upgrade-403\r\n`) },
  { name: "a tunnel to nobody", on: "tunnels", send: get("/dead", WEBSOCKET) },
  { name: "a redirected tunnel", on: "tunnels", send: get("/ws", `${WEBSOCKET}x-origin: upgrade-302\r\n`) },
  {
    name: "a CONNECT that is refused",
    on: "tunnels",
    send: "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\nx-origin: tunnel-403\r\n\r\n",
  },
  { name: "no tunnel at all", on: "tunnels", send: get("/x") },
  { name: "two requests on a connection", on: "connection_lines", send: inTurn(get("/x"), get("/direct")) },
  { name: "a connection without a request", on: "connection_lines", send: "", answers: 0 },
  { name: "half a request", on: ["connection_lines", "response"], send: "GET /x HTTP/1.1\r\nhost:", answers: 0 },
  {
    name: "an empty value",
    on: "coalesce",
    send: get("/x", "x-a:\r\nx-b: 2\r\n"),
    differs: "src/observe/format/coalesce_operator.ts: an empty value is passed over",
  },
  { name: "two lines for a request", on: "two_loggers", send: get("/x"), lines: 2 },
]);
