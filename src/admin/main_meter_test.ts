import assert from "node:assert/strict";
import { MainMeter } from "./main_meter.ts";
import { SampleSource } from "./sample_source.ts";

Deno.test("MainMeter.view() tells the worst lateness of the last second and of five minutes", () => {
  const meter = new MainMeter(50), source = new SampleSource();
  assert.equal(meter.view(source, 0).lag_ms, null);
  for (const atMs of [0, 50, 180, 230]) meter.beat(atMs);
  meter.tick();
  assert.equal(meter.view(source, 0).lag_ms, 80);
  meter.beat(290);
  meter.tick();
  const { lag_ms, longest_block_ms } = meter.view(source, 3);
  assert.deepEqual([lag_ms, longest_block_ms], [10, 80]);
  for (let second = 0; second < 299; second++) meter.tick();
  assert.equal(meter.view(source, 0).longest_block_ms, 10);
});

Deno.test("MainMeter.view() tells the time of admin requests, the heap and the streams", () => {
  const source = new SampleSource();
  const scope = source.stats.own.scope("http.admin");
  const time = scope.histogram("downstream_rq_time", "milliseconds");
  scope.counter("downstream_rq_total").add(7);
  assert.equal(new MainMeter(50).view(source, 0).admin_rq_p50, null);
  for (let at = 0; at < 100; at++) time.record(200);
  source.stats.flush();
  const view = new MainMeter(50).view(source, 3);
  assert.ok(view.admin_rq_p50! >= 200 && view.admin_rq_p99! < 210, JSON.stringify(view));
  assert.deepEqual([view.heap_bytes, view.rss_bytes, view.sse_clients, view.admin_rq_total], [1, 3, 3, 7]);
});
