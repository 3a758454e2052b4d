/** Access logs on the memory data path: what their lines say, and when they are written (spec/http.md 8). */
import assert from "node:assert/strict";
import { assertClean, DataPath, type DataPathOptions } from "../../test/support/data_path.ts";

const FILE = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
const GET = "GET /x HTTP/1.1\r\nhost: a.test\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/** A tick of the wheel: no timer is later than that. */
const TICK_MS = 10;

/** An access log to the sink `lines`, in this format. */
const log = (format: string) =>
  `[{ name: l, typed_config: { "@type": ${FILE}, path: lines, ` +
  `log_format: { text_format_source: { inline_string: ${JSON.stringify(`${format}\n`)} } } } }]`;

/** A path whose streams are logged in this format. */
function logged(format: string, options: DataPathOptions = {}, ...managerFields: string[]): DataPath {
  return new DataPath({ ...options, managerFields: [`access_log: ${log(format)}`, ...managerFields] });
}

/** Lines since the last call. */
const linesOf = (path: DataPath) => path.logs.sinkFor({ path: "lines" }).take().split("\n").slice(0, -1);

Deno.test("a stream's line has every duration by the clock", () => {
  const path = logged(
    "%DURATION% %REQUEST_DURATION% %REQUEST_TX_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION% " +
      "%UPSTREAM_CONNECTION_POOL_READY_DURATION% %COMMON_DURATION(DS_CX_BEG:DS_RX_BEG)% %COMMON_DURATION(US_TX_BEG:US_TX_END)% " +
      "%COMMON_DURATION(US_RX_BEG:US_RX_BODY_BEG)% %COMMON_DURATION(US_RX_BEG:US_RX_END)% %COMMON_DURATION(DS_TX_BEG:DS_TX_END)%",
  );
  const client = path.connect();
  path.advance(100);
  client.send("POST /x HTTP/1.1\r\nhost: a.test\r\ncontent-length: 2\r\n\r\na");
  path.deliver();
  path.advance(20);
  client.send("b");
  path.deliver();
  path.advance(30);
  path.origin.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
  path.deliver();
  path.advance(40);
  path.origin.send("o");
  path.deliver();
  path.advance(50);
  path.origin.send("k");
  path.deliver();
  path.advance(60);
  assert.deepEqual(linesOf(path), ["140 20 20 50 90 0 100 20 40 90 90"]);
  assertClean(path);
});

Deno.test("sizes on the wire are those of one stream, whatever was on the connection before", () => {
  const path = logged(
    "%DOWNSTREAM_WIRE_BYTES_RECEIVED% %DOWNSTREAM_WIRE_BYTES_SENT% %DOWNSTREAM_HEADER_BYTES_RECEIVED% " +
      "%DOWNSTREAM_HEADER_BYTES_SENT% %UPSTREAM_WIRE_BYTES_SENT% %UPSTREAM_WIRE_BYTES_RECEIVED% " +
      "%UPSTREAM_HEADER_BYTES_SENT% %UPSTREAM_HEADER_BYTES_RECEIVED% %BYTES_RECEIVED% %BYTES_SENT%",
    { routerFields: ["suppress_envoy_headers: true"] },
  );
  const client = path.connect();
  const request = "POST /x HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  const response = "HTTP/1.1 200 OK\r\na: b\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  const received: string[] = [];
  for (let i = 0; i < 3; i++) {
    client.take();
    client.send(request);
    path.deliver();
    const sent = path.origin.take();
    path.origin.send(response);
    path.deliver();
    const answer = client.take();
    const headOf = (text: string) => text.slice(text.indexOf("\r\n") + 2, text.indexOf("\r\n\r\n") + 2).length;
    received.push([
      ...[request.length, answer.length, "hosta.test".length + "transfer-encodingchunked".length + 2 * 3],
      ...[headOf(answer), sent.length, response.length, headOf(sent)],
      ...["ab".length + "transfer-encodingchunked".length + 2 * 3, 3, 2],
    ].join(" "));
  }
  assert.deepEqual(linesOf(path), received);
  assertClean(path);
});

Deno.test("a stream's line counts its interim answers, and a part of a message that was cut", () => {
  const path = logged(
    "%RESPONSE_CODE% %DOWNSTREAM_WIRE_BYTES_RECEIVED% %DOWNSTREAM_WIRE_BYTES_SENT% %UPSTREAM_WIRE_BYTES_RECEIVED% %BYTES_SENT%",
  );
  const client = path.connect();
  const head = "POST /x HTTP/1.1\r\nhost: a.test\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n";
  client.send(head);
  path.deliver();
  client.send("ab");
  path.deliver();
  const response = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
  path.origin.send(response);
  path.deliver();
  path.origin.close("abort");
  path.deliver();
  const answer = client.take();
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  assert.deepEqual(linesOf(path), [`200 ${head.length + 2} ${answer.length} ${response.length} 4`]);
  assertClean(path);
});

Deno.test("trailers of the response are in the line, of this stream alone", () => {
  const trailers = "http_protocol_options: { enable_trailers: true }";
  const path = logged("%TRAILER(t)% %RESPONSE_TRAILERS_BYTES%", { clusterFields: [trailers] }, trailers);
  const client = path.connect();
  client.send(GET);
  path.deliver();
  path.origin.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nt: one\r\n\r\n");
  path.deliver();
  client.send(GET);
  path.deliver();
  path.origin.send(OK);
  path.deliver();
  assert.deepEqual(linesOf(path), ["one 4", "- 0"]);
  assertClean(path);
});

Deno.test("streams that nobody answers, and that nobody finishes asking, have lines", () => {
  const path = logged(
    "%REQ(:path)% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %RESP(server)% %UPSTREAM_HOST%",
  );
  const [waiting, half] = [path.connect(), path.connect()];
  waiting.send(GET);
  half.send("GET /y HTTP/1.1\r\nhos");
  path.deliver();
  waiting.close("abort");
  half.close("abort");
  path.deliver();
  assert.deepEqual(linesOf(path), [
    "/x 0 DC downstream_remote_disconnect - 127.0.0.1:8080",
    "- 0 DC downstream_remote_disconnect - -",
  ]);
  assertClean(path);
});

Deno.test("a request has a line when it comes, where it will go already known", () => {
  const path = logged(
    "%ACCESS_LOG_TYPE% %RESPONSE_CODE% %ROUTE_NAME% %UPSTREAM_CLUSTER% %UPSTREAM_HOST% %DURATION% %RESP(server)%",
    {
      routes:
        `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ name: direct, match: { prefix: /direct }, direct_response: { status: 204 } }, { name: web, match: { prefix: / }, route: { cluster: web } }] }] }`,
    },
    "access_log_options: { flush_access_log_on_new_request: true }",
  );
  const client = path.connect();
  client.send(GET);
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamStart 0 web web - 0 -"]);
  path.advance(30);
  path.origin.send(OK);
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamEnd 200 web web 127.0.0.1:8080 30 envoy"]);
  client.send("GET /direct HTTP/1.1\r\nhost: a.test\r\n\r\n");
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamStart 0 direct - - 0 -", "DownstreamEnd 204 direct - - 0 envoy"]);
  client.send("GET /x HTTP/1.1\r\n\r\n");
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamEnd 400 - - - 0 envoy"]);
  assertClean(path);
});

Deno.test("a long stream has lines from time to time, from its first byte to its end", () => {
  const path = logged(
    "%ACCESS_LOG_TYPE% %DURATION% %BYTES_SENT%",
    {},
    "access_log_options: { access_log_flush_interval: 1s }",
  );
  const client = path.connect();
  path.advance(5000);
  client.send(GET);
  path.deliver();
  path.advance(1000 + TICK_MS);
  path.origin.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  path.deliver();
  path.advance(1000 + TICK_MS);
  path.origin.send("cd");
  path.deliver();
  path.advance(5000);
  assert.deepEqual(linesOf(path), ["DownstreamPeriodic 1010 0", "DownstreamPeriodic 2020 2", "DownstreamEnd 2020 4"]);
  client.send("GET /y HTTP/1.1\r\nhos");
  path.deliver();
  path.advance(1000 + TICK_MS);
  client.close("abort");
  path.deliver();
  path.advance(5000);
  assert.deepEqual(linesOf(path), ["DownstreamPeriodic 1010 0", "DownstreamEnd 1010 0"]);
  assertClean(path);
});

Deno.test("a tunnel has a line when it stands", () => {
  const path = logged(
    "%ACCESS_LOG_TYPE% %RESPONSE_CODE% %BYTES_RECEIVED% %BYTES_SENT%",
    {},
    "upgrade_configs: [{ upgrade_type: websocket }]",
    "access_log_options: { flush_log_on_tunnel_successfully_established: true }",
  );
  const upgrade = "GET /ws HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
  const refused = path.connect();
  refused.send(upgrade);
  path.deliver();
  path.origin.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamEnd 403 0 0"]);
  const client = path.connect();
  client.send(upgrade);
  path.deliver();
  path.origin.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamTunnelSuccessfullyEstablished 101 0 0"]);
  client.send("hello");
  path.deliver();
  client.close("abort");
  path.deliver();
  assert.deepEqual(linesOf(path), ["DownstreamEnd 101 5 0"]);
  assertClean(path);
});

const TRY =
  "%ACCESS_LOG_TYPE% %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_SENT% %BYTES_RECEIVED% %DURATION% %UPSTREAM_PROTOCOL%";

/** A path whose tries are logged, with these options of the log. */
function loggingTries(options = "", format = TRY, more: DataPathOptions = {}): DataPath {
  return new DataPath({
    ...more,
    routerFields: [`upstream_log: ${log(format)}`, ...options === "" ? [] : [`upstream_log_options: { ${options} }`]],
  });
}

Deno.test("a try has a line of its own: times from its start, sizes and the response of the upstream side", () => {
  const path = loggingTries(
    "",
    `${TRY} %RESP(x-a)% %RESP(x-envoy-upstream-service-time)% %RESP(server)% %REQ(:scheme)%`,
  );
  const client = path.connect();
  client.send("POST /x HTTP/1.1\r\nhost: a.test\r\ncontent-length: 3\r\n\r\nabc");
  path.deliver();
  path.advance(20);
  path.origin.send("HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 2\r\n\r\nok");
  path.deliver();
  assert.deepEqual(linesOf(path), ["UpstreamEnd 200 - 3 2 20 HTTP/1.1 b - - http"]);
  assertClean(path);
});

Deno.test("a try has a line when it has its connection, and lines from time to time", () => {
  const path = loggingTries("flush_upstream_log_on_upstream_stream: true, upstream_log_flush_interval: 1s");
  const client = path.connect();
  client.send(GET);
  path.deliver();
  assert.deepEqual(linesOf(path), ["UpstreamPoolReady 0 - 0 0 0 HTTP/1.1"]);
  path.advance(1000 + TICK_MS);
  path.origin.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  path.deliver();
  path.advance(1000 + TICK_MS);
  assert.deepEqual(linesOf(path), [
    "UpstreamPeriodic 0 - 0 0 1010 HTTP/1.1",
    "UpstreamPeriodic 200 - 0 2 2020 HTTP/1.1",
  ]);
  path.origin.send("cd");
  path.deliver();
  path.advance(5000);
  assert.deepEqual(linesOf(path), ["UpstreamEnd 200 - 0 4 2020 HTTP/1.1"]);
  assertClean(path);
});

Deno.test("a try that fails, is cut or is given up has one line", () => {
  const path = loggingTries();
  const ask = () => {
    const client = path.connect();
    client.send(GET);
    path.deliver();
    return client;
  };
  ask();
  path.origin.close("abort");
  path.deliver();
  assert.deepEqual(linesOf(path), ["UpstreamEnd 0 UC 0 0 0 HTTP/1.1"]);
  ask();
  path.origin.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
  path.deliver();
  path.origin.close("abort");
  path.deliver();
  assert.deepEqual(linesOf(path), ["UpstreamEnd 200 UPE 0 4 0 HTTP/1.1"]);
  const impatient = ask();
  path.advance(7);
  impatient.close("abort");
  path.deliver();
  assert.deepEqual(linesOf(path), ["UpstreamEnd 0 - 0 0 7 HTTP/1.1"]);
  path.stopOrigin();
  ask();
  assert.deepEqual(linesOf(path), ["UpstreamEnd 0 UF 0 0 0 -"]);
  assertClean(path);
});

Deno.test("a try without an answer in time has a line; a request that was not forwarded has none", () => {
  const path = loggingTries("upstream_log_flush_interval: 1s", TRY, {
    routes:
      `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: /direct }, direct_response: { status: 204 } }, { match: { prefix: / }, route: { cluster: web, timeout: 0.5s } }] }] }`,
  });
  const client = path.connect();
  client.send("GET /direct HTTP/1.1\r\nhost: a.test\r\n\r\n");
  path.deliver();
  assert.deepEqual(linesOf(path), []);
  client.send(GET);
  path.deliver();
  path.advance(500 + TICK_MS);
  assert.deepEqual(linesOf(path), ["UpstreamEnd 0 - 0 0 510 HTTP/1.1"]);
  assert.match(client.take(), /504 Gateway Timeout/);
  path.advance(5000);
  assert.deepEqual(linesOf(path), []);
  assertClean(path);
});

Deno.test("a connection has a line in the listener's log when it has ended", () => {
  const path = new DataPath({
    listenerFields: [
      `access_log: ${
        log(
          "%ACCESS_LOG_TYPE% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %PROTOCOL% %RESPONSE_FLAGS% %RESPONSE_CODE% %REQ(:path)% " +
            "%DOWNSTREAM_DETECTED_CLOSE_TYPE% %METADATA(LISTENER:ns:key)%",
        )
      }`,
      "metadata: { filter_metadata: { ns: { key: value } } }",
    ],
  });
  const client = path.connect();
  path.advance(10);
  for (let i = 0; i < 2; i++) {
    client.send(GET);
    path.deliver();
    path.origin.send(OK);
    path.deliver();
  }
  path.advance(20);
  assert.deepEqual(linesOf(path), []);
  const sent = client.take().length;
  client.close();
  path.deliver();
  assert.deepEqual(linesOf(path), [`NotSet ${2 * GET.length} ${sent} 30 HTTP/1.1 - 0 - Normal value`]);

  const untouched = path.connect();
  path.advance(5);
  untouched.close();
  path.deliver();
  assert.deepEqual(linesOf(path), ["NotSet 0 0 5 - - 0 - Normal value"]);

  const malformed = path.connect();
  malformed.send("GET /x HTTP/1.1\r\na b: c\r\n\r\n");
  path.deliver();
  const refusal = malformed.take().length;
  malformed.close();
  path.deliver();
  assert.deepEqual(linesOf(path), [`NotSet 27 ${refusal} 0 - DPE 0 - Normal value`]);

  const broken = path.connect();
  broken.send("GET /x HTTP/1.1\r\nhos");
  path.deliver();
  broken.close("abort");
  path.deliver();
  assert.deepEqual(linesOf(path), ["NotSet 20 0 0 HTTP/1.1 - 0 - Normal value"]);
  assertClean(path);
});

Deno.test("connections have ids, and say why they were closed here", () => {
  const path = new DataPath({
    managerFields: ["common_http_protocol_options: { idle_timeout: 1s }"],
    listenerFields: [`access_log: ${log("%CONNECTION_ID% %DOWNSTREAM_LOCAL_CLOSE_REASON%")}`],
  });
  const client = path.connect();
  path.connect();
  path.advance(1000 + TICK_MS);
  const lines = linesOf(path);
  assert.deepEqual(lines.map((line) => line.split(" ")[1]), ["on_idle_timeout", "on_idle_timeout"]);
  assert.equal(new Set(lines.map((line) => line.split(" ")[0])).size, 2);
  assert.ok(client.hasEnded || client.closed !== null);
  assertClean(path);
});
