/** CEL in access logs (spec/http.md 8.2, 8.3): values, attributes of streams, options, filters and header formats. */
import { fileLog, GRPC, jsonLog, ROUTES, textLog, TRACED, USUAL_LINE } from "../access_log_line.ts";
import { area, bare, get, inTurn, post } from "../oracle_case.ts";
import { clusterProtocol } from "../protocol_options.ts";
import type { Variant } from "../variant.ts";

/** One log entry of many lines: an expression in each, and what it gives as text. */
const shown = (expressions: readonly string[], fields: Omit<Variant, "accessLog"> = {}): Variant => ({
  routes: ROUTES,
  ...fields,
  accessLog: [
    textLog(expressions.map((expression) => `${expression.replaceAll("%", "%%")} = %CEL(${expression})%`).join("\n")),
  ],
});

/** As text, in JSON: where values have quotes. */
const inJson = (expressions: readonly string[], fields: Omit<Variant, "accessLog"> = {}): Variant => ({
  routes: ROUTES,
  ...fields,
  accessLog: [
    jsonLog(JSON.stringify(Object.fromEntries(expressions.map((expression) => [expression, `%CEL(${expression})%`])))),
  ],
});

const typedLine = (expressions: readonly string[]) =>
  JSON.stringify(Object.fromEntries(expressions.map((expression) => [expression, `%TYPED_CEL(${expression})%`])));

/** The same with their types, in JSON. */
const typed = (expressions: readonly string[], fields: Omit<Variant, "accessLog"> = {}): Variant => ({
  routes: ROUTES,
  ...fields,
  accessLog: [jsonLog(typedLine(expressions))],
});

const FORMATTER = "type.googleapis.com/envoy.extensions.formatter.cel.v3.Cel";
const FILTER = "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter";

/** Values of expressions with options. */
const withOptions = (options: string, ...expressions: string[]): Variant => ({
  accessLog: [
    fileLog(
      `log_format: { json_format: ${typedLine(expressions)}, formatters: [{ name: cel, typed_config: ` +
        `{ "@type": ${FORMATTER}, cel_config: { ${options} } } }] }`,
    ),
  ],
});

const filter = (expression: string, config = "") =>
  `{ extension_filter: { name: cel, typed_config: { "@type": ${FILTER}, expression: ${
    JSON.stringify(expression)
  }${config} } } }`;

const filtered = (expression: string, config = ""): Variant => ({
  routes: ROUTES,
  accessLog: [textLog(`passes ${USUAL_LINE}`, filter(expression, config)), textLog(`all ${USUAL_LINE}`)],
});

const NUMBERS = [
  ...["1", "-1", "1u", "1.5", "1.0", "1e30", "1e-7", "0.1 + 0.2", "1.0 / 3.0", "100000.0", "1000000.0", "123456789.0"],
  ...["9223372036854775807", "18446744073709551615u", "0x10", "-0x10", "7 / 2", "-7 / 2", "-1 % 3", "1 / 0", "1 % 0"],
  ...[
    "9223372036854775807 + 1",
    "5u - 6u",
    "1 + 1.0",
    "1 + 1u",
    "1 == 1.0",
    "1 < 1.5",
    "1u == 1",
    "1 == 'a'",
    "1 < 'a'",
  ],
  ...["int('12')", "int(' 1 ')", "int('+1')", "int('0x10')", "int('')", "int('9223372036854775808')", "int(1.9)"],
  ...[
    "int(1e30)",
    "int(true)",
    "int('x')",
    "uint(5)",
    "uint(-1)",
    "uint(1.9)",
    "uint('-1')",
    "uint('5u')",
    "uint(true)",
  ],
  ...[
    "double('1e3')",
    "double('')",
    "double('0x10')",
    "double(1)",
    "double(true)",
    "bool('1')",
    "bool('yes')",
    "bool(1)",
  ],
  ...["dyn(1) == 1u", "type(1) == int", "type(1u)", "- -1", "!!true", "!1", "1 // a comment", "double('nan')"],
];
const TEXTS = [
  ...[`"a"`, "'ä€'", "'''x'''", String.raw`'\x41\101\u00e4'`, "b'abc'"],
  ...[
    "size('ä€')",
    "size(b'abc')",
    "'abc'.size()",
    "'a' + 'b'",
    "b'a' + b'b'",
    "'a' < 'b'",
    "bytes('abc')",
    "bytes(1)",
  ],
  ...[
    "'abc'.contains('b')",
    "contains('abc', 'b')",
    "startsWith('abc', 'a')",
    "endsWith('abc', 'x')",
    "'a'.matches('A')",
  ],
  ...["'ä'.matches('^.$')", "'ab'.matches('b')", "matches('a', '(?i)A')", "'a'.matches(request.path)", "'abc'[0]"],
  ...[String.raw`re.extract('a-b', '(.)-(.)', '\\2\\1')`, "re.extract('a', 'b', 'c')", "re.capture('ab', 'a(.)')"],
  ...["re.capture('a', 'b')", "re.captureN('ab', '(?P<x>a)(.)')", "'a' == 'a' ? 'yes' : 'no'", "''"],
];
const COLLECTIONS = [
  ...[
    "null",
    "true",
    "[1, 2]",
    "[]",
    "{'a': 1}",
    "{1: 'a'}",
    "{true: 'x'}",
    "{'a': {'b': [1u, 2.5, 'x', null, true]}}",
  ],
  ...[
    "[1, 2][0]",
    "[1, 2][5]",
    "{'a': 1}.a",
    "{'a': 1}['b']",
    "has({'a': 1}.a)",
    "has({'a': 1}.b)",
    "{'a': 1, 'a': 2}",
  ],
  ...["1 in [1.0]", "1 in {1: 2}", "'b' in ['a']", "size([1, 2])", "size({})", "[1] + [2]", "[1, 2] == [1, 2]"],
  ...["{'a': 1} == {'a': 1.0}", "null == null", "type(null)", "true && nope", "false && nope", "true || nope"],
  ...["nope || true", "nope || false", "true ? 1 : nope", "1 ? 2 : 3", "nope", "nope.a", "has(nope.a)", "true.foo"],
  ...["google.protobuf.StringValue{value: 'a'}", "google.protobuf.Duration{seconds: 3}", "google.protobuf.Struct{}"],
];
const TIMES = [
  ...["1h30m", "90s", "0s", "1.5s", "15ms", "-1.5s", "24h", "1ns", "1us", "1234567ns", "100h1m", "1.000000001s", "x"]
    .map((text) => `duration('${text}')`),
  ...["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.120Z", "2024-01-02T03:04:05+01:00", "2024-01-02 03:04:05"]
    .map((text) => `timestamp('${text}')`),
  ...["getFullYear()", "getMonth()", "getDate()", "getDayOfMonth()", "getDayOfWeek()", "getDayOfYear()", "getHours()"]
    .map((call) => `timestamp('2024-03-05T23:04:05.5Z').${call}`),
  ...["getMinutes()", "getSeconds()", "getMilliseconds()", "getHours('+02:00')", "getHours('Nope/Nope')"]
    .map((call) => `timestamp('2024-03-05T23:04:05.5Z').${call}`),
  ...["timestamp(5)", "int(timestamp(5))", "duration(1)", "int(duration('1s'))", "duration('90s').getMinutes()"],
  ...["duration('1500ms').getMilliseconds()", "timestamp(5) + duration('1s')", "timestamp(5) - timestamp(4)"],
  ...["duration('1s') == duration('1000ms')", "duration('1s') < duration('2s')", "timestamp(5) + 1"],
];
const REQUEST = [
  ...["path", "url_path", "query", "host", "scheme", "method", "referer", "useragent", "id", "protocol", "size", "nope"]
    .map((name) => `request.${name}`),
  ...["request.headers['x-a']", "request.headers['X-A']", "request.headers['x-none']", "request.headers.host"],
  ...["request.headers[':path']", "request.headers[':authority']", "request.headers[':method']", "request.headers['']"],
  ...[
    "'x-a' in request.headers",
    "'x-none' in request.headers",
    "has(request.headers['a'].b)",
    "has(request.headers.host)",
  ],
  ...[
    "request.time > timestamp(0)",
    "request.duration < duration('10s')",
    "request",
    "size(request)",
    "has(request.nope)",
  ],
  ...["has(request.id)", "'path' in request", "request.path.startsWith('/')", "request.method in ['GET', 'POST']"],
  ...["request.headers[1]", "request.headers == request.headers", "type(request)", "request.path + 'x'"],
];
const RESPONSE = [
  ...["code", "code_details", "flags", "grpc_status", "size", "nope"].map((name) => `response.${name}`),
  ...["response.headers['x-origin-says']", "response.headers[':status']", "response.headers['set-cookie']"],
  ...["response.trailers", "response.trailers.t", "response.backend_latency >= duration('0s')", "response.code >= 400"],
  ...["response.code == 200 && request.method == 'GET'", "response.code + 1", "response.code + 1u", "response"],
  ...["double(response.code) / 100.0", "response.total_size > 0"],
];
const CONNECTION = [
  ...[
    "connection.mtls",
    "connection.requested_server_name",
    "connection.tls_version",
    "connection.termination_details",
  ],
  ...["connection.subject_peer_certificate", "connection.sha256_peer_certificate_digest", "connection.id > 0u"],
  ...["connection.transport_failure_reason", "connection.id + 1", "source.address.startsWith('127.0.0.1:')", "source"],
  ...["source.port > 0", "destination.address.startsWith('127.0.0.1:')", "destination.port > 0", "source.nope"],
];
const UPSTREAM = [
  ...["upstream.address.startsWith('127.0.0.1:')", "upstream.port > 0", "upstream.local_address.startsWith('127.')"],
  ...["upstream.transport_failure_reason", "upstream.request_attempt_count", "upstream.request_attempt_count + 1"],
  ...["upstream.cx_pool_ready_duration >= duration('0s')", "upstream.locality", "upstream.locality.region"],
  ...["upstream.locality.zone", "upstream.tls_version", "upstream", "upstream_filter_state", "upstream_filter_state.x"],
];
const XDS = [
  ...["node.id.size() > 0", "node.nope", "cluster_name.endsWith('origin')", "cluster_metadata", "route_name"],
  ...["cluster_metadata.filter_metadata.ns.key", "route_metadata.filter_metadata.ns.deep.list", "route_metadata"],
  ...["virtual_host_name", "virtual_host_metadata", "upstream_host_metadata", "upstream_host_locality_metadata"],
  ...["filter_chain_name", "listener_metadata", "listener_metadata.filter_metadata.ns", "listener_direction", "nope"],
].map((name) => `xds.${name}`);
const METADATA = [
  ...["metadata", "metadata.filter_metadata", "metadata.filter_metadata.ns", "has(metadata.filter_metadata.ns)"],
  ...["size(metadata.filter_metadata)", "metadata.nope", "filter_state", "filter_state.x", "has(filter_state.x)"],
  ...["metadata == metadata", "xds", "has(xds.cluster_name)"],
];

const STRINGS = [
  ...["string(1)", "string(1.5)", "string(1e30)", "string(true)", "string(b'abc')", String.raw`string(b'\xff')`],
  ...[
    "string(timestamp(5))",
    "string(duration('1.5s'))",
    "string(1u)",
    "string(null)",
    "'a' + 'b'",
    "b'a' + b'b'",
    "[1] + [2]",
  ],
  ...[
    "'aBc'.lowerAscii()",
    "'aBc'.upperAscii()",
    "'a,b,c'.split(',')",
    "'a,b,c'.split(',', 2)",
    "'a,b,c'.split(',', 0)",
  ],
  ...[
    "'abc'.split('')",
    "'abab'.replace('a', 'x')",
    "'abab'.replace('a', 'x', 1)",
    "'abc'.replace('', '-')",
    "' a '.trim()",
  ],
  ...[
    "'abc'.substring(1)",
    "'abc'.substring(1, 2)",
    "'abc'.substring(5)",
    "'abc'.indexOf('b')",
    "'abc'.indexOf('b', 2)",
  ],
  ...["'abab'.lastIndexOf('b')", "'abab'.lastIndexOf('b', 2)", "'abc'.charAt(1)", "'abc'.charAt(3)", "'abc'.charAt(9)"],
  ...["['a', 'b'].join('-')", "['a', 'b'].join()", "'%s %d %.2f'.format(['a', 1, 1.5])", "strings.quote('a\"b')"],
  ...["'abc'.reverse()", "string(response.code) + '-' + request.method"],
];

const HEADER_ROUTES = [
  "{ match: { prefix: /headers }, route: { cluster: origin }, request_headers_to_add: [" +
  '{ header: { key: x-path, value: "%CEL(request.path)%" } }, { header: { key: x-code, value: "a%CEL(response.code)%b" } }, ' +
  '{ header: { key: x-none, value: "%CEL(request.nope)%" } }], response_headers_to_add: [' +
  '{ header: { key: x-code, value: "%CEL(response.code)%" } }, { header: { key: x-typed, value: "%TYPED_CEL({\'a\': 1})%" } }, ' +
  '{ header: { key: x-cluster, value: "%CEL(xds.cluster_name.size() > 0)%" } }, ' +
  '{ header: { key: x-first, value: \'%COALESCE({"operators":[{"command":"CEL","param":"nope"},{"command":"CEL","param":"request.method"}]})%\' } }] }',
];

const TRAILERS = {
  managerFields: ["http_protocol_options: { enable_trailers: true }"],
  clusters: { origin: [clusterProtocol({ http1: "enable_trailers: true" })] },
};
const METADATA_FIELDS = {
  listenerFields: [
    "traffic_direction: OUTBOUND",
    'metadata: { filter_metadata: { ns: { key: listener-value, quoted: "a\\"b\\\\ä\\n", n: 1.5, none: null, deep: { list: [1, a, []], yes: true, no: {} } } } }',
  ],
  clusters: { origin: ["metadata: { filter_metadata: { ns: { key: cluster-value } } }"] },
};
/** Nothing in the heads that differs from run to run. */
const PLAIN = {
  routerFields: ["suppress_envoy_headers: true"],
  managerFields: ["generate_request_id: false"],
};

const REQUESTS = ["request", "response", "connection", "upstream", "xds", "metadata"] as const;

export const CEL = area("cel", {
  numbers: shown(NUMBERS),
  numbers_typed: typed(NUMBERS),
  texts: shown(TEXTS),
  texts_typed: typed(TEXTS),
  collections: shown(COLLECTIONS),
  collections_typed: typed(COLLECTIONS),
  times: shown(TIMES),
  times_typed: typed(TIMES),
  bytes: inJson([String.raw`r'\d'`, String.raw`b'\xff\x00'`, String.raw`'a"\n'`, "b'abc'"]),
  request: shown(REQUEST),
  response: shown(RESPONSE, TRAILERS),
  connection: shown(CONNECTION),
  upstream: shown(UPSTREAM),
  xds: inJson(XDS, METADATA_FIELDS),
  xds_typed: typed(XDS, METADATA_FIELDS),
  metadata: shown(METADATA),
  metadata_typed: typed(METADATA),
  no_route: {
    virtualHosts: [
      '{ name: empty, domains: ["*"], metadata: { filter_metadata: { ns: { key: v } } }, routes: [{ match: { path: /only }, route: { cluster: origin } }] }',
    ],
    accessLog: [
      textLog(
        "%CEL(xds.virtual_host_name)%|%CEL(xds.virtual_host_metadata.filter_metadata.ns.key)%|%METADATA(VIRTUAL_HOST:ns:key)%|" +
          "%LISTENER_NAME%|%CEL(xds.route_name)%|%CEL(response.flags)%|%CEL(response.code_details)%",
      ),
    ],
  },
  sizes: shown(["request.total_size", "response.total_size", "request.size"], PLAIN),
  headers_typed: typed(["request.headers", "size(request.headers)", "response.trailers"], PLAIN),
  text: {
    routes: ROUTES,
    accessLog: [
      textLog(
        "%CEL(request.path)%|%CEL(request.path):3%|%TYPED_CEL(request.path):3%|%CEL(nope)%|%CEL(''):3%|%CEL([1])%|%TYPED_CEL([1])%|" +
          "%TYPED_CEL(null)%|%CEL(true):2%|%CEL(1):0%|%CEL( request.method )%|%CEL('a)b')%|%CEL('%')%",
      ),
    ],
  },
  cut: {
    accessLog: [
      jsonLog(
        '{ a: "%CEL(request.path):3%", b: "%TYPED_CEL(request.path):3%", c: "%TYPED_CEL(12345):3%", d: "%CEL(12345):3%", ' +
          'e: "x%TYPED_CEL([1])%y", f: "x%TYPED_CEL(nope)%y", g: "%TYPED_CEL([\'abcdef\']):3%" }',
      ),
    ],
  },
  omitting: {
    accessLog: [
      fileLog(
        'log_format: { json_format: { a: "%CEL(nope)%", b: "%TYPED_CEL(nope)%", c: "%CEL(\'\')%", d: "%TYPED_CEL(\'\')%", e: "%CEL(1)%" }, omit_empty_values: true }',
      ),
    ],
  },
  strings: withOptions(
    "enable_string_conversion: true, enable_string_concat: true, enable_string_functions: true",
    ...STRINGS,
  ),
  conversion: withOptions("enable_string_conversion: true", "string(1)", "'a' + 'b'"),
  concat: withOptions("enable_string_concat: true", "'a' + 'b'", "[1] + [2]", "request.method + request.path"),
  no_option: withOptions("", "'a' + 'b'", "request.method"),
  header_values: { routes: HEADER_ROUTES },
  by_code: filtered("response.code >= 400"),
  by_header: filtered("request.headers['x-a'] == 'yes' || request.path.startsWith('/direct')"),
  by_missing: filtered("request.headers['x-none'] == 'yes'"),
  by_number: filtered("1"),
  by_node: filtered("xds.node.id != ''"),
  by_text: filtered("'true'"),
  by_concat: filtered("request.method + 'x' == 'GETx'", ", cel_config: { enable_string_concat: true }"),
  by_both: {
    routes: ROUTES,
    accessLog: [
      textLog(
        `passes ${USUAL_LINE}`,
        `{ and_filter: { filters: [${filter("response.code == 200")}, ${filter("request.method == 'POST'")}] } }`,
      ),
      textLog(`all ${USUAL_LINE}`),
    ],
  },
  mapped: {
    routes: ROUTES,
    managerFields: [
      `local_reply_config: { mappers: [{ filter: ${
        filter("response.code == 503 && request.path == '/none'")
      }, status_code: 444, ` +
      'body: { inline_string: "%CEL(response.code)% mapped" }, body_format_override: { text_format_source: { inline_string: "%LOCAL_REPLY_BODY% %CEL(request.method)%" } } }] }',
    ],
  },
  tries: {
    routes: ROUTES,
    routerFields: [
      `upstream_log: [${
        textLog(
          "%ACCESS_LOG_TYPE%|%CEL(response.code)%|%CEL(request.path)%|%CEL(upstream.request_attempt_count)%|%CEL(has(xds.route_name))%|" +
            "%CEL(response.flags)%|%CEL(request.duration < duration('9s'))%|%CEL(request.headers['x-a'])%|%CEL(response.headers['x-origin-says'])%",
        )
      }]`,
    ],
    accessLog: [],
  },
  connections: {
    routes: ROUTES,
    listenerFields: [
      `access_log: [${
        textLog(
          "%CEL(request.path)%|%CEL(request.method)%|%CEL(response.code)%|%CEL(connection.mtls)%|%CEL(request.protocol)%|%CEL(xds.filter_chain_name)%|" +
            "%CEL(request.size)%|%CEL(response.size > 0)%|%CEL(request.url_path)%|%CEL(request.query)%|%CEL(request.total_size)%|" +
            "%CEL(response.flags)%|%CEL(source.port > 0)%|%CEL(upstream.request_attempt_count)%|%CEL(request.duration > duration('0s'))%|%CEL(response.grpc_status)%",
        )
      }]`,
    ],
    accessLog: [],
  },
}, [
  {
    name: "values",
    on: [
      "numbers",
      "numbers_typed",
      "texts",
      "texts_typed",
      "collections",
      "collections_typed",
      "times",
      "times_typed",
      "bytes",
      "strings",
    ],
    send: get("/a"),
  },
  { name: "some options", on: ["conversion", "concat", "no_option"], send: get("/a") },
  {
    name: "a request with fields",
    on: REQUESTS,
    send: get("/a/b?x=1&y=2", `X-A: one\r\nx-a: two\r\nuser-agent: UA\r\nreferer: http://r.test/x\r\n${TRACED}`),
  },
  { name: "a bare request", on: [...REQUESTS, "xds_typed", "metadata_typed"], send: get("/named/x?q") },
  { name: "a query that is empty", on: "request", send: get("/a?") },
  { name: "a body with a length", on: ["request", "response"], send: post("/a", "hello") },
  {
    name: "a body in chunks",
    on: ["request", "response"],
    send: get("/a", "transfer-encoding: chunked\r\n", "POST") + "3\r\nabc\r\n0\r\n\r\n",
  },
  { name: "values that are no ASCII", on: ["request", "text"], send: get("/a", "x-a: \xc3\xa4\r\n") },
  { name: "a direct response", on: REQUESTS, send: get("/direct") },
  { name: "no host", on: REQUESTS, send: get("/none") },
  { name: "nobody listens", on: REQUESTS, send: get("/dead") },
  { name: "no cluster", on: REQUESTS, send: get("/by-header") },
  { name: "an unknown cluster", on: REQUESTS, send: get("/by-header", "x-cluster: nowhere\r\n") },
  { name: "no route", on: "no_route", send: get("/a") },
  { name: "a timeout", on: ["response", "upstream"], send: get("/late", "x-origin: silent\r\n") },
  { name: "no HTTP", on: REQUESTS, send: "NONSENSE\r\n\r\n", then: "end" },
  { name: "a path that is none", on: "request", send: get("/a#b") },
  { name: "HTTP/1.0", on: "request", send: bare("GET /a HTTP/1.0\r\n\r\n") },
  { name: "cookies", on: "response", send: get("/cookies") },
  { name: "trailers", on: "response", send: get("/chunked") },
  { name: "an answer of the origin's own", on: "response", send: get("/404") },
  { name: "gRPC", on: "response", send: get("/grpc", GRPC, "POST") },
  { name: "gRPC that is an HTTP error", on: "response", send: get("/503", GRPC, "POST") },
  { name: "the origin ends early", on: ["response", "upstream"], send: get("/cut"), then: "end" },
  { name: "sizes", on: ["sizes", "headers_typed"], send: get("/a?b", "X-A: one\r\nx-a: two\r\n") },
  { name: "sizes of a body", on: "sizes", send: post("/a", "hello") },
  { name: "text", on: ["text", "cut", "omitting"], send: get("/a/b") },
  { name: "header values", on: "header_values", send: get("/headers/x") },
  {
    name: "filters",
    on: "by_code",
    send: inTurn(get("/404"), get("/a")),
    answers: 2,
    lines: 3,
  },
  { name: "filters by fields", on: "by_header", send: get("/a", "x-a: yes\r\n"), lines: 2 },
  { name: "filters by what is not there", on: "by_header", send: get("/a") },
  { name: "filters by paths", on: "by_header", send: get("/direct"), lines: 2 },
  { name: "filters that pass", on: ["by_concat", "by_node"], send: get("/a"), lines: 2 },
  { name: "filters that fail", on: ["by_missing", "by_number", "by_text"], send: get("/a") },
  { name: "filters joined", on: "by_both", send: inTurn(get("/a"), post("/a", "b")), answers: 2, lines: 3 },
  { name: "local replies", on: "mapped", send: get("/none") },
  { name: "tries", on: "tries", send: get("/a", "x-a: 1\r\n") },
  { name: "tries at dead hosts", on: "tries", send: get("/dead") },
  { name: "connections", on: "connections", send: get("/a") },
]);
