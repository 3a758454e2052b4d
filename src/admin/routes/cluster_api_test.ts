import assert from "node:assert/strict";
import { HealthFlag } from "../../config/host_health.ts";
import type { ClusterEvent, ClusterItem, ClusterUseItem, ClusterView, HostItem } from "../contract/clusters.ts";
import type { Page } from "../contract/page.ts";
import { sampleAdmin, sampleCluster, sampleEndpoint } from "../sample_source.ts";

const locality = { region: "eu", zone: "eu-1", subZone: "", weight: 0, metadata: {} };

function setUp() {
  const set = sampleAdmin();
  set.source.clusterList = [
    sampleCluster("svc-10", [sampleEndpoint(10)]),
    { ...sampleCluster("svc-2", [sampleEndpoint(2, { locality, hostname: "two.internal" })]), isDynamic: true },
    sampleCluster("down", [sampleEndpoint(3, { healthStatus: "UNHEALTHY" }), sampleEndpoint(4)]),
  ];
  const { hosts } = set.source.clusterList[2]!;
  set.source.clusterList[2] = {
    ...set.source.clusterList[2]!,
    hosts: [hosts[0]!, { ...hosts[1]!, flags: HealthFlag.FAILED_ACTIVE_HC }],
  };
  set.admin.tick();
  const names = async (query: string) => {
    const page: Page<ClusterItem> = await (await set.ask(`/api/v1/clusters?${query}`)).json();
    return page.items.map(({ name }) => name).join(" ");
  };
  return { ...set, names };
}

const QUERIES: [query: string, names: string][] = [
  ["", "down svc-2 svc-10"],
  ["sort=name", "down svc-2 svc-10"],
  ["sort=-name", "svc-10 svc-2 down"],
  ["sort=-hosts", "down svc-2 svc-10"],
  ["filter=problems", "down"],
  ["filter=source:dynamic", "svc-2"],
  ["filter=type:EDS", ""],
  ["filter=locality:eu", "svc-2"],
  ["filter=locality:eu/eu-1,type:STATIC", "svc-2"],
  ["filter=locality:e", ""],
  ["filter=health:unhealthy", "down"],
  ["q=SVC", "svc-2 svc-10"],
  ["q=127.0.0.1:3", "down"],
  ["q=two.int", "svc-2"],
  ["q=svc&limit=1&cursor=1", "svc-10"],
];

for (const [query, expected] of QUERIES) {
  Deno.test(`/api/v1/clusters?${query} finds "${expected}"`, async () => {
    assert.equal(await setUp().names(query), expected);
  });
}

for (const [query, field] of [["sort=cpu", "sort"], ["filter=colour:red", "filter"], ["filter=problems:1", "filter"]]) {
  Deno.test(`/api/v1/clusters?${query} is refused by field`, async () => {
    const answer = await setUp().ask(`/api/v1/clusters?${query}`);
    assert.equal(answer.status, 400);
    assert.deepEqual((await answer.json()).errors.map((error: { field: string }) => error.field), [field]);
  });
}

Deno.test("/api/v1/clusters/:name/hosts says why each is out, with its last check", async () => {
  const { ask, source } = setUp();
  const checked = source.clusterList[2]!.hosts[1]!;
  source.clusterSource.checks.set(checked, [{
    check: "",
    isPass: false,
    failure: "ACTIVE",
    text: "HTTP 503",
    atMs: 1000,
    tookMs: 4,
    nextDueMs: 2000,
    consecutive: 3,
    hasChanged: false,
  }]);
  const page: Page<HostItem> = await (await ask("/api/v1/clusters/down/hosts?sort=address")).json();
  assert.deepEqual(page.items.map(({ health, reason }) => `${health}: ${reason}`), [
    "unhealthy: discovery says it is not healthy",
    "unhealthy: failing active check: HTTP 503 ×3",
  ]);
  assert.deepEqual(page.items[1]!.active_check, {
    name: "",
    is_pass: false,
    result: "HTTP 503",
    consecutive: 3,
    latency_ms: 4,
    last_ms: 1000,
    next_ms: 2000,
  });
  const found: Page<HostItem> = await (await ask("/api/v1/clusters/down/hosts?q=:4&filter=problems")).json();
  assert.deepEqual(found.items.map(({ address }) => address), ["127.0.0.1:4"]);
});

Deno.test("/api/v1/clusters/:name has rates once somebody has asked before", async () => {
  const { ask, admin, clock, source } = setUp();
  const counter = source.stats.own.scope("cluster.down").counter("upstream_rq_completed");
  const completed = async () => {
    const view: ClusterView = await (await ask("/api/v1/clusters/down")).json();
    return view.traffic.find(({ stat }) => stat === "upstream_rq_completed")!;
  };
  assert.equal((await completed()).per_s, null);
  clock.advance(1000);
  admin.tick();
  counter.add(30);
  clock.advance(1000);
  admin.tick();
  assert.deepEqual(await completed(), { stat: "upstream_rq_completed", value: 30, per_s: 30 });
});

Deno.test("/api/v1/clusters/:name/events and uses tell of that cluster alone", async () => {
  const { ask, source } = setUp();
  const happening = { kind: "health", level: "bad", address: "127.0.0.1:3", text: "fails", atMs: 5 } as const;
  source.clusterSource.happened = [
    { ...happening, id: 1, cluster: "down" },
    { ...happening, id: 2, cluster: "svc-2" },
    { ...happening, id: 3, cluster: "down" },
    { ...happening, id: 4, cluster: "gone" },
  ];
  const events = async (name: string): Promise<Page<ClusterEvent>> =>
    await (await ask(`/api/v1/clusters/${name}/events`)).json();
  assert.deepEqual((await events("down")).items.map(({ id }) => id), [3, 1]);
  assert.deepEqual((await events("gone")).items.map(({ id }) => id), [4]);
  source.clusterSource.uses = [{ kind: "route", owner: "routes", where: "x" }, {
    kind: "filter",
    owner: "a b",
    where: "",
  }];
  const uses: Page<ClusterUseItem> = await (await ask("/api/v1/clusters/down/uses")).json();
  assert.deepEqual(uses.items.map(({ link }) => link), ["", "/listeners/a%20b"]);
  for (const path of ["", "/hosts", "/events", "/uses"]) {
    assert.equal((await ask(`/api/v1/clusters/none${path}`)).status, 404, path);
  }
});

Deno.test("/api/v1/clusters/:name knows a cluster that came since the last second", async () => {
  const { ask, source } = setUp();
  source.clusterList = [...source.clusterList, sampleCluster("fresh", [sampleEndpoint(5)])];
  const view: ClusterView = await (await ask("/api/v1/clusters/fresh")).json();
  assert.equal(view.item.name, "fresh");
  const hosts: Page<HostItem> = await (await ask("/api/v1/clusters/fresh/hosts")).json();
  assert.equal(hosts.items.length, 1);
  assert.equal((await ask("/api/v1/clusters/none")).status, 404);
});
