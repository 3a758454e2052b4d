import assert from "node:assert/strict";
import { OverflowWatch } from "./overflow_watch.ts";
import { SampleSource } from "./sample_source.ts";

Deno.test("OverflowWatch tells an overflow for a minute, and not what was before it looked", () => {
  const { stats } = new SampleSource();
  const counter = stats.own.scope("cluster.web").counter("upstream_rq_pending_overflow");
  counter.add(7);
  const watch = new OverflowWatch(stats, (name) => name);
  const clusters = [{ name: "web" }, { name: "api" }];
  const at = (nowMs: number) => [...watch.update(clusters, nowMs)];
  assert.deepEqual(at(1000), []);
  counter.inc();
  assert.deepEqual(at(2000), ["web"]);
  assert.deepEqual(at(61_000), ["web"]);
  assert.deepEqual(at(62_000), []);
});
