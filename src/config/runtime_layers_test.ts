import assert from "node:assert/strict";
import { mergeRuntimeLayers } from "./runtime_layers.ts";

Deno.test("mergeRuntimeLayers() joins nested keys with dots, and lets the later layer win", () => {
  const layers = [
    { values: { upstream: { healthy_panic_threshold: 50, "a.b": "x" }, kept: true } },
    {},
    { values: { "upstream.healthy_panic_threshold": 30, upstream: { a: { b: "y" } } } },
  ];
  assert.deepEqual(mergeRuntimeLayers(layers), {
    "upstream.healthy_panic_threshold": 30,
    "upstream.a.b": "y",
    kept: true,
  });
  assert.deepEqual(mergeRuntimeLayers([]), {});
});

const fractions: Array<[written: Record<string, unknown>, value: unknown]> = [
  [{ numerator: 7, denominator: "TEN_THOUSAND" }, { numerator: 7, denominator: 10_000 }],
  [{ numerator: 7 }, { numerator: 7, denominator: 100 }],
  [{ denominator: "MILLION" }, { numerator: 0, denominator: 1_000_000 }],
  [{}, { numerator: 0, denominator: 100 }],
  [{ numerator: "50" }, { numerator: 0, denominator: 100 }],
  [{ numerator: -1 }, { numerator: 2 ** 32 - 1, denominator: 100 }],
  [{ numerator: 7.9 }, { numerator: 7, denominator: 100 }],
  [{ numerator: 1, foo: 2 }, '{"numerator":1,"foo":2}'],
  [{ numerator: 1, denominator: "TEN" }, '{"numerator":1,"denominator":"TEN"}'],
  [{ numerator: 1, denominator: 100 }, '{"numerator":1,"denominator":100}'],
];

for (const [written, value] of fractions) {
  Deno.test(`mergeRuntimeLayers() reads ${JSON.stringify(written)} as ${JSON.stringify(value)}`, () => {
    assert.deepEqual(mergeRuntimeLayers([{ values: { a: { key: written } } }]), { "a.key": value });
  });
}

Deno.test("mergeRuntimeLayers() keeps a key that objects have of their own", () => {
  const merged = mergeRuntimeLayers([{ values: JSON.parse('{"__proto__": 5, "constructor": 6}') }]);
  assert.deepEqual(Object.entries(merged), [["__proto__", 5], ["constructor", 6]]);
  assert.deepEqual(Object.entries(structuredClone(merged)), [["__proto__", 5], ["constructor", 6]]);
});
