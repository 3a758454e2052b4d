import assert from "node:assert/strict";
import { loadBootstrap } from "../load.ts";

const AGGREGATE = '"@type": type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig';

function clusterOf(fields: string) {
  const text = `static_resources: {clusters: [{name: web, ${fields}}]}`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot.clusters[0]!;
}

const aggregate = (clusters: string, name = "envoy.clusters.aggregate") =>
  `cluster_type: {name: ${name}, typed_config: {${AGGREGATE}, clusters: [${clusters}]}}`;

Deno.test("an aggregate has the names of its children, whatever it is called, and no hosts of its own", () => {
  const hosts = "load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: [{endpoint: {address: " +
    "{socket_address: {address: 127.0.0.1, port_value: 1}}}}]}]}";
  for (const name of ["envoy.clusters.aggregate", "anything"]) {
    const cluster = clusterOf(`${aggregate("b, a", name)}, lb_policy: CLUSTER_PROVIDED, ${hosts}`);
    assert.deepEqual(cluster.discovery, { kind: "aggregate", clusters: ["b", "a"] });
    assert.deepEqual(cluster.assignment.endpoints, []);
  }
});

Deno.test("an aggregate may say by an extension that it chooses its hosts itself", () => {
  const provided = "load_balancing_policy: {policies: [{typed_extension_config: {name: x, typed_config: {" +
    '"@type": type.googleapis.com/envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided}}}]}';
  assert.equal(clusterOf(`${aggregate("b")}, ${provided}`).discovery.kind, "aggregate");
});

const REFUSED: readonly (readonly [fields: string, reason: RegExp])[] = [
  [
    aggregate("b"),
    /cluster manager: cluster provided LB not specified but cluster 'web' provided one\. Check cluster documentation\./,
  ],
  [
    "type: STATIC, lb_policy: CLUSTER_PROVIDED",
    /cluster manager: cluster provided LB specified but cluster 'web' did not provide one\. Check cluster documentation\./,
  ],
  [`${aggregate("")}, lb_policy: CLUSTER_PROVIDED`, /clusters .*must contain at least 1 item/],
  [
    "cluster_type: {name: envoy.clusters.aggregate}, lb_policy: CLUSTER_PROVIDED",
    /clusters.*must contain at least 1 item/,
  ],
  [
    `${
      aggregate("b")
    }, load_balancing_policy: {policies: [{typed_extension_config: {name: x, typed_config: {"@type": ` +
    "type.googleapis.com/envoy.extensions.load_balancing_policies.random.v3.Random}}}]}",
    /cluster manager: cluster provided LB not specified but cluster 'web' provided one\./,
  ],
  [`type: STATIC, ${aggregate("b")}, lb_policy: CLUSTER_PROVIDED`, /cluster_type/],
  [
    "cluster_type: {name: nonsense}, lb_policy: CLUSTER_PROVIDED",
    /Didn't find a registered cluster factory implementation for name: 'nonsense'/,
  ],
  [
    'cluster_type: {name: envoy.clusters.redis, typed_config: {"@type": ' +
    "type.googleapis.com/envoy.extensions.clusters.redis.v3.RedisClusterConfig}}, lb_policy: CLUSTER_PROVIDED",
    /RedisClusterConfig is known to Envoy, not supported yet/,
  ],
];

for (const [fields, reason] of REFUSED) {
  Deno.test(`a cluster is refused: {${fields.slice(0, 100)}}`, () => {
    assert.throws(() => clusterOf(fields), reason);
  });
}
