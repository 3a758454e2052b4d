import { deepEqual, equal } from "node:assert/strict";
import { changeOf, entryOf, layerOf, viewOf } from "./runtime_cases.ts";
import { RuntimeModel } from "./runtime_model.ts";
import { mergedChanges } from "./view.ts";

function modelOf(values: Parameters<typeof viewOf>[0]): RuntimeModel {
  const model = new RuntimeModel();
  model.apply({ op: "snapshot", data: viewOf(values) });
  model.publish();
  return model;
}

const keysOf = (model: RuntimeModel) => model.view.value?.entries.map(({ key, effective }) => `${key}=${effective}`);

Deno.test("apply() keeps entries in order through upserts and removals", () => {
  const model = modelOf({ b: ["1", null], a: [null, "2"] });
  deepEqual(keysOf(model), ["a=2", "b=1"]);
  model.apply({ op: "upsert", key: "aa", data: entryOf("aa", [null, "3"]) });
  model.apply({ op: "upsert", key: "b", data: entryOf("b", ["1", "9"]) });
  model.apply({ op: "remove", key: "a" });
  deepEqual(keysOf(model), ["a=2", "b=1"], "nothing is shown before it is published");
  model.publish();
  deepEqual(keysOf(model), ["aa=3", "b=9"]);
});

Deno.test("apply() takes revision and what waits with a change, and one that becomes something else keeps its place", () => {
  const model = modelOf({});
  const pending = [{ change_id: "c1", until_ms: 9, actor: "ana", keys: ["a"] }];
  model.apply({ op: "change", data: changeOf("c1", 5, { state: "pending_confirm" }), revision: 5, pending });
  model.apply({ op: "change", data: changeOf("c2", 6), revision: 6, pending });
  model.apply({ op: "change", data: changeOf("c1", 5, { state: "kept" }), revision: 6, pending: [] });
  model.publish();
  equal(model.view.value?.revision, 6);
  deepEqual(model.view.value?.pending, []);
  deepEqual(model.recent.value.map(({ change_id, state }) => [change_id, state]), [["c2", "applied"], ["c1", "kept"]]);
});

Deno.test("apply() takes layers and propagation, and nothing before a snapshot or of a later version", () => {
  const early = new RuntimeModel();
  early.apply({ op: "remove", key: "a" });
  early.apply({ op: "sideways" } as never);
  early.publish();
  equal(early.view.value, null);
  const model = new RuntimeModel();
  model.apply({ op: "snapshot", data: viewOf() });
  model.apply({ op: "layers", data: [layerOf("only", "rtds")] });
  model.apply({ op: "propagation", data: { generation: 4, workers: 8, acked: 1, slowest_ms: 2 } });
  model.apply({ op: "sideways" } as never);
  model.publish();
  deepEqual(model.view.value?.layers.map(({ name }) => name), ["only"]);
  equal(model.view.value?.propagation.acked, 1);
});

Deno.test("clear() forgets the process and keeps the reader's edits", () => {
  const model = modelOf({ a: ["1", null] });
  model.tray.put({ key: "a", value: "2", base: null });
  model.clear();
  model.publish();
  equal(model.view.value, null);
  equal(model.tray.edits.value.length, 1);
});

Deno.test("mergedChanges() has each change once, the live one, newest first", () => {
  const merged = mergedChanges([changeOf("c2", 6, { state: "undone" })], [
    changeOf("c2", 6),
    changeOf("c3", 7),
    changeOf("c1", 5),
  ]);
  deepEqual(merged.map(({ change_id, state }) => `${change_id} ${state}`), ["c3 applied", "c2 undone", "c1 applied"]);
});
