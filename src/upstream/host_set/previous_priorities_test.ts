import assert from "node:assert/strict";
import { PreviousPriorities } from "./previous_priorities.ts";

const USUAL = { healthy: [100, 0, 0], degraded: [0, 0, 0] };
const ALL = { healthy: [100, 100, 100], degraded: [0, 0, 0] };
const own = ({ priority }: { readonly priority: number }) => priority;

Deno.test("PreviousPriorities leaves tried priorities alone until none is left", () => {
  const previous = new PreviousPriorities(1), healthy: (readonly number[])[] = [];
  assert.deepEqual(previous.sharesOf(USUAL, ALL, own), USUAL);
  for (const priority of [0, 1, 2]) {
    previous.add({ priority });
    healthy.push(previous.sharesOf(USUAL, ALL, own).healthy);
  }
  assert.deepEqual(healthy, [[0, 100, 0], [0, 0, 100], [100, 0, 0]]);
  // All over again.
  assert.deepEqual(previous.sharesOf(USUAL, ALL, own), USUAL);
});

Deno.test("PreviousPriorities waits for its number of tries each time", () => {
  const previous = new PreviousPriorities(2), healthy: (readonly number[])[] = [];
  for (const priority of [0, 0, 1, 1]) {
    previous.add({ priority });
    healthy.push(previous.sharesOf(USUAL, ALL, own).healthy);
  }
  assert.deepEqual(healthy, [[100, 0, 0], [0, 100, 0], [0, 100, 0], [0, 0, 100]]);
});

Deno.test("PreviousPriorities shares the load by what the rest has, until all is given", () => {
  const previous = new PreviousPriorities(1);
  previous.add({ priority: 0 });
  const shares = previous.sharesOf(USUAL, { healthy: [100, 30, 30], degraded: [0, 0, 7] }, own);
  // 30 and 7 of 67 are 44 and 10: 44, 44, 10, and what is left to the first.
  assert.deepEqual(shares, { healthy: [0, 46, 44], degraded: [0, 0, 10] });
});

Deno.test("PreviousPriorities has nothing to say where nothing is available, or no host is known", () => {
  const previous = new PreviousPriorities(1), nothing = { healthy: [0, 0, 0], degraded: [0, 0, 0] };
  previous.add({ priority: 0 });
  assert.equal(previous.sharesOf(USUAL, nothing, own), USUAL);
  previous.add({ priority: 0 });
  assert.deepEqual(previous.sharesOf(USUAL, ALL, () => -1).healthy, [100, 0, 0]);
});
