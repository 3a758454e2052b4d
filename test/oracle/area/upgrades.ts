/**
 * Upgrades and CONNECT (spec/http.md 7): which are let through, what the handshake looks like on both sides, how bytes
 * run and how a tunnel ends.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { area, arrived, bare, CLOCK, CLOSE, END, FIN, get, open, received } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

const WEBSOCKET =
  "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZQ==\r\nsec-websocket-version: 13\r\n";
const ask = (origin: string, fields = "", path = "/ws") => get(path, `${WEBSOCKET}x-origin: ${origin}\r\n${fields}`);
const connect = (target = "a.test:443", fields = "") =>
  `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${fields}\r\n`;

const upgrades = (...types: string[]) => `upgrade_configs: [${types.join(", ")}]`;
const offered = (type: string, more = "") => `{ upgrade_type: ${type}${more} }`;
const refused = (type: string) => `{ upgrade_type: ${type}, enabled: false }`;
const routed = (match: string, fields: string) => `{ match: { ${match} }, route: { cluster: origin, ${fields} } }`;
const logged = (fields: Omit<Variant, "accessLog">): Variant => ({ ...fields, accessLog: [textLog(USUAL_LINE)] });

/** Routes that say something of the upgrade themselves. */
const ROUTES = [
  routed("prefix: /on", upgrades(offered("websocket"))),
  routed("prefix: /off", upgrades(refused("websocket"))),
  routed("prefix: /other", upgrades(offered("other"))),
  "{ match: { prefix: /nowhere }, direct_response: { status: 200 } }",
];

const TERMINATED = "{ match: { connect_matcher: {} }, route: { cluster: bytes, " +
  upgrades("{ upgrade_type: CONNECT, connect_config: {} }") + " } }";
const FORWARDED = "{ match: { connect_matcher: {} }, route: { cluster: origin, " + upgrades(offered("CONNECT")) +
  " } }";
const POSTED = "{ match: { path: /tunnel-post }, route: { cluster: bytes, " +
  upgrades("{ upgrade_type: CONNECT, connect_config: { allow_post: true } }") + " } }";

/** Eight answers to the question of who may upgrade, by what the listener and the route say. */
const WHO = ["nobody", "everybody", "unless_routed"] as const;

export const UPGRADES = area("upgrades", {
  nobody: { routes: ROUTES },
  everybody: { managerFields: [upgrades(offered("websocket"))], routes: ROUTES },
  unless_routed: { managerFields: [upgrades(refused("websocket"))], routes: ROUTES },
  capitals: { managerFields: [upgrades(offered("WebSocket"))] },
  ignoring: { managerFields: ["http_protocol_options: { ignore_http_11_upgrade: [{ exact: websocket }] }"] },
  at_edge: { managerFields: [upgrades(offered("websocket")), "use_remote_address: true"] },
  socket: logged({
    managerFields: [upgrades(offered("websocket"))],
    routes: [routed("prefix: /late", "timeout: 0.2s"), "{ match: { prefix: /dead }, route: { cluster: dead } }"],
  }),
  short_lived: logged({
    managerFields: [upgrades(offered("websocket")), "stream_idle_timeout: 0.2s"],
    routes: [
      routed("prefix: /lasting", "idle_timeout: 0s"),
      routed("prefix: /capped", "idle_timeout: 0s, max_stream_duration: { max_stream_duration: 0.2s }"),
    ],
  }),
  connect_refused: { routes: ["{ match: { connect_matcher: {} }, route: { cluster: origin } }"] },
  connect_unrouted: { managerFields: [upgrades(offered("CONNECT"))] },
  connect_forwarded: logged({ routes: [FORWARDED] }),
  connect_terminated: logged({ routes: [TERMINATED, POSTED] }),
  connect_by_manager: logged({
    managerFields: [upgrades(offered("CONNECT"))],
    routes: ["{ match: { connect_matcher: {} }, route: { cluster: origin } }"],
  }),
  connect_dead: logged({
    routes: [
      "{ match: { connect_matcher: {} }, route: { cluster: dead, " +
      upgrades("{ upgrade_type: CONNECT, connect_config: {} }") + " } }",
    ],
  }),
  connect_early_refused: logged({ routes: [TERMINATED], routerFields: ["reject_connect_request_early_data: true"] }),
  connect_port: logged({
    managerFields: ["strip_any_host_port: true"],
    virtualHosts: [
      `{ name: one, domains: ["a.test"], routes: [${FORWARDED}] }`,
      `{ name: two, domains: ["b.test:443"], routes: [${TERMINATED}] }`,
    ],
  }),
}, [
  // ---- who may
  ...["/ws", "/on", "/off", "/other", "/nowhere"].map((path) => ({
    name: `a WebSocket on ${path}`,
    on: WHO,
    send: [ask("upgrade", "", path), received("101"), "ping", received("ping"), CLOSE],
    then: "close" as const,
  })),
  {
    name: "another type",
    on: ["everybody", "nobody"],
    send: get("/ws", "connection: upgrade\r\nupgrade: other\r\nx-origin: upgrade-other\r\n"),
  },
  {
    name: "another type on a route that has it",
    on: ["everybody"],
    send: [
      get("/other", "connection: upgrade\r\nupgrade: other\r\nx-origin: upgrade-other\r\n"),
      received("101"),
      CLOSE,
    ],
  },
  {
    name: "two types",
    on: "everybody",
    send: get("/ws", "connection: upgrade\r\nupgrade: other, websocket\r\nx-origin: upgrade\r\n"),
  },
  {
    name: "capitals of the client",
    on: ["everybody", "capitals"],
    send: [get("/ws", "connection: UPGRADE\r\nupgrade: WEBSOCKET\r\nx-origin: upgrade\r\n"), received("101"), CLOSE],
  },
  { name: "an ignored upgrade", on: "ignoring", send: ask("") },
  {
    name: "another upgrade than the ignored one",
    on: "ignoring",
    send: get("/ws", "connection: upgrade\r\nupgrade: other\r\n"),
  },
  {
    name: "connection: keep-alive, Upgrade",
    on: "everybody",
    send: [
      get("/ws", "connection: keep-alive, Upgrade\r\nupgrade: websocket\r\nx-origin: upgrade\r\n"),
      received("101"),
      CLOSE,
    ],
  },
  { name: "upgrade without connection", on: "everybody", send: get("/ws", "upgrade: websocket\r\n") },
  { name: "connection without upgrade", on: "everybody", send: get("/ws", "connection: upgrade\r\n") },
  {
    name: "a WebSocket by POST",
    on: "everybody",
    send: [get("/ws", `${WEBSOCKET}x-origin: upgrade\r\n`, "POST"), received("101"), CLOSE],
  },
  {
    name: "a WebSocket with a length of 0",
    on: "everybody",
    send: [ask("upgrade", "content-length: 0\r\n"), received("101"), CLOSE],
  },
  { name: "a WebSocket at the edge", on: "at_edge", send: [ask("upgrade"), received("101"), CLOSE] },
  {
    name: "a WebSocket to a route that is not there",
    on: "connect_port",
    send: bare("/ws", `host: c.test\r\n${WEBSOCKET}`),
  },
  { name: "a WebSocket in HTTP/1.0", on: "everybody", send: `GET /ws HTTP/1.0\r\nhost: a.test\r\n${WEBSOCKET}\r\n` },
  // ---- the handshake
  ...["upgrade", "upgrade-bare", "upgrade-other", "upgrade-greets"].map((origin) => ({
    name: `an origin that says ${origin}`,
    on: "socket" as const,
    send: [ask(origin), received("101"), "bye", END],
    then: "end" as const,
  })),
  {
    name: "an origin that says upgrade-426 instead",
    on: "socket",
    send: ask("upgrade-426"),
    differs: "src/codec/h1/tunnel.ts: Envoy takes it for an open tunnel, which has no end",
  },
  ...["upgrade-200", "upgrade-302", "upgrade-403", "204", "close", "nonsense", "chunked", "500"].map((
    origin,
  ) => ({
    name: `an origin that says ${origin} instead`,
    on: "socket" as const,
    send: ask(origin),
    then: "end" as const,
  })),
  { name: "nobody listens", on: "socket", send: ask("", "", "/dead"), then: "end" },
  { name: "an origin that is late", on: "socket", send: ask("silent", "", "/late"), then: "end" },
  {
    name: "an upgraded tunnel outlives the route's timeout",
    on: "socket",
    send: [ask("upgrade", "", "/late"), received("101"), CLOCK, "ping", received("ping"), CLOSE],
  },
  { name: "interim answers before 101", on: "socket", send: [ask("hints-then-silent"), arrived("/ws"), CLOSE] },
  {
    name: "bytes before the answer",
    on: "socket",
    send: [`${ask("upgrade-late")}early`, arrived("/ws"), open("answer"), received("early"), CLOSE],
  },
  { name: "bytes before an answer that refuses", on: "socket", send: `${ask("upgrade-403")}early`, then: "end" },
  // ---- the tunnel
  {
    name: "bytes both ways",
    on: "socket",
    send: [
      ask("upgrade"),
      received("101"),
      "one",
      received("one"),
      "\x00\xff two\r\n\r\n",
      received("two\r\n\r\n"),
      CLOSE,
    ],
  },
  {
    name: "many bytes",
    on: "socket",
    send: [ask("upgrade"), received("101"), "0123456789".repeat(20_000) + "!", received("!"), CLOSE],
  },
  {
    name: "the client ends writing",
    on: "socket",
    send: [ask("upgrade"), received("101"), "one", received("one"), FIN, END],
    then: "end",
  },
  { name: "the client closes", on: "socket", send: [ask("upgrade"), received("101"), CLOSE] },
  { name: "the client closes before the answer", on: "socket", send: [ask("upgrade-late"), arrived("/ws"), CLOSE] },
  { name: "the origin ends", on: "socket", send: [ask("upgrade"), received("101"), "bye", END], then: "end" },
  { name: "an idle tunnel", on: "short_lived", send: [ask("upgrade"), received("101"), END], then: "end" },
  {
    name: "a tunnel that may idle",
    on: "short_lived",
    send: [ask("upgrade", "", "/lasting"), received("101"), CLOCK, "ping", received("ping"), CLOSE],
  },
  {
    name: "a tunnel that lasts too long",
    on: "short_lived",
    send: [ask("upgrade", "", "/capped"), received("101"), END],
    then: "end",
  },
  { name: "an idle handshake", on: "short_lived", send: ask("silent"), then: "end" },
  // ---- CONNECT
  { name: "CONNECT", on: ["nobody", "everybody", "connect_refused", "connect_unrouted"], send: connect() },
  {
    name: "CONNECT forwarded",
    on: ["connect_forwarded", "connect_by_manager"],
    send: [connect("a.test:443", "x-origin: tunnel\r\n"), received("200"), "ping", received("ping"), CLOSE],
  },
  {
    name: "CONNECT refused by the origin",
    on: "connect_forwarded",
    send: connect("a.test:443", "x-origin: tunnel-403\r\n"),
    then: "end",
  },
  {
    name: "CONNECT forwarded, the origin ends",
    on: "connect_forwarded",
    send: [connect("a.test:443", "x-origin: tunnel\r\n"), received("200"), "bye", END],
    then: "end",
  },
  {
    name: "CONNECT forwarded, the client ends writing",
    on: "connect_forwarded",
    send: [connect("a.test:443", "x-origin: tunnel\r\n"), received("200"), "one", received("one"), FIN, END],
    then: "end",
  },
  {
    name: "CONNECT terminated",
    on: "connect_terminated",
    send: [connect(), received("200"), "ping", received("ping"), CLOSE],
  },
  {
    name: "CONNECT terminated, the origin ends",
    on: "connect_terminated",
    send: [connect(), received("200"), "bye", END],
    then: "end",
  },
  {
    name: "CONNECT terminated, the client ends writing",
    on: "connect_terminated",
    send: [connect(), received("200"), "one", received("one"), FIN, END],
    then: "end",
  },
  {
    name: "CONNECT terminated, bytes at once",
    on: ["connect_terminated", "connect_early_refused"],
    send: [`${connect()}early`, received("early"), CLOSE],
  },
  { name: "CONNECT without a port", on: "connect_terminated", send: [connect("a.test"), received("200"), CLOSE] },
  {
    name: "CONNECT to an IPv6 address",
    on: "connect_terminated",
    send: [connect("[::1]:443"), received("200"), CLOSE],
  },
  {
    name: "CONNECT with another Host",
    on: "connect_forwarded",
    send: [`CONNECT a.test:443 HTTP/1.1\r\nhost: b.test\r\nx-origin: tunnel\r\n\r\n`, received("200"), CLOSE],
  },
  { name: "CONNECT with a path", on: "connect_terminated", send: connect("/x"), then: "end" },
  {
    name: "CONNECT with a length of 0",
    on: "connect_terminated",
    send: [connect("a.test:443", "content-length: 0\r\n"), received("200"), CLOSE],
  },
  { name: "CONNECT to nobody", on: "connect_dead", send: connect(), then: "end" },
  {
    name: "CONNECT, the port stripped for routing",
    on: "connect_port",
    send: [connect("a.test:443", "x-origin: tunnel\r\n"), received("200"), CLOSE],
  },
  {
    name: "CONNECT to a host that is listed with its port",
    on: "connect_port",
    send: connect("b.test:443"),
    then: "end",
  },
  { name: "a GET where CONNECT is routed", on: ["connect_terminated", "connect_forwarded"], send: get("/x") },
  {
    name: "POST as a tunnel",
    on: "connect_terminated",
    send: [
      "POST /tunnel-post HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n",
      received("200"),
      "4\r\nping\r\n",
      received("ping"),
      CLOSE,
    ],
  },
  {
    name: "POST with a length as a tunnel",
    on: "connect_terminated",
    send: ["POST /tunnel-post HTTP/1.1\r\nhost: a.test\r\ncontent-length: 3\r\n\r\nbye"],
    then: "close",
  },
  { name: "GET on the tunnel's path", on: "connect_terminated", send: get("/tunnel-post") },
]);
