import { deepEqual, equal, match } from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { ClusterConfig, EndpointConfig } from "../../config/cluster_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import { DEFAULT_LB } from "../../config/lb_config.ts";
import { DEFAULT_COMMON_LB } from "../../config/locality_lb_config.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { ControlHost } from "./control_host.ts";
import { isPanicking, lbViewOf } from "./lb_view.ts";

const OWN = { region: "eu", zone: "eu-1", subZone: "" };

interface HostFacts {
  weight?: number;
  priority?: number;
  zone?: string;
  localityWeight?: number;
  flags?: number;
  values?: Record<string, string>;
  warmSinceMs?: number;
}

function hostsOf(facts: readonly HostFacts[]): ControlHost[] {
  return facts.map((one, at) => {
    const endpoint: Partial<EndpointConfig> = {
      address: { kind: "ip", host: "10.0.0.1", port: at },
      hostname: "",
      weight: one.weight ?? 1,
      priority: one.priority ?? 0,
      locality: { region: "eu", zone: one.zone ?? "", subZone: "", weight: one.localityWeight ?? 0, metadata: {} },
      metadata: one.values === undefined ? {} : { "envoy.lb": one.values },
      healthStatus: "UNKNOWN",
    };
    return new ControlHost(at, at, endpoint as EndpointConfig, one.flags ?? 0, one.warmSinceMs ?? 0);
  });
}

function view(facts: readonly HostFacts[], changes: Partial<ClusterConfig> = {}, runtime = {}, localZones = 2) {
  const config = { name: "web", lb: DEFAULT_LB, commonLb: DEFAULT_COMMON_LB, subsets: null, ...changes };
  const clock = new ManualClock();
  return lbViewOf(config as ClusterConfig, DEFAULT_ASSIGNMENT_POLICY, hostsOf(facts), {
    runtime: new RuntimeValues(runtime),
    clock,
    own: OWN,
    localCluster: "proxies",
    localZones,
  });
}

const BAD = HealthFlag.FAILED_EDS_HEALTH;

Deno.test("lbViewOf() shares requests out by weight", () => {
  deepEqual(view([{ weight: 1 }, { weight: 3 }]).expectedShares, [0.25, 0.75]);
});

Deno.test("lbViewOf() counts healthy hosts 140 %, and gives the rest to the next priority", () => {
  const { priorities, expectedShares } = view([{}, { flags: BAD }, { priority: 1 }]);
  deepEqual(priorities.map(({ availability, healthyShare }) => [availability, healthyShare]), [[70, 70], [100, 30]]);
  deepEqual(expectedShares, [0.7, 0, 0.3]);
});

Deno.test("lbViewOf() spreads over all hosts in panic, and runtime has the last word on it", () => {
  const hosts = [{}, { flags: BAD }, { flags: BAD }, { flags: BAD }];
  const panic = view(hosts);
  deepEqual(panic.priorities.map((one) => one.isPanicking), [true]);
  deepEqual(panic.expectedShares, [0.25, 0.25, 0.25, 0.25]);
  const calm = view(hosts, {}, { "upstream.healthy_panic_threshold": 10 });
  deepEqual([calm.panicThreshold, calm.priorities[0]!.isPanicking], [10, false]);
  deepEqual(calm.expectedShares, [1, 0, 0, 0]);
});

Deno.test("isPanicking() is the same question of a cluster alone", () => {
  const config = { commonLb: DEFAULT_COMMON_LB } as ClusterConfig;
  const ask = (facts: HostFacts[]) =>
    isPanicking(config, DEFAULT_ASSIGNMENT_POLICY, hostsOf(facts), new RuntimeValues());
  equal(ask([{}, { flags: BAD }]), false);
  equal(ask([{}, { flags: BAD }, { flags: BAD }]), true);
  equal(ask([]), false);
});

Deno.test("lbViewOf() weighs localities, less those that have lost hosts", () => {
  const commonLb = { ...DEFAULT_COMMON_LB, locality: { kind: "weighted" } as const };
  const x = { zone: "x", localityWeight: 1 }, y = { zone: "y", localityWeight: 2 };
  const { expectedShares, localities } = view([x, y, { ...y, flags: BAD }], { commonLb });
  deepEqual(expectedShares!.map((share) => Math.round(share * 1000)), [417, 583, 0]);
  deepEqual(localities.map(({ locality, weight, hosts, healthy }) => [locality, weight, hosts, healthy]), [
    ["eu/x", 1, 1, 1],
    ["eu/y", 2, 2, 1],
  ]);
});

Deno.test("lbViewOf() says why requests are not routed by zone, or that they are", () => {
  const six = Array.from({ length: 6 }, (_, at) => ({ zone: `eu-${at % 2}` }));
  match(view(six.slice(1)).zones, /5 hosts are healthy, and min_cluster_size is 6/);
  match(view([{}, {}]).zones, /all hosts are in one zone/);
  match(view(six, {}, {}, 1).zones, /all proxies are in one zone/);
  match(view(six, { name: "proxies" }).zones, /local cluster itself/);
  const on = view(six);
  match(on.zones, /^On for 100 %.*"eu-1"/);
  equal(on.expectedShares, null);
});

Deno.test("lbViewOf() lists subsets by their values", () => {
  const subsets = {
    fallbackPolicy: "ANY_ENDPOINT" as const,
    defaultSubset: {},
    selectors: [{ keys: ["stage"], fallbackPolicy: "NOT_DEFINED" as const, fallbackKeys: [], isSingleHost: false }],
    isLocalityWeightAware: false,
    scalesLocalityWeight: false,
    panicModeAny: false,
    listAsAny: false,
    triesFallbackList: false,
    allowsRedundantKeys: false,
  };
  const hosts = [{ values: { stage: "prod" } }, { values: { stage: "prod" }, flags: BAD }, {
    values: { stage: "dev" },
  }];
  const found = view(hosts, { subsets });
  deepEqual(found.subsets, [
    { values: 'stage="prod"', hosts: 2, healthy: 1 },
    { values: 'stage="dev"', hosts: 1, healthy: 1 },
  ]);
  equal(found.expectedShares, null);
});

Deno.test("lbViewOf() counts slow start into weights", () => {
  const nowMs = new ManualClock().wallMs();
  const slowStart = {
    windowMs: 10_000,
    aggression: { defaultValue: 1, runtimeKey: "" },
    minWeightPercent: 10,
  };
  const { effectiveWeights } = view([{ weight: 4, warmSinceMs: nowMs - 5000 }, { weight: 4, warmSinceMs: -1e6 }], {
    lb: { kind: "ROUND_ROBIN", slowStart },
  });
  deepEqual(effectiveWeights, [2, 4]);
});
