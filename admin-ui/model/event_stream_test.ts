import { deepEqual, equal } from "node:assert/strict";
import { EventStreamReader, MAX_LINE_CHARS, type StreamFrame } from "./event_stream.ts";

function read(...pieces: string[]): StreamFrame[] {
  const frames: StreamFrame[] = [];
  const reader = new EventStreamReader((frame) => frames.push(frame));
  for (const piece of pieces) reader.push(piece);
  return frames;
}

/** Whole, then one character at a time: the answer is the same. */
function readsAs(text: string, expected: StreamFrame[]): void {
  deepEqual(read(text), expected);
  deepEqual(read(...text), expected);
}

Deno.test("push() gives a frame at the blank line and not before", () => {
  deepEqual(read("event: hello\nid: 1\ndata: {}\n"), []);
  readsAs("event: hello\nid: 1\ndata: {}\n\n", [{ event: "hello", id: "1", data: "{}" }]);
});

Deno.test("push() takes LF, CR and CRLF as line ends", () => {
  const frames = [{ event: "a", id: "", data: "1" }, { event: "b", id: "", data: "2" }];
  readsAs("event:a\ndata:1\n\nevent:b\ndata:2\n\n", frames);
  readsAs("event:a\r\ndata:1\r\n\r\nevent:b\r\ndata:2\r\n\r\n", frames);
  readsAs("event:a\rdata:1\r\revent:b\rdata:2\r\r", frames);
});

Deno.test("push() joins several data lines with a line feed", () => {
  readsAs("data: one\ndata: two\n\n", [{ event: "message", id: "", data: "one\ntwo" }]);
});

Deno.test("push() drops comments, unknown fields and frames without data", () => {
  readsAs(": heartbeat\n\nevent: a\n\nretry: 1000\nsomething: else\n\n", []);
});

Deno.test("push() keeps the id for the frames that carry none", () => {
  const frames = read("id: 7\ndata: a\n\ndata: b\n\n");
  deepEqual(frames.map((frame) => frame.id), ["7", "7"]);
});

Deno.test("push() strips one space after the colon and only one", () => {
  readsAs("data:  x\n\n", [{ event: "message", id: "", data: " x" }]);
});

Deno.test("push() refuses a line past the limit and takes one at it", () => {
  const reader = new EventStreamReader(() => {});
  equal(reader.push("d".repeat(MAX_LINE_CHARS)), true);
  equal(reader.push("d"), false);
});
