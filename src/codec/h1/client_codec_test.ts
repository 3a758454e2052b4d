import assert from "node:assert/strict";
import { fault } from "../../base/fault.ts";
import { METHOD_NAMES } from "../../http/method.ts";
import { RequestHead } from "../../http/request_head.ts";
import type { RequestEncoder } from "../http_codec.ts";
import { H1ClientCodec } from "./client_codec.ts";
import { blockOf, CLIENT_OPTIONS, ClientEvents, ResponseRecorder, TextSink, Wire } from "./codec_fixture.ts";
import type { H1ClientOptions } from "./options.ts";

function dial(options: Partial<H1ClientOptions> = {}, feeding: "stay" | "move" = "stay") {
  const events = new ClientEvents(), sink = new TextSink();
  const codec = new H1ClientCodec(events, sink, { ...CLIENT_OPTIONS, ...options });
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  return { events, sink, codec, wire };
}

function headOf(method: string, path: string, ...fields: [string, string][]): RequestHead {
  const head = new RequestHead();
  head.begin(blockOf(method));
  head.methodId = Math.max(0, METHOD_NAMES.indexOf(method));
  head.methodEnd = method.length;
  head.path = path;
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

/** Sends a request without a body. */
function ask(codec: H1ClientCodec, method = "GET", fields: [string, string][] = []) {
  const response = new ResponseRecorder();
  const encoder = codec.openStream(response);
  encoder.encodeHead(headOf(method, "/", ["host", "h"], ...fields), true);
  return { ...response, response, encoder, message: response.message };
}

const EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

// ---- responses

const responses: [name: string, method: string, wire: string, body: string, isReusable: boolean][] = [
  ["without a body", "GET", EMPTY, "", true],
  ["with a length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc", true],
  ["in chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc", true],
  ["without a reason", "GET", "HTTP/1.1 204\r\n\r\n", "", true],
  ["with an empty reason", "GET", "HTTP/1.1 204 \r\n\r\n", "", true],
  ["204 with length 0", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "", true],
  ["304 with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "", true],
  ["304 in chunks", "GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "", true],
  ["to HEAD with a length", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "", true],
  ["to HEAD in chunks", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", true],
  ["that closes", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "x", false],
  ["of HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "x", false],
  [
    "of HTTP/1.0 that stays",
    "GET",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
    "x",
    true,
  ],
];
for (const [name, method, wireText, body, isReusable] of responses) {
  Deno.test(`client codec reads a response ${name}`, () => {
    for (let cut = 0; cut <= wireText.length; cut++) {
      const { codec, wire, events } = dial({}, cut % 2 === 0 ? "stay" : "move");
      const { message } = ask(codec, method);
      wire.send(wireText, ...(cut === 0 ? [1] : [cut, wireText.length]));
      assert.equal(message.end, "end");
      assert.equal(message.body, body);
      assert.deepEqual(events.log, [isReusable ? "reusable" : "close"]);
    }
  });
}

Deno.test("client codec keeps the status, the fields and the reason's place", () => {
  const { codec, wire } = dial();
  const { message, head } = ask(codec);
  wire.send("HTTP/1.1 404 Not \xe9 Found\r\nX-A: b \r\n\r\n", 1);
  assert.equal(message.start, "404");
  assert.deepEqual(message.fields, [["x-a", "b"]]);
  assert.equal(head.reasonEnd - head.reasonStart, "Not \xe9 Found".length);
});

Deno.test("client codec reads a body that ends with the connection", () => {
  const { codec, wire, events } = dial();
  const { message } = ask(codec);
  wire.send("HTTP/1.1 200 OK\r\n\r\nabc");
  assert.equal(message.end, "");
  wire.send("def");
  codec.receiveEnd();
  assert.equal(message.body, "abcdef");
  assert.equal(message.end, "end");
  assert.deepEqual(events.log, ["close"]);
});

Deno.test("client codec hands over interim responses before the final one", () => {
  for (const sizes of [[], [1]]) {
    const { codec, wire, events } = dial();
    const { message } = ask(codec);
    wire.send(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${EMPTY}`, ...sizes);
    assert.deepEqual(message.interims, ["100 []", '103 [["link","a"]]']);
    assert.deepEqual([message.start, message.end], ["200", "end"]);
    assert.deepEqual(events.log, ["reusable"]);
  }
});

Deno.test("client codec hands over trailers where they are enabled", () => {
  for (const enableTrailers of [true, false]) {
    const { codec, wire } = dial({ enableTrailers }, "move");
    const { message } = ask(codec);
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\nC:  d\r\n\r\n", 1);
    assert.deepEqual(message.trailers, enableTrailers ? [["a", "b"], ["c", "d"]] : []);
    assert.equal(message.end, "end");
  }
});

const malformed: [name: string, wire: string][] = [
  ["no HTTP", "HTTQ/1.1 200 OK\r\n\r\n"],
  ["a missing status", "HTTP/1.1 \r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
  ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n"],
  ["a control byte in the reason", "HTTP/1.1 200 O\x01K\r\n\r\n"],
  ["a bare LF", "HTTP/1.1 200 OK\n\r\n"],
  ["an empty line in front", `\r\n${EMPTY}`],
  ["a folded line", "HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n"],
  ["a control byte in a value", "HTTP/1.1 200 OK\r\na: \x01\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"],
  ["a length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["an unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"],
  ["100 with a body", "HTTP/1.1 100 Continue\r\nContent-Length: 1\r\n\r\n"],
  ["204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\n"],
  ["204 in chunks", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"],
  ["too many fields", `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(101)}\r\n`],
  ["a head past its limit", `HTTP/1.1 200 OK\r\na: ${"b".repeat(80 * 1024)}`],
];
for (const [name, wireText] of malformed) {
  Deno.test(`client codec refuses a response with ${name}`, () => {
    for (const sizes of wireText.length > 1000 ? [[]] : [[], [1]]) {
      const { codec, wire, events } = dial();
      const { message, response } = ask(codec);
      const faults: string[] = [];
      response.onFault = ({ origin, scope, code, retry }) => void faults.push(`${origin} ${scope} ${code} ${retry}`);
      wire.send(wireText, ...sizes);
      assert.deepEqual(faults, ["upstream connection protocol_error never"]);
      assert.equal(message.end, "");
      assert.deepEqual(events.log, ["close"]);
      wire.send(EMPTY);
      assert.equal(wire.left, "");
    }
  });
}

// ---- the end of the connection

const ends: [name: string, wire: string, fault: string][] = [
  ["before the head", "", "connection_termination ifConnectionWasReused"],
  ["inside the head", "HTTP/1.1 200", "protocol_error never"],
  ["after an interim response", "HTTP/1.1 100 Continue\r\n\r\n", "connection_termination ifConnectionWasReused"],
  ["inside a body of known length", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "protocol_error never"],
  [
    "inside a chunked body",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "protocol_error never",
  ],
];
for (const [name, wireText, wanted] of ends) {
  Deno.test(`client codec faults when the peer closes ${name}`, () => {
    const { codec, wire, events } = dial();
    const { response } = ask(codec);
    const faults: string[] = [];
    response.onFault = ({ code, retry }) => void faults.push(`${code} ${retry}`);
    wire.send(wireText);
    codec.receiveEnd();
    assert.deepEqual(faults, [wanted]);
    assert.deepEqual(events.log, ["close"]);
  });
}

Deno.test("client codec ends its stream with the connection's fault, inside a body with its own", () => {
  const gone = fault("upstream", "connection", "connection_termination", "gone");
  for (
    const [wireText, detail] of [
      ["", "gone"],
      ["HTTP/1.1 200 OK\r\n\r\nabc", "protocol error"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "protocol error"],
    ] as const
  ) {
    const { codec, wire, events } = dial();
    const { message } = ask(codec);
    wire.send(wireText);
    codec.onConnectionClose(gone);
    assert.equal(message.end, detail);
    assert.deepEqual(events.log, []);
  }
});

Deno.test("client codec says nothing when an idle connection ends", () => {
  const { codec, events } = dial();
  codec.receiveEnd();
  assert.deepEqual(events.log, []);
});

// ---- reuse

Deno.test("client codec takes the next request when the last exchange left no doubt", () => {
  const { codec, wire, events } = dial();
  for (let turn = 0; turn < 3; turn++) {
    const { message } = ask(codec);
    wire.send(EMPTY);
    assert.equal(message.end, "end");
  }
  assert.deepEqual(events.log, ["reusable", "reusable", "reusable"]);
});

Deno.test("client codec gives no second response to anyone", () => {
  const { codec, wire, events } = dial();
  const { message } = ask(codec);
  wire.send(EMPTY + EMPTY);
  assert.equal(message.end, "end");
  assert.deepEqual(events.log, ["close", "unexpected bytes"]);
  assert.equal(wire.left, "");
  assert.throws(() => codec.openStream(new ResponseRecorder()), /given a request/);
});

Deno.test("client codec reports bytes on an idle connection", () => {
  for (
    const [text, log] of [
      [EMPTY, "unexpected bytes"],
      ["x", "unexpected bytes"],
      ["HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n", "timeout notice"],
      ["HTTP/1.0 408 Request Time-out\r\n\r\n", "timeout notice"],
    ] as const
  ) {
    const { codec, wire, events } = dial();
    ask(codec);
    wire.send(EMPTY);
    wire.send(text);
    assert.deepEqual(events.log, ["reusable", log]);
    assert.equal(wire.left, "");
  }
});

Deno.test("client codec closes when the response is through before its request", () => {
  const { codec, wire, events, sink } = dial();
  const response = new ResponseRecorder();
  const encoder = codec.openStream(response);
  encoder.encodeHead(headOf("POST", "/", ["content-length", "5"]), false);
  encoder.encodeBody(blockOf("he"), 0, 2);
  wire.send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n");
  assert.equal(response.message.end, "end");
  assert.deepEqual(events.log, ["close"]);
  sink.take();
  encoder.encodeBody(blockOf("llo"), 0, 3);
  encoder.encodeEnd(null);
  encoder.reset();
  assert.equal(sink.take(), "");
  assert.deepEqual(events.log, ["close"]);
});

Deno.test("client codec closes after a request that was not as long as its head said", () => {
  const { codec, wire, events, sink } = dial();
  const encoder = codec.openStream(new ResponseRecorder());
  encoder.encodeHead(headOf("POST", "/", ["content-length", "3"]), false);
  encoder.encodeBody(blockOf("abcGET / HTTP/1.1"), 0, 17);
  encoder.encodeEnd(null);
  assert.match(sink.take(), /\r\n\r\nabc$/);
  wire.send(EMPTY);
  assert.deepEqual(events.log, ["close"]);
});

Deno.test("client codec gives a reset stream up", () => {
  const { codec, wire, events } = dial();
  const { message, encoder } = ask(codec);
  encoder.readDisable(true);
  encoder.reset();
  assert.equal(message.end, "");
  assert.deepEqual(events.log, ["readDisable true", "readDisable false", "close"]);
  wire.send(EMPTY);
  assert.equal(wire.left, "");
});

Deno.test("client codec lets the stream be reset from inside any call", () => {
  for (const call of ["onHead", "onBody", "onTrailers", "onEnd", "onInterim"] as const) {
    const { codec, wire, events } = dial({ enableTrailers: true });
    const { response, encoder } = ask(codec);
    response[call] = () => encoder.reset();
    wire.send(
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\na: b\r\n\r\n",
    );
    assert.deepEqual(events.log, ["close"], call);
    assert.equal(wire.left, "", call);
  }
});

Deno.test("client codec tells its stream when the output is past its limit", () => {
  const { codec, wire } = dial();
  codec.onWriteBlocked(true);
  const { message } = ask(codec);
  codec.onWriteBlocked(false);
  assert.deepEqual(message.writeBlocked, [true, false]);
  wire.send(EMPTY);
});

Deno.test("client codec gives back every block", () => {
  const { codec, wire } = dial({}, "move");
  for (let turn = 0; turn < 3; turn++) {
    const { head } = ask(codec);
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\na: b\r\n\r\n", 1);
    head.release();
  }
  assert.equal(wire.pool.onLoan, 1);
});

// ---- requests

interface Sent {
  method?: string;
  path?: string;
  fields?: [string, string][];
  body?: string;
  options?: Partial<H1ClientOptions>;
}

function write({ method = "GET", path = "/p?q", fields = [["host", "h"]], body, options = {} }: Sent): string {
  const { codec, sink } = dial(options);
  const encoder: RequestEncoder = codec.openStream(new ResponseRecorder());
  encoder.encodeHead(headOf(method, path, ...fields), body === undefined);
  if (body !== undefined) {
    encoder.encodeBody(blockOf(body), 0, body.length);
    encoder.encodeEnd(headOf("GET", "/", ["t", "v"]).headers);
  }
  return sink.take();
}

const requests: [name: string, sent: Sent, wire: string][] = [
  ["a GET", {}, "GET /p?q HTTP/1.1\r\nhost: h\r\n\r\n"],
  ["a POST without a body", { method: "POST" }, "POST /p?q HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n"],
  ["OPTIONS without a body", { method: "OPTIONS" }, "OPTIONS /p?q HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n"],
  ["DELETE without a body", { method: "DELETE" }, "DELETE /p?q HTTP/1.1\r\nhost: h\r\n\r\n"],
  ["a custom method", { method: "BREW" }, "BREW /p?q HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n"],
  [
    "a body of known length",
    { method: "POST", fields: [["content-length", "2"]], body: "hi" },
    "POST /p?q HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi",
  ],
  [
    "a chunked body",
    { method: "POST", fields: [], body: "hi" },
    "POST /p?q HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  ],
  [
    "a chunked body of a GET with trailers",
    { fields: [], body: "hi", options: { enableTrailers: true } },
    "GET /p?q HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nt: v\r\n\r\n",
  ],
  [
    "a foreign transfer-encoding",
    { fields: [["transfer-encoding", "gzip"], ["a", "b"]] },
    "GET /p?q HTTP/1.1\r\na: b\r\n\r\n",
  ],
  [
    "a full URL",
    { options: { sendFullyQualifiedUrl: true } },
    "GET http://h/p?q HTTP/1.1\r\nhost: h\r\n\r\n",
  ],
  ["CONNECT", { method: "CONNECT", path: "" }, "CONNECT h HTTP/1.1\r\nhost: h\r\n\r\n"],
  [
    "proper case",
    { method: "POST", fields: [["x-b", "c"]], options: { properCaseWords: true } },
    "POST /p?q HTTP/1.1\r\nX-B: c\r\nContent-Length: 0\r\n\r\n",
  ],
];
for (const [name, sent, wire] of requests) {
  Deno.test(`client codec writes ${name}`, () => assert.equal(write(sent), wire));
}
