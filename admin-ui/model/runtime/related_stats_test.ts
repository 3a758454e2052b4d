import { deepEqual, equal, ok } from "node:assert/strict";
import { relatedStats, statsFilter, StatTrail, valueOf } from "./related_stats.ts";

Deno.test("relatedStats() names what a key changes", () => {
  const names = (key: string) => relatedStats(key).map(({ name }) => name);
  deepEqual(names("upstream.maintenance_mode.a.b"), [
    "cluster.a.b.upstream_rq_maintenance_mode",
    "cluster.a.b.upstream_rq_total",
  ]);
  deepEqual(names("circuit_breakers.a.b.high.max_connections"), [
    "cluster.a.b.upstream_cx_active",
    "cluster.a.b.upstream_cx_overflow",
  ]);
  deepEqual(names("outlier_detection.interval_ms"), ["cluster.*.outlier_detection.ejections_active"]);
  ok(names("anything.else").length > 0);
});

Deno.test("statsFilter() finds the names and no others, and valueOf() adds them", () => {
  const stats = relatedStats("anything.else");
  const form = new RegExp(statsFilter(stats));
  ok(form.test("http.web.downstream_rq_5xx"));
  ok(!form.test("http.web.downstream_rq_5xx_more"));
  ok(!new RegExp(statsFilter([{ name: "a.b", kind: "gauge" }])).test("axb"));
  const values = new Map([["http.a.downstream_rq_2xx", 3], ["http.b.downstream_rq_2xx", 4], [
    "http.a.downstream_rq_5xx",
    9,
  ]]);
  equal(valueOf(stats[0]!, values), 7);
});

Deno.test("StatTrail has rates of counters, and gauges as they are", () => {
  const counter = (value: number) => new Map([["c", value]]);
  let trail = new StatTrail({ name: "c", kind: "counter" });
  for (const [value, atMs] of [[10, 0], [20, 1000], [50, 3000], [5, 4000]] as const) {
    trail = trail.with(counter(value), atMs, 3);
  }
  deepEqual(trail.points, [10, 15, null], "the oldest is let go of, and a counter that fell began anew");
  const gauge = new StatTrail({ name: "c", kind: "gauge" }).with(counter(4), 0, 3);
  deepEqual(gauge.points, [4]);
});
