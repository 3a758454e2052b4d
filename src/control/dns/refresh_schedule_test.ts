/** Tests of refresh times: rate, jitter, time to live, back-off. */

import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { STRICT_DNS } from "../../../test/support/dns_discovery.ts";
import { RefreshSchedule } from "./refresh_schedule.ts";

const DRAWS = 2000;

/** The least and the most of many draws. */
function range(draw: () => number): [least: number, most: number] {
  const drawn = Array.from({ length: DRAWS }, draw);
  return [Math.min(...drawn), Math.max(...drawn)];
}

/** Whether the draws fill the range from `least` up to but not `most`, as far as chance lets them. */
function fills([least, most]: readonly [number, number], wantedLeast: number, wantedMost: number): boolean {
  const slack = (wantedMost - wantedLeast) / 50;
  return least >= wantedLeast && least < wantedLeast + slack && most < wantedMost && most > wantedMost - slack;
}

Deno.test("RefreshSchedule adds jitter to what follows a success, and to nothing else", () => {
  const schedule = new RefreshSchedule({ ...STRICT_DNS, jitterMs: 1000, respectsTtl: true }, new Random(1));
  assert.ok(fills(range(() => schedule.afterSuccess(0)), 5000, 6000));
  assert.ok(fills(range(() => schedule.afterSuccess(20)), 20_000, 21_000));
  assert.deepEqual(range(() => schedule.afterFailure()), [5000, 5000]);
});

Deno.test("RefreshSchedule takes no time to live that is less than the minimum, and none that it shall not", () => {
  const respectful = new RefreshSchedule(
    { ...STRICT_DNS, respectsTtl: true, minRefreshRateMs: 3000, refreshRateMs: 1000 },
    new Random(1),
  );
  assert.deepEqual([1, 3, 4, 0].map((ttl) => respectful.afterSuccess(ttl)), [3000, 3000, 4000, 1000]);
  const plain = new RefreshSchedule({ ...STRICT_DNS, minRefreshRateMs: 30_000 }, new Random(1));
  assert.equal(plain.afterSuccess(1), 5000);
});

Deno.test("RefreshSchedule doubles the bound of the wait after failures up to the longest, and starts anew by a success", () => {
  const failureBackoff = { baseMs: 100, maxMs: 500 };
  const bounds = [100, 200, 400, 500, 500];
  const seen = bounds.map(() => [Infinity, -Infinity] as [number, number]);
  const random = new Random(1);
  const schedule = new RefreshSchedule({ ...STRICT_DNS, failureBackoff }, random);
  for (let round = 0; round < DRAWS; round++) {
    for (const range of seen) {
      const delayMs = schedule.afterFailure();
      range[0] = Math.min(range[0], delayMs);
      range[1] = Math.max(range[1], delayMs);
    }
    schedule.afterSuccess(0);
  }
  bounds.forEach((bound, at) => assert.ok(fills(seen[at]!, 0, bound), `failure ${at + 1}: ${seen[at]}`));
});
