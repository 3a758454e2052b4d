import assert from "node:assert/strict";
import { BLOCK_SIZES, BlockPool, ByteBlock } from "./byte_block.ts";

Deno.test("BlockPool.acquire() gives the smallest size that fits", () => {
  const pool = new BlockPool();
  for (const [wanted, size] of [[0, 1024], [1, 1024], [1024, 1024], [1025, 2048], [262144, 262144], [262145, 262145]]) {
    assert.equal(pool.acquire(wanted!).bytes.length, size);
  }
});

Deno.test("BlockPool takes a block back from its last holder and gives it out again", () => {
  const pool = new BlockPool();
  const block = pool.acquire(1000);
  block.retain();
  block.release();
  assert.equal(pool.onLoan, 1);
  assert.notEqual(pool.acquire(1000), block);
  block.release();
  assert.equal(pool.onLoan, 1);
  assert.equal(pool.acquire(1000), block);
  assert.equal(block.holders, 1);
});

Deno.test("ByteBlock.release() throws when there is no holder left", () => {
  const block = new BlockPool().acquire(1);
  block.release();
  assert.throws(() => block.release(), /released more often/);
});

Deno.test("BlockPool cuts small blocks from shared memory without overlap", () => {
  const pool = new BlockPool();
  const blocks = Array.from({ length: 200 }, () => pool.acquire(1024));
  blocks.forEach((block, index) => block.bytes.fill(index));
  blocks.forEach((block, index) => assert.ok(block.bytes.every((byte) => byte === index)));
  assert.ok(new Set(blocks.map((block) => block.bytes.buffer)).size < 10);
});

Deno.test("BlockPool keeps a bounded number of free blocks and none that is out of size", () => {
  const pool = new BlockPool();
  const size = BLOCK_SIZES.at(-1)!;
  const blocks = Array.from({ length: 80 }, () => pool.acquire(size));
  for (const block of blocks) block.release();
  const again = Array.from({ length: 80 }, () => pool.acquire(size));
  assert.equal(again.filter((block) => blocks.includes(block)).length, 16 * 1024 * 1024 / size);
  const big = pool.acquire(size + 1);
  big.release();
  assert.notEqual(pool.acquire(size + 1), big);
});

Deno.test("ByteBlock without a pool may be held and released like any other", () => {
  const block = new ByteBlock(new Uint8Array(1));
  block.retain();
  block.release();
  block.release();
  assert.equal(block.holders, 0);
});
