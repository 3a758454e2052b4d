/** When workers hear of changes: spec/upstream.md 7.16. */
import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { StatStore } from "../../observe/stats/store.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import { MergeStats, UpdateMerge } from "./update_merge.ts";

function made(windowMs: number) {
  const clock = new ManualClock();
  const loop = new EventLoop({ clock, alarm: { wakeIn() {}, silence() {} } });
  const scope = new StatStore(() => {}).scope("cluster_manager");
  const stats = new MergeStats(scope);
  const told: number[] = [];
  const merge = new UpdateMerge(windowMs, clock, loop.timers, stats, () => told.push(clock.nowMs));
  const advance = (byMs: number) => {
    clock.advance(byMs);
    loop.tick();
  };
  const counts = () =>
    [stats.updated, stats.updatedViaMerge, stats.mergeCancelled, stats.outOfMergeWindow].map((c) => c.value);
  return { merge, told, advance, counts, loop };
}

Deno.test("UpdateMerge tells the first at once and what follows together at the end of the window", () => {
  const { merge, told, advance, counts, loop } = made(1000);
  merge.onChange(false);
  advance(100);
  merge.onChange(false);
  merge.onChange(false);
  assert.deepEqual(told, [0]);
  advance(1000);
  assert.deepEqual(told, [0, 1100]);
  assert.deepEqual(counts(), [1, 1, 0, 1]);
  assert.equal(loop.timers.armedCount, 0);
});

Deno.test("UpdateMerge tells of hosts that come and go at once, with what waits", () => {
  const { merge, told, advance, counts } = made(1000);
  merge.onChange(true);
  merge.onChange(false);
  merge.onChange(true);
  advance(2000);
  assert.deepEqual(told, [0, 0]);
  assert.deepEqual(counts(), [2, 0, 1, 0]);
});

Deno.test("UpdateMerge without a window tells everything at once", () => {
  const { merge, told, counts } = made(0);
  for (const isMembership of [false, false, true, false]) merge.onChange(isMembership);
  assert.deepEqual(told, [0, 0, 0, 0]);
  assert.deepEqual(counts(), [4, 0, 0, 0]);
});

Deno.test("UpdateMerge leaves no timer behind", () => {
  const { merge, loop } = made(1000);
  merge.onChange(false);
  merge.onChange(false);
  assert.equal(loop.timers.armedCount, 1);
  merge.close();
  assert.equal(loop.timers.armedCount, 0);
});
