import assert from "node:assert/strict";
import type { ClusterItem } from "./contract/clusters.ts";
import { sampleCluster } from "./sample_source.ts";
import { topLists } from "./top_lists.ts";

function item(name: string, changes: Partial<ClusterItem>): ClusterItem {
  return {
    name,
    p99: null,
    error_ratio: null,
    rps: null,
    active_cx: 0,
    active_rq: 0,
    pending_rq: 0,
    ...changes,
  } as ClusterItem;
}

Deno.test("topLists() has the five highest of each kind and none without a value", () => {
  const items = [3, 9, 1, 7, 5, 8].map((p99) => item(`c${p99}`, { p99, rps: 10, error_ratio: p99 === 9 ? 0.5 : 0 }));
  const lists = topLists([...items, item("idle", {})], () => null);
  assert.deepEqual(lists.slowest.map(({ value }) => value), [9, 8, 7, 5, 3]);
  assert.deepEqual(lists.errors, [{ cluster: "c9", value: 5 }]);
  assert.deepEqual(lists.breakers, []);
});

Deno.test("topLists() holds what is open against the limit that is nearest", () => {
  const items = [item("web", { active_cx: 256, active_rq: 512 }), item("api", { active_cx: 1 })];
  const { breakers } = topLists(items, (name) => sampleCluster(name, []).config.circuitBreakers.default);
  assert.deepEqual(breakers, [{ cluster: "web", value: 0.5 }]);
});
