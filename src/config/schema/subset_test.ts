import assert from "node:assert/strict";
import { z } from "zod";
import { loadBootstrap } from "../load.ts";
import type { SubsetConfig } from "../subset_config.ts";
import { subsetPolicySchema, wrrLocalityPolicySchema } from "./subset.ts";

function subsetsOf(fields: string, more = ""): SubsetConfig | null {
  const text = `
static_resources:
  clusters:
  - {name: web, type: STATIC, lb_subset_config: {${fields}}, ${more} load_assignment: {cluster_name: web, endpoints: []}}
`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot.clusters[0]!.subsets;
}

const PLAIN: SubsetConfig = {
  fallbackPolicy: "NO_FALLBACK",
  defaultSubset: {},
  selectors: [{ keys: ["a"], fallbackPolicy: "NOT_DEFINED", fallbackKeys: [], isSingleHost: false }],
  isLocalityWeightAware: false,
  scalesLocalityWeight: false,
  panicModeAny: false,
  listAsAny: false,
  triesFallbackList: false,
  allowsRedundantKeys: false,
};

Deno.test("lb_subset_config has Envoy's defaults, and without selectors there are no subsets", () => {
  assert.deepEqual(subsetsOf("subset_selectors: [{keys: [a]}]"), PLAIN);
  assert.equal(subsetsOf("fallback_policy: ANY_ENDPOINT"), null);
});

Deno.test("lb_subset_config is read whole", () => {
  const config = subsetsOf(
    "fallback_policy: DEFAULT_SUBSET, default_subset: {stage: prod, n: {x: [1]}}, locality_weight_aware: true, " +
      "scale_locality_weight: true, panic_mode_any: true, list_as_any: true, metadata_fallback_policy: FALLBACK_LIST, " +
      "subset_selectors: [{keys: [b, a, b], fallback_policy: KEYS_SUBSET, fallback_keys_subset: [b], " +
      "single_host_per_subset: true}]",
  );
  assert.deepEqual(config, {
    fallbackPolicy: "DEFAULT_SUBSET",
    defaultSubset: { stage: "prod", n: { x: [1] } },
    selectors: [{ keys: ["a", "b"], fallbackPolicy: "KEYS_SUBSET", fallbackKeys: ["b"], isSingleHost: true }],
    isLocalityWeightAware: true,
    scalesLocalityWeight: true,
    panicModeAny: true,
    listAsAny: true,
    triesFallbackList: true,
    allowsRedundantKeys: false,
  });
});

const REFUSED: readonly (readonly [selector: string, reason: RegExp])[] = [
  ["keys: [a], fallback_policy: KEYS_SUBSET", /fallback_keys_subset cannot be empty/],
  [
    "keys: [a, b], fallback_policy: KEYS_SUBSET, fallback_keys_subset: [b, a]",
    /fallback_keys_subset cannot be equal to keys/,
  ],
  [
    "keys: [a, b], fallback_policy: KEYS_SUBSET, fallback_keys_subset: [c]",
    /fallback_keys_subset must be a subset of selector keys/,
  ],
  ["keys: [a, b], fallback_keys_subset: [a]", /fallback_keys_subset can be set only for KEYS_SUBSET fallback_policy/],
];

for (const [selector, reason] of REFUSED) {
  Deno.test(`a subset selector is refused: {${selector}}`, () => {
    assert.throws(() => subsetsOf(`subset_selectors: [{${selector}}]`), reason);
  });
}

Deno.test("subsets are refused where the cluster provides the policy", () => {
  assert.throws(
    () => subsetsOf("subset_selectors: [{keys: [a]}]", "lb_policy: CLUSTER_PROVIDED,"),
    /cluster: LB policy CLUSTER_PROVIDED cannot be combined with lb_subset_config/,
  );
});

const INNER = z.strictObject({ policy: z.string() }).transform(({ policy }) => policy);

Deno.test("the policy Subset is read with the policy that it stands round", () => {
  const schema = subsetPolicySchema(INNER);
  const message = {
    subset_lb_policy: { policy: "X" },
    subset_selectors: [{ keys: ["a"] }],
    allow_redundant_keys: true,
  };
  assert.deepEqual(schema.parse(message), { inner: "X", subsets: { ...PLAIN, allowsRedundantKeys: true } });
});

Deno.test("the policy WrrLocality is refused as by Envoy", () => {
  const schema = wrrLocalityPolicySchema(INNER);
  const result = schema.safeParse({ endpoint_picking_policy: { policy: "X" } });
  assert.match(result.error!.issues[0]!.message, /only supports ClientSideWeightedRoundRobinLoadBalancer/);
});
