/** Tests of the places of clusters in the shared counts. */
import assert from "node:assert/strict";
import { SLOTS_PER_PAGE } from "../../upstream/shared_limits.ts";
import { LimitSlots } from "./limit_slots.ts";

Deno.test("LimitSlots keeps a name's slot", () => {
  const places = new LimitSlots(2);
  const slots = (names: readonly string[]) => names.map((name) => places.slotOf(name));
  assert.deepEqual(slots(["a", "b", "c"]), [0, 1, 2]);
  assert.deepEqual(slots(["d", "c", "a"]), [3, 2, 0]);
  assert.deepEqual(slots(["b"]), [1]);
});

Deno.test("LimitSlots adds a page when the last is full and keeps those before", () => {
  const places = new LimitSlots(1);
  for (let i = 0; i < SLOTS_PER_PAGE; i++) places.slotOf(`cluster ${i}`);
  const [before] = places.pages;
  assert.equal(places.slotOf("one more"), SLOTS_PER_PAGE);
  assert.equal(places.pages.length, 2);
  assert.equal(places.pages[0], before);
});
