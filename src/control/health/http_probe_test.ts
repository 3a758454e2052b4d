/** HTTP/1 checks in memory: what is sent, what is made of answers, and what becomes of connections. */
import assert from "node:assert/strict";
import { HealthStage, hex, TIMES } from "../../../test/support/health_checks.ts";

function http(fields: string, more = ""): string {
  return `{${TIMES}, http_health_check: {path: /up?a=b${fields === "" ? "" : `, ${fields}`}}${
    more === "" ? "" : `, ${more}`
  }}`;
}

function started(checks: string, options: ConstructorParameters<typeof HealthStage>[1] = {}): HealthStage {
  const stage = new HealthStage(checks, options);
  stage.listen();
  stage.start();
  return stage;
}

const ENDPOINT =
  "{address: {socket_address: {address: 127.0.0.1, port_value: 80}}, health_check_config: {hostname: own}}";

/** Checked against Envoy 1.40, to the byte. */
const REQUESTS: readonly (readonly [fields: string, endpoint: string | null, request: string])[] = [
  ["", null, "GET /up?a=b HTTP/1.1\r\nhost: web\r\nuser-agent: Envoy/HC\r\n\r\n"],
  ["host: h", null, "GET /up?a=b HTTP/1.1\r\nhost: h\r\nuser-agent: Envoy/HC\r\n\r\n"],
  ["host: h", ENDPOINT, "GET /up?a=b HTTP/1.1\r\nhost: own\r\nuser-agent: Envoy/HC\r\n\r\n"],
  ["method: HEAD", null, "HEAD /up?a=b HTTP/1.1\r\nhost: web\r\nuser-agent: Envoy/HC\r\n\r\n"],
  ["method: POST", null, "POST /up?a=b HTTP/1.1\r\nhost: web\r\nuser-agent: Envoy/HC\r\ncontent-length: 0\r\n\r\n"],
  [
    `method: POST, send: {text: "${hex("abc")}"}`,
    null,
    "POST /up?a=b HTTP/1.1\r\nhost: web\r\nuser-agent: Envoy/HC\r\ncontent-length: 3\r\n\r\nabc",
  ],
  [
    "request_headers_to_remove: [user-agent], request_headers_to_add: [{header: {key: X-A, " +
    'value: "%PROTOCOL% %DOWNSTREAM_LOCAL_ADDRESS%"}}, {header: {key: user-agent, value: mine}}]',
    null,
    "GET /up?a=b HTTP/1.1\r\nhost: web\r\nx-a: HTTP/1.1 127.0.0.1:0\r\nuser-agent: mine\r\n\r\n",
  ],
];

Deno.test("an HTTP check sends what Envoy sends", () => {
  for (const [fields, endpoint, request] of REQUESTS) {
    const stage = started(http(fields), endpoint === null ? {} : { endpoints: [endpoint] });
    assert.equal(stage.peer.take(), request);
    stage.end();
  }
});

Deno.test("an HTTP check with a header that would end its line is not sent", () => {
  const fields = 'request_headers_to_add: [{header: {key: x, value: "%ENVIRONMENT(NAME)%%METADATA(CLUSTER:a:b)%"}}]';
  const stage = started(http(fields), { fields: ['metadata: {filter_metadata: {a: {b: "c\\nd"}}}'] });
  assert.deepEqual([stage.peers.length, stage.results[0]!.failure], [0, "NETWORK"]);
  assert.equal(stage.results[0]!.text, "a header of the check holds control characters");
  stage.end();
});

const BODY = `receive: [{text: "${hex("up")}"}, {text: "${hex("fast")}"}]`;
const SERVICE = "service_name_matcher: {prefix: web}";
const CLUSTER = "x-envoy-upstream-healthchecked-cluster: ";

/** Fields of the check, status, lines and body of the answer; null = it passes, else the text. */
const ANSWERS:
  readonly (readonly [fields: string, status: number, lines: string, body: string, text: string | null])[] = [
    ["", 200, "", "", null],
    ["", 201, "", "", "HTTP 201"],
    ["", 503, "", "", "HTTP 503"],
    ["expected_statuses: [{start: 100, end: 300}, {start: 404, end: 405}]", 404, "", "", null],
    ["expected_statuses: [{start: 204, end: 205}]", 200, "", "", "HTTP 200"],
    [BODY, 200, "", "is up and fast", null],
    [BODY, 200, "", "fast and up", "the body is not what was expected"],
    [`response_buffer_size: 8, ${BODY}`, 200, "", "up,,fast", null],
    [`response_buffer_size: 8, ${BODY}`, 200, "", "up,,,fast", "the body is not what was expected"],
    [`response_buffer_size: 0, ${BODY}`, 200, "", `up${"-".repeat(5000)}fast`, null],
    [BODY, 200, "", `up${"-".repeat(5000)}fast`, "the body is not what was expected"],
    [BODY, 503, "", "up fast", "HTTP 503"],
    [SERVICE, 200, `${CLUSTER}web-1\r\n`, "", null],
    [SERVICE, 200, `${CLUSTER}db\r\n`, "", 'the host is of the cluster "db"'],
    [SERVICE, 200, "", "", 'the host is of the cluster ""'],
  ];

Deno.test("an HTTP check makes of an answer what Envoy makes of it, whole or byte by byte", () => {
  for (const [fields, status, lines, body, text] of ANSWERS) {
    for (const options of [{}, { pieceBytes: 1 }]) {
      const stage = started(http(fields), options);
      stage.answer(status, lines, body);
      const [result] = stage.results;
      assert.deepEqual(
        [result!.isPass, result!.text],
        [text === null, text ?? "passed"],
        `${fields}: ${status} ${body}`,
      );
      assert.equal(result!.failure, text === null ? null : "ACTIVE");
      stage.end();
    }
  }
});

Deno.test("whose host it is is asked as often as runtime says", () => {
  for (const [percent, isPass] of [[0, true], [100, false]] as const) {
    const stage = started(http(SERVICE), { runtime: { "health_check.verify_cluster": percent } });
    stage.answer(200);
    assert.equal(stage.results[0]!.isPass, isPass);
    assert.equal(stage.stat("health_check.verify_cluster"), isPass ? 0 : 1);
    stage.end();
  }
});

/** What a host sends, whether it closes then; what the check comes to, and how many connections two checks take. */
const SCRIPTS:
  readonly (readonly [sent: string, close: "flush" | "abort" | null, text: string, connections: number])[] = [
    ["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", null, "passed", 1],
    ["HTTP/1.1 100 a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", null, "passed", 1],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n", null, "passed", 1],
    ["HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n", null, "HTTP 503", 1],
    ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", null, "passed", 2],
    ["HTTP/1.1 200 OK\r\n\r\nhello", "flush", "passed", 2],
    ["HTTP/1.0 200 OK\r\n\r\nhello", "flush", "passed", 2],
    ["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "flush", "passed", 2],
    ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nxx", null, "passed", 2],
    ["HTTP/1.1 101 x\r\n\r\n", null, "HTTP 101", 2],
    ["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok", "flush", "protocol error", 2],
    ["BAD\r\n\r\n", null, "protocol error", 2],
    ["", "flush", "connection termination", 2],
    ["", "abort", "connection termination", 2],
  ];

Deno.test("an HTTP check keeps a connection as long as both sides want it", () => {
  for (const [sent, close, text, connections] of SCRIPTS) {
    for (const options of [{}, { pieceBytes: 1 }]) {
      const stage = started(http(""), options);
      stage.peer.send(sent);
      if (close !== null) stage.peer.close(close);
      stage.deliver();
      assert.deepEqual(stage.results.map((result) => result.text), [text], sent);
      const isNetwork = !/^(?:passed|HTTP \d+)$/.test(text);
      assert.equal(stage.stat("health_check.network_failure"), Number(isNetwork));
      stage.advance(10_010);
      assert.equal(stage.peers.length, connections, sent);
      assert.equal(stage.results.length, 1, "what happens between checks is none");
      stage.answer(200);
      assert.equal(stage.results.at(-1)!.isPass, true);
      stage.end();
    }
  }
});

Deno.test("an HTTP check counts its host's protocol errors and its idle connections with the cluster's", () => {
  const stage = started(http(""), { fields: ["common_http_protocol_options: {idle_timeout: 2s}"] });
  stage.peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nxx");
  stage.deliver();
  assert.equal(stage.stat("upstream_cx_protocol_error"), 1);
  stage.advance(10_010);
  stage.answer(200);
  stage.advance(1900);
  assert.equal(stage.peer.hasEnded, false);
  stage.advance(200);
  assert.equal(stage.peer.hasEnded, true);
  assert.equal(stage.stat("upstream_cx_idle_timeout"), 1);
  assert.equal(stage.stat("upstream_cx_protocol_error"), 1);
  stage.advance(10_000);
  assert.equal(stage.peers.length, 3);
  stage.end();
});

Deno.test("an HTTP check without reuse_connection makes a connection each time", () => {
  const stage = started(http("", "reuse_connection: false"));
  stage.answer(200);
  assert.equal(stage.peer.hasEnded, true);
  stage.advance(10_010);
  assert.equal(stage.peers.length, 2);
  stage.answer(200);
  assert.deepEqual(stage.counts, { attempt: 2, success: 2, healthy: 1 });
  stage.end();
});

Deno.test("a host that refuses the connection fails by the network", () => {
  const stage = new HealthStage(http(""));
  stage.start();
  const { failure, text } = stage.results[0]!;
  assert.deepEqual([failure, text], ["NETWORK", "Connection refused"]);
  stage.end();
});

/** `health_check_config` and the port that is asked; checked against Envoy. */
const TARGETS: readonly (readonly [config: string, port: number])[] = [
  ["{}", 80],
  ["{port_value: 81}", 81],
  ["{address: {socket_address: {address: 127.0.0.1, port_value: 82}}}", 82],
  ["{port_value: 81, address: {socket_address: {address: 127.0.0.1, port_value: 82}}}", 81],
];

Deno.test("a host is asked where its endpoint says", () => {
  for (const [config, port] of TARGETS) {
    const endpoint =
      `{address: {socket_address: {address: 127.0.0.1, port_value: 80}}, health_check_config: ${config}}`;
    const stage = new HealthStage(http(""), { endpoints: [endpoint] });
    stage.listen(port);
    stage.start();
    assert.equal(stage.peers.length, 1, config);
    stage.end();
  }
});
