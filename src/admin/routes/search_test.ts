import assert from "node:assert/strict";
import { HandRuntime } from "../../../test/support/live_runtime.ts";
import { MAX_NAMES, type SearchAnswer, type SearchNames } from "../contract/search.ts";
import { sampleAdmin, sampleCluster, sampleEndpoint } from "../sample_source.ts";

async function json<Body>(answer: Promise<Response>): Promise<Body> {
  return await (await answer).json();
}

Deno.test("/api/v1/search finds by name and address, the best first", async () => {
  const { ask, source } = sampleAdmin();
  await using hand = new HandRuntime();
  source.liveRuntime = hand.runtime;
  await hand.change({ "upstream.maintenance_mode.web": "25" });
  source.fetchedRouteList = [{ name: "edge", domains: ["web.example.org", "*"] }];
  const { items, total } = await json<SearchAnswer>(ask("/api/v1/search?q=WEB"));
  assert.deepEqual(items.map(({ kind, name }) => `${kind} ${name}`), [
    "cluster web",
    "domain web.example.org",
    "runtime_key upstream.maintenance_mode.web",
  ]);
  assert.equal(total, 3);
  assert.equal(items[1]!.link, "/routes/edge?q=web.example.org");
  const hosts = await json<SearchAnswer>(ask("/api/v1/search?q=127.0.0.1:8082"));
  assert.equal(hosts.items[0]!.link, "/clusters/web/hosts?host=127.0.0.1%3A8082");
  assert.equal((await json<SearchAnswer>(ask("/api/v1/search?q=web&limit=1"))).items.length, 1);
});

Deno.test("/api/v1/search refuses a query it cannot read", async () => {
  const { ask } = sampleAdmin();
  for (const target of ["/api/v1/search", "/api/v1/search?q=%20", "/api/v1/search?q=a&limit=0"]) {
    const answer = await ask(target);
    assert.equal(answer.status, 400, target);
    await answer.body?.cancel();
  }
});

Deno.test("/api/v1/search/names gives all names, and none where there are too many", async () => {
  const { ask, source } = sampleAdmin();
  const few = await json<SearchNames>(ask("/api/v1/search/names"));
  assert.equal(few.is_complete, true);
  assert.deepEqual(few.names.cluster, [["web", ""], ["api", ""]]);
  assert.deepEqual(few.names.host![2], ["127.0.0.1:8081", "api"]);

  const endpoints = Array.from({ length: MAX_NAMES }, (_, port) => sampleEndpoint(port));
  source.clusterList = [sampleCluster("large", endpoints)];
  const many = await json<SearchNames>(ask("/api/v1/search/names"));
  assert.deepEqual([many.is_complete, many.names], [false, {}]);
  assert.ok(many.total > MAX_NAMES);
  const { items } = await json<SearchAnswer>(ask("/api/v1/search?q=127.0.0.1:19999"));
  assert.equal(items[0]!.name, "127.0.0.1:19999");
});
