import assert from "node:assert/strict";
import { formsOf, keyRefusal, meaningOf, type RuntimeShape, valueRefusal, valueWarnings } from "./runtime_check.ts";

const SHARE: RuntimeShape = { type: "fraction", unit: "requests", maximum: 100 };
const CHOICE: RuntimeShape = {
  type: "uint",
  choices: [{ value: "0", meaning: "keep" }, { value: "2", meaning: "refuse" }],
};

const rows: ReadonlyArray<
  readonly [shape: RuntimeShape, text: string, refusal: string | null, meaning: string, warnings: number]
> = [
  [{ type: "bool" }, "yes", null, "on", 0],
  [{ type: "bool" }, "0", null, "off", 0],
  [{ type: "bool" }, "3.5", "The value has another type, and would be ignored", "", 1],
  [{ type: "uint", unit: "requests" }, "1024", null, "1\u202f024 requests", 0],
  [{ type: "uint" }, "-1", "The value has another type, and would be ignored", "", 1],
  [{ type: "uint", minimum: 1 }, "0", "0 is too small", "0", 0],
  [{ type: "uint", maximum: 9 }, "10", "10 is too large", "10", 0],
  [{ type: "double", unit: "%" }, "2.5", null, "2.5 %", 0],
  [{ type: "percent", unit: "requests" }, "25", null, "25 % of requests", 0],
  [{ type: "percent", maximum: 100 }, "250", null, "100 %", 1],
  [SHARE, "25", null, "25 % of requests", 0],
  [SHARE, "{numerator: 7, denominator: TEN_THOUSAND}", null, "7 of 10\u202f000 requests (0.07 %)", 0],
  [SHARE, "{numerator: 8}", null, "8 % of requests", 0],
  [SHARE, "{numerator: 101}", null, "100 % of requests", 1],
  [SHARE, "off", "The value has another type, and would be ignored", "", 1],
  [CHOICE, "2", null, "refuse", 0],
  [CHOICE, "1", "1 is none of the choices", "1", 0],
  [{ type: "text" }, "[1]x", null, "", 0],
];

for (const [shape, text, refusal, meaning, warnings] of rows) {
  Deno.test(`${JSON.stringify(text)} at a key of ${JSON.stringify(shape)}`, () => {
    const forms = formsOf(text) ?? {};
    assert.equal(valueRefusal(shape, forms)?.message ?? null, refusal);
    assert.equal(meaningOf(shape, forms), meaning);
    assert.equal(valueWarnings(shape, forms).length, warnings);
  });
}

Deno.test("keyRefusal() lets keys of 512 characters be, and no empty one", () => {
  assert.equal(keyRefusal("k".repeat(512)), null);
  assert.match(keyRefusal("k".repeat(513))!.message, /too long/);
  assert.match(keyRefusal("")!.message, /empty/);
});
