import assert from "node:assert/strict";
import { HandRuntime, staticLayer } from "../../../test/support/live_runtime.ts";
import type { RuntimeLayerConfig } from "../../config/schema/runtime.ts";

const RTDS: RuntimeLayerConfig = {
  name: "told",
  kind: "rtds",
  rtds: { name: "r", source: { kind: "path", path: "/r", watchedDirectory: "", initialFetchTimeoutMs: 0 } },
};

Deno.test("LiveRuntime puts the layers together, the last one strongest, and counts each load", async () => {
  await using hand = new HandRuntime({
    layers: [staticLayer("base", { a: 1, b: { c: "x" } }), RTDS, { name: "admin", kind: "admin" }],
  });
  const { runtime } = hand;
  assert.deepEqual(runtime.stack.layers.map(({ state }) => state), ["ok", "missing", "ok"]);
  assert.deepEqual([hand.stat("load_success"), hand.stat("num_keys"), hand.stat("num_layers")], [1, 2, 3]);
  runtime.endRtds();
  runtime.setRtds("told", { a: 2, d: true }, "7");
  assert.deepEqual([hand.effective("a"), hand.effective("b.c"), hand.effective("d")], ["2", "x", "true"]);
  await hand.change({ a: "3" });
  assert.equal(runtime.values.number("a", 0), 3);
  assert.deepEqual([hand.stat("load_success"), hand.stat("override_dir_not_exists")], [4, 4]);
  const [edit, told] = runtime.book.history.changes;
  assert.deepEqual([edit!.actor, told!.actor, told!.source, told!.reason], ["ana", "rtds told", "rtds", "version 7"]);
  assert.deepEqual(told!.keys.map(({ key, before, after }) => [key, before, after]), [["a", null, "2"], [
    "d",
    null,
    "true",
  ]]);
  runtime.refuseRtds("told", "no good");
  assert.deepEqual([runtime.stack.layers[1]!.state, runtime.stack.layers[1]!.error, hand.effective("d")], [
    "error",
    "no good",
    "true",
  ]);
});

Deno.test("LiveRuntime says once of a value that whoever reads it cannot use it", async () => {
  await using hand = new HandRuntime();
  await hand.change({ "upstream.maintenance_mode.web": "abc" });
  await hand.change({ "upstream.maintenance_mode.web": "-1" });
  const told = hand.logged.filter((line) => line.includes("maintenance_mode"));
  assert.equal(told.length, 1);
  assert.match(told[0]!, /which is no percent/);
  assert.deepEqual(hand.runtime.ignored, ["upstream.maintenance_mode.web"]);
  await hand.change({ "upstream.maintenance_mode.web": "5" });
  assert.deepEqual(hand.runtime.ignored, []);
});

Deno.test("LiveRuntime tells of guards that are none at each load, and counts them as bugs", async () => {
  const guards = {
    "envoy.reloadable_features.nonsense": true,
    "envoy.reloadable_features.http_reject_path_with_fragment": false,
  };
  await using hand = new HandRuntime({ layers: [staticLayer("base", guards), { name: "admin", kind: "admin" }] });
  await hand.change({ "envoy.reloadable_features.other": "true" });
  const lines = hand.logged.filter((line) => line.startsWith("envoy bug failure"));
  assert.equal(lines.length, 2);
  assert.match(
    lines[0]!,
    /^envoy bug failure: false\. Details: Using a removed guard envoy\.reloadable_features\.nonsense\. In future/,
  );
  assert.equal(hand.book.valueOf("server.envoy_bug_failures"), 2);
});

Deno.test("LiveRuntime knows which workers serve the newest values, and how long that took", async () => {
  await using hand = new HandRuntime();
  const heard: unknown[] = [];
  const stop = hand.runtime.listen({ onPropagation: () => heard.push(hand.runtime.propagation) });
  await hand.change({ a: "1" });
  hand.runtime.onAcks([1, 0]);
  hand.loop.hand.advance(7);
  hand.runtime.onAcks([1, 1]);
  hand.runtime.onAcks([1, 1]);
  assert.deepEqual(heard, [
    { generation: 1, workers: 2, acked: 1, slowestMs: 0 },
    { generation: 1, workers: 2, acked: 2, slowestMs: 7 },
  ]);
  stop();
});

Deno.test("two thousand keys are put together in a few milliseconds", async () => {
  const values = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`some.key.${i}`, i]));
  await using hand = new HandRuntime({ layers: [staticLayer("base", values), { name: "admin", kind: "admin" }] });
  await hand.change({ a: "1" });
  assert.equal(Object.keys(hand.published[0]!).length, 2001);
});
