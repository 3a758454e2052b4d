import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import { loadBootstrap } from "../load.ts";
import {
  type CommonLbConfig,
  DEFAULT_COMMON_LB,
  DEFAULT_LOCALITY_LB,
  type LocalityLbConfig,
} from "../locality_lb_config.ts";
import { localityLbSchema } from "./locality_lb.ts";

const ASSIGNMENT = "load_assignment: {cluster_name: web, endpoints: []}";

function load(cluster: string, bootstrap = "") {
  const text = `${bootstrap}\nstatic_resources:\n  clusters:\n  - {name: web, type: STATIC, ${cluster}}\n`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot;
}

const commonOf = (fields: string) => load(`common_lb_config: {${fields}}, ${ASSIGNMENT}`).clusters[0]!.commonLb;

Deno.test("a cluster that says nothing of its hosts has Envoy's defaults", () => {
  const [cluster] = load(ASSIGNMENT).clusters;
  assert.deepEqual(cluster!.commonLb, DEFAULT_COMMON_LB);
  assert.deepEqual(commonOf(""), DEFAULT_COMMON_LB);
  assert.equal(cluster!.subsets, null);
});

const READ: readonly (readonly [string, Partial<CommonLbConfig>])[] = [
  ["healthy_panic_threshold: {}", { healthyPanicThreshold: 0 }],
  ["healthy_panic_threshold: {value: 33.5}", { healthyPanicThreshold: 34 }],
  ["healthy_panic_threshold: {value: 100}", { healthyPanicThreshold: 100 }],
  ["locality_weighted_lb_config: {}", { locality: { kind: "weighted" } }],
  ["zone_aware_lb_config: {}", {}],
  ["zone_aware_lb_config: {routing_enabled: {value: 25}, min_cluster_size: 2, fail_traffic_on_panic: true}", {
    locality: { ...DEFAULT_LOCALITY_LB, routingEnabled: 25, minClusterSize: 2, failTrafficOnPanic: true },
  }],
  ["override_host_status: {}", { overrideHostStatuses: [] }],
  ["override_host_status: {statuses: [HEALTHY, DRAINING]}", { overrideHostStatuses: ["HEALTHY", "DRAINING"] }],
  ["update_merge_window: 0s", { updateMergeWindowMs: 0 }],
  ["ignore_new_hosts_until_first_hc: true", { ignoreNewHostsUntilFirstHc: true }],
];

for (const [fields, wanted] of READ) {
  Deno.test(`common_lb_config is read: {${fields}}`, () => {
    assert.deepEqual(commonOf(fields), { ...DEFAULT_COMMON_LB, ...wanted });
  });
}

Deno.test("common_lb_config is refused where Envoy refuses it", () => {
  assert.throws(() => commonOf("healthy_panic_threshold: {value: 101}"), ConfigError);
  assert.throws(() => commonOf("zone_aware_lb_config: {}, locality_weighted_lb_config: {}"), ConfigError);
});

const EXTENSION: readonly (readonly [Record<string, unknown>, LocalityLbConfig | null])[] = [
  [{}, null],
  [{ locality_weighted_lb_config: {} }, { kind: "weighted" }],
  [{ zone_aware_lb_config: {} }, DEFAULT_LOCALITY_LB],
  [
    { zone_aware_lb_config: { force_local_zone: {}, locality_basis: "HEALTHY_HOSTS_WEIGHT", min_cluster_size: "3" } },
    { ...DEFAULT_LOCALITY_LB, forceLocalZoneMinSize: 1, basis: "HEALTHY_HOSTS_WEIGHT", minClusterSize: 3 },
  ],
  [
    { zone_aware_lb_config: { force_local_zone: { min_size: 4 } } },
    { ...DEFAULT_LOCALITY_LB, forceLocalZoneMinSize: 4 },
  ],
];

for (const [message, wanted] of EXTENSION) {
  Deno.test(`locality_lb_config of a policy is read: ${JSON.stringify(message)}`, () => {
    assert.deepEqual(localityLbSchema.parse(message), wanted);
  });
}

const endpoints = (...groups: string[]) => `load_assignment: {cluster_name: web, endpoints: [${groups.join(", ")}]}`;
const HOSTS = "lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}]";

Deno.test("only a locality that is named has a weight", () => {
  const snapshot = load(
    endpoints(`{load_balancing_weight: 5, ${HOSTS}}`, `{locality: {}, load_balancing_weight: 5, ${HOSTS}}`),
  );
  assert.deepEqual(snapshot.clusters[0]!.assignment.endpoints.map(({ locality }) => locality.weight), [0, 5]);
});

const local = (name: string) => `cluster_manager: {local_cluster_name: ${name}}`;

Deno.test("the local cluster is one that is there, and has one priority", () => {
  assert.equal(load(ASSIGNMENT).localCluster, "");
  assert.equal(load(ASSIGNMENT, local("web")).localCluster, "web");
  assert.throws(() => load(ASSIGNMENT, local("other")), /local cluster 'other' must be defined/);
  assert.throws(
    () => load(endpoints(`{${HOSTS}}`, `{priority: 1, ${HOSTS}}`), local("web")),
    /endpoints\[1\]\.priority .*Unexpected non-zero priority for local cluster 'web'\./,
  );
  assert.equal(load(endpoints(`{priority: 1, ${HOSTS}}`)).localCluster, "");
});
