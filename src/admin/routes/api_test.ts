import assert from "node:assert/strict";
import type { ClusterItem, ClusterView } from "../contract/clusters.ts";
import type { Overview } from "../contract/overview.ts";
import type { Page } from "../contract/page.ts";
import type { ProblemDetails } from "../contract/problem.ts";
import type { Series } from "../contract/series.ts";
import { sampleAdmin, sampleCluster, sampleEndpoint } from "../sample_source.ts";

async function json<Body>(answer: Promise<Response>): Promise<Body> {
  return await (await answer).json();
}

Deno.test("/api/v1/overview has every part of the contract", async () => {
  const { ask } = sampleAdmin();
  const overview = await json<Overview>(ask("/api/v1/overview"));
  const parts = "as_of_ms clusters certs events generation health hosts listeners overload runtime server tops " +
    "traffic workers xds";
  assert.deepEqual(Object.keys(overview).sort(), parts.split(" ").sort());
  assert.equal(overview.traffic.rps, null);
  assert.equal(overview.xds, null);
});

Deno.test("/api/v1/clusters pages through names that match", async () => {
  const { ask, source, admin } = sampleAdmin();
  source.clusterList = ["a1", "a2", "b1", "a3"].map((name) => sampleCluster(name, [sampleEndpoint(1)]));
  admin.tick();
  const first = await json<Page<ClusterItem>>(ask("/api/v1/clusters?q=a&limit=2"));
  assert.deepEqual(first.items.map(({ name }) => name), ["a1", "a2"]);
  assert.deepEqual([first.total, first.next_cursor], [3, "2"]);
  const second = await json<Page<ClusterItem>>(ask(`/api/v1/clusters?q=a&limit=2&cursor=${first.next_cursor}`));
  assert.deepEqual(second.items.map(({ name }) => name), ["a3"]);
  assert.equal(second.next_cursor, null);
});

Deno.test("/api/v1/clusters/:name takes any name, and says when there is none", async () => {
  const { ask, source, admin } = sampleAdmin();
  source.clusterList = [sampleCluster("a/b c", [sampleEndpoint(1)])];
  admin.tick();
  const cluster = await json<ClusterView>(ask(`/api/v1/clusters/${encodeURIComponent("a/b c")}`));
  assert.equal(cluster.item.name, "a/b c");
  const hosts = await json<Page<{ address: string }>>(ask(`/api/v1/clusters/${encodeURIComponent("a/b c")}/hosts`));
  assert.equal(hosts.items[0]!.address, "127.0.0.1:1");
  const missing = await ask("/api/v1/clusters/none");
  assert.equal(missing.headers.get("content-type"), "application/problem+json");
  const body: ProblemDetails = await missing.json();
  assert.deepEqual([body.status, body.detail], [404, 'There is no cluster "none"']);
});

Deno.test("/api/v1/series gives the named series", async () => {
  const { ask, admin, clock } = sampleAdmin();
  for (let at = 0; at < 3; at++) {
    clock.advance(1000);
    admin.tick();
  }
  const series = await json<Series>(ask("/api/v1/series?names=rps,p99&range_s=3"));
  assert.deepEqual(series.series, { rps: [0, 0, 0], p99: [null, null, null] });
});

const badQueries: Array<[target: string, field: string]> = [
  ["/api/v1/clusters?limit=0", "limit"],
  ["/api/v1/clusters?limit=5001", "limit"],
  ["/api/v1/clusters?cursor=-1", "cursor"],
  ["/api/v1/series?names=rps,cpu", "names.1"],
  ["/api/v1/series?range_s=86401", "range_s"],
  ["/api/v1/events?topics=overview,secrets", "topics.1"],
];

for (const [target, field] of badQueries) {
  Deno.test(`${target} is refused by field`, async () => {
    const { ask } = sampleAdmin();
    const answer = await ask(target);
    const body: ProblemDetails = await answer.json();
    assert.equal(answer.status, 400);
    assert.deepEqual(body.errors!.map((error) => error.field), [field]);
  });
}

Deno.test("/api answers problems as JSON, and is gone with the console", async () => {
  const { ask } = sampleAdmin();
  const answer = await ask("/api/v1/nothing");
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [404, "application/problem+json"]);
  const headless = sampleAdmin({ console: null });
  assert.equal((await headless.ask("/api/v1/overview")).status, 404);
});
