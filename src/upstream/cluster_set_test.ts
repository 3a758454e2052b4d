/** Clusters that choose hosts by other clusters: aggregates and zones, as clusters and hosts come and go. */
import assert from "node:assert/strict";
import { DataPath } from "../../test/support/data_path.ts";
import { clusterUpdate } from "../../test/support/cluster_update.ts";
import type { ClusterConfig, EndpointConfig } from "../config/cluster_config.ts";
import type { ClusterUpdate } from "../config/config_change.ts";
import type { HostConfig, MembershipChange } from "../config/host_config.ts";
import { HealthFlag } from "../config/host_health.ts";
import { DEFAULT_LOCALITY_LB } from "../config/locality_lb_config.ts";
import type { Cluster } from "./cluster.ts";

const plain = new DataPath().cluster.config;

function endpoint(port: number, changes: Partial<EndpointConfig> = {}): EndpointConfig {
  return { ...plain.assignment.endpoints[0]!, address: { kind: "ip", host: "127.0.0.1", port }, ...changes };
}

function update(name: string, endpoints: readonly EndpointConfig[], changes: Partial<ClusterConfig> = {}) {
  const { policy } = plain.assignment;
  return clusterUpdate({ ...plain, name, observabilityName: name, ...changes, assignment: { endpoints, policy } });
}

function put(path: DataPath, made: ClusterUpdate): Cluster {
  const cluster = path.makeCluster(made);
  path.loop.runEvent(() => path.clusters.put(cluster));
  return cluster;
}

function change(fields: Partial<MembershipChange>): MembershipChange {
  const nothing = { added: [], changed: [], removed: [], failed: [], policy: null };
  return { cluster: "", incarnation: 1, ...nothing, ...fields };
}

/** Where so many requests go. */
function portsOf(cluster: Cluster, count: number): Record<string, number> {
  const ports: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const address = cluster.pickHost()?.address, port = address?.kind === "ip" ? address.port : "none";
    ports[port] = (ports[port] ?? 0) + 1;
  }
  return ports;
}

const AGGREGATE = { discovery: { kind: "aggregate", clusters: ["first", "second"] } } as const;

Deno.test("ClusterSet has an aggregate follow its children as they come, change, and go", () => {
  const path = new DataPath(), aggregate = put(path, update("all", [], AGGREGATE));
  assert.deepEqual(portsOf(aggregate, 2), { none: 2 });
  assert.equal(aggregate.stats.cxNoneHealthy.value, 2);
  put(path, update("second", [endpoint(2)]));
  assert.deepEqual(portsOf(aggregate, 2), { 2: 2 });
  const made = update("first", [endpoint(1)]), first = put(path, made);
  assert.deepEqual(portsOf(aggregate, 2), { 1: 2 });
  const sick: HostConfig = { ...made.hosts[0]!, flags: HealthFlag.FAILED_ACTIVE_HC };
  first.update(change({ changed: [sick] }));
  assert.deepEqual(portsOf(aggregate, 2), { 2: 2 });
  first.update(change({ removed: [0] }));
  assert.deepEqual(portsOf(aggregate, 2), { 2: 2 });
  first.update(change({ added: [{ ...made.hosts[0]!, id: 7, endpoint: endpoint(3) }] }));
  assert.deepEqual(portsOf(aggregate, 2), { 3: 2 });
  put(path, update("first", [endpoint(4)]));
  assert.deepEqual(portsOf(aggregate, 2), { 4: 2 });
  path.loop.runEvent(() => path.clusters.remove("first"));
  assert.deepEqual(portsOf(aggregate, 2), { 2: 2 });
});

Deno.test("ClusterSet has an aggregate ask for hashes where one of its children goes by them", () => {
  const path = new DataPath(), aggregate = put(path, update("all", [], AGGREGATE));
  put(path, update("first", [endpoint(1)]));
  assert.equal(aggregate.goesByHash, false);
  put(
    path,
    update("second", [endpoint(2)], {
      lb: { kind: "MAGLEV", tableSize: 7, usesHostname: false, hashBalanceFactor: 0, hashPolicies: [] },
    }),
  );
  assert.equal(aggregate.goesByHash, true);
});

const at = (zone: string) => ({ locality: { ...endpoint(1).locality, zone } });
const ZONES = [endpoint(1, at("a")), endpoint(2, at("b"))];
const BY_ZONE = {
  commonLb: { ...plain.commonLb, locality: { ...DEFAULT_LOCALITY_LB, minClusterSize: 1 } },
};

Deno.test("ClusterSet has requests stay in a zone from when the local cluster comes until it goes", () => {
  const path = new DataPath();
  path.local.locate("proxies", { region: "", zone: "b", subZone: "" });
  const cluster = put(path, update("web", ZONES, BY_ZONE));
  assert.deepEqual(portsOf(cluster, 4), { 1: 2, 2: 2 });
  put(path, update("proxies", [endpoint(8, at("a")), endpoint(9, at("b"))]));
  assert.deepEqual(portsOf(cluster, 4), { 2: 4 });
  put(path, update("proxies", [endpoint(9, at("b"))]));
  assert.deepEqual(portsOf(cluster, 4), { 1: 2, 2: 2 });
});

Deno.test("Cluster takes a policy that comes without hosts", () => {
  const path = new DataPath();
  const sick = { healthStatus: "UNHEALTHY" } as const;
  const made = update("web", [endpoint(1), endpoint(1, sick), endpoint(2, { priority: 1 })]);
  const cluster = put(path, made);
  assert.ok(portsOf(cluster, 200)[2]! > 0);
  cluster.update(change({ policy: { ...made.policy, overprovisioningFactor: 200 } }));
  assert.deepEqual(portsOf(cluster, 200), { 1: 200 });
});
