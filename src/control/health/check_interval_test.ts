import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import type { CheckIntervals } from "../../config/health_check_config.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { baseIntervalMs, firstDelayMs, nextIntervalMs } from "./check_interval.ts";

const INTERVALS: CheckIntervals = {
  intervalMs: 1000,
  noTrafficIntervalMs: 2000,
  noTrafficHealthyIntervalMs: 3000,
  unhealthyIntervalMs: 4000,
  unhealthyEdgeIntervalMs: 5000,
  healthyEdgeIntervalMs: 6000,
  initialJitterMs: 0,
  jitterMs: 0,
  jitterPercent: 0,
};

/** The table of spec/upstream.md 5.2. */
const CASES: readonly (readonly [hasHadTraffic: boolean, isPass: boolean, isChangePending: boolean, ms: number])[] = [
  [false, true, false, 3000],
  [false, true, true, 2000],
  [false, false, false, 2000],
  [false, false, true, 2000],
  [true, true, false, 1000],
  [true, true, true, 6000],
  [true, false, false, 4000],
  [true, false, true, 5000],
];

Deno.test("baseIntervalMs follows traffic, result and pending changes", () => {
  for (const [hasHadTraffic, isPass, isChangePending, ms] of CASES) {
    const state = { hasHadTraffic, isPass, isChangePending };
    assert.equal(baseIntervalMs(INTERVALS, state), ms, JSON.stringify(state));
  }
});

const PASS = { isPass: true, isChangePending: false, hasHadTraffic: true };

/** Least and most of many draws. */
function spread(draw: (random: Random) => number): [number, number] {
  const random = new Random(3);
  const values = Array.from({ length: 1000 }, () => draw(random));
  return [Math.floor(Math.min(...values) / 100) * 100, Math.ceil(Math.max(...values) / 100) * 100];
}

Deno.test("nextIntervalMs adds both jitters, each up to its bound", () => {
  const runtime = new RuntimeValues();
  const draw = (changes: Partial<CheckIntervals>) =>
    spread((random) => nextIntervalMs({ ...INTERVALS, ...changes }, PASS, random, runtime));
  assert.deepEqual(draw({}), [1000, 1000]);
  assert.deepEqual(draw({ jitterMs: 500 }), [1000, 1500]);
  assert.deepEqual(draw({ jitterPercent: 20 }), [1000, 1200]);
  assert.deepEqual(draw({ jitterMs: 500, jitterPercent: 100 }), [1000, 2500]);
});

Deno.test("nextIntervalMs stays within the bounds of runtime, and above 1 ms", () => {
  const ms = (runtime: RuntimeValues, intervalMs = 1000) =>
    nextIntervalMs({ ...INTERVALS, intervalMs }, PASS, new Random(1), runtime);
  assert.equal(ms(new RuntimeValues({ "health_check.min_interval": 1500 })), 1500);
  assert.equal(ms(new RuntimeValues({ "health_check.max_interval": 300 })), 300);
  assert.equal(ms(new RuntimeValues({ "health_check.min_interval": 700, "health_check.max_interval": 300 })), 300);
  assert.equal(ms(new RuntimeValues({ "health_check.max_interval": 0 })), 1);
  assert.equal(ms(new RuntimeValues(), 0), 1);
});

Deno.test("firstDelayMs is a part of initial_jitter", () => {
  const runtime = new RuntimeValues();
  assert.equal(firstDelayMs({ ...INTERVALS, jitterMs: 500 }, new Random(1), runtime), 0);
  const draw = (random: Random) => firstDelayMs({ ...INTERVALS, initialJitterMs: 2000 }, random, runtime);
  assert.deepEqual(spread(draw), [0, 2000]);
});
