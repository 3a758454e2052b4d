import assert from "node:assert/strict";
import { contentHash } from "./content_hash.ts";

Deno.test("contentHash is equal for equal content, in whatever order it is written", () => {
  const hash = contentHash({ name: "a", list: [{ x: 1, y: null }, 2], struct: { b: true, a: "é" } });
  assert.equal(contentHash({ struct: { a: "é", b: true }, list: [{ y: null, x: 1 }, 2], name: "a" }), hash);
  assert.notEqual(contentHash({ struct: { a: "é", b: true }, list: [2, { y: null, x: 1 }], name: "a" }), hash);
  assert.notEqual(contentHash({ name: "a" }), contentHash({ name: "b" }));
});
