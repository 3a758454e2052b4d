import assert from "node:assert/strict";
import { CARELESS, readCarelessly, readStrictly } from "./careless_reader.ts";

const CHUNKED = "transfer-encoding: chunked\r\n";

Deno.test("readCarelessly believes what a careful reader refuses, each reader in its own way", () => {
  const cases: readonly (readonly [bytes: string, ...believed: number[]])[] = [
    // One number a reader, in their order: how many requests it believes to have got.
    ["POST /x HTTP/1.1\nhost: h\n\n", 1, 1, 1, 1, 1, 1],
    ["GET /x\r\n\r\n", 1, 1, 1, 1, 1, 1],
    [`POST /x HTTP/1.1\r\ncontent-length: 4\r\n${CHUNKED}\r\n0\r\n\r\nGET /y HTTP/1.1\r\n\r\n`, 2, 2, 2, 2, 2, 2],
    ["POST /x HTTP/1.1\r\ncontent-length: 0\r\ncontent-length: 19\r\n\r\nGET /y HTTP/1.1\r\n\r\n", 2, 1, 2, 2, 2, 1],
    [
      "POST /x HTTP/1.1\r\ntransfer-encoding: xchunked\r\n\r\n13\r\nGET /y HTTP/1.1\r\n\r\n\r\n0\r\n\r\n",
      3,
      3,
      1,
      3,
      3,
      1,
    ],
    ["GET /x HTTP/1.1\r\na: b\rcontent-length: 18\r\n\r\nGET /y HTTP/1.1\r\n\r\n", 2, 2, 2, 2, 1, 2],
    ["GET /x HTTP/1.1\r\ncontent-length: 1\0\r\n\r\n0GET /y HTTP/1.1\r\n\r\n", 2, 2, 2, 2, 2, 2],
  ];
  for (const [bytes, ...believed] of cases) {
    const found = CARELESS.map((how) => readCarelessly(bytes, how).requests.length);
    assert.deepEqual(found, believed, JSON.stringify(bytes));
  }
});

Deno.test("readCarelessly and readStrictly agree on what is well-formed", () => {
  const bytes = "POST /x HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc" +
    `PUT /y HTTP/1.1\r\nhost: h\r\n${CHUNKED}\r\n2\r\nde\r\n0\r\n\r\n` +
    "GET /z HTTP/1.1\r\nhost: h\r\n\r\nGET /unfinished";
  const strict = readStrictly(bytes);
  assert.deepEqual(strict.requests.map(({ start, body }) => `${start} ${body}`), [
    "POST /x abc",
    "PUT /y de",
    "GET /z ",
  ]);
  assert.equal(strict.rest, "GET /unfinished");
  for (const how of CARELESS) assert.deepEqual(readCarelessly(bytes, how), strict, how.name);
});

Deno.test("readStrictly throws at what is not in the grammar", () => {
  const start = "POST /x HTTP/1.1\r\n";
  for (
    const bytes of [
      "POST  /x HTTP/1.1\r\n\r\n",
      "POST /x HTTP/1.0\r\n\r\n",
      `${start}a : b\r\n\r\n`,
      `${start}a: b\nc: d\r\n\r\n`,
      `${start}a: b\r\n c\r\n\r\n`,
      `${start}content-length: 1\r\ncontent-length: 1\r\n\r\na`,
      `${start}content-length: 1\r\n${CHUNKED}\r\na`,
      `${start}content-length: +1\r\n\r\na`,
      `${start}transfer-encoding: gzip\r\n\r\n`,
      `${start}${CHUNKED}\r\n1;a\r\nx\r\n0\r\n\r\n`,
      `${start}${CHUNKED}\r\n1\r\nxy\r\n0\r\n\r\n`,
    ]
  ) {
    assert.throws(() => readStrictly(bytes), /found|not end/, JSON.stringify(bytes));
  }
});
