/** How tunnels begin, or do not, on the memory data path (spec/http.md 7): answers, faults, time. */
import assert from "node:assert/strict";
import { assertClean } from "../../test/support/data_path.ts";
import {
  ACCEPTED,
  begin,
  CONNECT,
  ENDING,
  FORWARDED,
  isGone,
  OK,
  TunnelPath,
  UPGRADE,
} from "../../test/support/tunnel_path.ts";

const LENGTH_2 = "content-length: 2\r\n\r\n";

// ---- handshakes that fail

Deno.test("a WebSocket's answer that is no error and no 101 comes without its body", () => {
  for (const head of ["200 OK", "204 No Content", "302 Found"]) {
    const path = new TunnelPath(FORWARDED);
    const client = path.connect();
    client.send(`${UPGRADE}early`);
    path.deliver();
    path.origin.send(
      `HTTP/1.1 ${head}\r\nx-a: b\r\ncontent-type: text/plain\r\n${head.startsWith("204") ? "\r\n" : `${LENGTH_2}no`}`,
    );
    path.deliver();
    const answer = client.take();
    assert.match(
      answer,
      new RegExp(`^HTTP/1.1 ${head}\r\nx-a: b\r\n[^]*connection: close\r\n(content-length: 0\r\n)?\r\n$`),
    );
    assert.doesNotMatch(answer, /content-type|service-time/);
    assert.ok(isGone(path.origin));
    assert.deepEqual(path.lines, [`${head.slice(0, 3)} - websocket_handshake_unsuccessful 5 0`]);
    assert.equal(path.counter("cluster.web.upstream_rq_completed"), 0);
    assertClean(path);
  }
});

Deno.test("an error in answer to an upgrade is handed on whole, and what waited is dropped", () => {
  for (
    const [request, status] of [[UPGRADE, 403], [CONNECT, 407], [UPGRADE.replace("websocket", "other"), 200]] as const
  ) {
    const path = new TunnelPath(FORWARDED, { hcm: { upgrades: [{ type: "other", isEnabled: true, filters: [] }] } });
    const client = path.connect();
    client.send(`${request}early`);
    path.deliver();
    path.origin.take();
    path.origin.send(`HTTP/1.1 ${status} X\r\n${LENGTH_2}no`);
    path.deliver();
    assert.match(client.take(), /content-length: 2\r\n[^]*connection: close\r\n\r\nno$/);
    assert.equal(path.origin.take(), "");
    assert.ok(isGone(path.origin));
    assert.deepEqual(path.lines, [`${status} - via_upstream 5 2`]);
    assertClean(path);
  }
});

Deno.test("an origin that goes before it has answered an upgrade makes it a 503", () => {
  const path = new TunnelPath(FORWARDED);
  const client = path.connect();
  client.send(`${UPGRADE}early`);
  path.deliver();
  path.origin.close();
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*connection: close[^]*reset reason: connection termination$/);
  assert.deepEqual(path.lines, ["503 UC upstream_reset_before_response_started{connection_termination} 5 95"]);
  assertClean(path);
});

Deno.test("a client that goes while its upgrade is asked for is noticed, bytes held or not", () => {
  for (const early of ["", "early"]) {
    const path = new TunnelPath(FORWARDED);
    const client = path.connect();
    client.send(`${UPGRADE}${early}`);
    path.deliver();
    client.close("abort");
    path.deliver();
    assert.ok(isGone(path.origin));
    assert.deepEqual(path.lines, [`0 DC downstream_remote_disconnect ${early.length} 0`]);
    assertClean(path);
  }
});

Deno.test("a CONNECT that ends here fails as any request does when nobody listens", () => {
  const path = new TunnelPath(ENDING);
  path.stopOrigin();
  const client = path.connect();
  client.send(`${CONNECT}early`);
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*reset reason: remote connection failure$/);
  assert.match(path.lines[0]!, /^503 UF upstream_reset_before_response_started\{remote_connection_failure\|/);
  assert.equal(path.counter("cluster.web.upstream_cx_connect_fail"), 1);
  assertClean(path);
});

Deno.test("bytes of a CONNECT before its answer are refused where the router says so", () => {
  for (const table of [ENDING, FORWARDED]) {
    const path = new TunnelPath(table, { routerFields: ["reject_connect_request_early_data: true"] });
    const client = path.connect();
    client.send(`${CONNECT}early`);
    path.deliver();
    assert.match(client.take(), /^HTTP\/1\.1 400 Bad Request\r\n[^]*connection: close\r\ncontent-length: 0\r\n\r\n$/);
    assert.deepEqual(path.lines, ["400 - early_connect_data 5 0"]);
    path.advance(1100);
    assert.ok(isGone(client));
    const late = path.connect();
    late.send(CONNECT);
    path.deliver();
    if (table === FORWARDED) path.origin.send(OK);
    path.deliver();
    late.send("late");
    path.deliver();
    assert.match(path.origin.take(), /late$/);
    assertClean(path);
  }
});

// ---- time

Deno.test("the route's time is a WebSocket's until it is accepted; other tunnels have none", () => {
  const path = new TunnelPath(FORWARDED);
  const late = path.connect();
  late.send(UPGRADE);
  path.deliver();
  path.advance(15_100);
  assert.match(late.take(), /^HTTP\/1\.1 504 /);
  assert.deepEqual(path.lines, ["504 UT response_timeout 0 24"]);
  assert.ok(isGone(path.origin));
  const client = begin(path, UPGRADE, ACCEPTED);
  path.advance(16_000);
  path.origin.send("late");
  path.deliver();
  assert.equal(client.take(), "late");
  const waiting = path.connect();
  waiting.send(CONNECT);
  path.deliver();
  path.advance(16_000);
  assert.equal(waiting.take(), "");
  assertClean(path);
});

Deno.test("a tunnel that idles ends with SI, one that is used lives on", () => {
  const path = new TunnelPath(FORWARDED, { hcm: { streamIdleTimeoutMs: 10_000 } });
  const client = begin(path, UPGRADE, ACCEPTED);
  for (let turn = 0; turn < 4; turn++) {
    path.advance(8000);
    if (turn % 2 === 0) client.send("ping");
    else path.origin.send("pong");
    path.deliver();
  }
  assert.equal(isGone(client), false);
  path.advance(10_100);
  assert.ok(isGone(path.origin));
  path.advance(1100);
  assert.ok(isGone(client));
  assert.deepEqual(path.lines, ["101 SI stream_idle_timeout 8 8"]);
  assert.equal(path.counter("http.ingress.downstream_rq_idle_timeout"), 1);
  assertClean(path);
});

Deno.test("an idle handshake is answered 408: its request has no end", () => {
  const path = new TunnelPath(FORWARDED, { hcm: { streamIdleTimeoutMs: 10_000 } });
  const client = path.connect();
  client.send(UPGRADE);
  path.deliver();
  path.advance(10_100);
  assert.match(client.take(), /^HTTP\/1\.1 408 [^]*stream timeout$/);
  path.advance(1100);
  assertClean(path);
});

Deno.test("the request's time is that of the handshake", () => {
  const path = new TunnelPath(FORWARDED, { hcm: { requestTimeoutMs: 5000 } });
  const late = path.connect();
  late.send(UPGRADE);
  path.deliver();
  path.advance(5100);
  assert.match(late.take(), /^HTTP\/1\.1 408 [^]*request timeout$/);
  const client = begin(path, UPGRADE, ACCEPTED);
  path.advance(6000);
  client.send("on");
  path.deliver();
  assert.equal(path.origin.take(), "on");
  assert.equal(path.counter("http.ingress.downstream_rq_timeout"), 1);
  assertClean(path);
});

Deno.test("a tunnel outlives a drain and says nothing of it", () => {
  const path = new TunnelPath(FORWARDED);
  path.drain.start("immediate", 0);
  const client = path.connect();
  client.send(UPGRADE);
  path.deliver();
  path.origin.send(ACCEPTED);
  path.deliver();
  assert.doesNotMatch(client.take(), /close/);
  for (const manager of path.managers) path.loop.runEvent(() => manager.drain());
  path.advance(60_000);
  client.send("on");
  path.deliver();
  assert.match(path.origin.take(), /on$/);
  client.close("half");
  path.deliver();
  assert.ok(isGone(client));
  assertClean(path);
});
