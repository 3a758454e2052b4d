import assert from "node:assert/strict";
import { fault } from "../../base/fault.ts";
import { METHOD_NAMES } from "../../http/method.ts";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { H1ClientCodec } from "./client_codec.ts";
import {
  blockOf,
  CLIENT_OPTIONS,
  ClientEvents,
  ResponseRecorder,
  SERVER_OPTIONS,
  ServerEvents,
  TextSink,
  Wire,
} from "./codec_fixture.ts";
import type { H1ServerOptions } from "./options.ts";
import { H1ServerCodec } from "./server_codec.ts";

/** Whole, and one byte at a time in a block that moves. */
const FEEDINGS: readonly { readonly how: string; readonly sizes: number[]; readonly feeding: "stay" | "move" }[] = [
  { how: "whole", sizes: [], feeding: "stay" },
  { how: "byte by byte", sizes: [1], feeding: "move" },
];

const UPGRADE = "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
const CONNECT = "CONNECT h:443 HTTP/1.1\r\nHost: other\r\n\r\n";
const SECOND = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";

// ---- the server's side

function serve(options: Partial<H1ServerOptions> = {}, feeding: "stay" | "move" = "stay") {
  const events = new ServerEvents(), sink = new TextSink();
  const codec = new H1ServerCodec(events, sink, { ...SERVER_OPTIONS, ...options });
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  return { events, sink, codec, wire };
}

function answer(status: number, ...fields: [string, string][]): ResponseHead {
  const head = new ResponseHead();
  head.beginLocal(status);
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

const SWITCHING: [string, string][] = [["connection", "upgrade"], ["upgrade", "websocket"]];

const asking: [name: string, head: string, type: string | null][] = [
  ["an upgrade", UPGRADE, "websocket"],
  ["an upgrade in odd letter case", UPGRADE.replace("Upgrade\r\n", "UPGRADE\r\n"), "websocket"],
  ["a list of upgrades", UPGRADE.replace("websocket", "a, b"), "a, b"],
  ["two lines of upgrades", UPGRADE.replace("websocket", "h2c\r\nUpgrade: websocket"), "h2c,websocket"],
  ["an upgrade to nothing", UPGRADE.replace("websocket", ""), ""],
  ["an upgrade of HEAD", UPGRADE.replace("GET", "HEAD"), "websocket"],
  ["a CONNECT", CONNECT, "CONNECT"],
  ["a CONNECT that names an upgrade", `${CONNECT.slice(0, -2)}Connection: upgrade\r\nUpgrade: y\r\n\r\n`, "CONNECT"],
  ["an upgrade that `connection` does not name", UPGRADE.replace("Upgrade\r\n", "x\r\n"), null],
  ["no upgrade that `connection` names", UPGRADE.replace("Upgrade:", "X:"), null],
  ["HTTP/2 in cleartext", UPGRADE.replace("websocket", "H2C"), null],
];
for (const [name, head, type] of asking) {
  Deno.test(`server codec takes ${name} for ${type === null ? "no tunnel" : `a tunnel of type "${type}"`}`, () => {
    const { events, wire } = serve();
    wire.send(`${head}${SECOND}`);
    const request = events.requests[0]!;
    assert.equal(request.head.isUpgrade, type !== null);
    if (type === null) {
      assert.equal(request.message.end, "end");
      assert.equal(wire.left, SECOND);
    } else {
      assert.equal(request.head.upgradeType, type);
      assert.deepEqual([request.message.body, request.message.end], [SECOND, ""]);
    }
    assert.equal(events.requests.length, 1);
  });
}

for (const { how, sizes, feeding } of FEEDINGS) {
  Deno.test(`server codec hands over raw bytes behind an upgrade, whatever its fields say of a body (${how})`, () => {
    for (const field of ["Content-Length: 3", "Content-Length: 0", "Transfer-Encoding: chunked", "X: y"]) {
      const { events, wire, sink } = serve({}, feeding);
      wire.send(`${UPGRADE.slice(0, -2)}${field}\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, ...sizes);
      const { message, encoder } = events.requests[0]!;
      assert.equal(message.body, "5\r\nhello\r\n0\r\n\r\n", field);
      encoder.encodeHead(answer(101, ...SWITCHING), false);
      encoder.encodeBody(blockOf("raw"), 0, 3);
      wire.send(SECOND, ...sizes);
      assert.equal(message.body, `5\r\nhello\r\n0\r\n\r\n${SECOND}`, field);
      assert.deepEqual([message.end, events.requests.length, events.ends.length], ["", 1, 0], field);
      assert.equal(
        sink.take(),
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nraw",
      );
    }
  });

  Deno.test(`server codec hands over a CONNECT with its authority and raw bytes behind it (${how})`, () => {
    const { events, wire, sink } = serve({}, feeding);
    wire.send(`${CONNECT}${SECOND}`, ...sizes);
    const { message, encoder, head } = events.requests[0]!;
    assert.equal(message.start, "CONNECT  HTTP/11");
    assert.equal(head.authority, "h:443");
    assert.equal(message.body, SECOND);
    encoder.encodeHead(answer(200), false);
    encoder.encodeBody(blockOf("raw"), 0, 3);
    assert.equal(sink.take(), "HTTP/1.1 200 OK\r\n\r\nraw");
  });

  Deno.test(`server codec drops what follows a tunnel that was refused (${how})`, () => {
    for (const head of [UPGRADE, CONNECT]) {
      const { events, wire, sink } = serve({}, feeding);
      events.answer = () => assert.fail("no request has ended");
      wire.send(head, ...sizes);
      events.requests[0]!.encoder.encodeHead(answer(403), true);
      assert.equal(sink.take(), "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      wire.send(SECOND, ...sizes);
      assert.deepEqual(events.ends, ["close later"]);
      assert.equal(events.requests.length, 1);
      assert.equal(wire.left, "");
    }
  });
}

const opening: [name: string, request: string, head: ResponseHead, wire: string][] = [
  [
    "101 without a length and codings",
    UPGRADE,
    answer(101, ...SWITCHING, ["content-length", "0"], ["transfer-encoding", "chunked"]),
    "101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nraw",
  ],
  [
    "101 to HEAD",
    UPGRADE.replace("GET", "HEAD"),
    answer(101, ...SWITCHING),
    "101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nraw",
  ],
  ["101 without an upgrade", UPGRADE, answer(101), "101 Switching Protocols\r\nconnection: close\r\n\r\n"],
  ["101 to a CONNECT", CONNECT, answer(101), "101 Switching Protocols\r\nconnection: close\r\n\r\n"],
  [
    "200 to a CONNECT with a length",
    CONNECT,
    answer(200, ["content-length", "1"]),
    "200 OK\r\ncontent-length: 1\r\n\r\nraw",
  ],
  ["201 to a CONNECT", CONNECT, answer(201), "201 Created\r\nconnection: close\r\n\r\nraw"],
  ["204 to a CONNECT", CONNECT, answer(204), "204 No Content\r\nconnection: close\r\n\r\nraw"],
  [
    "200 to an upgrade",
    UPGRADE,
    answer(200),
    "200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nraw\r\n",
  ],
  [
    "302 to a CONNECT",
    CONNECT,
    answer(302, ["content-length", "3"]),
    "302 Found\r\ncontent-length: 3\r\nconnection: close\r\n\r\nraw",
  ],
];
for (const [name, request, head, wireText] of opening) {
  Deno.test(`server codec writes ${name}`, () => {
    const { events, wire, sink } = serve();
    wire.send(request);
    const { encoder } = events.requests[0]!;
    encoder.encodeHead(head, false);
    encoder.encodeBody(blockOf("raw"), 0, 3);
    assert.equal(sink.take(), `HTTP/1.1 ${wireText}`);
  });
}

Deno.test("server codec says no close in the head of a tunnel, though asked to close and draining", () => {
  const { wire, sink, events, codec } = serve();
  codec.startDrain();
  wire.send(UPGRADE.replace("keep-alive", "close"));
  events.requests[0]!.encoder.encodeHead(answer(101, ...SWITCHING), false);
  assert.equal(sink.take(), "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
});

Deno.test("server codec answers an upgrade of HTTP/1.0 in kind", () => {
  const { wire, sink, events } = serve({ acceptHttp10: true });
  wire.send(UPGRADE.replace("HTTP/1.1", "HTTP/1.0"));
  events.requests[0]!.encoder.encodeHead(answer(101, ...SWITCHING), false);
  assert.equal(sink.take(), "HTTP/1.0 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
});

Deno.test("server codec ends an exchange whose tunnel ends, and keeps nothing", () => {
  const { wire, events } = serve();
  wire.send(CONNECT);
  const { encoder } = events.requests[0]!;
  encoder.encodeHead(answer(200), false);
  encoder.encodeEnd(null);
  assert.deepEqual(events.ends, ["close later"]);
  wire.send(SECOND);
  assert.equal(events.requests.length, 1);
  assert.equal(wire.pool.onLoan, 1, "only the wire's own block is on loan");
});

// ---- the client's side

function request(method: string, path: string, ...fields: [string, string][]): RequestHead {
  const head = new RequestHead();
  head.begin(blockOf(method));
  head.methodId = METHOD_NAMES.indexOf(method);
  head.methodEnd = method.length;
  head.path = path;
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

/** Sends a request that asks for a tunnel, or one that does not. */
function dial(head: RequestHead, isUpgrade: boolean, feeding: "stay" | "move" = "stay") {
  const events = new ClientEvents(), sink = new TextSink();
  const codec = new H1ClientCodec(events, sink, CLIENT_OPTIONS);
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  const response = new ResponseRecorder();
  const encoder = codec.openStream(response);
  head.isUpgrade = isUpgrade;
  encoder.encodeHead(head, !isUpgrade);
  return { events, sink, codec, wire, response, encoder, message: response.message };
}

const upgrade = () => request("GET", "/chat", ["host", "h"], ...SWITCHING);
const connect = () => request("CONNECT", "", ["host", "h:1"]);
const ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";

for (const { how, sizes, feeding } of FEEDINGS) {
  Deno.test(`client codec carries raw bytes both ways once its upgrade is accepted (${how})`, () => {
    const { wire, message, encoder, sink, events } = dial(upgrade(), true, feeding);
    assert.equal(sink.take(), "GET /chat HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    wire.send(`${ACCEPTED}5\r\nraw`, ...sizes);
    encoder.encodeBody(blockOf("raw"), 0, 3);
    wire.send("HTTP/1.1 200 OK\r\n\r\n", ...sizes);
    assert.equal(sink.take(), "raw");
    assert.deepEqual([message.start, message.body, message.end], ["101", "5\r\nrawHTTP/1.1 200 OK\r\n\r\n", ""]);
    assert.deepEqual(events.log, []);
  });

  Deno.test(`client codec carries raw bytes both ways once its CONNECT is accepted (${how})`, () => {
    for (const fields of ["", "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n"]) {
      const { wire, message, encoder, sink } = dial(connect(), true, feeding);
      assert.equal(sink.take(), "CONNECT h:1 HTTP/1.1\r\nhost: h:1\r\n\r\n");
      wire.send(`HTTP/1.1 200 OK\r\n${fields}\r\nraw back`, ...sizes);
      encoder.encodeBody(blockOf("raw"), 0, 3);
      assert.equal(sink.take(), "raw");
      assert.deepEqual([message.start, message.body, message.end], ["200", "raw back", ""]);
    }
  });

  Deno.test(`client codec reads a refusal as the response it is, and the connection is spent (${how})`, () => {
    for (const head of [upgrade(), connect()]) {
      const { wire, message, events } = dial(head, true, feeding);
      wire.send(`HTTP/1.1 426 No\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nno`, ...sizes);
      assert.deepEqual([message.start, message.body, message.end], ["426", "no", "end"]);
      assert.deepEqual(events.log, ["close"]);
    }
  });
}

Deno.test("client codec sends the fields of an upgrade as they are, and adds none", () => {
  const { sink } = dial(request("POST", "/", ...SWITCHING, ["content-length", "5"]), true);
  assert.equal(
    sink.take(),
    "POST / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\ncontent-length: 5\r\n\r\n",
  );
});

const unasked: [name: string, head: RequestHead, isUpgrade: boolean, response: string][] = [
  ["101 that nobody asked for", request("GET", "/"), false, ACCEPTED],
  ["101 to an upgrade that does not name it", upgrade(), true, "HTTP/1.1 101 OK\r\nConnection: upgrade\r\n\r\n"],
  ["101 to a CONNECT", connect(), true, ACCEPTED],
];
for (const [name, head, isUpgrade, response] of unasked) {
  Deno.test(`client codec takes ${name} as a response without a body, and never uses the connection again`, () => {
    const { wire, message, events } = dial(head, isUpgrade);
    wire.send(response);
    assert.deepEqual([message.start, message.body, message.end], ["101", "", "end"]);
    assert.deepEqual(events.log, ["close"]);
    const second = dial(head, isUpgrade);
    second.wire.send(`${response}raw`);
    assert.equal(second.message.body, "");
    assert.deepEqual(second.events.log, ["close", "unexpected bytes"]);
  });
}

Deno.test("client codec refuses a 101 with a body", () => {
  for (const field of ["Content-Length: 5", "Transfer-Encoding: chunked"]) {
    const { wire, message } = dial(upgrade(), true);
    wire.send(`${ACCEPTED.slice(0, -2)}${field}\r\n\r\nraw`);
    assert.equal(message.end, "protocol error");
  }
});

Deno.test("client codec faults when the peer ends a tunnel, by FIN or by reset", () => {
  const gone = fault("upstream", "connection", "connection_termination", "connection termination");
  for (
    const [head, response, isTheirs] of [[upgrade(), ACCEPTED, true], [
      connect(),
      "HTTP/1.1 200\r\n\r\n",
      false,
    ]] as const
  ) {
    const ended = dial(head, true);
    ended.wire.send(`${response}last`);
    assert.equal(ended.codec.receiveEnd(), isTheirs);
    assert.deepEqual([ended.message.body, ended.message.end], ["last", "connection termination"]);
    assert.deepEqual(ended.events.log, ["close"]);
    assert.equal(ended.codec.isBroken, true);

    const broken = dial(head, true);
    broken.wire.send(response);
    broken.codec.onConnectionClose(gone);
    assert.equal(broken.message.end, "connection termination");
  }
});
