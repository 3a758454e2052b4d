import assert from "node:assert/strict";
import type { JsonObject } from "../config/metadata_config.ts";
import { updatedStruct } from "./struct_update.ts";

const cases: Array<[what: string, base: JsonObject, update: JsonObject, wanted: JsonObject]> = [
  ["adds keys", { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  ["replaces scalars", { a: 1, b: "x" }, { a: 2, b: null }, { a: 2, b: null }],
  ["joins lists", { a: [1] }, { a: ["2"] }, { a: [1, "2"] }],
  ["merges structs", { a: { x: 1, y: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
  ["replaces values of another kind", { a: [1], b: { x: 1 }, c: 1 }, { a: 1, b: [2], c: {} }, { a: 1, b: [2], c: {} }],
];

for (const [what, base, update, wanted] of cases) {
  Deno.test(`updatedStruct ${what}`, () => {
    const before = structuredClone(base);
    assert.deepEqual(updatedStruct(base, update), wanted);
    assert.deepEqual(base, before);
  });
}
