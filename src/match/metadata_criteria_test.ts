import assert from "node:assert/strict";
import { MetadataCriteria } from "./metadata_criteria.ts";

Deno.test("MetadataCriteria have one text for deeply equal values, and another for others", () => {
  const text = (values: Parameters<typeof MetadataCriteria.of>[0]) => MetadataCriteria.of(values)!.text;
  assert.equal(text({ a: 1, b: { x: [1, null], y: true } }), text({ b: { y: true, x: [1, null] }, a: 1 }));
  const others = [{ a: 1 }, { a: "1" }, { a: true }, { a: [1] }, { a: null }, { a: { b: 1 } }, { b: 1 }, {
    a: 1,
    b: 1,
  }];
  assert.equal(new Set(others.map(text)).size, others.length);
});

Deno.test("MetadataCriteria of nothing are none", () => {
  assert.equal(MetadataCriteria.of(null), null);
  assert.equal(MetadataCriteria.of({}), null);
});

Deno.test("MetadataCriteria are merged, values of the same key replaced", () => {
  const merged = MetadataCriteria.of({ a: 1, b: 2 })!.with({ b: 3, c: 4 });
  assert.equal(merged.text, MetadataCriteria.of({ a: 1, b: 3, c: 4 })!.text);
  assert.deepEqual(merged.keys, ["a", "b", "c"]);
});

Deno.test("MetadataCriteria give a part of themselves, the same each time", () => {
  const criteria = MetadataCriteria.of({ a: 1, b: 2 })!, part = criteria.only(["b", "c"]);
  assert.equal(part!.text, MetadataCriteria.of({ b: 2 })!.text);
  assert.equal(criteria.only(["b"]), part);
  assert.equal(criteria.only(["c"]), null);
});

Deno.test("MetadataCriteria list what may take their place", () => {
  const criteria = MetadataCriteria.of({ a: 1, fallback_list: [{ b: 2 }, { a: 3 }, "no struct"] })!;
  assert.deepEqual(criteria.fallbacks!.map(({ text }) => text), ['"a":1,"b":2', '"a":3']);
  assert.equal(criteria.withoutFallbacks!.text, '"a":1');
  assert.equal(MetadataCriteria.of({ a: 1 })!.fallbacks, null);
  assert.deepEqual(MetadataCriteria.of({ fallback_list: "no list" })!.fallbacks, []);
});
