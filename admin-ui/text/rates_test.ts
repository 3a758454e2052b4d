import { equal } from "node:assert/strict";
import { errorTone, rate } from "./rates.ts";
import { UNKNOWN } from "./units.ts";

Deno.test("rate() is unknown before there are two samples", () => {
  equal(rate(null).text, UNKNOWN);
  equal(rate(0).text, "0");
  equal(rate(1500).unit, "k/s");
});

Deno.test("errorTone() warns above one percent and alarms above five", () => {
  equal(errorTone(null), undefined);
  equal(errorTone(0.01), undefined);
  equal(errorTone(0.0101), "warn");
  equal(errorTone(0.05), "warn");
  equal(errorTone(0.0501), "bad");
});
