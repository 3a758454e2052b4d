import assert from "node:assert/strict";
import { requestHead } from "../../../test/support/request_heads.ts";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { StreamFacts } from "../stream_facts.ts";
import type { AccessLogSink } from "./access_log_sink.ts";
import { AccessLogger } from "./logger.ts";

/** Keeps its lines; full after `room` of them. */
class KeepingSink implements AccessLogSink {
  readonly writer = new ByteWriter();
  lines = 0;
  #room: number;

  constructor(room = Infinity) {
    this.#room = room;
  }

  openLine(): ByteWriter | null {
    return this.lines < this.#room ? this.writer : null;
  }

  closeLine(): void {
    this.lines++;
  }

  get text(): string {
    return latin1Text(this.writer.bytes, 0, this.writer.length);
  }
}

const config = (path: string) => ({ sink: "file", path }) as const;

Deno.test("AccessLogger writes the same line to each of its sinks", () => {
  const sinks = new Map([["a", new KeepingSink()], ["b", new KeepingSink()]]);
  const logger = new AccessLogger([config("a"), config("b")], { sinkFor: ({ path }) => sinks.get(path)! });
  assert.equal(logger.isOn, true);
  logger.log(new StreamFacts(), requestHead("GET", "/one"), null);
  logger.log(new StreamFacts(), requestHead("GET", "/two"), null);
  assert.match(sinks.get("a")!.text, /^\[.*"GET \/one .*\n\[.*"GET \/two .*\n$/);
  assert.equal(sinks.get("b")!.text, sinks.get("a")!.text);
});

Deno.test("AccessLogger goes on with the next sink when one is full", () => {
  const sinks = new Map([["full", new KeepingSink(0)], ["b", new KeepingSink()]]);
  const logger = new AccessLogger([config("full"), config("b")], { sinkFor: ({ path }) => sinks.get(path)! });
  logger.log(new StreamFacts(), requestHead("GET", "/"), null);
  assert.equal(sinks.get("full")!.text, "");
  assert.equal(sinks.get("b")!.lines, 1);
});

Deno.test("AccessLogger is off without a sink", () => {
  const logger = new AccessLogger([], { sinkFor: () => new KeepingSink() });
  assert.equal(logger.isOn, false);
  logger.log(new StreamFacts(), null, null);
});
