import assert from "node:assert/strict";
import type { XdsEvent, XdsItem } from "../../src/admin/contract/xds.ts";
import { XdsModel } from "./xds.ts";

function item(id: number, error = ""): XdsItem {
  return {
    id,
    source: `file /${id}`,
    transport: "file",
    type: "cluster",
    names: [],
    since_ms: 0,
    last_ms: 0,
    accepted_ms: 0,
    version: "1",
    resources: 1,
    bytes: 1,
    counts: { accepted: 1, rejected: 0, failed: 0, timeouts: 0 },
    nack: error === "" ? null : { version: "2", error, resources: [], at_ms: 0, since_ms: 0 },
    last_error: "",
  };
}

function event(id: number): XdsEvent {
  const rest = { source: "", type: "cluster", subject: "", version: "", resources: 0, bytes: 0, error: "" } as const;
  return { id, at_ms: 0, result: "accepted", ...rest };
}

Deno.test("XdsModel shows refused sources first and adds events on top, once each", () => {
  const model = new XdsModel(), bootstrap = { path: "/b", loaded_ms: 0 };
  model.apply({ op: "upsert", key: "xds/1", data: item(1) });
  model.publish();
  assert.equal(model.state.value, null);
  const data = { as_of_ms: 0, revision: "1", total: 2, bootstrap, items: [item(1), item(2)] };
  model.apply({ op: "snapshot", data, events: [event(2), event(1)] });
  model.apply({ op: "upsert", key: "xds/2", data: item(2, "no") });
  model.apply({ op: "events", data: [event(2), event(3)] });
  model.apply({ op: "revision", revision: "2", total: 2 });
  model.publish();
  const state = model.state.value!;
  assert.deepEqual(state.items.map(({ id }) => id), [2, 1]);
  assert.deepEqual(state.events.map(({ id }) => id), [3, 2, 1]);
  assert.equal(state.revision, "2");
  model.apply({ op: "remove", key: "xds/2" });
  model.publish();
  assert.deepEqual(model.state.value!.items.map(({ id }) => id), [1]);
  model.clear();
  model.publish();
  assert.equal(model.state.value, null);
});
