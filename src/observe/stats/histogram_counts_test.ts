import assert from "node:assert/strict";
import { HistogramCounts, QUANTILES } from "./histogram_counts.ts";
import { StatStore } from "./store.ts";

/** What a histogram holds after `values`. */
function countsOf(values: readonly number[]): HistogramCounts {
  const histogram = new StatStore(() => {}).scope("s").histogram("h", "milliseconds");
  for (const value of values) histogram.record(value);
  const counts = new HistogramCounts();
  counts.addCells(histogram.cells, histogram.index, histogram.decades);
  return counts;
}

Deno.test("quantiles() puts one sample in the middle of its bin", () => {
  assert.deepEqual(countsOf([200]).quantiles(QUANTILES), QUANTILES.map(() => 205));
});

Deno.test("quantiles() spreads the samples of a bin over it", () => {
  const counts = countsOf([42, 42, 42, 42, 42, 42, 42]);
  assert.deepEqual(counts.quantiles([0, 2 / 7, 1]), [42.125, 42.25, 42.875]);
});

Deno.test("quantiles() takes the sample of rank ceil(q n)", () => {
  const counts = countsOf(Array.from({ length: 100 }, (_, at) => at + 1));
  const [p50, p90, p99] = counts.quantiles([0.5, 0.9, 0.99])!;
  assert.deepEqual([p50, p90, p99], [50.5, 90.5, 99.5]);
});

Deno.test("quantiles() keeps zero exact and knows nothing of no samples", () => {
  assert.deepEqual(countsOf([0, 0, -3]).quantiles([0, 0.5, 1]), [0, 0, 0]);
  assert.equal(countsOf([]).quantiles([0.5]), null);
});

Deno.test("cumulativeCounts() counts values at most as great as the bound", () => {
  const counts = countsOf([0, 1, 5, 5.05, 6, 99, 101, 2_000_000]);
  assert.deepEqual(counts.cumulativeCounts([0.5, 1, 5, 10, 100, 250, 3_600_000]), [1, 2, 4, 5, 6, 7, 8]);
});

Deno.test("HistogramCounts keeps the exact sum", () => {
  assert.equal(countsOf([1, 2, 1234.5]).sum, 1237.5);
});

Deno.test("since() leaves what came after", () => {
  const earlier = countsOf([1, 50]);
  const later = countsOf([1, 50, 50, 700]);
  const difference = later.since(earlier);
  assert.equal(difference.count, 2);
  assert.equal(difference.sum, 750);
  assert.deepEqual([...difference.filledBins()].map(({ start, count }) => [start, count]), [[50, 1], [700, 1]]);
});
