import assert from "node:assert/strict";
import { latin1Text } from "../../base/ascii.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import { ChunkedDecoder } from "./chunked_decoder.ts";
import { blockOf } from "./codec_fixture.ts";

/** Feeds `wire` in pieces of the given sizes, the last size repeating: body, what was left, failure. */
function decode(wire: string, sizes: readonly number[]): [body: string, rest: string, failure: string | null] {
  const block = blockOf(wire), end = wire.length;
  const decoder = new ChunkedDecoder();
  decoder.begin();
  let body = "";
  const sink = {
    onBody: (from: ByteBlock, start: number, pieceEnd: number) =>
      void (body += latin1Text(from.bytes, start, pieceEnd)),
  };
  let position = 0;
  for (let turn = 0; position < end; turn++) {
    const pieceEnd = Math.min(end, position + sizes[Math.min(turn, sizes.length - 1)]!);
    while (position < pieceEnd && !decoder.isDone && decoder.failure === null) {
      position = decoder.push(block, position, pieceEnd, sink);
    }
    if (decoder.isDone || decoder.failure !== null) break;
  }
  const { failure } = decoder;
  assert.equal(decoder.isDone, failure === null && !wire.endsWith("?"));
  return [body, failure === null ? wire.slice(position) : "", failure === null ? null : failure.detail];
}

const accepted: [name: string, wire: string, body: string, rest: string][] = [
  ["one chunk", "5\r\nhello\r\n0\r\n", "hello", ""],
  ["several chunks", "2\r\nhe\r\n3\r\nllo\r\n0\r\n", "hello", ""],
  [
    "both hex cases, leading zeros",
    `${"0".repeat(20)}A\r\n0123456789\r\na\r\n0123456789\r\n000\r\n`,
    "01234567890123456789",
    "",
  ],
  ["extensions", '5;name="v"\r\nhello\r\n0;end\r\n', "hello", ""],
  ["an extension at its limit", `1;${"x".repeat(1024)}\r\nx\r\n0\r\n`, "x", ""],
  ["the trailer section left alone", "1\r\nx\r\n0\r\na: b\r\n\r\n", "x", "a: b\r\n\r\n"],
  ["a body with line ends in it", "4\r\n\r\n\r\n\r\n0\r\n", "\r\n\r\n", ""],
];

const refused: [name: string, wire: string, detail: string][] = [
  ["no size", "\r\nhello", "http1.codec_error"],
  ["a sign", "+5\r\nhello", "http1.codec_error"],
  ["0x", "0x5\r\nhello", "http1.codec_error"],
  ["a space before the size", " 5\r\nhello", "http1.codec_error"],
  ["a space after the size", "5 \r\nhello", "http1.codec_error"],
  ["a bare LF after the size", "5\nhello", "http1.codec_error"],
  ["a bare CR after the size", "5\rhello", "http1.codec_error"],
  ["a bare LF after the data", "5\r\nhello\n0\r\n", "http1.codec_error"],
  ["data past the size", "5\r\nhello!\r\n", "http1.codec_error"],
  ["a bare LF in an extension", "5;a\nhello", "http1.codec_error"],
  ["DEL in an extension", "5;\x7f\r\nhello", "http1.codec_error"],
  ["a semicolon without an extension", "5;\r\nhello", "http1.codec_error"],
  ["a size past 2^52", "10000000000000\r\n", "http1.codec_error"],
  ["an endless extension", `5;${"x".repeat(1025)}\r\n`, "http1.chunk_extension_too_large"],
];

for (
  const [feeding, sizes] of [["whole", [1 << 20]], ["byte by byte", [1]], ["in odd pieces", [3, 1, 7, 2]]] as const
) {
  for (const [name, wire, body, rest] of accepted) {
    Deno.test(`chunked body, ${feeding}: ${name}`, () => assert.deepEqual(decode(wire, sizes), [body, rest, null]));
  }
  for (const [name, wire, detail] of refused) {
    Deno.test(`chunked body, ${feeding}: refuses ${name}`, () => assert.equal(decode(wire, sizes)[2], detail));
  }
}

Deno.test("chunked decoder gives out one piece a call", () => {
  const block = blockOf("1\r\na\r\n1\r\nb\r\n0\r\n");
  const decoder = new ChunkedDecoder();
  decoder.begin();
  let pieces = 0;
  const position = decoder.push(block, 0, block.bytes.length, { onBody: () => void pieces++ });
  assert.deepEqual([position, pieces], [4, 1]);
});

Deno.test("chunked decoder begins afresh after a failure", () => {
  const decoder = new ChunkedDecoder();
  decoder.begin();
  decoder.push(blockOf("x"), 0, 1, { onBody: () => {} });
  assert.notEqual(decoder.failure, null);
  decoder.begin();
  decoder.push(blockOf("0\r\n"), 0, 3, { onBody: () => {} });
  assert.deepEqual([decoder.failure, decoder.isDone], [null, true]);
});
