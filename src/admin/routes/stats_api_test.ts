import assert from "node:assert/strict";
import type { HistogramView, StatPage } from "../contract/stats.ts";
import type { MainThreadView } from "../contract/workers.ts";
import { sampleAdmin, sampleCluster, sampleEndpoint } from "../sample_source.ts";

function setUp() {
  const set = sampleAdmin();
  set.source.clusterList = [sampleCluster("web", [sampleEndpoint(1)])];
  set.admin.tick();
  const web = set.source.stats.own.scope("cluster.web", { name: "envoy.cluster_name", value: "web" });
  const answers = web.counter("upstream_rq_200");
  answers.add(840);
  web.counter("upstream_rq_503");
  web.gauge("membership_total").set(2);
  const time = web.histogram("upstream_rq_time", "milliseconds");
  set.source.stats.own.scope("cluster.a:1", { name: "envoy.cluster_name", value: "a:1" }).counter("upstream_rq_200");
  set.source.stats.own.scope("cluster.web", null, true).counter("hidden");
  set.source.stats.text("cluster_manager.cds.version_text").set("v42");
  const ask = async (query: string): Promise<StatPage> => {
    const answer = await set.ask(`/api/v1/stats?${query}`);
    const body = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(body));
    return body;
  };
  const names = async (query: string) => (await ask(query)).items.map(({ name }) => name.replace(/^cluster/, "c"));
  return { ...set, answers, time, page: ask, names };
}

const ALL_WEB = ["c.web.membership_total", "c.web.upstream_rq_200", "c.web.upstream_rq_503", "c.web.upstream_rq_time"];

const QUERIES: [query: string, names: string[]][] = [
  ["q=cluster.web", ALL_WEB],
  ["prefix=cluster.web.", ALL_WEB],
  ["q=cluster.*_200", ["c.a_1.upstream_rq_200", "c.web.upstream_rq_200"]],
  ["q=%2Frq_%5Cd%7B3%7D%24%2F&used=1", ["c.web.upstream_rq_200"]],
  ["filter=web.%2Brq_%5Cd%7B3%7D%24", ["c.web.upstream_rq_200", "c.web.upstream_rq_503"]],
  ["q=web&type=gauge", ["c.web.membership_total"]],
  ["q=web&type=histogram", ["c.web.upstream_rq_time"]],
  ["q=cluster&type=text", ["c_manager.cds.version_text"]],
  ["q=web&limit=2&cursor=1", ["c.web.upstream_rq_200", "c.web.upstream_rq_503"]],
  ["q=web&type=&used=&changed=", ALL_WEB],
];

for (const [query, expected] of QUERIES) {
  Deno.test(`/api/v1/stats?${query} finds ${expected.length} by name`, async () => {
    assert.deepEqual(await setUp().names(query), expected);
  });
}

for (
  const [query, field] of [["type=Counters", "type"], ["used=yes", "used"], [`filter=${"a".repeat(257)}`, "filter"], [
    `names=${"a,".repeat(100)}`,
    "names",
  ]] as const
) {
  Deno.test(`/api/v1/stats?${query.slice(0, 30)} is refused by field`, async () => {
    const answer = await setUp().ask(`/api/v1/stats?${query}`);
    assert.equal(answer.status, 400);
    assert.deepEqual((await answer.json()).errors.map((error: { field: string }) => error.field), [field]);
  });
}

Deno.test("/api/v1/stats refuses a pattern in RE2's words", async () => {
  const answer = await setUp().ask("/api/v1/stats?q=/[/");
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal((await answer.json()).detail, "Invalid re2 regex: missing ]: [");
});

Deno.test("/api/v1/stats tells of each stat its value, tags, Prometheus name, rate and owner", async () => {
  const { page, answers, clock } = setUp();
  assert.equal((await page("q=web.upstream_rq_200")).items[0]!.rate, null);
  clock.advance(2000);
  answers.add(20);
  const { items: [item], total, next_cursor } = await page("q=web.upstream_rq_200");
  assert.deepEqual([total, next_cursor], [1, null]);
  assert.deepEqual(item, {
    name: "cluster.web.upstream_rq_200",
    parts: ["cluster.", "web", ".upstream_rq_", "200", ""],
    type: "counter",
    value: 860,
    unit: "",
    tags: [{ name: "envoy.response_code", value: "200" }, { name: "envoy.cluster_name", value: "web" }],
    prometheus_name: 'envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="web"}',
    rate: 10,
    links: [
      { title: "cluster web", path: "/clusters/web" },
      { title: "the same of all clusters", path: "/stats?q=cluster.*.upstream_rq_200" },
    ],
  });
  const { items } = await page("q=a_1");
  assert.deepEqual([items[0]!.parts, items[0]!.links], [["cluster.", "a_1", ".upstream_rq_", "200", ""], []]);
  const asked = ["cluster.web.upstream_rq_time", "cluster_manager.cds.version_text", "gone"];
  const { named } = await page(`names=${[...asked, asked[0]].join()}`), [histogram, text] = named;
  assert.deepEqual(named.map(({ name }) => name), asked.slice(0, 2));
  assert.deepEqual([histogram!.unit, histogram!.value, text!.value, text!.rate], ["milliseconds", 0, "v42", null]);
});

Deno.test("/api/v1/stats tells how names go on, where one is, and what is unused", async () => {
  const { page } = setUp();
  const root = await page("");
  assert.deepEqual(root.facets[0], { prefix: "", title: "all", count: null });
  assert.ok(root.facets.some(({ title, count }) => title === "cluster" && count === 5));
  const inside = await page("prefix=cluster.&used=1");
  assert.deepEqual(inside.facets, [
    { prefix: "", title: "all", count: null },
    { prefix: "cluster.", title: "cluster", count: null },
    { prefix: "cluster.web.", title: "web", count: 2 },
  ]);
  assert.equal(inside.unused, 3);
});

Deno.test("/api/v1/stats?changed=1 finds what changed since somebody asks, for a minute", async () => {
  const { page, names, answers, clock } = setUp();
  const first = await page("changed=1&q=none");
  assert.deepEqual([first.items, first.changed_since_ms], [[], clock.wallMs()]);
  clock.advance(2000);
  answers.add(1);
  assert.deepEqual(await names("changed=1&q=web"), ["c.web.upstream_rq_200"]);
  clock.advance(59_000);
  assert.deepEqual(await names("changed=1&q=web"), ["c.web.upstream_rq_200"]);
  clock.advance(2000);
  assert.deepEqual(await names("changed=1&q=web"), []);
});

Deno.test("the exports of /api/v1/stats find the same stats at Envoy's endpoint", async () => {
  const { page, ask } = setUp();
  for (
    const query of ["q=web", "q=cluster.*_200", "prefix=cluster.&q=503", "q=/rq_.00/&used=1", "q=web&type=histogram"]
  ) {
    const { exports, items } = await page(query);
    assert.equal(exports.length, 3);
    const lines = (await (await ask(exports[0]!)).text()).trim().split("\n").map((line) => line.split(": ", 1)[0]);
    assert.deepEqual(lines.sort(), items.map(({ name }) => name).sort(), query);
  }
  assert.deepEqual((await page("prefix=cluster.&q=/x/")).exports, []);
});

Deno.test("/api/v1/stats/histogram/:name has percentiles and buckets as of the last flush", async () => {
  const { ask, source, time } = setUp();
  time.record(200);
  time.record(4_000_000);
  source.stats.flush();
  time.record(3);
  source.stats.flush();
  const view: HistogramView = await (await ask("/api/v1/stats/histogram/cluster.web.upstream_rq_time")).json();
  assert.deepEqual([view.unit, view.count, view.interval_count], ["milliseconds", 3, 1]);
  assert.equal(view.sum, 4_000_203);
  assert.deepEqual(view.quantiles.map(({ quantile }) => quantile), [
    0,
    0.25,
    0.5,
    0.75,
    0.9,
    0.95,
    0.99,
    0.995,
    0.999,
    1,
  ]);
  assert.deepEqual(view.quantiles[2], { quantile: 0.5, interval: 3.05, cumulative: 205 });
  assert.deepEqual(view.buckets.filter(({ cumulative }) => cumulative > 0), [
    { upper_bound: 5, interval: 1, cumulative: 1 },
    { upper_bound: 250, interval: 0, cumulative: 1 },
    { upper_bound: null, interval: 0, cumulative: 1 },
  ]);
  assert.equal((await ask("/api/v1/stats/histogram/cluster.web.upstream_rq_200")).status, 404);
});

Deno.test("/api/v1/workers/main tells of the main thread", async () => {
  const view: MainThreadView = await (await setUp().ask("/api/v1/workers/main")).json();
  assert.deepEqual([view.lag_ms, view.sse_clients, view.heap_bytes], [0, 0, 1]);
});
