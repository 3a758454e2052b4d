/**
 * Tunnels in more than the usual ways (spec/http.md 7): odd requests for one, odd answers, other types than WebSocket,
 * chains of their own, and what a body or a pipelined request behind a refused one comes to.
 */
import { answers, area, bare, CLOCK, CLOSE, END, get, post, received } from "../oracle_case.ts";

const ask = (origin: string, fields = "", method = "GET", type = "websocket", path = "/ws") =>
  get(path, `connection: upgrade\r\nupgrade: ${type}\r\nx-origin: ${origin}\r\n${fields}`, method);
const connect = (origin: string, fields = "", target = "a.test:443") =>
  `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\nx-origin: ${origin}\r\n${fields}\r\n`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

const upgrades = (...types: string[]) => `upgrade_configs: [${types.join(", ")}]`;
const CONNECT_ROUTE = "match: { connect_matcher: {} }";
const EVERYTHING = upgrades("{ upgrade_type: websocket }", "{ upgrade_type: other }", "{ upgrade_type: CONNECT }");
const ROUTER = '{ name: router, typed_config: { "@type": ' +
  "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router, suppress_envoy_headers: true } }";

const ROUTES = [
  "{ match: { prefix: /direct }, direct_response: { status: 200, body: { inline_string: direct } } }",
  "{ match: { prefix: /quick }, route: { cluster: origin, timeout: 0.2s } }",
  `{ match: { prefix: /dead }, route: { cluster: dead } }`,
  `{ match: { prefix: /none }, route: { cluster: none } }`,
  `{ ${CONNECT_ROUTE}, route: { cluster: origin } }`,
];

/** A virtual host for one CONNECT target. */
const host = (name: string, action: string) =>
  `{ name: ${name}, domains: ["${name}.test:443"], routes: [{ ${CONNECT_ROUTE}, ${action} }] }`;
const ending = (cluster: string, config = "") =>
  `route: { cluster: ${cluster}, ${upgrades(`{ upgrade_type: CONNECT, connect_config: { ${config} } }`)} }`;
const posting = (path: string, fields = "", enabled = true) =>
  `{ match: { path: ${path} }, route: { cluster: bytes, ${fields}` +
  `${upgrades(`{ upgrade_type: connect, enabled: ${enabled}, connect_config: { allow_post: true } }`)} } }`;

export const TUNNELS = area("tunnels", {
  open: { managerFields: [EVERYTHING], routes: ROUTES },
  closed: { routes: ROUTES },
  old: { managerFields: [EVERYTHING, "http_protocol_options: { accept_http_10: true }"], routes: ROUTES },
  continuing: { managerFields: [EVERYTHING, "proxy_100_continue: true"], routes: ROUTES },
  in_time: { managerFields: [EVERYTHING, "request_timeout: 0.2s"], routes: ROUTES },
  one_request: {
    managerFields: [EVERYTHING, "common_http_protocol_options: { max_requests_per_connection: 1 }"],
    routes: ROUTES,
  },
  ignoring: {
    managerFields: [EVERYTHING, "http_protocol_options: { ignore_http_11_upgrade: [{ prefix: web }, { exact: tls }] }"],
  },
  own_chain: {
    managerFields: [
      upgrades(
        `{ upgrade_type: websocket, filters: [${ROUTER}] }`,
        `{ upgrade_type: other, enabled: false, filters: [${ROUTER}] }`,
      ),
    ],
    routes: [`{ match: { prefix: /other }, route: { cluster: origin, ${upgrades("{ upgrade_type: OTHER }")} } }`],
  },
  targets: {
    managerFields: [upgrades("{ upgrade_type: CONNECT }")],
    virtualHosts: [
      host("ends", ending("bytes")),
      host("told", ending("bytes", "proxy_protocol_config: { version: V1 }")),
      host("toldbydefault", ending("bytes", "proxy_protocol_config: {}")),
      host("dead", ending("dead")),
      host("none", ending("none")),
      host("forbidden", `route: { cluster: origin, ${upgrades("{ upgrade_type: CONNECT, enabled: false }")} }`),
      host("direct", "direct_response: { status: 200, body: { inline_string: direct } }"),
      host("direct204", "direct_response: { status: 204 }"),
      host("moved", "redirect: { path_redirect: /there }"),
      host("rewritten", "route: { cluster: origin, prefix_rewrite: /x }"),
      host("renamed", "route: { cluster: origin, host_rewrite_literal: new.test }"),
      `{ name: posts, domains: [a.test], routes: [${
        [posting("/post"), posting("/quick-post", "timeout: 0.2s, "), posting("/off-post", "", false)].join(", ")
      }] }`,
    ],
  },
}, [
  // ---- who asks, and how
  ...["", "h2c, websocket", "websocket, other", "websocket,websocket", "Other"].map((type) => ({
    name: `an upgrade to "${type}"`,
    on: "open" as const,
    send: ask("upgrade-other", "", "GET", type),
  })),
  { name: "an upgrade to h2c", on: ["open", "closed"], send: ask("", "http2-settings: AAM\r\n", "GET", "H2C") },
  {
    name: "an upgrade to h2c that names its settings",
    on: "open",
    send: get("/x", "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAM\r\n"),
  },
  {
    name: "two lines of upgrade",
    on: "open",
    send: get("/ws", "connection: upgrade\r\nupgrade: websocket\r\nupgrade: other\r\n"),
  },
  { name: "HEAD", on: "open", send: [ask("upgrade-greets", "", "HEAD"), received("welcome"), CLOSE] },
  { name: "HEAD that is refused", on: "closed", send: ask("", "", "HEAD") },
  ...["upgrade-200", "upgrade-404"].map((origin) => ({
    name: `HEAD and an origin that says ${origin}`,
    on: "open" as const,
    send: ask(origin, "", "HEAD"),
  })),
  { name: "HTTP/1.0", on: "old", send: [ask("upgrade-greets").replace("1.1", "1.0"), received("welcome"), CLOSE] },
  {
    name: "CONNECT in HTTP/1.0",
    on: "old",
    send: [connect("tunnel-hops").replace("1.1", "1.0"), received("raw"), CLOSE],
  },
  ...["content-length: 5\r\n", "content-length: 0\r\n", "transfer-encoding: chunked\r\n", ""].flatMap((framing) => [
    {
      name: `a POST with ${JSON.stringify(framing)}`,
      on: "open" as const,
      send: [`${ask("upgrade", framing, "POST")}5\r\nhello\r\n0\r\n\r\n`, received("0\r\n\r\n"), CLOSE],
    },
    {
      name: `a POST with ${JSON.stringify(framing)} that is refused`,
      on: "closed" as const,
      send: `${ask("", framing, "POST")}hello${get("/second")}`,
    },
    {
      name: `a POST with ${JSON.stringify(framing)} that the origin refuses`,
      on: "open" as const,
      send: [`${ask("upgrade-half", framing, "POST")}hello${get("/second")}`, received("half"), CLOSE],
    },
  ]),
  {
    name: "length and chunked",
    on: "open",
    send: ask("", "content-length: 2\r\ntransfer-encoding: chunked\r\n", "POST"),
  },
  {
    name: "Expect",
    on: ["open", "continuing"],
    send: [ask("upgrade-continuing", "expect: 100-continue\r\n"), received("raw"), CLOSE],
  },
  { name: "Expect that is refused", on: "closed", send: ask("", "expect: 100-continue\r\n") },
  { name: "without a host", on: "open", send: bare("/ws", "connection: upgrade\r\nupgrade: websocket\r\n") },
  {
    name: "fields of this hop",
    on: "open",
    send: [
      ask("upgrade-hops", "keep-alive: 5\r\nproxy-connection: x\r\nte: gzip, trailers\r\nhttp2-settings: AAM\r\n"),
      received("raw"),
      CLOSE,
    ],
  },
  {
    name: "connection names another field",
    on: "open",
    send: [
      get(
        "/ws",
        "connection: upgrade, close, x-mine\r\nupgrade: websocket\r\nx-mine: 1\r\nx-origin: upgrade-greets\r\n",
      ),
      received("welcome"),
      CLOSE,
    ],
  },
  {
    name: "connection names x-forwarded-for",
    on: "open",
    send: get("/ws", "connection: upgrade, x-forwarded-for\r\nupgrade: websocket\r\n"),
    differs: "src/proxy/head/connection_header.ts: the next hop would drop what it trusts",
  },
  { name: "a route that answers by itself", on: ["open", "closed"], send: ask("", "", "GET", "websocket", "/direct") },
  { name: "no route", on: ["own_chain"], send: ask("", "", "GET", "websocket", "/nowhere"), then: "close" },
  ...["/dead", "/none"].map((path) => ({
    name: `to ${path}`,
    on: "open" as const,
    send: ask("", "", "GET", "websocket", path),
  })),
  {
    name: "behind another request",
    on: "open",
    send: [get("/direct"), answers(1), `${ask("upgrade-greets")}more`, received("more"), CLOSE],
  },
  {
    name: "pipelined behind another request",
    on: "open",
    send: [`${get("/direct")}${ask("upgrade-greets")}more`, received("more"), CLOSE],
  },
  { name: "a request behind it, which is refused", on: "closed", send: `${ask("")}${get("/second")}` },
  { name: "a request behind it, which the origin refuses", on: "open", send: `${ask("upgrade-404")}${get("/second")}` },
  { name: "a request behind it, which fails", on: "open", send: `${ask("upgrade-200")}${get("/second")}` },
  ...["web, tls", "websocket", "WEBsocket"].map((type) => ({
    name: `an upgrade to "${type}"`,
    on: "ignoring" as const,
    send: ask("", "", "GET", type),
  })),
  ...["other, websocket", "tls,other , web"].map((type) => ({
    name: `an upgrade to "${type}"`,
    on: "ignoring" as const,
    send: [ask("upgrade-other", "", "GET", type), received("101"), CLOSE],
  })),
  // ---- answers
  ...[
    "upgrade-no-length",
    "upgrade-closing",
    "upgrade-http10",
    "upgrade-hops",
    "upgrade-hinting",
    "upgrade-continuing",
  ].map((origin) => ({
    name: `an origin that says ${origin}`,
    on: ["open", "continuing"] as const,
    send: [`${ask(origin)}early`, received("early"), CLOSE],
  })),
  ...[
    "upgrade-length",
    "upgrade-chunked",
    "upgrade-until-close",
    "204",
    "304",
    "304-length",
    "205",
    "chunked-empty",
    "cookies",
    "http10",
    "cut",
    "cut-head",
    "bad-length",
    "big-head",
    "early-413",
  ].map((origin) => ({
    name: `an origin that says ${origin} instead`,
    on: "open" as const,
    send: `${ask(origin)}early`,
    then: "end" as const,
  })),
  {
    name: "an origin that says hops instead",
    on: "open",
    send: ask("hops"),
    differs: "src/proxy/router/upstream_request.ts: Envoy hands keep-alive on with a failed handshake",
  },
  {
    name: "another type, and an origin that says 101 and names none",
    on: "open",
    send: `${ask("upgrade-bare", "", "GET", "other")}early`,
    then: "end",
    differs: "src/codec/h1/tunnel.ts: Envoy sends it what waited for a tunnel",
  },
  ...["upgrade-200", "upgrade-302", "upgrade-404", "204", "chunked", "until-close"].map((origin) => ({
    name: `another type, and an origin that says ${origin} instead`,
    on: "open" as const,
    send: `${ask(origin, "", "GET", "other")}early`,
    then: "end" as const,
  })),
  { name: "101 that nobody asked for", on: ["open", "closed"], send: get("/upgrade-greets"), then: "end" },
  {
    name: "101 that nobody asked for, to half a request",
    on: "open",
    send: "POST /upgrade HTTP/1.1\r\nhost: a.test\r\ncontent-length: 9\r\n\r\nhalf",
    then: "end",
  },
  // ---- time
  {
    name: "a handshake in its time",
    on: "in_time",
    send: [ask("upgrade-greets"), received("welcome"), CLOCK, "x", received("welcomex"), CLOSE],
  },
  { name: "a handshake past its time", on: "in_time", send: ask("silent"), then: "end" },
  { name: "CONNECT in its time", on: "in_time", send: [connect("tunnel"), received("200"), CLOCK, "x", CLOSE] },
  {
    name: "a WebSocket past the route's time",
    on: "open",
    send: ask("silent", "", "GET", "websocket", "/quick"),
    then: "end",
  },
  {
    name: "another type past the route's time",
    on: "open",
    send: [ask("silent", "", "GET", "other", "/quick"), CLOCK, CLOSE],
  },
  // ---- the connection's last request
  { name: "as the last request", on: "one_request", send: [ask("upgrade-greets"), received("welcome"), CLOSE] },
  { name: "CONNECT as the last request", on: "one_request", send: [connect("tunnel-hops"), received("raw"), CLOSE] },
  // ---- chains of their own
  { name: "a chain of its own", on: "own_chain", send: [ask("upgrade-greets"), received("welcome"), CLOSE] },
  { name: "no upgrade", on: "own_chain", send: get("/x") },
  {
    name: "a chain of its own that the route switches on",
    on: "own_chain",
    send: [ask("upgrade-greets", "", "GET", "other", "/other"), received("welcome"), CLOSE],
  },
  { name: "a chain of its own that nobody switches on", on: "own_chain", send: ask("", "", "GET", "other") },
  // ---- CONNECT
  ...["tunnel-201", "tunnel-204", "tunnel-length", "tunnel-chunked", "tunnel-hops"].map((origin) => ({
    name: `CONNECT and an origin that says ${origin}`,
    on: "open" as const,
    send: [`${connect(origin)}early`, received("early"), CLOSE],
  })),
  ...["tunnel-302", "tunnel-403", "304", "chunked-empty", "upgrade-greets", "close", "nonsense"].map((origin) => ({
    name: `CONNECT and an origin that says ${origin}`,
    on: "open" as const,
    send: `${connect(origin)}early`,
    then: "end" as const,
  })),
  { name: "CONNECT that is refused, and a request behind it", on: "closed", send: `${connect("")}${get("/second")}` },
  {
    name: "CONNECT with fields of this hop",
    on: "open",
    send: [
      connect(
        "tunnel",
        "connection: x-mine, close\r\nx-mine: 1\r\nkeep-alive: 5\r\nproxy-connection: x\r\n" +
          "proxy-authorization: Basic x\r\nte: gzip, trailers\r\n",
      ),
      received("200"),
      CLOSE,
    ],
  },
  {
    name: "CONNECT that names an upgrade",
    on: "open",
    send: [connect("tunnel", "connection: upgrade\r\nupgrade: websocket\r\n"), received("200"), CLOSE],
    differs: "src/codec/h1/tunnel.ts: Envoy forwards both, and asks whether the upgrade is allowed, not CONNECT",
  },
  ...["content-length: 2\r\n", "transfer-encoding: chunked\r\n"].map((framing) => ({
    name: `CONNECT with ${JSON.stringify(framing)}`,
    on: "open" as const,
    send: `${connect("tunnel", framing)}hi`,
  })),
  ...["forbidden", "direct", "direct204", "moved", "dead", "none", "nowhere"].map((name) => ({
    name: `CONNECT to ${name}`,
    on: "targets" as const,
    send: connect("tunnel", "", `${name}.test:443`),
  })),
  ...["rewritten", "renamed"].map((name) => ({
    name: `CONNECT to ${name}`,
    on: "targets" as const,
    send: [connect("tunnel", "", `${name}.test:443`), answers(1), CLOSE],
  })),
  ...["ends", "told", "toldbydefault"].map((name) => ({
    name: `CONNECT to ${name}`,
    on: "targets" as const,
    send: [`${connect("", "expect: 100-continue\r\n", `${name}.test:443`)}early`, received("early"), "bye", END],
    then: "end" as const,
  })),
  { name: "CONNECT to another port", on: "targets", send: connect("", "", "ends.test:444") },
  { name: "GET to a host for CONNECT", on: "targets", send: bare("/x", "host: ends.test:443\r\n") },
  // ---- POST as a tunnel
  { name: "a POST that is all there", on: "targets", send: post("/post", "bye") },
  { name: "a POST with Expect", on: "targets", send: post("/post", "bye", "expect: 100-continue\r\n"), answers: 1 },
  {
    name: "a POST in chunks",
    on: "targets",
    send: [
      `POST /post HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n${chunk("one")}`,
      received("one"),
      `${chunk("bye")}0\r\n\r\n`,
    ],
  },
  {
    name: "a POST whose peer ends first",
    on: "targets",
    send: [
      `POST /post HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n${chunk("bye")}`,
      received("bye"),
      END,
    ],
    then: "end",
  },
  { name: "a POST past the route's time", on: "targets", send: post("/quick-post", "hello"), then: "end" },
  { name: "a POST where CONNECT is off", on: "targets", send: post("/off-post", "bye") },
  { name: "a PUT on the tunnel's path", on: "targets", send: get("/post", "content-length: 0\r\n", "PUT") },
]);
