import assert from "node:assert/strict";
import { DEFAULT_CIRCUIT_BREAKERS } from "../config/schema/circuit_breakers.ts";
import { assertClean, DataPath, type Peer } from "../../test/support/data_path.ts";

const GET = "GET /x HTTP/1.1\r\nhost: a.test\r\nuser-agent: t\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
const DATE = "date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";

/** A request through to the origin and its answer back. */
function exchange(path: DataPath, client: Peer, request = GET, response = OK): string {
  client.send(request);
  path.deliver();
  path.origin.send(response);
  path.deliver();
  return client.take();
}

for (const pieceBytes of [Infinity, 1]) {
  const feeding = pieceBytes === 1 ? ", byte by byte" : "";

  Deno.test(`data path forwards a request and its response${feeding}`, () => {
    const path = new DataPath({ pieceBytes, hcm: { generateRequestId: false } });
    const client = path.connect();
    client.send(GET);
    path.deliver();
    assert.equal(
      path.origin.take(),
      "GET /x HTTP/1.1\r\nhost: a.test\r\nuser-agent: t\r\nx-forwarded-proto: http\r\n" +
        "x-envoy-expected-rq-timeout-ms: 15000\r\n\r\n",
    );
    path.origin.send(OK);
    path.deliver();
    assert.equal(
      client.take(),
      `HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-envoy-upstream-service-time: 0\r\nserver: envoy\r\n${DATE}\r\nhi`,
    );
    assert.match(exchange(path, client), /^HTTP\/1\.1 200 OK\r\n/);
    assert.equal(path.origins.length, 1, "the upstream connection is used again");
    client.close();
    path.deliver();
    assertClean(path);
  });

  Deno.test(`data path streams chunked bodies both ways${feeding}`, () => {
    const path = new DataPath({ pieceBytes });
    const client = path.connect();
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    path.deliver();
    client.send("4\r\ndefg\r\n0\r\n\r\n");
    path.deliver();
    const request = path.origin.take();
    assert.match(request, /transfer-encoding: chunked/);
    assert.match(request, /0\r\n\r\n$/);
    path.origin.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    path.deliver();
    assert.match(client.take(), /\r\n0\r\n\r\n$/);
    assertClean(path);
  });

  Deno.test(`data path answers pipelined requests in order${feeding}`, () => {
    const path = new DataPath({ pieceBytes });
    const client = path.connect();
    client.send(GET.replace("/x", "/1") + GET.replace("/x", "/2"));
    path.deliver();
    assert.match(path.origin.take(), /^GET \/1 /);
    path.origin.send(OK.replace("hi", "11"));
    path.deliver();
    assert.match(path.origin.take(), /^GET \/2 /);
    path.origin.send(OK.replace("hi", "22"));
    path.deliver();
    assert.match(client.take(), /11HTTP.*22$/s);
    assertClean(path);
  });
}

Deno.test("data path answers 503 UF when the origin refuses", () => {
  const path = new DataPath();
  path.stopOrigin();
  const client = path.connect();
  client.send(GET);
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 503 .*\r\n\r\nupstream connect error .* remote connection failure$/s);
  assert.equal(path.counter("cluster.web.upstream_cx_connect_fail"), 1);
  assert.equal(path.counter("cluster.web.upstream_rq_503"), 1);
  assertClean(path);
});

Deno.test("data path answers 504 when the route's time is up and resets the origin", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send(GET);
  path.deliver();
  path.advance(14_900);
  assert.equal(client.take(), "");
  path.advance(200);
  assert.match(client.take(), /^HTTP\/1\.1 504 .*upstream request timeout$/s);
  assert.notEqual(path.origin.closed ?? path.origin.hasEnded, false);
  assert.equal(path.counter("cluster.web.upstream_rq_timeout"), 1);
  assertClean(path);
});

Deno.test("data path answers 503 UC when the origin closes before its response", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send(GET);
  path.deliver();
  path.origin.close();
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 503 .*reset reason: connection termination$/s);
  assertClean(path);
});

Deno.test("data path cuts a response that the origin cut, and never ends it cleanly", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send(GET);
  path.deliver();
  path.origin.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
  path.deliver();
  path.origin.close();
  path.deliver();
  assert.match(client.take(), /5\r\nhello\r\n$/);
  path.advance(1100);
  assert.ok(client.hasEnded || client.closed !== null);
  assertClean(path);
});

Deno.test("data path answers 502 to bytes that are no response", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send(GET);
  path.deliver();
  path.origin.send("SSH-2.0-OpenSSH\r\n");
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 502 .*reset reason: protocol error$/s);
  assertClean(path);
});

Deno.test("data path resets the origin when the client goes", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send(GET);
  path.deliver();
  client.close("abort");
  path.deliver();
  assert.notEqual(path.origin.closed ?? path.origin.hasEnded, false);
  assert.equal(path.counter("cluster.web.upstream_cx_destroy_local_with_active_rq"), 1);
  assertClean(path);
});

Deno.test("data path takes a client that goes while it waits for a connection out of the queue", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send(GET);
  client.close("abort");
  path.deliver();
  assertClean(path);
});

Deno.test("data path fails the third of three requests where one may run and one may wait", () => {
  const limits = {
    ...DEFAULT_CIRCUIT_BREAKERS.default,
    maxConnections: 1,
    maxPendingRequests: 1,
    maxRequests: 1024,
    maxRetries: 3,
    retryBudget: null,
  };
  const path = new DataPath({ cluster: { circuitBreakers: { default: limits, high: limits } } });
  const clients = [path.connect(), path.connect(), path.connect()];
  clients[0]!.send(GET);
  path.deliver();
  clients[1]!.send(GET);
  path.deliver();
  clients[2]!.send(GET);
  path.deliver();
  assert.match(clients[2]!.take(), /^HTTP\/1\.1 503 .*x-envoy-overloaded: true.*reset reason: overflow$/s);
  path.origin.send(OK);
  path.deliver();
  path.origin.send(OK);
  path.deliver();
  assert.match(clients[0]!.take(), /200 OK/);
  assert.match(clients[1]!.take(), /200 OK/);
  assertClean(path);
});

Deno.test("data path stops reading the origin while the client is slow, and loses nothing", () => {
  const path = new DataPath({ windowBytes: 4096 });
  const client = path.connect();
  client.send(GET);
  path.deliver();
  client.pause(true);
  const body = "0123456789abcdef".repeat(400_000);
  path.origin.send(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  path.deliver();
  const held = [...path.managers].length;
  assert.equal(held, 1);
  assert.ok(path.counter("cluster.web.upstream_flow_control_paused_reading_total") > 0);
  client.pause(false);
  path.deliver();
  assert.ok(client.take().endsWith(`\r\n\r\n${body}`));
  assertClean(path);
});

Deno.test("data path stops reading the client while the origin is slow, and loses nothing", () => {
  const path = new DataPath({ windowBytes: 4096 });
  const client = path.connect();
  const body = "0123456789abcdef".repeat(400_000);
  client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`);
  path.deliver();
  path.origin.pause(true);
  client.send(body);
  path.deliver();
  assert.ok(path.counter("http.ingress.downstream_flow_control_paused_reading_total") > 0);
  path.origin.pause(false);
  path.deliver();
  assert.ok(path.origin.take().endsWith(`\r\n\r\n${body}`));
  path.origin.send(OK);
  path.deliver();
  assert.match(client.take(), /200 OK/);
  assertClean(path);
});

Deno.test("data path delivers an early response and closes after it", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc");
  path.deliver();
  path.origin.send(OK);
  path.deliver();
  assert.match(client.take(), /connection: close\r\n.*hi$/s);
  path.advance(1100);
  assert.ok(client.hasEnded || client.closed !== null);
  assertClean(path);
});

Deno.test("data path closes a client connection that idles for an hour", () => {
  const path = new DataPath();
  const client = path.connect();
  exchange(path, client);
  path.advance(3_600_100);
  path.advance(5_100);
  path.advance(1_100);
  assert.ok(client.hasEnded || client.closed !== null);
  assert.equal(path.counter("http.ingress.downstream_cx_idle_timeout"), 1);
  assertClean(path);
});

Deno.test("data path answers a stream that idles: 408 while the request is incomplete", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc");
  path.deliver();
  path.advance(300_100);
  assert.match(client.take(), /^HTTP\/1\.1 408 .*stream timeout$/s);
  path.advance(1100);
  assertClean(path);
});

Deno.test("data path does not call a stream idle whose body goes on", () => {
  const path = new DataPath();
  const client = path.connect();
  client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n");
  path.deliver();
  for (let piece = 0; piece < 4; piece++) {
    path.advance(200_000);
    client.send("0123456789");
    path.deliver();
    assert.equal(client.take(), "");
  }
  path.advance(299_000);
  assert.equal(client.take(), "");
  path.advance(1100);
  assert.match(client.take(), /^HTTP\/1\.1 408 .*stream timeout$/s);
  path.advance(1100);
  assertClean(path);
});

Deno.test("data path tells a draining connection to close with its next response", () => {
  const path = new DataPath();
  const client = path.connect();
  path.drain.start("immediate", 0);
  assert.match(exchange(path, client), /connection: close\r\n/);
  path.deliver();
  assert.ok(client.hasEnded || client.closed !== null);
  assert.equal(path.counter("http.ingress.downstream_cx_drain_close"), 1);
  assertClean(path);
});
