import { deepEqual, equal, ok } from "node:assert/strict";
import { areaPath, chartTop, linePath, stack } from "./chart.ts";

Deno.test("chartTop() is a round number above every value and never below the least", () => {
  equal(chartTop([[null]], 0), 1);
  equal(chartTop([[0, 2]], 4), 5);
  equal(chartTop([[812]], 1), 1000);
  equal(chartTop([[0.013]], 0.01), 0.015);
  for (let value = 0.001; value < 1e7; value *= 1.7) ok(chartTop([[value]], 0) >= value);
});

Deno.test("stack() raises each layer by those below and keeps a hole where all are unknown", () => {
  deepEqual(stack([[1, null, null], [2, 3, null]]), [[1, null, null], [3, 3, null]]);
});

Deno.test("linePath() breaks at an unknown value and marks one that stands alone", () => {
  equal(linePath([0, 10, null, 5], 10, 100), "M0 100L1 0M3 50h.6");
});

Deno.test("areaPath() closes each run to the lower edge or to the layer below", () => {
  equal(areaPath([10, 10, null], undefined, 10, 100), "M0 0L1 0V100H0Z");
  equal(areaPath([10, 10], [5, 5], 10, 100), "M0 0L1 0L1 50L0 50Z");
});

Deno.test("linePath() keeps a value beyond the top at the top", () => {
  equal(linePath([20, 0], 10, 100), "M0 0L1 100");
});
