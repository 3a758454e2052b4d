import assert from "node:assert/strict";
import type { SeriesName } from "./contract/series.ts";
import { SERIES_NAMES, SeriesRing, type SeriesValues } from "./series_ring.ts";

/** Every series has `value`. */
function allAre(value: number | null): SeriesValues {
  return Object.fromEntries(SERIES_NAMES.map((name) => [name, value])) as Record<SeriesName, number | null>;
}

Deno.test("SeriesRing answers a range from the finest ring that reaches so far", () => {
  const ring = new SeriesRing();
  for (let second = 1; second <= 1200; second++) ring.push(second * 1000, allAre(second));
  const seconds = ring.window(300, ["rps"]);
  assert.deepEqual([seconds.step_s, seconds.start_ms, seconds.series.rps!.length], [1, 901_000, 300]);
  assert.deepEqual(seconds.series.rps!.slice(-2), [1199, 1200]);

  const tens = ring.window(600, ["rps"]);
  assert.deepEqual([tens.step_s, tens.start_ms, tens.series.rps!.length], [10, 610_000, 60]);
  // The mean of 1191 to 1200.
  assert.equal(tens.series.rps!.at(-1), 1195.5);

  const minutes = ring.window(86_400, ["rps"]);
  assert.deepEqual([minutes.step_s, minutes.series.rps!.length], [60, 20]);
  assert.equal(minutes.series.rps![0], 30.5);
});

Deno.test("SeriesRing keeps what is not known apart from zero", () => {
  const ring = new SeriesRing();
  for (let second = 1; second <= 20; second++) ring.push(second * 1000, allAre(second <= 10 ? null : second % 2));
  assert.deepEqual(ring.window(3600, ["p99"]).series.p99, [null, 0.5]);
  assert.deepEqual(ring.lastHour("p99"), [0.5]);
});

Deno.test("SeriesRing forgets what is older than each ring", () => {
  const ring = new SeriesRing();
  for (let second = 1; second <= 90_000; second++) ring.push(second * 1000, allAre(second));
  assert.equal(ring.window(3600, ["rps"]).series.rps!.length, 360);
  const day = ring.window(86_400, ["rps"]);
  assert.equal(day.series.rps!.length, 1440);
  assert.equal(day.start_ms, 90_000_000 - 1439 * 60_000);
});
