import { deepEqual, equal } from "node:assert/strict";
import type { Series } from "../../src/admin/contract/series.ts";
import { liveData, pastData, stepsShown, timeOf } from "./chart_data.ts";
import { HistoryRing } from "./history.ts";

/** `active_cx` of these values. */
function series(stepS: number, values: (number | null)[]): Series {
  return { step_s: stepS, start_ms: 1_000_000, series: { active_cx: values } };
}

Deno.test("pastData() leaves holes where the record does not reach", () => {
  const data = pastData(series(10, [1, 2, null]), 3600);
  deepEqual([data.steps, data.stepS, data.endMs], [360, 10, 1_020_000]);
  deepEqual(data.values.active_cx.slice(-4), [null, 1, 2, null]);
  deepEqual(data.values.p99.slice(-1), [null]);
  equal(timeOf(data, 359), 1_020_000);
  equal(timeOf(data, 357), 1_000_000);
});

Deno.test("pastData() draws a day in no more steps than a chart has pixels", () => {
  const data = pastData(series(60, Array.from({ length: 1440 }, (_, at) => at)), 86_400);
  deepEqual([data.steps, data.stepS], [360, 240]);
  deepEqual(data.values.active_cx.slice(0, 2), [1.5, 5.5]);
});

Deno.test("stepsShown() grows with what is known", () => {
  const known = (count: number) => {
    const values = new HistoryRing().view();
    const active = [...values.active_cx].map((_, at) => at >= 300 - count ? 1 : null);
    return stepsShown(liveData({ ...values, active_cx: active }, 0));
  };
  deepEqual([known(0), known(60), known(61), known(120), known(121), known(300)], [60, 60, 120, 120, 300, 300]);
});
