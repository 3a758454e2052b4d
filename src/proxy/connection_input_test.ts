/**
 * What a downstream connection makes of what comes in: the first bytes and the codec they choose, bad requests, requests
 * nobody reads the answers of, and requests in times of overload (spec/http.md 1.3, 1.4, 1.7, 6.2; operations.md 18.4).
 */
import assert from "node:assert/strict";
import {
  assertCounts,
  assertEndsAfter,
  exchange,
  GET,
  isOver,
  OK,
  pass,
  saysClose,
  send,
  start,
} from "../../test/support/client_script.ts";
import { assertClean } from "../../test/support/data_path.ts";
import { OVERLOAD_RESET } from "./overload.ts";

const COMMON = "common_http_protocol_options";

// ---- 400

/** `/bad` and `/direct` are answered here. */
const ROUTES = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [${
  [
    '{ match: { prefix: /bad }, direct_response: { status: 400, body: { inline_string: "no" } } }',
    '{ match: { prefix: /direct }, direct_response: { status: 200, body: { inline_string: "hi" } } }',
    "{ match: { prefix: / }, route: { cluster: web } }",
  ].join(", ")
}] }] }`;

/** What is answered 400, by whom, and whether the connection may go on after it. */
const BAD_REQUESTS: readonly (readonly [request: string, details: string, isForgiven: boolean])[] = [
  ["GET / HTTP/1.1\r\n\r\n", "- missing_host_header", true],
  ["GET /#x HTTP/1.1\r\nhost: a\r\n\r\n", "- path_normalization_failed", true],
  ["QUERY / HTTP/1.1\r\nhost: a\r\n\r\n", "- query_missing_content_type", true],
  ["GET /bad HTTP/1.1\r\nhost: a\r\n\r\n", "- direct_response", true],
  ["GET / HTTP/1.1\r\nhost: a\r\na b: c\r\n\r\n", "DPE http1.codec_error", false],
  ["GET / HTTP/1.1\r\nhost: a\r\nconnection: x-forwarded-for\r\n\r\n", "DPE http1.connection_header_rejected", false],
  ["POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\n", "- missing_host_header", false],
];

for (
  const [field, forgives] of [
    ["stream_error_on_invalid_http_message: false", false],
    ["stream_error_on_invalid_http_message: true", true],
    ["http_protocol_options: {override_stream_error_on_invalid_http_message: true}", true],
  ] as const
) {
  Deno.test(`${field} decides whether a 400 ends the connection`, () => {
    for (const [request, details, isForgiven] of BAD_REQUESTS) {
      const [path, client] = start([field], { routes: ROUTES });
      send(path, client, request);
      const answer = client.take();
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.deepEqual(path.logged, [`400 ${details}`]);
      assert.equal(saysClose(answer), !(forgives && isForgiven), details);
      if (forgives && isForgiven) assert.match(exchange(path, client), /200 OK/);
      else pass(path, 1010);
      assert.equal(isOver(client), !(forgives && isForgiven), details);
      assertClean(path);
    }
  });
}

Deno.test("stream_error_on_invalid_http_message leaves the 400 of an origin alone", () => {
  const [path, client] = start([]);
  send(path, client, GET);
  send(path, path.origin, "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
  assert.ok(!saysClose(client.take()));
  assertClean(path);
});

// ---- responses that nobody reads

Deno.test("a third request behind two unwritten responses is a flood and ends the connection", () => {
  for (const count of [2, 3, 10]) {
    const [path, client] = start([], { routes: ROUTES });
    send(path, client, GET.replace("/", "/direct").repeat(count));
    assert.equal(client.take().match(/HTTP\/1\.1 200/g)!.length, 2);
    const isFlood = count > 2;
    assert.deepEqual(path.logged.slice(2), isFlood ? ["0 DPE codec_error:Too_many_responses_queued."] : []);
    assert.equal(path.counter("http1.response_flood"), isFlood ? 1 : 0);
    assertCounts(path, { destroy_local_active_rq: isFlood ? 1 : 0, protocol_error: 0 });
    pass(path, 1010);
    assert.equal(isOver(client), isFlood);
    assertClean(path);
  }
});

Deno.test("pipelined requests whose responses are written one by one are no flood", () => {
  const [path, client] = start([]);
  client.send(GET.repeat(50));
  path.deliver();
  for (let i = 0; i < 50; i++) send(path, path.origin, OK);
  assert.equal(client.take().match(/HTTP\/1\.1 200/g)!.length, 50);
  assert.equal(path.counter("http1.response_flood"), 0);
  assertClean(path);
});

Deno.test("a client that pipelines and does not read is a flood when two whole responses wait", () => {
  const [path, client] = start([], { windowBytes: 1024 });
  client.pause(true);
  client.send(GET.repeat(6));
  path.deliver();
  const big = `HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n${"x".repeat(5000)}`;
  for (let i = 0; i < 6 && path.counter("http1.response_flood") === 0; i++) send(path, path.origin, big);
  assert.equal(path.counter("http.ingress.downstream_rq_2xx"), 2);
  assert.equal(path.counter("http1.response_flood"), 1);
  pass(path, 1010);
  assert.equal(path.managers.size, 0);
  assertClean(path);
});

// ---- which codec

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

Deno.test("codec_type AUTO waits while the bytes may become an HTTP/2 preface", () => {
  const [path, client] = start([]);
  for (const byte of PREFACE.slice(0, -1)) {
    send(path, client, byte);
    assert.equal(client.take(), "");
    assertCounts(path, { http1_total: 0 });
  }
  send(path, client, PREFACE.at(-1)!);
  assert.match(client.take(), /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\nBad Request$/, "there is no HTTP/2 here");
  assert.deepEqual(path.logged, ["400 DPE http1.codec_error"]);
  assertCounts(path, { http1_total: 1, protocol_error: 1 });
  pass(path, 1010);
  assert.ok(isOver(client));
  assertClean(path);
});

Deno.test("codec_type AUTO takes a request that begins like a preface for what it is", () => {
  for (const method of ["POST", "PUT", "PROPFIND"]) {
    for (const pieceBytes of [1, Infinity]) {
      const [path, client] = start([], { pieceBytes });
      assert.match(exchange(path, client, GET.replace("GET", method)), /200 OK/);
      assertCounts(path, { http1_total: 1 });
      assertClean(path);
    }
  }
});

Deno.test("codec_type HTTP1 does not wait", () => {
  const [path, client] = start(["codec_type: HTTP1", "request_headers_timeout: 1s"]);
  send(path, client, "PRI");
  assertCounts(path, { http1_total: 1 });
  send(path, client, " * HTTP/2.0\r\n\r\n");
  assert.match(client.take(), /^HTTP\/1\.1 400 /);
  pass(path, 1010);
  assertClean(path);
});

Deno.test("request_headers_timeout runs from the first byte, be it one that may begin a preface", () => {
  for (const [first, second] of [["P", ""], ["PO", ""], ["P", "O"], ["G", "E"]] as const) {
    const [path, client] = start(["request_headers_timeout: 1s"]);
    send(path, client, first);
    pass(path, 500);
    send(path, client, second);
    pass(path, 490);
    assert.equal(client.take(), "");
    pass(path, 40);
    assert.match(client.take(), /^HTTP\/1\.1 408 [^]*request header timeout$/, `${first} ${second}`);
    assert.deepEqual(path.logged, ["408 - request_header_timeout"]);
    assertEndsAfter(path, client, 960);
    assertClean(path);
  }
});

Deno.test("a preface that stops half way is in the end what HTTP/1 makes of it", () => {
  for (const timeout of ["request_headers_timeout: 1s", "stream_idle_timeout: 1s"]) {
    const [path, client] = start([timeout]);
    send(path, client, "PRI * HTTP");
    pass(path, 990);
    assert.equal(client.take(), "");
    pass(path, 20);
    assert.match(client.take(), /^HTTP\/1\.1 400 /);
    pass(path, 1020);
    assert.ok(isOver(client));
    assertClean(path);
  }
});

Deno.test("a connection whose codec is not clear yet is drained like one that has begun", () => {
  const [path, client] = start([`${COMMON}: {max_connection_duration: 1s}`, "drain_timeout: 2s"]);
  send(path, client, "P");
  pass(path, 1020);
  assert.ok(!isOver(client));
  send(path, client, "UT / HTTP/1.1\r\nhost: a\r\n\r\n");
  send(path, path.origin, OK);
  assert.ok(saysClose(client.take()));
  assert.ok(isOver(client));
  assertClean(path);
});

Deno.test("a client that goes before its codec is clear has sent no request", () => {
  const [path, client] = start([]);
  send(path, client, "PRI *");
  client.close("half");
  path.deliver();
  assert.ok(isOver(client));
  assert.deepEqual(path.logged, []);
  assertCounts(path, { destroy_remote: 1 });
  assertClean(path);
});

// ---- overload

Deno.test("append_local_overload says in the reply, to gRPC too, that this process is overloaded", () => {
  for (const appends of [false, true]) {
    const [path, client] = start([`append_local_overload: ${appends}`]);
    path.overload.stopAcceptingRequests = 1;
    for (const request of [GET, GET.replace("\r\n\r\n", "\r\ncontent-type: application/grpc\r\n\r\n")]) {
      send(path, client, request);
      assert.equal(client.take().includes("\r\nx-envoy-local-overloaded: true\r\n"), appends);
    }
    assert.deepEqual(path.logged, ["503 OM overload", "200 OM overload"]);
    assertClean(path);
  }
});

Deno.test("overload actions end keep-alive, refuse requests and reset streams", () => {
  const [path, client] = start([]);
  path.overload.stopAcceptingRequests = 1;
  send(path, client, GET);
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*\r\n\r\nenvoy overloaded$/);
  assert.equal(path.counter("http.ingress.downstream_rq_overload_close"), 1);
  assert.equal(path.origins.length, 0);
  path.overload.stopAcceptingRequests = 0;

  path.overload.disableKeepalive = 1;
  assert.ok(saysClose(exchange(path, client)));
  assertCounts(path, { overload_disable_keepalive: 1, drain_close: 1 });
  assert.ok(isOver(client));
  path.overload.disableKeepalive = 0;

  const second = path.connect();
  send(path, second, GET);
  for (const manager of path.managers) path.loop.runEvent(() => manager.resetStream(OVERLOAD_RESET));
  path.deliver();
  assert.match(second.take(), /^HTTP\/1\.1 503 [^]*reset reason: overload manager reset$/);
  assert.deepEqual(path.logged, [
    "503 OM overload",
    "200 - via_upstream",
    "503 OM upstream_reset_before_response_started{overload_manager_reset}",
  ]);
  assertClean(path);
});
