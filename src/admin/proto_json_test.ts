import assert from "node:assert/strict";
import { protoJson, protoJsonList, protoJsonPieces } from "./proto_json.ts";
import type { JsonObject } from "./source.ts";

const TREE: JsonObject = {
  a: { b: [{ c: { d: { e: [1, { f: "<inline>" }] } } }, {}, []] },
  "<g>": [],
  h: null,
  i: {},
};

Deno.test("protoJson() indents by one and escapes angle brackets", () => {
  assert.equal(protoJson({ a: ["<b>"], c: {} }), '{\n "a": [\n  "\\u003cb\\u003e"\n ],\n "c": {}\n}\n');
});

Deno.test("protoJsonPieces() makes the same text in pieces", () => {
  const pieces = [...protoJsonPieces(TREE)];
  assert.ok(pieces.length > 5);
  assert.equal(pieces.join(""), protoJson(TREE));
});

Deno.test("protoJsonList() makes the same text item by item", () => {
  const items = [TREE, {}, { x: 1 }];
  assert.equal([...protoJsonList("items", items)].join(""), protoJson({ items }));
  assert.equal([...protoJsonList("items", [])].join(""), "{}\n");
});
