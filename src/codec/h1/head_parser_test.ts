import assert from "node:assert/strict";
import { latin1Bytes } from "../../base/ascii.ts";
import { BlockPool } from "../../base/byte_block.ts";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { ParseOutcome } from "./field_parser.ts";
import { RequestHeadParser } from "./request_head_parser.ts";
import { ResponseHeadParser } from "./response_head_parser.ts";

const REQUEST = "POST /a/b?c=d HTTP/1.1\r\nHost: example\r\nX-Y:  z\r\n\r\n";
const RESPONSE = "HTTP/1.1 503 Service Unavailable\r\nServer: s\r\nX-Y:  z\r\n\r\n";

for (const isMoving of [false, true]) {
  const where = isMoving ? "moves" : "stays";

  Deno.test(`RequestHeadParser.parse() goes on at any byte when its memory ${where}`, () => {
    const pool = new BlockPool();
    const parser = new RequestHeadParser(1024, 10, false), head = new RequestHead();
    let block = pool.acquire(1024), start = 3;
    block.bytes.set(latin1Bytes(REQUEST), start);
    parser.begin(head, block, start);
    for (let count = 1; count < REQUEST.length; count++) {
      assert.equal(parser.parse(block, start, start + count), ParseOutcome.incomplete);
      assert.equal(block.holders, 1, "a head under way holds no block");
      if (!isMoving) continue;
      const next = pool.acquire(1024), offset = count % 11;
      next.bytes.set(block.bytes.subarray(start, start + count), offset);
      next.bytes.set(latin1Bytes(REQUEST).subarray(count), offset + count);
      block.bytes.fill(0);
      block.release();
      block = next;
      start = offset;
    }
    assert.equal(parser.parse(block, start, start + REQUEST.length), ParseOutcome.complete);
    assert.equal(parser.at, start + REQUEST.length);
    assert.equal(block.holders, 2, "a complete one does");
    assert.deepEqual([head.method, head.path, head.version], ["POST", "/a/b?c=d", 11]);
    assert.deepEqual(head.headers.entries(), [["host", "example"], ["x-y", "z"]]);
    assert.equal(head.requestLineEnd, start + REQUEST.indexOf("\n") + 1);
    head.release();
    block.release();
    assert.equal(pool.onLoan, 0);
  });

  Deno.test(`ResponseHeadParser.parse() goes on at any byte when its memory ${where}`, () => {
    const pool = new BlockPool();
    const parser = new ResponseHeadParser(1024, 10), head = new ResponseHead();
    let block = pool.acquire(1024), start = 3;
    block.bytes.set(latin1Bytes(RESPONSE), start);
    parser.begin(head, block, start);
    for (let count = 1; count < RESPONSE.length; count++) {
      assert.equal(parser.parse(block, start, start + count), ParseOutcome.incomplete);
      if (!isMoving) continue;
      const next = pool.acquire(1024), offset = count % 11;
      next.bytes.set(block.bytes.subarray(start, start + count), offset);
      next.bytes.set(latin1Bytes(RESPONSE).subarray(count), offset + count);
      block.bytes.fill(0);
      block.release();
      block = next;
      start = offset;
    }
    assert.equal(parser.parse(block, start, start + RESPONSE.length), ParseOutcome.complete);
    assert.deepEqual([head.status, head.version], [503, 11]);
    assert.deepEqual(head.headers.entries(), [["server", "s"], ["x-y", "z"]]);
    assert.equal(head.reasonStart, start + 13);
    assert.equal(head.reasonEnd, start + 32);
    head.release();
    block.release();
    assert.equal(pool.onLoan, 0);
  });
}

Deno.test("HeadParser.parse() refuses a head at its limit that is not complete, whatever comes", () => {
  for (const limit of [REQUEST.length - 1, REQUEST.length]) {
    const parser = new RequestHeadParser(limit, 10, false), head = new RequestHead();
    const block = new BlockPool().acquire(1024);
    block.bytes.set(latin1Bytes(REQUEST));
    parser.begin(head, block, 0);
    const outcome = parser.parse(block, 0, REQUEST.length - 1);
    if (limit === REQUEST.length) {
      assert.equal(outcome, ParseOutcome.incomplete);
      assert.equal(parser.parse(block, 0, REQUEST.length), ParseOutcome.complete);
    } else {
      assert.equal(outcome, ParseOutcome.refused);
      assert.equal(parser.failure!.detail, "http1.headers_too_large");
      assert.equal(parser.isOpen, false);
    }
  }
});
