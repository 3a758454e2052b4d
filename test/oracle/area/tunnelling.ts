/**
 * What is round tunnels (spec/http.md 7): what logs say of them, which times end them and which do not, and what else a
 * configuration does to their handshakes.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { area, CLOCK, CLOSE, END, get, post, received } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

const T = "0.2s";

const ask = (origin: string, path = "/ws", fields = "", type = "websocket") =>
  get(path, `connection: upgrade\r\nupgrade: ${type}\r\nx-origin: ${origin}\r\n${fields}`);
const connect = (origin: string, target = "a.test:443", fields = "") =>
  `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\nx-origin: ${origin}\r\n${fields}\r\n`;

const EVERYTHING = "upgrade_configs: [{ upgrade_type: websocket }, { upgrade_type: other }, { upgrade_type: CONNECT }]";
const ENDING = "upgrade_configs: [{ upgrade_type: CONNECT, connect_config: { } }]";
const TOLD = "upgrade_configs: [{ upgrade_type: CONNECT, connect_config: { proxy_protocol_config: { } } }]";
const POSTING = "upgrade_configs: [{ upgrade_type: CONNECT, connect_config: { allow_post: true } }]";

const SMALL_BUFFER = ["per_connection_buffer_limit_bytes: 1024"];
const AGAIN_POLICY = "retry_on: '5xx,reset,connect-failure', retry_back_off: { base_interval: 0.001s }";
const AGAIN = `timeout: 0s, retry_policy: { ${AGAIN_POLICY} }`;
const AGAIN_IN_TIME = `timeout: 0s, retry_policy: { ${AGAIN_POLICY}, per_try_timeout: ${T} }`;
const BIG = "0123456789".repeat(500);

/** A virtual host for one CONNECT target. */
const host = (name: string, route: string) =>
  `{ name: ${name}, domains: ["${name}.test:443"], routes: [{ match: { connect_matcher: {} }, route: { ${route} } }] }`;
/** The host of all else, its routes written without their braces. */
const others = (...routes: string[]) =>
  `{ name: others, domains: ["*"], routes: [${
    [...routes, "match: { connect_matcher: {} }, route: { cluster: origin }"].map((route) => `{ ${route} }`).join(", ")
  }, { match: { prefix: / }, route: { cluster: origin } }] }`;

const SIZES = "%BYTES_RECEIVED%|%BYTES_SENT%|%DOWNSTREAM_WIRE_BYTES_RECEIVED%|%DOWNSTREAM_WIRE_BYTES_SENT%|" +
  "%DOWNSTREAM_HEADER_BYTES_RECEIVED%|%DOWNSTREAM_HEADER_BYTES_SENT%|%UPSTREAM_WIRE_BYTES_SENT%|" +
  "%UPSTREAM_WIRE_BYTES_RECEIVED%|%UPSTREAM_HEADER_BYTES_SENT%|%UPSTREAM_HEADER_BYTES_RECEIVED%";
const UPSTREAM = "%UPSTREAM_HOST%|%UPSTREAM_CLUSTER%|%UPSTREAM_PROTOCOL%|%UPSTREAM_REQUEST_ATTEMPT_COUNT%|" +
  "%UPSTREAM_TRANSPORT_FAILURE_REASON%|%PROTOCOL%|%RESP(UPGRADE)%";

const HOSTS = [
  others(
    `match: { prefix: /post }, route: { cluster: bytes, ${POSTING} }`,
    "match: { prefix: /dead }, route: { cluster: dead }",
  ),
  host("ends", `cluster: bytes, ${ENDING}`),
  host("told", `cluster: bytes, ${TOLD}`),
  host("dead", `cluster: dead, ${ENDING}`),
];
const logging = (line: string, fields: Variant = {}): Variant => ({
  virtualHosts: HOSTS,
  ...fields,
  managerFields: [EVERYTHING, ...fields.managerFields ?? []],
  accessLog: [textLog(line)],
});

/** Whom a tunnel leads to, and through what. */
const KINDS: readonly [name: string, request: string, greeting: string][] = [
  ["a WebSocket", ask("upgrade"), "101"],
  ["another upgrade", ask("upgrade-other", "/x", "", "other"), "101"],
  ["a forwarded CONNECT", connect("tunnel"), "200"],
  ["a CONNECT that ends here", connect("", "ends.test:443"), "200"],
  ["a CONNECT that ends here and tells", connect("", "told.test:443"), "200"],
];

export const TUNNELLING = area("tunnelling", {
  sizes: logging(SIZES, { routerFields: ["suppress_envoy_headers: true"] }),
  upstream: logging(UPSTREAM),
  opened: logging(`%ACCESS_LOG_TYPE%|${USUAL_LINE}`, {
    managerFields: [
      "access_log_options: { flush_log_on_tunnel_successfully_established: true, flush_access_log_on_new_request: true }",
    ],
  }),
  tries: {
    virtualHosts: HOSTS,
    managerFields: [EVERYTHING],
    routerFields: [
      `upstream_log: [${textLog(`%ACCESS_LOG_TYPE%|${USUAL_LINE}|${UPSTREAM}`)}]`,
      "upstream_log_options: { flush_upstream_log_on_upstream_stream: true }",
    ],
    accessLog: [],
  },
  timed: logging(USUAL_LINE, {
    virtualHosts: [
      others(
        `match: { prefix: /try }, route: { cluster: origin, retry_policy: { per_try_timeout: ${T} } }`,
        `match: { prefix: /quiet }, route: { cluster: origin, retry_policy: { per_try_idle_timeout: ${T} } }`,
        `match: { prefix: /route }, route: { cluster: origin, timeout: ${T} }`,
        `match: { prefix: /long }, route: { cluster: origin_bounded }`,
        `match: { prefix: /post-route }, route: { cluster: bytes, timeout: ${T}, ${POSTING} }`,
        `match: { prefix: /post-idle }, route: { cluster: bytes, idle_timeout: ${T}, ${POSTING} }`,
      ),
      host("try", `cluster: origin, retry_policy: { per_try_timeout: ${T} }`),
      host("quiet", `cluster: origin, retry_policy: { per_try_idle_timeout: ${T} }`),
      host("route", `cluster: origin, timeout: ${T}`),
      host("endtry", `cluster: bytes, retry_policy: { per_try_timeout: ${T} }, ${ENDING}`),
      host("endquiet", `cluster: bytes, retry_policy: { per_try_idle_timeout: ${T} }, ${ENDING}`),
      host("endroute", `cluster: bytes, timeout: ${T}, ${ENDING}`),
      host("endidle", `cluster: bytes, idle_timeout: ${T}, ${ENDING}`),
      host("endlong", `cluster: bytes, max_stream_duration: { max_stream_duration: ${T} }, ${ENDING}`),
      host("endbounded", `cluster: bytes_bounded, ${ENDING}`),
      host("stuck", `cluster: stuck, ${ENDING}`),
      host("stuckroute", `cluster: stuck_long, timeout: ${T}, ${ENDING}`),
    ],
    clusters: {
      origin_bounded: [`common_http_protocol_options: { max_stream_duration: ${T} }`],
      bytes_bounded: [`common_http_protocol_options: { max_stream_duration: ${T} }`],
      stuck: [`connect_timeout: ${T}`],
      stuck_long: ["connect_timeout: 5s"],
    },
  }),
  ported: {
    managerFields: [EVERYTHING, "strip_any_host_port: true"],
    virtualHosts: [
      `{ name: named, domains: [named.test], routes: [{ match: { connect_matcher: {} }, route: { cluster: origin, host_rewrite_literal: new.test } }] }`,
      `{ name: six, domains: ["[::1]"], routes: [{ match: { connect_matcher: {} }, route: { cluster: origin, append_x_forwarded_host: true } }] }`,
      others(`match: { prefix: /post }, route: { cluster: bytes, ${POSTING} }`),
    ],
  },
  changed: {
    managerFields: [EVERYTHING],
    routes: [
      "{ match: { prefix: /unasked }, route: { cluster: origin }, request_headers_to_remove: [upgrade] }",
      "{ match: { prefix: /unconnected }, route: { cluster: origin }, request_headers_to_remove: [connection] }",
      "{ match: { prefix: /untold }, route: { cluster: origin }, response_headers_to_remove: [upgrade] }",
      '{ match: { prefix: /added }, route: { cluster: origin }, request_headers_to_add: [{ header: { key: x-a, value: "%REQ(UPGRADE)%" } }], response_headers_to_add: [{ header: { key: x-b, value: "%RESP(UPGRADE)% %RESP(LOCATION)% %RESPONSE_CODE%" } }] }',
    ],
  },
  mapped: {
    managerFields: [
      'local_reply_config: { mappers: [{ filter: { status_code_filter: { comparison: { op: EQ, value: { default_value: 403, runtime_key: r } } } }, status_code: 418, body: { inline_string: "no %RESPONSE_CODE_DETAILS%" } }] }',
    ],
    routes: [
      "{ match: { prefix: /added }, route: { cluster: origin }, response_headers_to_add: [{ header: { key: x-b, value: c } }] }",
    ],
  },
  failing: {
    managerFields: [
      EVERYTHING,
      'local_reply_config: { mappers: [{ filter: { status_code_filter: { comparison: { op: GE, value: { default_value: 200, runtime_key: r } } } }, status_code: 418, body: { inline_string: "no %RESPONSE_CODE_DETAILS%" } }] }',
    ],
  },
  again: logging(`${USUAL_LINE} %UPSTREAM_REQUEST_ATTEMPT_COUNT%`, {
    virtualHosts: [
      others(
        `match: { prefix: /again }, route: { cluster: origin, ${AGAIN} }`,
        `match: { prefix: /timed }, route: { cluster: origin, ${AGAIN_IN_TIME} }`,
      ),
      host("again", `cluster: origin, ${AGAIN}`),
      host("dead", `cluster: dead, ${AGAIN}, ${TOLD}`),
      host("ends", `cluster: bytes, ${AGAIN}, ${TOLD}`),
    ],
    clusters: { origin: SMALL_BUFFER, bytes: SMALL_BUFFER },
    listenerFields: SMALL_BUFFER,
  }),
  strict: {
    managerFields: [EVERYTHING],
    routerFields: ["strict_check_headers: [x-envoy-upstream-rq-timeout-ms]"],
  },
}, [
  // ---- what logs say
  ...KINDS.flatMap(([name, request, greeting]) => [
    {
      name,
      on: ["sizes", "upstream"] as const,
      send: [`${request}early`, received(greeting), "hello", received("hello"), CLOSE],
    },
    {
      name,
      on: "opened" as const,
      send: [request, received(greeting), "bye", received("bye"), END],
      then: "end" as const,
      lines: 3,
    },
    {
      name,
      on: "tries" as const,
      send: [request, received(greeting), "bye", received("bye"), END],
      then: "end" as const,
      lines: 2,
    },
  ]),
  { name: "a POST that is a tunnel", on: ["sizes", "upstream"], send: post("/post", "bye") },
  { name: "a POST that is a tunnel", on: "opened", send: post("/post", "bye"), lines: 2 },
  { name: "a POST that is a tunnel", on: "tries", send: post("/post", "bye"), lines: 2 },
  ...["upgrade-403", "upgrade-404", "upgrade-426"].map((origin) => ({
    name: `a WebSocket and ${origin}`,
    on: ["sizes", "upstream"] as const,
    send: ask(origin),
    ...origin === "upgrade-426" ? { differs: "src/codec/h1/tunnel.ts: Envoy takes the 426 for an open tunnel" } : {},
  })),
  { name: "a WebSocket and upgrade-200", on: "upstream", send: ask("upgrade-200") },
  { name: "a WebSocket that is refused by its origin", on: "opened", send: ask("upgrade-403"), lines: 2 },
  { name: "a WebSocket that is refused by its origin", on: "tries", send: ask("upgrade-403"), lines: 2 },
  { name: "a CONNECT that is refused by its origin", on: "opened", send: connect("tunnel-403"), lines: 2 },
  {
    name: "a CONNECT that is answered 204",
    on: "opened",
    send: [connect("tunnel-204"), received("204"), CLOSE],
    lines: 2,
  },
  { name: "a WebSocket to nobody", on: ["sizes", "upstream"], send: ask("", "/dead") },
  { name: "a CONNECT to nobody", on: ["sizes", "upstream"], send: connect("", "dead.test:443") },
  { name: "a WebSocket to nobody", on: "opened", send: ask("", "/dead"), lines: 2 },
  // ---- time
  ...["/try", "/quiet", "/route", "/long"].flatMap((path) => [
    {
      name: `a WebSocket on ${path}`,
      on: "timed" as const,
      send: [ask("upgrade", path), received("101"), CLOCK, "bye", received("bye"), END],
      then: "end" as const,
    },
    {
      name: `another upgrade on ${path}`,
      on: "timed" as const,
      send: [ask("upgrade-other", path, "", "other"), received("101"), CLOCK, "bye", received("bye"), END],
      then: "end" as const,
    },
    {
      name: `a WebSocket without an answer on ${path}`,
      on: "timed" as const,
      send: [ask("silent", path), CLOCK, CLOSE],
    },
    {
      name: `another upgrade without an answer on ${path}`,
      on: "timed" as const,
      send: [ask("silent", path, "", "other"), CLOCK, CLOSE],
    },
  ]),
  ...["try", "quiet", "route"].flatMap((name) => [
    {
      name: `a CONNECT to ${name}`,
      on: "timed" as const,
      send: [connect("tunnel", `${name}.test:443`), received("200"), CLOCK, "bye", received("bye"), END],
      then: "end" as const,
    },
    {
      name: `a CONNECT without an answer to ${name}`,
      on: "timed" as const,
      send: [connect("silent", `${name}.test:443`), CLOCK, CLOSE],
    },
  ]),
  ...["endtry", "endquiet", "endroute", "endidle", "endlong", "endbounded"].map((name) => ({
    name: `a CONNECT to ${name}`,
    on: "timed" as const,
    send: [connect("", `${name}.test:443`), received("200"), CLOCK, "bye", END],
    then: "end" as const,
  })),
  { name: "a CONNECT to stuck", on: "timed", send: connect("", "stuck.test:443") },
  { name: "a CONNECT to stuckroute", on: "timed", send: [connect("", "stuckroute.test:443"), CLOCK, CLOSE] },
  ...["/post-route", "/post-idle"].map((path) => ({
    name: `an unfinished POST on ${path}`,
    on: "timed" as const,
    send: [get(path, "content-length: 9\r\n", "POST"), "hello", received("hello"), CLOCK, CLOSE],
  })),
  {
    name: "a WebSocket that says its own time",
    on: "timed",
    send: [ask("silent", "/ws", "x-envoy-upstream-rq-timeout-ms: 200\r\n"), CLOCK, CLOSE],
  },
  // ---- ports
  ...["a.test:443", "named.test:8443", "[::1]:443", "a.test:99999", "a.test"].map((target) => ({
    name: `CONNECT ${target}`,
    on: "ported" as const,
    send: [connect("tunnel", target), CLOCK, CLOSE],
  })),
  { name: "a WebSocket", on: "ported", send: [ask("upgrade", "/ws"), received("101"), CLOSE] },
  // ---- what else is said of them
  ...["/unasked", "/unconnected", "/untold", "/added"].map((path) => ({
    name: `a WebSocket on ${path}`,
    on: "changed" as const,
    send: [ask("upgrade", path), CLOCK, "hello", CLOCK, CLOSE],
    ...path === "/untold"
      ? { differs: "src/codec/h1/tunnel.ts: Envoy goes on with a tunnel of which the client was told nothing" }
      : {},
  })),
  // ---- another try
  ...["websocket", "other"].flatMap((type) => [
    ...["503,upgrade", "close,upgrade", "503,503", "503,upgrade-302", "503,upgrade-403"].map((origins) => ({
      name: `an upgrade to ${type} and ${origins}`,
      on: "again" as const,
      send: [`${ask(origins, "/again", "", type)}early`, CLOCK, "bye", CLOCK, CLOSE],
    })),
    {
      name: `an upgrade to ${type} that says more than is kept, later`,
      on: "again" as const,
      send: [ask("503,upgrade", "/again", "", type), received("101"), BIG, "bye", CLOCK, CLOSE],
    },
    {
      name: `an upgrade to ${type} that says more than is kept, at once`,
      on: "again" as const,
      send: [`${ask("503,upgrade", "/again", "", type)}${BIG}`, CLOCK, CLOSE],
    },
    {
      name: `an upgrade to ${type} without an answer, twice`,
      on: "again" as const,
      send: [ask("silent", "/timed", "", type), CLOCK, CLOCK, CLOSE],
    },
  ]),
  ...["503,tunnel", "close,tunnel", "503,503"].map((origins) => ({
    name: `a CONNECT and ${origins}`,
    on: "again" as const,
    send: [`${connect(origins, "again.test:443")}early`, CLOCK, "bye", CLOCK, CLOSE],
  })),
  { name: "a CONNECT to nobody, twice", on: "again", send: `${connect("", "dead.test:443")}early` },
  {
    name: "a CONNECT that ends here",
    on: "again",
    send: [`${connect("", "ends.test:443")}early`, received("early"), BIG, "bye", END],
    then: "end",
  },
  {
    name: "a WebSocket that has lost its fields and says something",
    on: "changed",
    send: [`${ask("upgrade-late", "/unasked")}early`, CLOCK, CLOSE],
  },
  {
    name: "a WebSocket that the origin does not take, on a route that adds",
    on: "changed",
    send: ask("upgrade-302", "/added"),
  },
  { name: "a WebSocket that may not be", on: "mapped", send: ask("upgrade") },
  { name: "a WebSocket that may not be, on a route that adds", on: "mapped", send: ask("upgrade", "/added") },
  { name: "a WebSocket that the origin does not take", on: "failing", send: ask("upgrade-200") },
  { name: "a WebSocket that the origin forbids", on: "failing", send: ask("upgrade-403") },
  {
    name: "a WebSocket with a bad number",
    on: "strict",
    send: ask("upgrade", "/ws", "x-envoy-upstream-rq-timeout-ms: x\r\n"),
  },
]);
