import assert from "node:assert/strict";
import { BlockPool } from "../base/byte_block.ts";
import { WriteQueue } from "./write_queue.ts";

/** Adds a block of `count` bytes, all of value `fill`, and lets go of it. */
function add(pool: BlockPool, queue: WriteQueue, count: number, fill: number): void {
  const block = pool.acquire(count);
  block.bytes.fill(fill, 0, count);
  queue.add(block, 0, count);
  block.release();
}

/** Writes everything, `most` bytes at a time; returns the sizes that were offered and all bytes. */
function drain(queue: WriteQueue, most = Infinity): { offered: number[]; bytes: number[] } {
  const offered: number[] = [];
  const bytes: number[] = [];
  for (let next = queue.next(); next !== null; next = queue.next()) {
    offered.push(next.length);
    const count = Math.min(next.length, most);
    bytes.push(...next.subarray(0, count));
    queue.written(count);
  }
  return { offered, bytes };
}

Deno.test("WriteQueue joins head and small pieces into one write", () => {
  const pool = new BlockPool();
  const queue = new WriteQueue(pool);
  queue.writer.writeLatin1("head");
  add(pool, queue, 10000, 1);
  add(pool, queue, 5, 2);
  assert.equal(queue.pendingBytes, 10009);
  const { offered, bytes } = drain(queue);
  assert.deepEqual(offered, [10009]);
  assert.equal(String.fromCharCode(...bytes.slice(0, 4)), "head");
  assert.equal(queue.pendingBytes, 0);
  assert.equal(pool.onLoan, 0);
});

Deno.test("WriteQueue holds large pieces where they lie, in order with the small", () => {
  const pool = new BlockPool();
  const queue = new WriteQueue(pool);
  const large = pool.acquire(65536);
  queue.writer.writeByte(1);
  queue.add(large, 100, 60100);
  queue.writer.writeByte(2);
  add(pool, queue, 70000, 3);
  queue.writer.writeByte(4);
  assert.equal(large.holders, 2);
  assert.equal(queue.pendingBytes, 130003);
  assert.equal(queue.next()!.length, 1);
  queue.written(1);
  assert.equal(queue.next()!.buffer, large.bytes.buffer);
  const { offered, bytes } = drain(queue);
  assert.deepEqual(offered, [60000, 1, 70000, 1]);
  assert.equal(bytes[60000], 2);
  assert.equal(bytes.at(-1), 4);
  assert.equal(large.holders, 1);
  large.release();
  assert.equal(pool.onLoan, 0);
});

Deno.test("WriteQueue goes on where a partial write ended and gathers what comes meanwhile", () => {
  const pool = new BlockPool();
  const queue = new WriteQueue(pool);
  queue.writer.writeLatin1("abcdef");
  assert.equal(queue.next()!.length, 6);
  queue.writer.writeLatin1("gh");
  queue.writer.writeLatin1("ij");
  queue.written(4);
  assert.equal(queue.pendingBytes, 6);
  const { offered, bytes } = drain(queue);
  assert.deepEqual(offered, [2, 4]);
  assert.equal(String.fromCharCode(...bytes), "efghij");
  assert.equal(pool.onLoan, 0);
});

Deno.test("WriteQueue does not grow the writer without end", () => {
  const pool = new BlockPool();
  const queue = new WriteQueue(pool);
  for (let piece = 0; piece < 40; piece++) add(pool, queue, 16000, piece);
  const { offered, bytes } = drain(queue, 9999);
  assert.ok(offered.every((size) => size <= 65536));
  assert.equal(bytes.length, 640000);
  assert.ok(bytes.every((byte, index) => byte === Math.floor(index / 16000)));
  assert.equal(pool.onLoan, 0);
});

Deno.test("WriteQueue drop gives everything back, but what is being written only when told", () => {
  const pool = new BlockPool();
  const queue = new WriteQueue(pool);
  for (let piece = 0; piece < 50; piece++) add(pool, queue, 20000, piece);
  queue.writer.writeByte(1);
  queue.next();
  queue.written(20000);
  queue.next();
  queue.drop(true);
  assert.equal(pool.onLoan, 1);
  assert.equal(queue.pendingBytes, 20000);
  queue.drop(false);
  assert.equal(pool.onLoan, 0);
  assert.equal(queue.next(), null);
});
