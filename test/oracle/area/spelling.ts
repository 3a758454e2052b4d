/**
 * Spellings of one thing (spec/http.md 1.4, 1.5, 1.8, 1.9) in their corners: paths and hosts beyond what the area "paths"
 * shows, names with underscores, and letter case where both sides have a say in it.
 */
import { textLog } from "../access_log_line.ts";
import { area, get, inTurn } from "../oracle_case.ts";
import { clusterProtocol } from "../protocol_options.ts";

const options = (fields: string) => `http_protocol_options: { ${fields} }`;
const common = (fields: string) => `common_http_protocol_options: { ${fields} }`;
const KEPT_CASE =
  "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
const keptCase = (fields = "") =>
  `header_key_format: { stateful_formatter: { name: preserve_case, typed_config: { "@type": ${KEPT_CASE}${fields} } } }`;
const PROPER_CASE = "header_key_format: { proper_case_words: {} }";
const slashes = (action: string) => `path_with_escaped_slashes_action: ${action}`;

const OUTCOME_LOG = [
  textLog("%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %REQ(:PATH)% %REQ(:AUTHORITY)%"),
];

const get10 = (fields: string) => get("/x", fields).replace("HTTP/1.1", "HTTP/1.0");
const chunked = (path: string, fields: string, trailers: string) =>
  `POST ${path} HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n${fields}\r\n2\r\nhi\r\n0\r\n${trailers}\r\n`;

const QUOTED = "src/observe/access_log/quoted_text.ts: a backslash is escaped";

/** Names in many spellings. */
const SPELLED = "X-MiXed-cAse: 1\r\nETag: x\r\nX-aGAIN: 1\r\nx-Again: 2\r\nTE: trailers\r\nX-Forwarded-PROTO: http\r\n";

export const SPELLING = area("spelling", {
  paths_unlogged: { managerFields: [slashes("UNESCAPE_AND_REDIRECT")] },
  paths_normal: { managerFields: ["normalize_path: true", "merge_slashes: true"], accessLog: OUTCOME_LOG },
  paths_redirecting: { managerFields: [slashes("UNESCAPE_AND_REDIRECT")], accessLog: OUTCOME_LOG },
  paths_forwarding: { managerFields: [slashes("UNESCAPE_AND_FORWARD"), "merge_slashes: true"], accessLog: OUTCOME_LOG },
  paths_refusing: { managerFields: [slashes("REJECT_REQUEST"), "normalize_path: true"], accessLog: OUTCOME_LOG },
  hosts: { managerFields: ["strip_any_host_port: true", "strip_trailing_host_dot: true"] },
  own_port: { managerFields: ["strip_matching_host_port: true", "strip_trailing_host_dot: true"] },
  underscores_dropped: { managerFields: [common("headers_with_underscores_action: DROP_HEADER")] },
  underscores_dropped_few: {
    managerFields: [common("headers_with_underscores_action: DROP_HEADER, max_headers_count: 3")],
  },
  underscores_refused: { managerFields: [common("headers_with_underscores_action: REJECT_REQUEST")] },
  underscores_trailers_dropped: {
    managerFields: [common("headers_with_underscores_action: DROP_HEADER"), options("enable_trailers: true")],
    clusters: { origin: [clusterProtocol({ http1: "enable_trailers: true" })] },
  },
  underscores_trailers_refused: {
    managerFields: [common("headers_with_underscores_action: REJECT_REQUEST"), options("enable_trailers: true")],
  },
  case_kept_down: { managerFields: [options(`${keptCase()}, enable_trailers: true`)] },
  case_kept_up: { clusters: { origin: [clusterProtocol({ http1: `${keptCase()}, enable_trailers: true` })] } },
  case_kept_both: {
    managerFields: [options(`${keptCase(", forward_reason_phrase: true")}, enable_trailers: true`)],
    clusters: {
      origin: [clusterProtocol({ http1: `${keptCase(", forward_reason_phrase: true")}, enable_trailers: true` })],
    },
  },
  case_kept_and_proper: {
    managerFields: [options(keptCase(", formatter_type_on_envoy_headers: PROPER_CASE"))],
    clusters: { origin: [clusterProtocol({ http1: keptCase(", formatter_type_on_envoy_headers: PROPER_CASE") })] },
  },
  case_kept_up_proper_down: {
    managerFields: [options(PROPER_CASE)],
    clusters: { origin: [clusterProtocol({ http1: keptCase(", forward_reason_phrase: true") })] },
  },
  case_kept_down_proper_up: {
    managerFields: [options(keptCase())],
    clusters: { origin: [clusterProtocol({ http1: PROPER_CASE })] },
  },
  case_proper: {
    managerFields: [options(`${PROPER_CASE}, enable_trailers: true`)],
    clusters: { origin: [clusterProtocol({ http1: `${PROPER_CASE}, enable_trailers: true` })] },
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
]);
