import assert from "node:assert/strict";
import { HealthFlag } from "../../config/host_health.ts";
import { DEFAULT_COMMON_LB, DEFAULT_LOCALITY_LB, type ZoneAwareConfig } from "../../config/locality_lb_config.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { LocalCluster } from "./local_cluster.ts";
import { PrioritySet } from "./priority_set.ts";
import { countPicks, POLICY, sampleContext, type SampleHost, sampleHost, zone } from "./sample_hosts.ts";

/** So many hosts in each zone: `{ a: 3 }`. */
type Zones = Readonly<Record<string, number>>;

function hostsIn(zones: Zones, priority = 0): SampleHost[] {
  return Object.entries(zones).flatMap(([name, count]) =>
    Array.from({ length: count }, () => sampleHost(name, { locality: zone(name), priority }))
  );
}

/** A set of hosts in zones, with proxies in zones, this one in zone a. */
function zoned(
  upstream: readonly SampleHost[],
  proxies: readonly SampleHost[],
  config: Partial<ZoneAwareConfig> = {},
  runtime: RuntimeRecord = {},
) {
  const local = new LocalCluster();
  local.locate("proxies", zone("a"));
  const proxySet = new PrioritySet(proxies, POLICY, sampleContext().context);
  local.use(proxySet);
  const common = { ...DEFAULT_COMMON_LB, locality: { ...DEFAULT_LOCALITY_LB, ...config } };
  const sample = sampleContext({ local, config: common }, runtime);
  return { ...sample, proxySet, set: new PrioritySet(upstream, POLICY, sample.context) };
}

const PROXIES = hostsIn({ a: 2, b: 2, c: 1 });

Deno.test("requests stay as far as the zone's hosts reach for its proxies, the rest goes where there is more", () => {
  // Proxies 40/40/20 percent, hosts 25/50/25: 62.5 percent stay, the others split 10 to 5.
  const { set, stats } = zoned(hostsIn({ a: 3, b: 6, c: 3 }), PROXIES);
  const count = 30_000, picks = countPicks(set, count);
  for (const [name, percent] of [["a", 62.5], ["b", 25], ["c", 12.5]] as const) {
    assert.ok(Math.abs(100 * picks[name]! / count - percent) < 1, `${name}: ${JSON.stringify(picks)}`);
  }
  assert.equal(stats.recalculateZoneStructures.value, 1);
  assert.equal(stats.zoneRoutingSampled.value, picks["a"]);
  assert.equal(stats.zoneRoutingCrossZone.value, picks["b"]! + picks["c"]!);
});

Deno.test("all requests stay where the zone has its share of hosts", () => {
  const { set, stats } = zoned(hostsIn({ a: 6, b: 6 }), hostsIn({ a: 2, b: 2 }));
  assert.deepEqual(countPicks(set, 100), { a: 100 });
  assert.equal(stats.zoneRoutingAllDirectly.value, 100);
});

Deno.test("a zone without hosts sends all of its requests elsewhere", () => {
  const { set, stats } = zoned(hostsIn({ b: 6, c: 3 }), PROXIES);
  const picks = countPicks(set, 1000);
  assert.equal(picks["b"]! + picks["c"]!, 1000);
  assert.equal(stats.zoneRoutingCrossZone.value, 1000);
});

Deno.test("where rounding leaves nothing to spare any zone will do", () => {
  // One proxy of so many is no ten-thousandth, and the others need all that there is.
  const even = zoned(hostsIn({ b: 1, c: 1, d: 1 }), hostsIn({ a: 1, b: 33_333, c: 33_333, d: 33_333 }), {
    minClusterSize: 1,
  });
  countPicks(even.set, 50);
  assert.equal(even.stats.zoneNoCapacityLeft.value, 50);
});

const PLAIN: readonly (readonly [
  why: string,
  upstream: Zones,
  proxies: Zones,
  config: Partial<ZoneAwareConfig>,
  runtime: RuntimeRecord,
  counter: "zoneClusterTooSmall" | "localClusterNotOk" | null,
])[] = [
  ["the hosts are in one zone", { a: 8 }, { a: 1, b: 1 }, {}, {}, null],
  ["the proxies are in one zone", { a: 4, b: 4 }, { a: 2 }, {}, {}, null],
  ["no proxy is in this zone", { a: 4, b: 4 }, { b: 2, c: 2 }, {}, {}, "localClusterNotOk"],
  ["there are few hosts", { a: 3, b: 2 }, { a: 1, b: 1 }, {}, {}, "zoneClusterTooSmall"],
  [
    "few is more by runtime",
    { a: 4, b: 4 },
    { a: 1, b: 1 },
    {},
    { "upstream.zone_routing.min_cluster_size": 9 },
    "zoneClusterTooSmall",
  ],
  ["it is switched off", { a: 4, b: 4 }, { a: 1, b: 1 }, { routingEnabled: 0 }, {}, null],
  ["it is switched off by runtime", { a: 4, b: 4 }, { a: 1, b: 1 }, {}, { "upstream.zone_routing.enabled": 0 }, null],
];

for (const [why, upstream, proxies, config, runtime, counter] of PLAIN) {
  Deno.test(`zones do not matter where ${why}`, () => {
    const { set, stats } = zoned(hostsIn(upstream), hostsIn(proxies), config, runtime);
    const total = Object.values(upstream).reduce((sum, count) => sum + count, 0);
    assert.deepEqual(countPicks(set, total), upstream);
    for (const name of ["zoneClusterTooSmall", "localClusterNotOk"] as const) {
      assert.equal(stats[name].value, name === counter ? 1 : 0, name);
    }
  });
}

Deno.test("zones do not matter while the proxies panic, and each pick says so", () => {
  const proxies = hostsIn({ a: 2, b: 2 });
  for (const proxy of proxies.slice(1)) proxy.flags = HealthFlag.FAILED_EDS_HEALTH;
  const { set, stats } = zoned(hostsIn({ a: 4, b: 4 }), proxies);
  assert.deepEqual(countPicks(set, 8), { a: 4, b: 4 });
  assert.equal(stats.localClusterNotOk.value, 8);
  const failing = zoned(hostsIn({ a: 4, b: 4 }), proxies, { failTrafficOnPanic: true });
  assert.deepEqual(countPicks(failing.set, 3), { none: 3 });
});

Deno.test("zones follow hosts and proxies as they change", () => {
  const { set, proxySet, stats } = zoned(hostsIn({ a: 4, b: 4 }), hostsIn({ a: 1, b: 1 }));
  assert.deepEqual(countPicks(set, 8), { a: 8 });
  proxySet.update(hostsIn({ a: 1 }), POLICY);
  assert.deepEqual(countPicks(set, 8), { a: 4, b: 4 });
  proxySet.update(hostsIn({ a: 1, b: 3 }), POLICY);
  assert.deepEqual(countPicks(set, 8), { a: 8 });
  set.update(hostsIn({ a: 3, b: 2 }), POLICY);
  assert.deepEqual(countPicks(set, 5), { a: 3, b: 2 });
  assert.equal(stats.recalculateZoneStructures.value, 4);
  set.close();
  proxySet.update(hostsIn({ a: 1, b: 1 }), POLICY);
  assert.equal(stats.recalculateZoneStructures.value, 4);
});

Deno.test("zones matter in the first priority alone", () => {
  const sick = hostsIn({ a: 1 });
  sick[0]!.flags = HealthFlag.FAILED_EDS_HEALTH;
  const { set } = zoned([...sick, ...hostsIn({ a: 4, b: 4 }, 1)], hostsIn({ a: 1, b: 1 }));
  assert.deepEqual(countPicks(set, 8), { a: 4, b: 4 });
});

Deno.test("a zone that is big enough takes all where that is forced", () => {
  const upstream = { a: 2, b: 10 }, proxies = { a: 5, b: 1 };
  assert.ok(countPicks(zoned(hostsIn(upstream), hostsIn(proxies)).set, 200)["b"]! > 0);
  const forced = zoned(hostsIn(upstream), hostsIn(proxies), { forceLocalZoneMinSize: 2 });
  assert.deepEqual(countPicks(forced.set, 50), { a: 50 });
  const tooSmall = zoned(hostsIn(upstream), hostsIn(proxies), { forceLocalZoneMinSize: 3 });
  assert.ok(countPicks(tooSmall.set, 200)["b"]! > 0);
});

Deno.test("localities that weigh nothing are zones as any", () => {
  const local = new LocalCluster();
  local.locate("proxies", zone("a"));
  local.use(new PrioritySet(hostsIn({ a: 1, b: 1 }), POLICY, sampleContext().context));
  const { context } = sampleContext({ local, config: { ...DEFAULT_COMMON_LB, locality: { kind: "weighted" } } });
  assert.deepEqual(countPicks(new PrioritySet(hostsIn({ a: 4, b: 4 }), POLICY, context), 8), { a: 8 });
});

Deno.test("weights of hosts can say how big zones are", () => {
  const upstream = hostsIn({ a: 2, b: 6 });
  for (const host of upstream.slice(0, 2)) host.weight = 3;
  const proxies = hostsIn({ a: 1, b: 1 });
  assert.ok(countPicks(zoned(upstream, proxies).set, 200)["b"]! > 0);
  const weighed = zoned(upstream, proxies, { basis: "HEALTHY_HOSTS_WEIGHT" });
  assert.deepEqual(countPicks(weighed.set, 50), { a: 50 });
});
