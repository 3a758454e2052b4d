/** What both codecs count of each message: bytes on the wire, and those of its field lines. */
import assert from "node:assert/strict";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { METHOD_NAMES } from "../../http/method.ts";
import { H1ClientCodec } from "./client_codec.ts";
import {
  blockOf,
  CLIENT_OPTIONS,
  ClientEvents,
  respond,
  ResponseRecorder,
  SERVER_OPTIONS,
  ServerEvents,
  TextSink,
  Wire,
} from "./codec_fixture.ts";
import { H1ServerCodec } from "./server_codec.ts";

/** How the bytes come: the sizes of the pieces, over and over; none = all at once. */
const SIZES = [[], [1], [3, 1, 7, 2]];

function serve() {
  const events = new ServerEvents(), sink = new TextSink();
  const wire = new Wire(new H1ServerCodec(events, sink, { ...SERVER_OPTIONS, enableTrailers: true }), "move");
  events.wire = wire;
  return { events, sink, wire };
}

function dial() {
  const events = new ClientEvents(), sink = new TextSink();
  const codec = new H1ClientCodec(events, sink, { ...CLIENT_OPTIONS, enableTrailers: true });
  const wire = new Wire(codec, "move");
  events.wire = wire;
  return { sink, codec, wire };
}

function response(status: number, ...fields: [string, string][]): ResponseHead {
  const head = new ResponseHead();
  head.beginLocal(status);
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

function request(method: string): RequestHead {
  const head = new RequestHead();
  head.begin(blockOf(method));
  head.methodId = METHOD_NAMES.indexOf(method);
  head.methodEnd = method.length;
  head.path = "/";
  head.headers.addName("host", "h");
  return head;
}

const GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const TRAILERS = response(0, ["t", "v"]).headers;
const TRAILER_LINE = "t: v\r\n".length;

Deno.test("server codec counts each request on the wire to its end", () => {
  const requests = [
    GET,
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nt: v\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
  ];
  for (const sizes of SIZES) {
    const { events, wire } = serve();
    events.answer = ({ encoder }) => respond(encoder, 200, "hi");
    wire.send(requests.join(""), ...sizes);
    assert.deepEqual(events.requests.map(({ head }) => head.wireBytes), requests.map(({ length }) => length));
  }
});

Deno.test("server codec counts each response on the wire, and its field lines", () => {
  const { events, wire, sink } = serve();
  const encoder = () => events.requests.at(-1)!.encoder;
  const counts = () => [encoder().wireBytes, encoder().headerBytes];
  wire.send(GET);
  assert.deepEqual(counts(), [0, 0]);
  encoder().encodeInterim(response(103, ["link", "</a>"]));
  let sent = sink.take().length, fields = "link: </a>\r\n".length;
  assert.deepEqual(counts(), [sent, fields]);
  encoder().encodeHead(response(200, ["x-a", "b"]), false);
  sent += sink.take().length;
  fields += "x-a: b\r\ntransfer-encoding: chunked\r\n".length;
  assert.deepEqual(counts(), [sent, fields]);
  encoder().encodeBody(blockOf("hello"), 0, 5);
  sent += sink.take().length;
  assert.deepEqual(counts(), [sent, fields]);
  encoder().encodeEnd(TRAILERS);
  sent += sink.take().length;
  assert.deepEqual(counts(), [sent, fields + TRAILER_LINE]);
  wire.send(GET);
  assert.deepEqual(counts(), [0, 0]);
  respond(encoder(), 200, "hi");
  assert.deepEqual(counts(), [sink.take().length, "content-length: 2\r\n".length]);
});

Deno.test("client codec counts each response on the wire to its end", () => {
  const responses = [
    EMPTY,
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nt: v\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
  ];
  for (const sizes of SIZES) {
    const { codec, wire } = dial();
    for (const text of responses) {
      const recorder = new ResponseRecorder();
      codec.openStream(recorder).encodeHead(request("GET"), true);
      wire.send(text, ...sizes);
      assert.equal(recorder.head.wireBytes, text.length, text);
    }
  }
});

Deno.test("client codec counts each request on the wire, and its field lines", () => {
  const { codec, wire, sink } = dial();
  for (let turn = 0; turn < 2; turn++) {
    const encoder = codec.openStream(new ResponseRecorder());
    const counts = () => [encoder.wireBytes, encoder.headerBytes];
    assert.deepEqual(counts(), [0, 0]);
    encoder.encodeHead(request("POST"), false);
    let sent = sink.take().length;
    const fields = "host: h\r\ntransfer-encoding: chunked\r\n".length;
    assert.deepEqual(counts(), [sent, fields]);
    encoder.encodeBody(blockOf("hello"), 0, 5);
    sent += sink.take().length;
    assert.deepEqual(counts(), [sent, fields]);
    encoder.encodeEnd(TRAILERS);
    sent += sink.take().length;
    assert.deepEqual(counts(), [sent, fields + TRAILER_LINE]);
    wire.send(EMPTY);
  }
});
