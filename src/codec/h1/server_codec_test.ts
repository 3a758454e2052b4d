import assert from "node:assert/strict";
import { ResponseHead } from "../../http/response_head.ts";
import { blockOf, respond, SERVER_OPTIONS, ServerEvents, TextSink, Wire } from "./codec_fixture.ts";
import type { H1ServerOptions } from "./options.ts";
import { H1ServerCodec } from "./server_codec.ts";

function serve(options: Partial<H1ServerOptions> = {}, feeding: "stay" | "move" = "stay") {
  const events = new ServerEvents(), sink = new TextSink();
  const codec = new H1ServerCodec(events, sink, { ...SERVER_OPTIONS, ...options });
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  return { events, sink, codec, wire };
}

const GET = "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";

Deno.test("server codec hands over a request when its head is complete", () => {
  const { events, wire } = serve();
  wire.send(GET);
  assert.equal(events.messages.length, 1);
  const message = events.messages[0]!;
  assert.equal(message.start, "GET /a?b HTTP/11");
  assert.deepEqual(message.fields, [["host", "x"], ["accept", "*/*"]]);
  assert.equal(message.end, "end");
});

Deno.test("server codec answers pipelined requests in turn", () => {
  const { events, wire, sink } = serve();
  events.answer = (request) => respond(request.encoder, 200, "hi");
  wire.send(GET.repeat(3));
  assert.equal(sink.take(), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".repeat(3));
  assert.deepEqual(events.ends, Array(3).fill("keep complete"));
});

Deno.test("server codec holds the next request while one waits for its response", () => {
  const { events, wire, sink } = serve();
  wire.send(GET + GET + GET);
  assert.equal(events.requests.length, 1);
  assert.equal(wire.left, GET + GET);
  assert.equal(wire.disables, 1);
  respond(events.requests[0]!.encoder, 200, "");
  assert.equal(events.requests.length, 2);
  respond(events.requests[1]!.encoder, 200, "");
  respond(events.requests[2]!.encoder, 200, "");
  assert.equal(wire.disables, 0);
  assert.equal(sink.take(), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".repeat(3));
});

Deno.test("server codec chunks a response without a length", () => {
  const { events, wire, sink } = serve();
  wire.send(GET);
  const head = new ResponseHead();
  head.beginLocal(200);
  const { encoder } = events.requests[0]!;
  encoder.encodeHead(head, false);
  encoder.encodeBody(blockOf("hello"), 0, 5);
  encoder.encodeBody(blockOf("x".repeat(17)), 0, 17);
  encoder.encodeEnd(null);
  assert.equal(
    sink.take(),
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n11\r\n${"x".repeat(17)}\r\n0\r\n\r\n`,
  );
});

Deno.test("server codec refuses garbage and drops what follows", () => {
  const { events, wire, sink } = serve();
  wire.send("nonsense\r\n\r\n" + GET);
  assert.equal(events.messages[0]!.end, "http1.codec_error");
  respond(events.requests[0]!.encoder, 400, "no");
  assert.equal(sink.take(), "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno");
  assert.deepEqual(events.ends, ["close incomplete"]);
  wire.send(GET);
  assert.equal(events.requests.length, 1);
});
