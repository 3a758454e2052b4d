import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { effectiveWeight, LocalitySchedule } from "./locality_schedule.ts";

Deno.test("effectiveWeight() shrinks with the hosts that can be used, beyond what overprovisioning covers", () => {
  assert.equal(effectiveWeight(1, 4, 4, 140), 1);
  assert.ok(Math.abs(effectiveWeight(2, 5, 10, 140) - 1.4) < 1e-12);
  assert.equal(effectiveWeight(2, 72, 100, 140), 2);
  assert.equal(effectiveWeight(2, 5, 10, 100), 1);
  assert.equal(effectiveWeight(2, 0, 0, 140), 0);
  assert.equal(effectiveWeight(0, 1, 1, 140), 0);
});

function shares(weights: readonly number[], count = 24_000): number[] {
  const schedule = LocalitySchedule.of(weights, new Random(3))!, turns = weights.map(() => 0);
  for (let i = 0; i < count; i++) turns[schedule.next()]!++;
  return turns.map((turn) => Math.round(1000 * turn / count) / 10);
}

Deno.test("LocalitySchedule gives the worked shares", () => {
  assert.deepEqual(shares([1, 1.4]), [41.7, 58.3]);
  assert.deepEqual(shares([1, 2]), [33.3, 66.7]);
  assert.deepEqual(shares([3, 0, 1]), [75, 0, 25]);
});

Deno.test("LocalitySchedule spreads turns instead of giving them in bursts", () => {
  const schedule = LocalitySchedule.of([1, 2], new Random(1))!;
  const text = Array.from({ length: 30 }, () => schedule.next()).join("");
  assert.match(text, /^0?1?(?:110|101|011)+[01]*$/);
  assert.ok(!text.includes("111") && !text.includes("00"), text);
});

Deno.test("LocalitySchedule is none where no locality weighs anything", () => {
  assert.equal(LocalitySchedule.of([], new Random(1)), null);
  assert.equal(LocalitySchedule.of([0, 0], new Random(1)), null);
});
