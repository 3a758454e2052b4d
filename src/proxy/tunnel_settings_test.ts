/** What else a configuration does to tunnels, on the memory data path: ports, mutations, times of tries, log lines. */
import assert from "node:assert/strict";
import { assertClean } from "../../test/support/data_path.ts";
import {
  ACCEPTED,
  begin,
  CONNECT,
  ENDING,
  isGone,
  OK,
  route,
  routes,
  TunnelPath,
  UPGRADE,
} from "../../test/support/tunnel_path.ts";

const FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
const OTHER = UPGRADE.replace("websocket", "other");
/** One route for everything that is no CONNECT, with more fields of its action and of itself. */
const toOrigin = (action: string, fields = "") =>
  routes(
    `{ match: { prefix: / }, route: { cluster: web, ${action} upgrade_configs: [{ upgrade_type: websocket }, ` +
      `{ upgrade_type: other }] }, ${fields} }`,
  );

/** The manager's log: lines of this format. */
function logLine(format: string): string {
  const text = `log_format: { text_format_source: { inline_string: "${format}\\n" } }`;
  return `access_log: [{ name: lines, typed_config: { "@type": ${FILE_LOG}, path: lines, ${text} } }]`;
}

function linesOf(path: TunnelPath): string[] {
  return path.logs.sinkFor({ path: "lines" }).text.split("\n").slice(0, -1);
}

Deno.test("a CONNECT is routed without its port and forwarded with it", () => {
  const table = (host: string, fields = "") =>
    `{ virtual_hosts: [{ name: v, domains: ["${host}"], routes: [{ match: { connect_matcher: {} }, route: ` +
    `{ cluster: web, ${fields} upgrade_configs: [{ upgrade_type: CONNECT }] } }] }] }`;
  const cases: [target: string, table: string, forwarded: string][] = [
    ["a.test:443", table("a.test"), "a.test:443"],
    ["[::1]:443", table("[::1]"), "[::1]:443"],
    ["a.test:443", table("a.test", "host_rewrite_literal: b.test,"), "b.test"],
  ];
  for (const [target, configuration, forwarded] of cases) {
    const path = new TunnelPath(configuration, { managerFields: ["strip_any_host_port: true"] });
    path.connect().send(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
    path.deliver();
    const head = path.origin.take();
    assert.ok(head.startsWith(`CONNECT ${forwarded} HTTP/1.1\r\n`), head);
    assert.ok(head.includes(`\r\nhost: ${forwarded}\r\n`), head);
    assertClean(path);
  }
});

Deno.test("an upgrade that a route takes the fields from is none, whatever the origin says", () => {
  for (const name of ["upgrade", "connection"]) {
    const path = new TunnelPath(toOrigin("", `request_headers_to_remove: [${name}]`));
    const client = path.connect();
    client.send(`${UPGRADE}early`);
    path.deliver();
    assert.match(path.origin.take(), /\r\ntransfer-encoding: chunked\r\n\r\n5\r\nearly\r\n$/);
    path.origin.send(`${ACCEPTED}raw`);
    path.deliver();
    assert.match(client.take(), /^HTTP\/1\.1 101 [^]*\r\nconnection: close\r\n\r\n$/);
    assert.ok(isGone(path.origin));
    path.advance(1100);
    assert.ok(isGone(client));
    assertClean(path);
  }
});

Deno.test("a failed handshake is a reply as any other: the route adds to it, and a mapper may change it", () => {
  const comparison = "{ op: EQ, value: { default_value: 302, runtime_key: r } }";
  const mapper = `{ filter: { status_code_filter: { comparison: ${comparison} } }, status_code: 418 }`;
  for (const [managerFields, status] of [[[], 302], [[`local_reply_config: { mappers: [${mapper}] }`], 418]] as const) {
    const added = 'response_headers_to_add: [{ header: { key: x-b, value: "[%RESP(LOCATION)%]" } }]';
    const path = new TunnelPath(toOrigin("", added), { managerFields });
    const client = path.connect();
    client.send(UPGRADE);
    path.deliver();
    path.origin.send("HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 2\r\n\r\nno");
    path.deliver();
    const answer = client.take();
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
    assert.match(answer, /\r\nx-b: \[\]\r\nlocation: \/there\r\n[^]*content-length: 0\r\n\r\n$/);
    assertClean(path);
  }
});

Deno.test("times of tries are a WebSocket's until it is accepted", () => {
  for (const [field, details] of [["per_try_timeout", "per_try_timeout"], ["per_try_idle_timeout", "per_try_idle"]]) {
    const path = new TunnelPath(toOrigin(`retry_policy: { ${field}: 2s },`));
    const late = path.connect();
    late.send(UPGRADE);
    path.deliver();
    path.advance(2100);
    assert.match(late.take(), /^HTTP\/1\.1 504 /);
    assert.match(path.lines[0]!, new RegExp(`^504 UT upstream_${details}`));
    for (const request of [UPGRADE, OTHER]) {
      const client = begin(path, request, request === OTHER ? ACCEPTED.replace("websocket", "other") : ACCEPTED);
      path.advance(3000);
      path.origin.send("late");
      path.deliver();
      assert.equal(client.take(), "late");
    }
    const waiting = path.connect();
    waiting.send(OTHER);
    path.deliver();
    path.advance(3000);
    assert.equal(waiting.take(), "");
    assertClean(path);
  }
});

Deno.test("a tunnel has a line when it opens, where that is wanted, and one at its end", () => {
  const managerFields = [
    logLine("%ACCESS_LOG_TYPE% %RESPONSE_CODE% %BYTES_RECEIVED% %BYTES_SENT%"),
    "access_log_options: { flush_log_on_tunnel_successfully_established: true }",
  ];
  const opened = "DownstreamTunnelSuccessfullyEstablished", forwarded = route("connect_matcher: {}", "CONNECT");
  const cases: [table: string, request: string, answer: string, lines: string[]][] = [
    [toOrigin(""), UPGRADE, ACCEPTED, [`${opened} 101 0 0`, "DownstreamEnd 101 2 3"]],
    [routes(forwarded), CONNECT, OK, [`${opened} 200 0 0`, "DownstreamEnd 200 2 3"]],
    [ENDING, CONNECT, "", [`${opened} 200 0 0`, "DownstreamEnd 200 2 3"]],
    // As in Envoy, 200 alone is an answer to a CONNECT.
    [routes(forwarded), CONNECT, "HTTP/1.1 201 Created\r\n\r\n", ["DownstreamEnd 201 2 3"]],
  ];
  for (const [table, request, answer, lines] of cases) {
    const path = new TunnelPath(table, { managerFields });
    const client = begin(path, request, answer);
    client.send("hi");
    path.deliver();
    path.origin.send("you");
    path.deliver();
    client.close();
    path.deliver();
    assert.deepEqual(linesOf(path), lines);
    assertClean(path);
  }
});

Deno.test("logs weigh what a tunnel sent and received: a raw connection has no heads, its PROXY header counts as one", () => {
  const managerFields = [logLine(
    "%UPSTREAM_PROTOCOL% %UPSTREAM_WIRE_BYTES_SENT% %UPSTREAM_WIRE_BYTES_RECEIVED% " +
      "%UPSTREAM_HEADER_BYTES_SENT% %UPSTREAM_HEADER_BYTES_RECEIVED%",
  )];
  const config = (text: string) => routes(route("connect_matcher: {}", `CONNECT, connect_config: { ${text} }`));
  const proxyHeader = "PROXY TCP4 127.0.0.1 127.0.0.1 ";
  for (const fields of ["", "proxy_protocol_config: {}"]) {
    const path = new TunnelPath(config(fields), { managerFields });
    const client = path.connect();
    client.send(`${CONNECT}hello`);
    path.deliver();
    const sent = path.origin.take();
    assert.equal(sent.startsWith(proxyHeader), fields !== "");
    path.origin.send("back");
    path.deliver();
    client.close();
    path.deliver();
    assert.deepEqual(linesOf(path), [`- ${sent.length} 4 ${sent.length - "hello".length} 0`]);
    assertClean(path);
  }
});
