import { deepEqual, equal, match, ok } from "node:assert/strict";
import { defaultWords, meaningOfText, outlookOf, textRefusal } from "./outlook.ts";
import { entryOf, itemOf, layerOf, viewOf } from "./runtime_cases.ts";

const percent = itemOf("p", { type: "percent", unit: "requests", default: "0" });

Deno.test("outlookOf() says what comes into force", () => {
  const view = viewOf();
  const cases = [
    { held: ["5", null], value: "7", after: "7", meaning: "7 % of requests" },
    { held: ["5", "9"], value: null, after: "5", meaning: "5 % of requests" },
    { held: [null, "9"], value: null, after: null, meaning: "default (0 % of requests)" },
  ];
  for (const { held, value, after, meaning } of cases) {
    const outlook = outlookOf(view, entryOf("p", held, { type: "percent" }), percent, "p", value);
    equal(outlook.effectiveAfter, after);
    equal(outlook.meaningAfter, meaning);
    equal(outlook.shadowedBy, null);
    equal(outlook.refusal, null);
  }
});

Deno.test("outlookOf() names the layer that hides an edit", () => {
  const view = viewOf({}, { layers: [layerOf("admin", "admin"), layerOf("rtds_prod", "rtds")] });
  const outlook = outlookOf(view, entryOf("p", [null, "3"]), percent, "p", "25");
  equal(outlook.shadowedBy, "rtds_prod");
  equal(outlook.effectiveAfter, "3");
  match(outlook.warnings[0]!, /Layer rtds_prod .* stored, not used/);
});

Deno.test("outlookOf() warns of what a value means beside its number", () => {
  const warningsOf = (item: ReturnType<typeof itemOf>, value: string) =>
    outlookOf(viewOf(), null, item, item.pattern, value).warnings.join("\n");
  match(warningsOf(percent, "150"), /More than 100 % means always/);
  match(warningsOf({ ...percent, type: "fraction" }, "5"), /whole number is percent/);
  match(warningsOf({ ...percent, is_global: true }, "5"), /all clusters/);
  match(warningsOf({ ...percent, pattern: "upstream.healthy_panic_threshold" }, "0"), /0 switches panic off/);
  match(warningsOf({ ...percent, read: "load" }, "5"), /loaded next/);
  match(warningsOf({ ...percent, read: "restart" }, "5"), /after a restart/);
  equal(warningsOf(percent, "5"), "");
});

Deno.test("textRefusal() refuses what the server would", () => {
  ok(textRefusal(percent, "lots") !== null);
  ok(textRefusal({ type: "bool" }, "7.5") !== null);
  ok(textRefusal({ type: "uint", maximum: 10 }, "11") !== null);
  ok(textRefusal({ type: "text" }, "x".repeat(64 * 1024 + 1)) !== null);
  equal(textRefusal(percent, "7"), null);
  equal(textRefusal({ type: "text" }, "anything: at all"), null);
});

Deno.test("meaningOfText() falls back to the text, and defaultWords() to the configuration", () => {
  equal(meaningOfText({ type: "text" }, "hello"), "hello");
  equal(meaningOfText({ type: "bool" }, "yes"), "on");
  equal(defaultWords(null, null), "as configured");
  deepEqual(defaultWords(percent, null), "0 % of requests");
});
