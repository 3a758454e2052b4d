import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "./ascii.ts";
import { BlockPool } from "./byte_block.ts";
import { ByteWriter } from "./byte_writer.ts";

const textOf = (writer: ByteWriter) => latin1Text(writer.bytes, 0, writer.length);

Deno.test("ByteWriter writes bytes, ranges and text one behind the other", () => {
  const writer = new ByteWriter();
  writer.writeByte(65);
  writer.writeRange(latin1Bytes("xbcx"), 1, 3);
  writer.writeBytes(latin1Bytes("d"));
  writer.writeLatin1("\xe9\u0141");
  writer.writeRange(latin1Bytes(""), 0, 0);
  assert.equal(textOf(writer), "Abcd\xe9A");
});

Deno.test("ByteWriter.writeRange() copies short and long ranges alike", () => {
  for (let length = 0; length < 200; length += 7) {
    const writer = new ByteWriter();
    const text = Array.from({ length }, (_, index) => String.fromCharCode(33 + index % 90)).join("");
    writer.writeByte(33);
    writer.writeRange(latin1Bytes(`..${text}..`), 2, 2 + length);
    assert.equal(textOf(writer), `!${text}`);
  }
});

Deno.test("ByteWriter.writeDecimal() writes whole numbers up to 2^53", () => {
  for (const value of [0, 1, 9, 10, 99, 100, 4294967295, 4294967296, 2 ** 53 - 1, 2 ** 53]) {
    const writer = new ByteWriter();
    writer.writeByte(45);
    writer.writeDecimal(value);
    assert.equal(textOf(writer), `-${value}`);
  }
});

Deno.test("ByteWriter grows and keeps what was written", () => {
  const writer = new ByteWriter(new BlockPool());
  let text = "";
  for (let turn = 0; turn < 500; turn++) {
    writer.writeLatin1(`${turn},`);
    text += `${turn},`;
  }
  writer.writeLatin1("x".repeat(10_000));
  assert.equal(textOf(writer), text + "x".repeat(10_000));
});

Deno.test("ByteWriter gives its memory back when it grows, is freed or detached", () => {
  const pool = new BlockPool(), writer = new ByteWriter(pool);
  writer.writeLatin1("x".repeat(3000));
  assert.equal(pool.onLoan, 1);
  writer.clear();
  assert.equal(writer.length, 0);
  writer.free();
  assert.equal(pool.onLoan, 0);
  writer.writeLatin1("abc");
  const block = writer.detach();
  assert.equal(latin1Text(block.bytes, 0, 3), "abc");
  assert.deepEqual([writer.length, pool.onLoan], [0, 1]);
  writer.writeLatin1("de");
  assert.equal(latin1Text(block.bytes, 0, 3), "abc");
  block.release();
  writer.free();
  writer.free();
  assert.equal(pool.onLoan, 0);
});

Deno.test("ByteWriter.reserve() makes room without writing", () => {
  const writer = new ByteWriter();
  writer.writeByte(65);
  assert.equal(writer.reserve(5000), 1);
  assert.ok(writer.bytes.length >= 5001);
  assert.equal(textOf(writer), "A");
});
