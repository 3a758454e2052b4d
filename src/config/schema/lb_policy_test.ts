/** How load balancing policies are read, and what Envoy refuses of them (spec/upstream.md 2.1, 2.4, 7.7 to 7.13). */
import assert from "node:assert/strict";
import { bootstrapOf, staticCluster } from "../../../test/support/bootstrap.ts";
import { ConfigError } from "../../base/errors.ts";
import type { ClusterConfig } from "../cluster_config.ts";
import { DEFAULT_LOCALITY_LB } from "../locality_lb_config.ts";
import type { LbConfig } from "../lb_config.ts";
import { loadBootstrap } from "../load.ts";

function load(fields: string, allowUnsupported = false): LbConfig {
  const text = bootstrapOf([], [staticCluster("c", [1], fields === "" ? [] : [fields])]);
  return loadBootstrap({ file: { text, fileName: "b.yaml" } }, { allowUnsupported }).snapshot.clusters[0]!.lb;
}

/** What is said against it, without the place. */
function reasons(fields: string): string[] {
  try {
    load(fields);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.replace("static_resources.clusters[0].", "")}: ${reason}`);
  }
  return [];
}

const TYPES = "type.googleapis.com/envoy.extensions.load_balancing_policies.";

/** `load_balancing_policy` with these types and their fields. */
function policies(...anys: string[]): string {
  const elements = anys.map((any) => {
    const typed = any.startsWith("{") ? any : `{ "@type": ${TYPES}${any} }`;
    return `{ typed_extension_config: { name: own, typed_config: ${typed} } }`;
  });
  return `load_balancing_policy: { policies: [${elements.join(", ")}] }`;
}

const ONE = { defaultValue: 1, runtimeKey: "" };
const ROUND_ROBIN: LbConfig = { kind: "ROUND_ROBIN", slowStart: null };
const LEAST: LbConfig = { kind: "LEAST_REQUEST", choiceCount: 2, activeRequestBias: ONE, slowStart: null };
const HASHING = { usesHostname: false, hashBalanceFactor: 0, hashPolicies: [] };
const RING: LbConfig = {
  kind: "RING_HASH",
  minimumRingSize: 1024,
  maximumRingSize: 8_388_608,
  hashFunction: "XX_HASH",
  ...HASHING,
};
const MAGLEV: LbConfig = { kind: "MAGLEV", tableSize: 65_537, ...HASHING };
const SLOW = "slow_start_config: { slow_start_window: 10s, aggression: { default_value: 2, runtime_key: key }, " +
  "min_weight_percent: { value: 0 } }";
const SLOW_READ = { windowMs: 10_000, aggression: { defaultValue: 2, runtimeKey: "key" }, minWeightPercent: 0 };
const BIAS = "active_request_bias: { default_value: 0, runtime_key: bias }";
const BIAS_READ = { defaultValue: 0, runtimeKey: "bias" };
const COMMON = "common_lb_config: { consistent_hashing_lb_config: { hash_balance_factor: 120 } }";
const OWN_HASHING = "consistent_hashing_lb_config: { use_hostname_for_hashing: true, hash_balance_factor: 150, " +
  "hash_policy: [{ query_parameter: { name: q }, terminal: true }] }";
const OWN_HASHING_READ = {
  usesHostname: true,
  hashBalanceFactor: 150,
  hashPolicies: [{ kind: "query_parameter", name: "q", isTerminal: true }],
} as const;

const READ: Array<[fields: string, lb: LbConfig]> = [
  ["", ROUND_ROBIN],
  ["lb_policy: ROUND_ROBIN", ROUND_ROBIN],
  [`round_robin_lb_config: { ${SLOW} }`, { ...ROUND_ROBIN, slowStart: SLOW_READ }],
  [
    "round_robin_lb_config: { slow_start_config: { slow_start_window: 1s } }",
    { ...ROUND_ROBIN, slowStart: { windowMs: 1_000, aggression: ONE, minWeightPercent: 10 } },
  ],
  ["round_robin_lb_config: { slow_start_config: {} }", ROUND_ROBIN],
  ["lb_policy: LEAST_REQUEST", LEAST],
  [
    `lb_policy: LEAST_REQUEST, least_request_lb_config: { choice_count: 5, ${BIAS}, ${SLOW} }`,
    { ...LEAST, choiceCount: 5, activeRequestBias: BIAS_READ, slowStart: SLOW_READ },
  ],
  ["lb_policy: RANDOM", { kind: "RANDOM" }],
  ["lb_policy: RING_HASH", RING],
  [
    "lb_policy: RING_HASH, ring_hash_lb_config: { minimum_ring_size: 7, maximum_ring_size: 7, hash_function: MURMUR_HASH_2 }",
    { ...RING, minimumRingSize: 7, maximumRingSize: 7, hashFunction: "MURMUR_HASH_2" },
  ],
  [`lb_policy: RING_HASH, ${COMMON}`, { ...RING, hashBalanceFactor: 120 }],
  ["lb_policy: MAGLEV", MAGLEV],
  [`lb_policy: MAGLEV, maglev_lb_config: { table_size: 7 }, ${COMMON}`, {
    ...MAGLEV,
    tableSize: 7,
    hashBalanceFactor: 120,
  }],
  // What another policy would refuse says nothing.
  ["lb_policy: RANDOM, maglev_lb_config: { table_size: 10 }", { kind: "RANDOM" }],
  ["ring_hash_lb_config: { minimum_ring_size: 9, maximum_ring_size: 8 }", ROUND_ROBIN],
  // The extensions.
  [policies(`round_robin.v3.RoundRobin, ${SLOW}`), { ...ROUND_ROBIN, slowStart: SLOW_READ }],
  [policies("least_request.v3.LeastRequest"), LEAST],
  [policies(`least_request.v3.LeastRequest, choice_count: 3, ${BIAS}, ${SLOW}`), {
    ...LEAST,
    choiceCount: 3,
    activeRequestBias: BIAS_READ,
    slowStart: SLOW_READ,
  }],
  [policies("least_request.v3.LeastRequest, selection_method: FULL_SCAN"), { ...LEAST, choiceCount: null }],
  [policies("least_request.v3.LeastRequest, enable_full_scan: true"), { ...LEAST, choiceCount: null }],
  [policies("random.v3.Random"), { kind: "RANDOM" }],
  [policies("ring_hash.v3.RingHash"), RING],
  [policies(`ring_hash.v3.RingHash, hash_function: MURMUR_HASH_2, minimum_ring_size: 5, ${OWN_HASHING}`), {
    ...RING,
    minimumRingSize: 5,
    hashFunction: "MURMUR_HASH_2",
    ...OWN_HASHING_READ,
  }],
  [policies("ring_hash.v3.RingHash, use_hostname_for_hashing: true, hash_balance_factor: 110"), {
    ...RING,
    usesHostname: true,
    hashBalanceFactor: 110,
  }],
  [
    policies(
      "ring_hash.v3.RingHash, use_hostname_for_hashing: true, hash_function: XX_HASH, consistent_hashing_lb_config: {}",
    ),
    RING,
  ],
  [policies(`maglev.v3.Maglev, table_size: 11, ${OWN_HASHING}`), { ...MAGLEV, tableSize: 11, ...OWN_HASHING_READ }],
  // It takes the place of `lb_policy`, and its first policy counts.
  [`lb_policy: MAGLEV, ${policies("random.v3.Random", "maglev.v3.Maglev, table_size: 10")}`, { kind: "RANDOM" }],
  [`lb_policy: LOAD_BALANCING_POLICY_CONFIG, ${policies("random.v3.Random")}`, { kind: "RANDOM" }],
  [
    policies(
      '{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }',
      `{ "@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: ${TYPES}maglev.v3.Maglev, value: { table_size: 5 } }`,
    ),
    { ...MAGLEV, tableSize: 5 },
  ],
  [
    policies(
      '{ "@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: type.googleapis.com/my.Policy, value: { a: 1 } }',
      "random.v3.Random",
    ),
    { kind: "RANDOM" },
  ],
  [`${policies("random.v3.Random")}, common_lb_config: { update_merge_window: 2s }`, { kind: "RANDOM" }],
];

for (const [fields, lb] of READ) {
  Deno.test(`a cluster of ${fields === "" ? "nothing else" : fields.replace(TYPES, "…")} is read`, () => {
    assert.deepEqual(load(fields), lb);
  });
}

/** What the policy says of which hosts there are to choose among. */
function choiceOf(fields: string): Pick<ClusterConfig, "commonLb" | "subsets"> {
  const text = bootstrapOf([], [staticCluster("c", [1], [fields])]);
  return loadBootstrap({ file: { text, fileName: "b.yaml" } }).snapshot.clusters[0]!;
}

for (
  const any of [
    ...["round_robin.v3.RoundRobin", "least_request.v3.LeastRequest", "random.v3.Random"].map((name) =>
      `${name}, locality_lb_config: { locality_weighted_lb_config: {} }`
    ),
    ...["ring_hash.v3.RingHash", "maglev.v3.Maglev"].map((name) => `${name}, locality_weighted_lb_config: {}`),
  ]
) {
  Deno.test(`localities have weights with the policy ${any}`, () => {
    const common = "common_lb_config: { healthy_panic_threshold: { value: 3 } }";
    const { commonLb, subsets } = choiceOf(`${common}, ${policies(any)}`);
    assert.deepEqual([commonLb.locality, commonLb.healthyPanicThreshold, subsets], [{ kind: "weighted" }, 3, null]);
  });
}

const inSubsets = (inner: string) =>
  policies(`subset.v3.Subset, subset_selectors: [{ keys: [a] }], subset_lb_policy: { ${inner} }`);

Deno.test("hosts are in subsets with the policy that stands round another one", () => {
  const inner = policies("random.v3.Random, locality_lb_config: { zone_aware_lb_config: { min_cluster_size: 2 } }");
  const fields = inSubsets(inner.slice("load_balancing_policy: { ".length, -2));
  assert.deepEqual(load(fields), { kind: "RANDOM" });
  const { commonLb, subsets } = choiceOf(fields);
  assert.deepEqual(commonLb.locality, { ...DEFAULT_LOCALITY_LB, minClusterSize: 2 });
  assert.deepEqual(subsets!.selectors.map(({ keys }) => keys), [["a"]]);
});

Deno.test("a policy round one that nobody has, or round subsets, is refused", () => {
  const [nobody] = reasons(inSubsets("policies: []"));
  assert.match(nobody!, /didn't find a registered load balancer factory implementation/);
  const round = inSubsets(
    "policies: [{ typed_extension_config: { name: own, typed_config: { " +
      `"@type": ${TYPES}random.v3.Random } } }]`,
  ).slice("load_balancing_policy: { ".length, -2);
  const [nested] = reasons(inSubsets(round));
  assert.match(nested!, /subsets of subsets are known to Envoy, not supported yet/);
});

const PARTIAL = "cluster: load_balancing_policy cannot be combined with partial fields (zone_aware_lb_config, " +
  "locality_weighted_lb_config, consistent_hashing_lb_config) of common_lb_config";
const NO_FACTORY =
  "cluster: didn't find a registered load balancer factory implementation for cluster: 'c' with names from";
const NOT_PROVIDED = "cluster manager: cluster provided LB specified but cluster 'c' did not provide one. " +
  "Check cluster documentation.";

const REFUSED: Array<[fields: string, ...reasons: string[]]> = [
  [
    "lb_policy: RING_HASH, ring_hash_lb_config: { maximum_ring_size: 1000 }",
    "ring_hash_lb_config: ring hash: minimum_ring_size (1024) > maximum_ring_size (1000)",
  ],
  ...["10", "0", "1"].map((size): [string, string] => [
    `lb_policy: MAGLEV, maglev_lb_config: { table_size: ${size} }`,
    "maglev_lb_config.table_size: The table size of maglev must be prime number",
  ]),
  ["lb_policy: CLUSTER_PROVIDED", `lb_policy: ${NOT_PROVIDED}`],
  ["lb_policy: LOAD_BALANCING_POLICY_CONFIG", "lb_policy: cluster: field load_balancing_policy need to be set"],
  ["load_balancing_policy: {}", `load_balancing_policy: ${NO_FACTORY} []`],
  ["load_balancing_policy: { policies: [{}] }", `load_balancing_policy: ${NO_FACTORY} []`],
  [
    policies('{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }'),
    `load_balancing_policy: ${NO_FACTORY} [own]`,
  ],
  [
    policies('{ "@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: type.googleapis.com/my.Policy }'),
    `load_balancing_policy: ${NO_FACTORY} [own]`,
  ],
  [policies("cluster_provided.v3.ClusterProvided"), `load_balancing_policy: ${NOT_PROVIDED}`],
  [
    policies("pick_first.v3.PickFirst", "random.v3.Random"),
    "load_balancing_policy: extension type envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst is known to " +
    "Envoy, not supported yet",
  ],
  [
    policies("maglev.v3.Maglev, table_size: 10"),
    "load_balancing_policy.policies[0].typed_extension_config.typed_config.table_size: The table size of maglev must be " +
    "prime number",
  ],
  [
    policies("ring_hash.v3.RingHash, minimum_ring_size: 3, maximum_ring_size: 2"),
    "load_balancing_policy.policies[0].typed_extension_config.typed_config: ring hash: minimum_ring_size (3) > " +
    "maximum_ring_size (2)",
  ],
  [`${policies("random.v3.Random")}, lb_subset_config: {}`, ...[
    "lb_subset_config: cluster: load_balancing_policy cannot be combined with lb_subset_config",
  ]],
  ...["zone_aware_lb_config", "locality_weighted_lb_config", "consistent_hashing_lb_config"].map((
    field,
  ): [string, string] => [
    `${policies("random.v3.Random")}, common_lb_config: { ${field}: {} }`,
    `common_lb_config.${field}: ${PARTIAL}`,
  ]),
  [
    "common_lb_config: { consistent_hashing_lb_config: { use_hostname_for_hashing: true } }",
    "common_lb_config.consistent_hashing_lb_config.use_hostname_for_hashing: Cannot use hostname for consistent hashing " +
    "loadbalancing for cluster of type: 'envoy.cluster.static'",
  ],
];

for (const [fields, ...expected] of REFUSED) {
  Deno.test(`a cluster of ${fields.replace(TYPES, "…")} is refused`, () => {
    assert.deepEqual(reasons(fields), expected);
  });
}

Deno.test("limits of the messages hold whatever the policy", () => {
  for (
    const fields of [
      "ring_hash_lb_config: { minimum_ring_size: 8388609 }",
      "maglev_lb_config: { table_size: 5000012 }",
      "least_request_lb_config: { choice_count: 1 }",
      "common_lb_config: { consistent_hashing_lb_config: { hash_balance_factor: 99 } }",
      policies("ring_hash.v3.RingHash, maximum_ring_size: 8388609"),
    ]
  ) assert.equal(reasons(fields).length, 1, fields);
});

Deno.test("a cluster goes by lb_policy where an unsupported policy may be left out", () => {
  assert.deepEqual(load(`lb_policy: RANDOM, ${policies("pick_first.v3.PickFirst")}`, true), { kind: "RANDOM" });
});
