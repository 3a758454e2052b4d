import assert from "node:assert/strict";
import { fault } from "../../base/fault.ts";
import { RequestHead } from "../../http/request_head.ts";
import { blockOf, ClientEvents, ResponseRecorder, TextSink, Wire } from "../h1/codec_fixture.ts";
import { RawClientCodec } from "./client_codec.ts";

function dial(endStream = false, feeding: "stay" | "move" = "stay") {
  const events = new ClientEvents(), sink = new TextSink();
  const codec = new RawClientCodec(events, sink);
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  const response = new ResponseRecorder();
  const encoder = codec.openStream(response);
  encoder.encodeHead(new RequestHead(), endStream);
  return { events, sink, codec, wire, response, encoder, message: response.message };
}

for (const [how, sizes, feeding] of [["whole", [], "stay"], ["byte by byte", [1], "move"]] as const) {
  Deno.test(`raw client codec answers 200 at once and carries bytes both ways (${how})`, () => {
    const { message, response, encoder, sink, wire, events } = dial(false, feeding);
    assert.deepEqual([message.start, message.fields, message.end], ["200", [], ""]);
    assert.equal(sink.take(), "");
    encoder.encodeBody(blockOf("GET / HTTP/1.1\r\n\r\n"), 0, 18);
    assert.equal(sink.take(), "GET / HTTP/1.1\r\n\r\n");
    wire.send("HTTP/1.1 400 No\r\n\r\n", ...sizes);
    assert.equal(message.body, "HTTP/1.1 400 No\r\n\r\n");
    assert.deepEqual([message.end, events.log], ["", []]);
    assert.deepEqual([encoder.wireBytes, encoder.headerBytes, response.head.wireBytes], [18, 0, 19]);
  });
}

Deno.test("raw client codec ends a request with FIN, a response with the peer's", () => {
  const { message, encoder, codec, wire, events, sink } = dial();
  encoder.encodeBody(blockOf("all"), 0, 3);
  encoder.encodeEnd(null);
  encoder.encodeBody(blockOf("more"), 0, 4);
  assert.equal(sink.take(), "all");
  assert.deepEqual(events.log, ["end output"]);
  wire.send("back");
  assert.equal(codec.receiveEnd(), true);
  assert.deepEqual([message.body, message.end], ["back", "end"]);
  assert.deepEqual(events.log, ["end output", "close"]);
  assert.equal(codec.isBroken, false);
});

Deno.test("raw client codec ends a request that ends with its head at once", () => {
  const { message, events } = dial(true);
  assert.deepEqual([message.start, message.end], ["200", ""]);
  assert.deepEqual(events.log, ["end output"]);
});

Deno.test("raw client codec ends the exchange when the peer ends first, and sends nothing more", () => {
  const { message, encoder, codec, events, sink } = dial();
  assert.equal(codec.receiveEnd(), false);
  assert.equal(message.end, "end");
  assert.deepEqual(events.log, ["close"]);
  assert.equal(codec.isBroken, true);
  encoder.encodeBody(blockOf("late"), 0, 4);
  encoder.encodeEnd(null);
  encoder.reset();
  assert.equal(sink.take(), "");
  assert.deepEqual(events.log, ["close"]);
  assert.throws(() => codec.openStream(new ResponseRecorder()), /second request/);
});

Deno.test("raw client codec hands on the fault of a connection that breaks", () => {
  const { message, codec } = dial();
  codec.onConnectionClose(fault("upstream", "connection", "connection_termination", "gone"));
  assert.equal(message.end, "gone");
});

Deno.test("raw client codec gives a reset stream up and takes back what it disabled", () => {
  const { message, codec, encoder, events, wire } = dial();
  encoder.readDisable(true);
  encoder.readDisable(true);
  encoder.reset();
  assert.equal(wire.disables, 0);
  assert.equal(codec.isBroken, true);
  assert.equal(events.log.at(-1), "close");
  wire.send("late");
  assert.equal(codec.receiveEnd(), true);
  assert.deepEqual([message.body, message.end], ["", ""]);
});

Deno.test("raw client codec gives a connection up whose peer speaks before there is anyone to hear", () => {
  const events = new ClientEvents();
  const codec = new RawClientCodec(events, new TextSink());
  new Wire(codec).send("220 ready\r\n");
  assert.deepEqual(events.log, ["close"]);
});

Deno.test("raw client codec tells its stream when the output is past its limit", () => {
  const codec = new RawClientCodec(new ClientEvents(), new TextSink());
  codec.onWriteBlocked(true);
  const response = new ResponseRecorder();
  codec.openStream(response);
  codec.onWriteBlocked(false);
  assert.deepEqual(response.message.writeBlocked, [true, false]);
});
