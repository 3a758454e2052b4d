import assert from "node:assert/strict";
import { BlockPool } from "../base/byte_block.ts";
import { ReadBuffer } from "./read_buffer.ts";

/** Reads `count` bytes and takes them all; returns the room that the read had. */
function readAll(buffer: ReadBuffer, count: number): number {
  const room = buffer.prepare().length;
  buffer.received(Math.min(count, room));
  buffer.taken(buffer.end);
  return room;
}

/** Reads `total` bytes as they would come from a peer that never waits; returns the room of each read. */
function readMessage(buffer: ReadBuffer, total: number): number[] {
  const rooms: number[] = [];
  for (let left = total; left > 0;) {
    const room = buffer.prepare().length;
    const count = Math.min(left, room);
    left -= count;
    buffer.received(count);
    if (left === 0) buffer.expectMessage();
    buffer.taken(buffer.end);
    rooms.push(room);
  }
  return rooms;
}

Deno.test("ReadBuffer keeps one idle block for small messages", () => {
  const pool = new BlockPool();
  const buffer = new ReadBuffer(pool, 1024);
  for (let message = 0; message < 10; message++) assert.deepEqual(readMessage(buffer, 300), [1024]);
  assert.equal(pool.onLoan, 1);
  buffer.free();
  assert.equal(pool.onLoan, 0);
});

Deno.test("ReadBuffer grows to 256 KiB while reads fill it and rests small after the message", () => {
  const pool = new BlockPool();
  const buffer = new ReadBuffer(pool, 1024);
  const rooms = readMessage(buffer, 2_000_000);
  assert.deepEqual(rooms.slice(0, 6), [1024, 4096, 16384, 65536, 262144, 262144]);
  assert.equal(buffer.prepare().length, 2048);
  assert.equal(pool.onLoan, 1);
});

Deno.test("ReadBuffer learns how long the first reads of messages are, up to 8 KiB downstream", () => {
  const buffer = new ReadBuffer(new BlockPool(), 1024);
  for (const [length, room] of [[3000, 1024], [3000, 2048], [3000, 4096], [100000, 4096], [100000, 8192]] as const) {
    assert.equal(readMessage(buffer, length)[0], room);
  }
  assert.equal(readMessage(buffer, 100000)[0], 8192);
  for (let message = 0; message < 60; message++) readMessage(buffer, 200);
  assert.equal(readMessage(buffer, 200)[0], 1024);
});

Deno.test("ReadBuffer learns up to 64 KiB upstream", () => {
  const buffer = new ReadBuffer(new BlockPool(), 4096);
  for (let message = 0; message < 8; message++) readMessage(buffer, 1_000_000);
  assert.equal(readMessage(buffer, 1_000_000)[0], 65536);
});

Deno.test("ReadBuffer shrinks without being told when reads stay far below the block", () => {
  const buffer = new ReadBuffer(new BlockPool(), 1024);
  for (let read = 0; read < 5; read++) readAll(buffer, 1 << 20);
  assert.equal(readAll(buffer, 100000), 262144);
  assert.equal(readAll(buffer, 300), 262144);
  assert.equal(readAll(buffer, 300), 2048);
});

Deno.test("ReadBuffer takes a fresh block when somebody holds the last", () => {
  const pool = new BlockPool();
  const buffer = new ReadBuffer(pool, 1024);
  const first = buffer.prepare();
  first[0] = 7;
  buffer.received(1);
  const held = buffer.block!;
  held.retain();
  buffer.taken(1);
  const second = buffer.prepare();
  assert.notEqual(second, first);
  second[0] = 8;
  assert.equal(held.bytes[0], 7);
  assert.equal(pool.onLoan, 2);
  held.release();
  buffer.received(0);
  buffer.free();
  assert.equal(pool.onLoan, 0);
});

Deno.test("ReadBuffer reads behind what was left, and moves it when the room gets small", () => {
  const pool = new BlockPool();
  const buffer = new ReadBuffer(pool, 1024);
  const pieces = [700, 200, 300, 2000, 5000, 1];
  let written = 0;
  for (const piece of pieces) {
    for (let left = piece; left > 0;) {
      const room = buffer.prepare();
      const count = Math.min(left, room.length);
      for (let i = 0; i < count; i++) room[i] = (written + i) & 255;
      written += count;
      left -= count;
      buffer.received(count);
      buffer.taken(buffer.start);
    }
  }
  assert.equal(buffer.end - buffer.start, written);
  for (let i = 0; i < written; i++) assert.equal(buffer.block!.bytes[buffer.start + i], i & 255);
  assert.equal(pool.onLoan, 1);
});

Deno.test("ReadBuffer moves a short rest to the front of its own block", () => {
  const buffer = new ReadBuffer(new BlockPool(), 1024);
  const block = buffer.prepare();
  block[999] = 42;
  buffer.received(1000);
  buffer.taken(999);
  assert.equal(buffer.prepare().length, 1023);
  assert.equal(buffer.block!.bytes, block);
  assert.equal(block[0], 42);
});

Deno.test("ReadBuffer that is read into while the rest is taken keeps its place", () => {
  const buffer = new ReadBuffer(new BlockPool(), 1024);
  buffer.prepare();
  buffer.received(10);
  buffer.taken(4);
  const room = buffer.prepare();
  buffer.taken(10);
  room[0] = 99;
  buffer.received(1);
  assert.equal(buffer.block!.bytes[buffer.start], 99);
  assert.equal(buffer.end - buffer.start, 1);
});

Deno.test("ReadBuffer refuses a position outside of what was given", () => {
  const buffer = new ReadBuffer(new BlockPool(), 1024);
  buffer.prepare();
  buffer.received(10);
  assert.throws(() => buffer.taken(11), { name: "InvariantError" });
});
