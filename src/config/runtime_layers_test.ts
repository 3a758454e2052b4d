import assert from "node:assert/strict";
import { mergeRuntimeLayers, readStruct } from "./runtime_layers.ts";

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

const fractions: Array<[written: Record<string, unknown>, fraction: unknown]> = [
  [{ numerator: 7, denominator: "TEN_THOUSAND" }, { numerator: 7, denominator: 10_000 }],
  [{ numerator: 7 }, { numerator: 7, denominator: 100 }],
  [{ denominator: "MILLION" }, { numerator: 0, denominator: 1_000_000 }],
  [{}, { numerator: 0, denominator: 100 }],
  [{ numerator: "50" }, { numerator: 0, denominator: 100 }],
  [{ numerator: -1 }, { numerator: 2 ** 32 - 1, denominator: 100 }],
  [{ numerator: 7.9 }, { numerator: 7, denominator: 100 }],
  [{ numerator: 1, foo: 2 }, null],
  [{ numerator: 1, denominator: "TEN" }, null],
  [{ numerator: 1, denominator: 100 }, null],
];

for (const [written, fraction] of fractions) {
  const text = JSON.stringify(written);
  Deno.test(`readStruct() reads ${text} as ${JSON.stringify(fraction)}`, () => {
    const reading = { text, flag: null, whole: null, double: null, fraction };
    assert.deepEqual([...readStruct({ a: { key: written } })], [["a.key", reading]]);
    assert.deepEqual(mergeRuntimeLayers([{ values: { a: { key: written } } }]), { "a.key": reading });
  });
}

Deno.test("mergeRuntimeLayers() keeps a key that objects have of their own", () => {
  const merged = mergeRuntimeLayers([{ values: JSON.parse('{"__proto__": 5, "constructor": 6}') }]);
  assert.deepEqual(Object.entries(merged), [["__proto__", 5], ["constructor", 6]]);
  assert.deepEqual(Object.entries(structuredClone(merged)), [["__proto__", 5], ["constructor", 6]]);
});
