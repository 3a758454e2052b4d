import assert from "node:assert/strict";
import { latin1Bytes } from "../base/ascii.ts";
import { BlockPool, ByteBlock } from "../base/byte_block.ts";
import { HeaderId } from "./header_names.ts";
import { CUSTOM_METHOD, Method, METHOD_NAMES, methodOf } from "./method.ts";
import { RequestHead } from "./request_head.ts";
import { ResponseHead } from "./response_head.ts";
import { reasonPhrase } from "./status.ts";

Deno.test("methodOf() knows every method to the letter case", () => {
  for (let id = 1; id < METHOD_NAMES.length; id++) {
    const name = METHOD_NAMES[id]!;
    const find = (text: string) => methodOf(latin1Bytes(` ${text} `), 1, 1 + text.length);
    assert.equal(find(name), id);
    assert.equal(find(name.toLowerCase()), CUSTOM_METHOD);
    assert.equal(find(`${name}X`), CUSTOM_METHOD);
    assert.equal(find(name.slice(0, -1) + "~"), CUSTOM_METHOD);
  }
  assert.ok(Object.values(Method).every((id) => id > 0));
  assert.equal(METHOD_NAMES.length, 35);
});

Deno.test("RequestHead holds its block from begin() to release()", () => {
  const pool = new BlockPool(), head = new RequestHead();
  const block = pool.acquire(100), other = pool.acquire(100);
  head.begin(block);
  assert.equal(block.holders, 2);
  head.begin(other);
  assert.deepEqual([block.holders, other.holders], [1, 2]);
  head.release();
  head.release();
  assert.equal(other.holders, 1);
});

Deno.test("RequestHead.moveTo() follows its bytes", () => {
  const head = new RequestHead();
  const block = new ByteBlock(latin1Bytes("BREW /pot")), moved = new ByteBlock(latin1Bytes("...BREW /pot"));
  head.begin(block);
  head.methodEnd = 4;
  head.pathStart = 5;
  head.pathEnd = 9;
  head.release();
  block.bytes.fill(0);
  head.moveTo(moved, 3);
  assert.deepEqual([head.method, head.path, head.requestLineEnd], ["BREW", "/pot", 0]);
  assert.deepEqual([block.holders, moved.holders], [1, 2]);
});

Deno.test("RequestHead gives method, path and authority as text", () => {
  const head = new RequestHead();
  head.begin(new ByteBlock(latin1Bytes("")));
  assert.deepEqual([head.method, head.path, head.authority], ["", "", null]);
  head.methodId = Method.post;
  head.path = "/\xe9";
  head.headers.add(HeaderId.host, "h");
  assert.deepEqual([head.method, head.path, head.authority], ["POST", "/\xe9", "h"]);
  head.begin(new ByteBlock(latin1Bytes("")));
  assert.deepEqual([head.method, head.path, head.authority], ["", "", null]);
});

Deno.test("ResponseHead holds a block only when it was received", () => {
  const block = new BlockPool().acquire(10), head = new ResponseHead();
  head.begin(block);
  assert.equal(block.holders, 2);
  head.headers.add(HeaderId.server, "s");
  head.beginLocal(404);
  assert.deepEqual([block.holders, head.status, head.headers.size], [1, 404, 0]);
  head.begin(block);
  head.reasonStart = 1;
  head.reasonEnd = 2;
  head.release();
  head.moveTo(block, 4);
  assert.deepEqual([block.holders, head.reasonStart, head.reasonEnd], [2, 5, 6]);
});

Deno.test("reasonPhrase() gives the standard phrase, else Envoy's", () => {
  assert.equal(reasonPhrase(200), "OK");
  assert.equal(reasonPhrase(431), "Request Header Fields Too Large");
  assert.equal(reasonPhrase(299), "Unknown");
});
