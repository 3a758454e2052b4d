/** Tests of the places of clusters in the shared counts. */

import assert from "node:assert/strict";
import { SLOTS_PER_PAGE } from "../upstream/shared_limits.ts";
import { LimitSlots } from "./limit_slots.ts";

Deno.test("LimitSlots keeps a name's slot when clusters come, go and change their order", () => {
  const places = new LimitSlots(2);
  assert.deepEqual(places.place(["a", "b", "c"]).slots, [0, 1, 2]);
  assert.deepEqual(places.place(["d", "c", "a"]).slots, [3, 2, 0]);
  assert.deepEqual(places.place(["b"]).slots, [1]);
});

Deno.test("LimitSlots adds a page when the last is full and keeps those before", () => {
  const places = new LimitSlots(1);
  const names = Array.from({ length: SLOTS_PER_PAGE + 1 }, (_, index) => `cluster ${index}`);
  const [before] = places.place(names.slice(0, SLOTS_PER_PAGE)).pages;
  const { pages, slots } = places.place(names);
  assert.equal(pages.length, 2);
  assert.equal(pages[0], before);
  assert.equal(slots.at(-1), SLOTS_PER_PAGE);
});
