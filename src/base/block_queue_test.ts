import assert from "node:assert/strict";
import { BlockQueue } from "./block_queue.ts";
import { BlockPool } from "./byte_block.ts";

Deno.test("BlockQueue gives pieces back in their order, and counts their bytes", () => {
  const pool = new BlockPool(), block = pool.acquire(100), queue = new BlockQueue();
  queue.add(block, 0, 10);
  queue.add(block, 10, 30);
  queue.add(block, 50, 55);
  assert.equal(queue.bytes, 35);
  assert.deepEqual(queue.take(), { block, start: 0, end: 10 });
  assert.equal(queue.bytes, 25);
  assert.deepEqual(queue.takeAll().map(({ start, end }) => [start, end]), [[10, 30], [50, 55]]);
  assert.deepEqual([queue.bytes, queue.isEmpty, queue.take(), queue.takeAll().length], [0, true, null, 0]);
});

Deno.test("BlockQueue holds a block for each piece, and drop lets go of all", () => {
  const block = new BlockPool().acquire(10), queue = new BlockQueue();
  queue.add(block, 0, 1);
  queue.add(block, 1, 2);
  block.release();
  queue.take()!.block.release();
  queue.drop();
  assert.equal(queue.isEmpty, true);
  // Released once for each time it was held: once more is a bug.
  assert.throws(() => block.release());
});
