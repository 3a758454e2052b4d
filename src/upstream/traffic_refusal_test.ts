import assert from "node:assert/strict";
import { Random } from "../base/random.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import { TrafficRefusal } from "./traffic_refusal.ts";

const MAINTENANCE = "upstream.maintenance_mode.web";
const LIMIT = "load_balancing_policy.drop_overload_limit";

/** What becomes of 1,000 requests. */
function tally(refusal: TrafficRefusal): Record<string, number> {
  const random = new Random(7), counts: Record<string, number> = {};
  for (let i = 0; i < 1000; i++) {
    const kind = refusal.decide(random) ?? "taken";
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

Deno.test("TrafficRefusal lets everything through unless it is told otherwise", () => {
  assert.deepEqual(tally(new TrafficRefusal("web", 0, new RuntimeValues({ [`${MAINTENANCE}2`]: 100 }))), {
    taken: 1000,
  });
});

Deno.test("TrafficRefusal refuses the share that runtime or the assignment says", () => {
  const about = (count: number | undefined, wanted: number) =>
    assert.ok(Math.abs((count ?? 0) - wanted) < 60, `${count}`);
  about(tally(new TrafficRefusal("web", 0, new RuntimeValues({ [MAINTENANCE]: 30 })))["maintenance_mode"], 300);
  about(tally(new TrafficRefusal("web", 30, new RuntimeValues()))["drop_overload"], 300);
  about(tally(new TrafficRefusal("web", 90, new RuntimeValues({ [LIMIT]: 20 })))["drop_overload"], 200);
  const both = tally(new TrafficRefusal("web", 50, new RuntimeValues({ [MAINTENANCE]: 50 })));
  about(both["maintenance_mode"], 500);
  about(both["drop_overload"], 250);
});

Deno.test("TrafficRefusal refuses everything at a hundred percent, and says so", () => {
  assert.deepEqual(tally(new TrafficRefusal("web", 100, new RuntimeValues())), { unconditional_drop_overload: 1000 });
  const runtime = new RuntimeValues({ [MAINTENANCE]: 100 });
  assert.deepEqual(tally(new TrafficRefusal("web", 100, runtime)), { maintenance_mode: 1000 });
  assert.deepEqual(tally(new TrafficRefusal("web", 100, new RuntimeValues({ [LIMIT]: 0 }))), { taken: 1000 });
});

Deno.test("TrafficRefusal follows runtime and the assignment", () => {
  const runtime = new RuntimeValues(), refusal = new TrafficRefusal("web", 0, runtime);
  assert.deepEqual(tally(refusal), { taken: 1000 });
  runtime.replace({ [MAINTENANCE]: 100 });
  assert.deepEqual(tally(refusal), { maintenance_mode: 1000 });
  runtime.replace({});
  assert.deepEqual(tally(refusal), { taken: 1000 });
  refusal.useDropPercent(100);
  assert.deepEqual(tally(refusal), { unconditional_drop_overload: 1000 });
  runtime.replace({ [LIMIT]: 0 });
  assert.deepEqual(tally(refusal), { taken: 1000 });
});
