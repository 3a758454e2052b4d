import assert from "node:assert/strict";
import { nearestName } from "./nearest_name.ts";

const names = ["lb_policy", "name", "type", "connect_timeout"];

Deno.test("nearestName finds what was meant", () => {
  assert.equal(nearestName("lb_polcy", names), "lb_policy");
  assert.equal(nearestName("nmae", names), "name");
  assert.equal(nearestName("conect_timout", names), "connect_timeout");
});

Deno.test("nearestName says nothing when nothing is near", () => {
  assert.equal(nearestName("zzzz", names), null);
  assert.equal(nearestName("hosts", names), null);
});
