/** Tests of the kept request: what comes out again, what it holds, and when it gives up. */
import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import { BlockPool, type ByteBlock } from "../../base/byte_block.ts";
import { HeaderList } from "../../http/header_list.ts";
import type { KeptRequestSink } from "../../filter/http_filter.ts";
import { RequestBuffer } from "./request_buffer.ts";

class Sink implements KeptRequestSink {
  body = "";
  log: string[] = [];

  sendBody(block: ByteBlock, start: number, end: number): void {
    this.body += latin1Text(block.bytes, start, end);
  }

  sendTrailers(trailers: HeaderList): void {
    this.log.push(JSON.stringify(trailers.entries()));
  }

  sendEnd(): void {
    this.log.push("end");
  }
}

function blockOf(pool: BlockPool, text: string): ByteBlock {
  const block = pool.acquire(text.length);
  block.bytes.set(latin1Bytes(text));
  return block;
}

/** Reads `text` in pieces, each into a block that only the buffer keeps. */
function feed(pool: BlockPool, buffer: RequestBuffer, text: string, pieceBytes: number): boolean {
  let fits = true;
  for (let at = 0; at < text.length; at += pieceBytes) {
    const piece = text.slice(at, at + pieceBytes);
    const block = blockOf(pool, piece);
    fits = buffer.add(block, 0, piece.length) && fits;
    block.release();
  }
  return fits;
}

const TEXT = Array.from({ length: 3000 }, (_, at) => String.fromCharCode(32 + at % 90)).join("");

for (const pieceBytes of [1, 7, 511, 512, 700, 3000]) {
  Deno.test(`a request buffer gives back what came in pieces of ${pieceBytes}, as often as asked`, () => {
    const pool = new BlockPool(), buffer = new RequestBuffer(pool, 3000, false);
    assert.equal(feed(pool, buffer, TEXT, pieceBytes), true);
    const first = new Sink();
    buffer.sendTo(first);
    assert.deepEqual([first.body, first.log], [TEXT, []]);
    const trailers = new HeaderList();
    trailers.addName("x-sum", "1");
    buffer.addTrailers(trailers);
    trailers.reset(new Uint8Array(0));
    buffer.end();
    const second = new Sink();
    buffer.sendTo(second);
    assert.deepEqual([second.body, second.log], [TEXT, ['[["x-sum","1"]]', "end"]]);
    buffer.release();
    assert.equal(pool.onLoan, 0);
  });
}

Deno.test("a request buffer holds few blocks however small the pieces", () => {
  const pool = new BlockPool(), buffer = new RequestBuffer(pool, 100_000, false);
  feed(pool, buffer, "x".repeat(8192), 1);
  assert.equal(pool.onLoan, 2);
  buffer.release();
});

Deno.test("a request buffer lets go of everything past its limit and tells it once", () => {
  const pool = new BlockPool(), buffer = new RequestBuffer(pool, 1000, false);
  assert.equal(feed(pool, buffer, "x".repeat(1000), 600), true);
  assert.equal(feed(pool, buffer, "x", 1), false);
  assert.equal(buffer.isOverflowed, true);
  assert.equal(pool.onLoan, 0);
  assert.equal(feed(pool, buffer, "x", 1), true);
  assert.equal(pool.onLoan, 0);
});

Deno.test("a request buffer of a bare head is head only until something comes", () => {
  const pool = new BlockPool();
  const sink = new Sink(), bare = new RequestBuffer(pool, 0, true);
  assert.equal(bare.isHeadOnly, true);
  bare.sendTo(sink);
  assert.deepEqual(sink.log, ["end"]);
  const open = new RequestBuffer(pool, 10, false);
  assert.equal(open.isHeadOnly, false);
  feed(pool, open, "x", 1);
  open.end();
  assert.equal(open.isHeadOnly, false);
  open.release();
});

Deno.test("a request buffer stops sending when it is released from inside", () => {
  const pool = new BlockPool(), buffer = new RequestBuffer(pool, 10_000, true);
  feed(pool, buffer, "x".repeat(3000), 1000);
  const sink = new Sink();
  buffer.sendTo({
    sendBody: (block, start, end) => {
      sink.sendBody(block, start, end);
      buffer.release();
    },
    sendTrailers: () => sink.log.push("trailers"),
    sendEnd: () => sink.log.push("end"),
  });
  assert.deepEqual([sink.body.length, sink.log], [1000, []]);
  assert.equal(pool.onLoan, 0);
});
