import assert from "node:assert/strict";
import type { ActionItem, ActionsView } from "../../src/admin/contract/actions.ts";
import { ActionsModel, countdownS, split } from "./actions.ts";

function item(id: string, state: ActionItem["state"] = "running"): ActionItem {
  return {
    id,
    kind: "drain",
    actor: "ana",
    reason: "",
    state,
    started_ms: 0,
    ended_ms: null,
    phases: [],
    listeners: [],
    active_rq: 0,
    can_abort: true,
    result: "",
  };
}

const STATE: Omit<ActionsView, "items"> = {
  confirm_text: "node-1",
  health_check_failed: false,
  drain_time_s: 600,
  draining: null,
  stopped: null,
};

Deno.test("ActionsModel shows what is, then what begins and moves on", () => {
  const model = new ActionsModel();
  model.apply({ op: "upsert", key: "a9", data: item("a9"), state: STATE });
  model.publish();
  assert.equal(model.view.value, null);
  model.apply({ op: "snapshot", data: { ...STATE, items: [item("a1")] } });
  model.apply({ op: "upsert", key: "a2", data: item("a2"), state: { ...STATE, draining: "all" } });
  model.apply({ op: "upsert", key: "a1", data: item("a1", "done"), state: { ...STATE, draining: "all" } });
  model.publish();
  const view = model.view.value!;
  assert.deepEqual(view.items.map(({ id, state }) => `${id} ${state}`), ["a2 running", "a1 done"]);
  assert.equal(view.draining, "all");
  const { running, over } = split(view);
  assert.deepEqual([running.map(({ id }) => id), over.map(({ id }) => id)], [["a2"], ["a1"]]);
  model.clear();
  model.publish();
  assert.equal(model.view.value, null);
});

Deno.test("countdownS() counts only what is under way and ends", () => {
  const phase = { id: "tell", text: "", since_ms: 0, until_ms: 10_500 } as const;
  assert.equal(countdownS({ ...phase, state: "active" }, 1000), 10);
  assert.equal(countdownS({ ...phase, state: "active" }, 20_000), 0);
  assert.equal(countdownS({ ...phase, state: "done" }, 1000), null);
  assert.equal(countdownS({ ...phase, state: "active", until_ms: null }, 1000), null);
});
