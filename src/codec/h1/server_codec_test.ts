import assert from "node:assert/strict";
import { HeaderId } from "../../http/header_names.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { fault } from "../../base/fault.ts";
import type { ResponseEncoder } from "../http_codec.ts";
import { blockOf, respond, SERVER_OPTIONS, ServerEvents, TextSink, Wire } from "./codec_fixture.ts";
import type { H1ServerOptions } from "./options.ts";
import { H1ServerCodec } from "./server_codec.ts";

function serve(options: Partial<H1ServerOptions> = {}, feeding: "stay" | "move" = "stay") {
  const events = new ServerEvents(), sink = new TextSink();
  const codec = new H1ServerCodec(events, sink, { ...SERVER_OPTIONS, ...options });
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  /** The encoder of the last request. */
  const encoder = (): ResponseEncoder => events.requests.at(-1)!.encoder;
  return { events, sink, codec, wire, encoder };
}

function headOf(status: number, ...fields: [string, string][]): ResponseHead {
  const head = new ResponseHead();
  head.beginLocal(status);
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

const GET = "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
const CHUNKED = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
const EMPTY_200 = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const CLOSING_200 = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

// ---- requests

for (const feeding of ["stay", "move"] as const) {
  for (const sizes of [[], [1], [3, 1, 7, 2]]) {
    const how = `${feeding}, pieces of ${sizes.join() || "all"}`;

    Deno.test(`server codec hands over requests of every kind (${how})`, () => {
      const { events, wire } = serve({ enableTrailers: true }, feeding);
      events.answer = (request) => respond(request.encoder, 200, "");
      wire.send(
        `${GET}${POST}hello${CHUNKED}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n\r\nHEAD / HTTP/1.1\r\nA:b\r\n\r\n`,
        ...sizes,
      );
      assert.deepEqual(
        events.messages.map(({ start, fields, body, trailers, end }) => ({ start, fields, body, trailers, end })),
        [
          {
            start: "GET /a?b HTTP/11",
            fields: [["host", "x"], ["accept", "*/*"]],
            body: "",
            trailers: [],
            end: "end",
          },
          {
            start: "POST / HTTP/11",
            fields: [["host", "x"], ["content-length", "5"]],
            body: "hello",
            trailers: [],
            end: "end",
          },
          {
            start: "POST / HTTP/11",
            fields: [["host", "x"], ["transfer-encoding", "chunked"]],
            body: "abcde",
            trailers: [["t", "v"]],
            end: "end",
          },
          { start: "HEAD / HTTP/11", fields: [["a", "b"]], body: "", trailers: [], end: "end" },
        ],
      );
      assert.deepEqual(events.ends, Array(4).fill("keep"));
      assert.equal(wire.pool.onLoan, 1, "only the wire's own block is on loan");
    });
  }
}

Deno.test("server codec drops trailers unless they are enabled", () => {
  const { events, wire } = serve();
  wire.send(`${CHUNKED}0\r\nt: v\r\n\r\n`);
  assert.deepEqual(events.messages[0]!.trailers, []);
  assert.equal(events.messages[0]!.end, "end");
});

Deno.test("server codec opens a stream at the request's first byte", () => {
  const { events, wire } = serve();
  wire.send("\r\n\r\n");
  assert.equal(events.requests.length, 0);
  wire.send("G");
  assert.equal(events.requests.length, 1);
  assert.equal(wire.left, "G");
});

Deno.test("server codec takes host, scheme and path from an absolute target", () => {
  const { events, wire } = serve();
  wire.send("GET HTTP://user@Example.com:8080/p?q HTTP/1.1\r\nHost: other\r\n\r\n");
  const { head, message } = events.requests[0]!;
  assert.equal(message.start, "GET /p?q HTTP/11");
  assert.equal(head.authority, "Example.com:8080");
  assert.equal(head.scheme, "http");
  assert.equal(message.fields.length, 1);
});

Deno.test("server codec gives an absolute target without a path the root, with a query only none", () => {
  for (const [target, path] of [["http://h", "/"], ["http://h?q", "?q"]]) {
    const { events, wire } = serve();
    wire.send(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.equal(events.messages[0]!.start, `GET ${path} HTTP/11`);
  }
});

Deno.test("server codec empties the head it refuses", () => {
  const { events, wire } = serve();
  wire.send("GET /secret HTTP/1.0\r\nHost: x\r\n\r\n");
  const { head, message } = events.requests[0]!;
  assert.equal(message.end, "low_version");
  assert.deepEqual([head.method, head.path, head.headers.size], ["", "", 0]);
});

Deno.test("server codec adds the default host to HTTP/1.0 requests without one", () => {
  const { events, wire, encoder } = serve({ acceptHttp10: true, defaultHostForHttp10: "d" });
  events.answer = () => respond(encoder(), 200, "");
  wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\nHost: x\r\n\r\n");
  assert.deepEqual(events.requests.map(({ head }) => head.headers.get(HeaderId.host)), ["d", "x"]);
});

Deno.test("server codec reports the size of a head on the wire", () => {
  const { events, wire } = serve({}, "move");
  wire.send(`\r\n${GET}`, 5);
  assert.equal(events.requests[0]!.head.wireBytes, GET.length);
});

// ---- pipelining and pressure

Deno.test("server codec answers pipelined requests in turn", () => {
  const { events, wire, sink } = serve();
  events.answer = (request) => respond(request.encoder, 200, "hi");
  wire.send(GET.repeat(3));
  assert.equal(sink.take(), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".repeat(3));
  assert.deepEqual(events.ends, Array(3).fill("keep"));
  assert.equal(wire.disables, 0);
});

Deno.test("server codec holds the next request while one waits for its response", () => {
  const { events, wire, sink, encoder } = serve();
  wire.send(GET + GET + GET);
  assert.equal(events.requests.length, 1);
  assert.equal(wire.left, GET + GET);
  assert.equal(wire.disables, 1);
  for (let turn = 0; turn < 3; turn++) respond(encoder(), 200, "");
  assert.equal(wire.disables, 0);
  assert.equal(sink.take(), EMPTY_200.repeat(3));
});

Deno.test("server codec begins no request while the output is past its limit", () => {
  const { events, wire, codec, encoder } = serve();
  codec.onWriteBlocked(true);
  wire.send(GET);
  assert.equal(events.requests.length, 0);
  assert.equal(wire.disables, 1);
  codec.onWriteBlocked(false);
  assert.equal(events.requests.length, 1);
  assert.equal(wire.disables, 0);
  codec.onWriteBlocked(true);
  assert.deepEqual(events.messages[0]!.writeBlocked, [true]);
  wire.send(GET);
  respond(encoder(), 200, "");
  assert.equal(events.requests.length, 1, "still blocked");
  codec.onWriteBlocked(false);
  assert.equal(events.requests.length, 2);
});

Deno.test("server codec takes back what an ended stream disabled", () => {
  const { wire, encoder } = serve();
  wire.send(POST);
  encoder().readDisable(true);
  encoder().readDisable(true);
  encoder().readDisable(false);
  assert.equal(wire.disables, 1);
  respond(encoder(), 200, "");
  assert.equal(wire.disables, 0);
});

Deno.test("server codec takes nothing when it is called from inside a callback", () => {
  const { events, wire, codec } = serve();
  const positions: number[] = [];
  events.answer = (request) => {
    positions.push(codec.receive(blockOf(GET), 0, GET.length));
    respond(request.encoder, 200, "");
  };
  wire.send(GET + GET);
  assert.deepEqual(positions, [0, 0]);
  assert.equal(events.requests.length, 2);
});

// ---- responses

const responses: [name: string, request: string, head: ResponseHead, body: string | null, wire: string][] = [
  ["keeps a content-length", GET, headOf(200, ["content-length", "2"]), "hi", "content-length: 2\r\n\r\nhi"],
  ["chunks a body without a length", GET, headOf(200), "hi", "transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"],
  ["says that there is no body", GET, headOf(200), null, "content-length: 0\r\n\r\n"],
  ["drops a length from 204", GET, headOf(204, ["content-length", "0"]), null, "\r\n"],
  ["adds nothing to 204", GET, headOf(204), null, "\r\n"],
  ["adds nothing to 304", GET, headOf(304), null, "\r\n"],
  ["keeps the length of 304", GET, headOf(304, ["content-length", "9"]), null, "content-length: 9\r\n\r\n"],
  ["writes no body of 304", GET, headOf(304), "hi", "\r\n"],
  [
    "keeps the length of an answer to HEAD",
    GET.replace("GET", "HEAD"),
    headOf(200, ["content-length", "9"]),
    null,
    "content-length: 9\r\n\r\n",
  ],
  [
    "chunks an answer to HEAD in name only",
    GET.replace("GET", "HEAD"),
    headOf(200),
    "hi",
    "transfer-encoding: chunked\r\n\r\n",
  ],
  [
    "drops a foreign transfer-encoding",
    GET,
    headOf(200, ["transfer-encoding", "gzip"]),
    null,
    "content-length: 0\r\n\r\n",
  ],
];
for (const [name, request, head, body, tail] of responses) {
  Deno.test(`server codec ${name}`, () => {
    const { wire, sink, encoder, events } = serve();
    wire.send(request);
    encoder().encodeHead(head, body === null);
    if (body !== null) {
      encoder().encodeBody(blockOf(body), 0, body.length);
      encoder().encodeBody(blockOf(""), 0, 0);
      encoder().encodeEnd(null);
    }
    const text = sink.take();
    assert.equal(text.slice(text.indexOf("\r\n") + 2), tail);
    assert.deepEqual(events.ends, ["keep"]);
  });
}

Deno.test("server codec writes interim responses before the final one", () => {
  const { wire, sink, encoder } = serve();
  wire.send(GET);
  encoder().encodeInterim(headOf(100));
  encoder().encodeInterim(headOf(103, ["link", "</a>"], ["content-length", "1"]));
  respond(encoder(), 200, "");
  assert.equal(
    sink.take(),
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Unknown\r\nlink: </a>\r\n\r\n${EMPTY_200}`,
  );
});

Deno.test("server codec writes trailers where they are enabled", () => {
  for (const [enableTrailers, end] of [[true, "0\r\nt: v\r\n\r\n"], [false, "0\r\n\r\n"]] as const) {
    const { wire, sink, encoder } = serve({ enableTrailers });
    wire.send(GET);
    encoder().encodeHead(headOf(200), false);
    sink.take();
    encoder().encodeEnd(headOf(0, ["t", "v"]).headers);
    assert.equal(sink.take(), end);
  }
});

Deno.test("server codec has its connection field among those of the head", () => {
  for (
    const [request, value] of [
      [GET, null],
      ["GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "close"],
      ["GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"],
    ] as const
  ) {
    const { wire, encoder } = serve({ acceptHttp10: true, defaultHostForHttp10: "d" });
    wire.send(request);
    const head = headOf(200);
    encoder().encodeHead(head, true);
    assert.equal(head.headers.get(HeaderId.connection), value);
  }
});

Deno.test("server codec writes names in proper case where told to", () => {
  const { wire, sink, encoder } = serve({ properCaseWords: true });
  wire.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  encoder().encodeHead(headOf(200, ["x-a_b9c", "v"], ["te", "w"]), false);
  assert.equal(
    sink.take(),
    "HTTP/1.1 200 OK\r\nX-A_B9c: v\r\nTe: w\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
});

Deno.test("server codec writes an unknown status with Envoy's phrase", () => {
  const { wire, sink, encoder } = serve();
  wire.send(GET);
  respond(encoder(), 299, "");
  assert.match(sink.take(), /^HTTP\/1.1 299 Unknown\r\n/);
});

// ---- closing

const closing: [name: string, field: string, isClosing: boolean][] = [
  ["connection: close", "Connection: close", true],
  ["Close among other tokens", "Connection: foo , Close\t", true],
  ["close on the second line", "Connection: foo\r\nConnection: close", true],
  ["proxy-connection: close", "Proxy-Connection: close", true],
  ["a token that only begins so", "Connection: closed, xclose", false],
  ["connection: keep-alive", "Connection: keep-alive", false],
];
for (const [name, field, isClosing] of closing) {
  Deno.test(`server codec ${isClosing ? "closes" : "goes on"} after ${name}`, () => {
    const { wire, sink, encoder, events } = serve();
    wire.send(`GET / HTTP/1.1\r\nHost: x\r\n${field}\r\n\r\n`);
    respond(encoder(), 200, "");
    assert.equal(sink.take(), isClosing ? CLOSING_200 : EMPTY_200);
    assert.deepEqual(events.ends, [isClosing ? "close" : "keep"]);
  });
}

Deno.test("server codec closes after HTTP/1.0 unless keep-alive was asked for", () => {
  for (const [field, line, end] of [["A: b", "close", "close"], ["Connection: Keep-Alive", "keep-alive", "keep"]]) {
    const { wire, sink, encoder, events } = serve({ acceptHttp10: true });
    wire.send(`GET / HTTP/1.0\r\n${field}\r\n\r\n`);
    respond(encoder(), 200, "x");
    assert.equal(sink.take(), `HTTP/1.0 200 OK\r\ncontent-length: 1\r\nconnection: ${line}\r\n\r\nx`);
    assert.deepEqual(events.ends, [end]);
  }
});

Deno.test("server codec ends an HTTP/1.0 body of unknown length with the connection, read to its end or not", () => {
  for (const request of ["GET / HTTP/1.0\r\n", "POST / HTTP/1.0\r\nContent-Length: 9\r\n"]) {
    const { wire, sink, encoder, events } = serve({ acceptHttp10: true });
    wire.send(`${request}Connection: keep-alive\r\n\r\n`);
    encoder().encodeHead(headOf(200), false);
    encoder().encodeBody(blockOf("body"), 0, 4);
    encoder().encodeEnd(null);
    assert.equal(sink.take(), "HTTP/1.0 200 OK\r\nconnection: close\r\n\r\nbody");
    assert.deepEqual(events.ends, ["close"]);
  }
});

Deno.test("server codec tells whether a response that is cut had said that it was the last", () => {
  for (const [field, end] of [["A: b", "close later"], ["Connection: close", "close"]]) {
    const { wire, encoder, events } = serve();
    wire.send(`GET / HTTP/1.1\r\nHost: x\r\n${field}\r\n\r\n`);
    encoder().encodeHead(headOf(200, ["content-length", "9"]), false);
    encoder().reset();
    assert.deepEqual(events.ends, [end]);
  }
});

Deno.test("server codec closes with the next response when it drains", () => {
  const { wire, sink, encoder, codec, events } = serve();
  wire.send(GET + GET);
  codec.startDrain();
  respond(encoder(), 200, "");
  assert.equal(sink.take(), CLOSING_200);
  assert.deepEqual(events.ends, ["close"]);
  assert.equal(events.requests.length, 1);
  assert.equal(wire.disables, 0);
  assert.equal(wire.left, "", "the pipelined request is dropped");
});

Deno.test("server codec closes where the response's own connection field says so", () => {
  const { wire, sink, encoder, events } = serve();
  wire.send(GET);
  encoder().encodeHead(headOf(200, ["connection", "close"]), true);
  assert.equal(sink.take(), "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  assert.deepEqual(events.ends, ["close"]);
});

Deno.test("server codec closes after a response that came before its request was through", () => {
  const { wire, sink, encoder, events } = serve();
  wire.send(`${POST}he`);
  respond(encoder(), 200, "");
  assert.equal(sink.take(), CLOSING_200);
  assert.deepEqual(events.ends, ["close later"]);
  wire.send(`llo${GET}`);
  assert.equal(wire.left, "", "what still comes is dropped");
  assert.equal(events.requests.length, 1);
  assert.equal(events.messages[0]!.body, "he");
});

Deno.test("server codec closes after a body that was not as long as its head said", () => {
  for (const [body, written] of [["short", "short"], ["much too long", "much too "]] as const) {
    const { wire, sink, encoder, events } = serve();
    wire.send(GET);
    encoder().encodeHead(headOf(200, ["content-length", "9"]), false);
    sink.take();
    encoder().encodeBody(blockOf(body), 0, body.length);
    encoder().encodeBody(blockOf(body), 0, 0);
    encoder().encodeEnd(null);
    assert.equal(sink.take(), written);
    assert.deepEqual(events.ends, ["close later"], "the peer was not told");
  }
});

Deno.test("server codec closes after a head that promised a body and was the end", () => {
  const { wire, sink, encoder, events } = serve();
  wire.send(GET);
  encoder().encodeHead(headOf(200, ["content-length", "9"]), true);
  assert.equal(sink.take(), "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n");
  assert.deepEqual(events.ends, ["close"]);
});

// ---- giving up

Deno.test("server codec gives a reset stream up, calls nobody and writes nothing more", () => {
  for (const input of ["GE", GET, `${POST}he`]) {
    const { wire, sink, encoder, events } = serve();
    wire.send(input);
    const { message } = events.requests[0]!;
    const before = message.end;
    encoder().reset();
    assert.deepEqual(events.ends, ["close later"]);
    respond(encoder(), 200, "");
    encoder().reset();
    wire.send("llo");
    assert.equal(sink.take(), "");
    assert.equal(message.end, before);
    assert.equal(events.ends.length, 1);
  }
});

Deno.test("server codec ends an open stream when the peer closes its side", () => {
  for (const input of ["GE", `${POST}he`, `${CHUNKED}5\r\nhe`]) {
    const { wire, codec, events } = serve();
    wire.send(input);
    codec.receiveEnd();
    assert.equal(events.messages[0]!.end, "downstream_remote_disconnect");
    assert.deepEqual(events.ends, ["close"]);
  }
});

Deno.test("server codec says nothing when an idle peer closes its side", () => {
  const { wire, codec, events, encoder } = serve();
  wire.send(GET);
  respond(encoder(), 200, "");
  codec.receiveEnd();
  assert.deepEqual(events.ends, ["keep"]);
});

Deno.test("server codec ends an open stream with the connection's fault", () => {
  const { wire, sink, codec, events, encoder } = serve();
  wire.send(`${POST}he`);
  encoder().readDisable(true);
  codec.onConnectionClose(fault("local", "connection", "local_reset", "gone"));
  assert.equal(events.messages[0]!.end, "gone");
  assert.equal(wire.disables, 1, "nobody enables a connection that is gone");
  respond(encoder(), 200, "");
  assert.equal(sink.take(), "");
  assert.deepEqual(events.ends, []);
});

Deno.test("server codec lets the stream be reset from inside a body call", () => {
  const { wire, events, encoder } = serve();
  wire.send(POST);
  const request = events.requests[0]!;
  request.onBody = () => encoder().reset();
  wire.send(`hello${GET}`);
  assert.equal(request.message.end, "");
  assert.deepEqual(events.ends, ["close later"]);
  assert.equal(events.requests.length, 1);
});
