import assert from "node:assert/strict";
import { HealthFlag } from "../../config/host_health.ts";
import { DEFAULT_COMMON_LB } from "../../config/locality_lb_config.ts";
import type { JsonObject } from "../../config/metadata_config.ts";
import type { SubsetConfig, SubsetSelectorConfig } from "../../config/subset_config.ts";
import { MetadataCriteria } from "../../match/metadata_criteria.ts";
import type { HostSetContext } from "./priority_set.ts";
import { countPicks, POLICY, sampleContext, type SampleHost, sampleHost, zone } from "./sample_hosts.ts";
import { SubsetSet } from "./subset_set.ts";

function selector(keys: readonly string[], fields: Partial<SubsetSelectorConfig> = {}): SubsetSelectorConfig {
  return { keys, fallbackPolicy: "NOT_DEFINED", fallbackKeys: [], isSingleHost: false, ...fields };
}

const CONFIG: SubsetConfig = {
  fallbackPolicy: "NO_FALLBACK",
  defaultSubset: {},
  selectors: [selector(["version"]), selector(["stage", "version"])],
  isLocalityWeightAware: false,
  scalesLocalityWeight: false,
  panicModeAny: false,
  listAsAny: false,
  triesFallbackList: false,
  allowsRedundantKeys: false,
};

const labelled = (name: string, labels: JsonObject) => sampleHost(name, { labels });

const HOSTS = [
  labelled("v1-prod", { version: "v1", stage: "prod" }),
  labelled("v1-dev", { version: "v1", stage: "dev" }),
  labelled("v2-prod", { version: "v2", stage: "prod" }),
  labelled("both", { version: ["v3", "v4"], stage: "prod" }),
  labelled("plain", {}),
];

function subsetSet(
  config: Partial<SubsetConfig>,
  hosts: readonly SampleHost[] = HOSTS,
  context: Partial<HostSetContext<SampleHost>> = {},
) {
  const sample = sampleContext(context);
  return { ...sample, set: new SubsetSet(hosts, POLICY, { ...CONFIG, ...config }, sample.context) };
}

const asking = (criteria: JsonObject) => ({ criteria: MetadataCriteria.of(criteria) });

const ALL = { "v1-prod": 1, "v1-dev": 1, "v2-prod": 1, "both": 1, "plain": 1 };
const PROD = { "v1-prod": 1, "v2-prod": 1, "both": 1 };

/** What of so many picks as there are hosts wanted comes of a question. */
const QUESTIONS: readonly (readonly [Partial<SubsetConfig>, JsonObject, Readonly<Record<string, number>>])[] = [
  [{}, { version: "v1" }, { "v1-prod": 1, "v1-dev": 1 }],
  [{}, { version: "v1", stage: "dev" }, { "v1-dev": 1 }],
  [{}, { stage: "dev", version: "v1" }, { "v1-dev": 1 }],
  [{}, { stage: "prod" }, { none: 1 }],
  [{}, { version: "v9" }, { none: 1 }],
  [{}, {}, { none: 1 }],
  [{}, { version: "v1", stage: "dev", more: 1 }, { none: 1 }],
  [{}, { version: ["v3", "v4"] }, { both: 1 }],
  [{}, { version: "v3" }, { none: 1 }],
  [{ listAsAny: true }, { version: "v3" }, { both: 1 }],
  [{ listAsAny: true }, { version: "v4", stage: "prod" }, { both: 1 }],
  [{ fallbackPolicy: "ANY_ENDPOINT" }, { version: "v9" }, ALL],
  [{ fallbackPolicy: "ANY_ENDPOINT" }, {}, ALL],
  [{ fallbackPolicy: "DEFAULT_SUBSET", defaultSubset: { stage: "prod" } }, {}, PROD],
  [{ fallbackPolicy: "DEFAULT_SUBSET" }, {}, ALL],
  [{ fallbackPolicy: "DEFAULT_SUBSET", defaultSubset: { stage: "none" } }, {}, { none: 1 }],
  [{ fallbackPolicy: "DEFAULT_SUBSET", defaultSubset: { stage: "none" }, panicModeAny: true }, {}, ALL],
  [{ panicModeAny: true }, {}, { none: 1 }],
  [{ allowsRedundantKeys: true }, { version: "v1", stage: "dev", more: 1 }, { "v1-dev": 1 }],
  [{ allowsRedundantKeys: true }, { version: "v2", more: 1 }, { "v2-prod": 1 }],
  [{ allowsRedundantKeys: true }, { more: 1 }, { none: 1 }],
  [{ triesFallbackList: true }, { fallback_list: [{ version: "v9" }, { version: "v2" }] }, { "v2-prod": 1 }],
  [{ triesFallbackList: true }, { fallback_list: [{ stage: "x" }, { stage: "dev" }], version: "v1" }, { "v1-dev": 1 }],
  [{ triesFallbackList: true }, { fallback_list: [], version: "v2" }, { "v2-prod": 1 }],
  [{ triesFallbackList: true }, { fallback_list: "x", version: "v2" }, { "v2-prod": 1 }],
  [{ triesFallbackList: true }, { fallback_list: [{ version: "v9" }] }, { none: 1 }],
  [{}, { fallback_list: [{ version: "v2" }] }, { none: 1 }],
];

for (const [config, criteria, wanted] of QUESTIONS) {
  Deno.test(`SubsetSet of ${JSON.stringify(config)} answers ${JSON.stringify(criteria)}`, () => {
    const count = Object.values(wanted).reduce((sum, times) => sum + times, 0);
    assert.deepEqual(countPicks(subsetSet(config).set, count, asking(criteria)), wanted);
  });
}

Deno.test("SubsetSet falls back the way of the selector whose keys were asked for", () => {
  const config: Partial<SubsetConfig> = {
    fallbackPolicy: "ANY_ENDPOINT",
    defaultSubset: { version: "v2" },
    selectors: [
      selector(["version"], { fallbackPolicy: "NO_FALLBACK" }),
      selector(["stage"], { fallbackPolicy: "DEFAULT_SUBSET" }),
      selector(["stage", "version"], { fallbackPolicy: "KEYS_SUBSET", fallbackKeys: ["stage"] }),
      selector(["more"], { fallbackPolicy: "ANY_ENDPOINT" }),
    ],
  };
  const { set, stats } = subsetSet(config);
  assert.deepEqual(countPicks(set, 1, asking({ version: "v9" })), { none: 1 });
  assert.deepEqual(countPicks(set, 1, asking({ stage: "x" })), { "v2-prod": 1 });
  assert.deepEqual(countPicks(set, 3, asking({ stage: "prod", version: "v9" })), PROD);
  assert.deepEqual(countPicks(set, 1, asking({ stage: "x", version: "v9" })), { "v2-prod": 1 });
  assert.deepEqual(countPicks(set, 5, asking({ more: "x" })), ALL);
  // None of these is everybody's fallback.
  assert.equal(stats.subsetsFallback.value, 0);
  assert.deepEqual(countPicks(set, 5, asking({ other: "x" })), ALL);
  assert.equal(stats.subsetsFallback.value, 5);
});

Deno.test("SubsetSet counts subsets and what they are used for", () => {
  const { set, stats } = subsetSet({ fallbackPolicy: "DEFAULT_SUBSET", defaultSubset: { a: "b" }, panicModeAny: true });
  assert.equal(stats.subsetsActive.value, 7);
  assert.equal(stats.subsetsCreated.value, 7);
  countPicks(set, 3, asking({ version: "v1" }));
  countPicks(set, 2);
  assert.equal(stats.subsetsSelected.value, 3);
  assert.equal(stats.subsetsFallback.value, 0);
  assert.equal(stats.subsetsFallbackPanic.value, 2);
  set.update(HOSTS.slice(0, 2), POLICY);
  assert.equal(stats.subsetsActive.value, 3);
  assert.equal(stats.subsetsRemoved.value, 4);
  set.update(HOSTS.slice(0, 3), POLICY);
  assert.equal(stats.subsetsCreated.value, 9);
});

Deno.test("SubsetSet takes hosts whose metadata has changed", () => {
  const host = labelled("one", { version: "v1" }), { set } = subsetSet({}, [host]);
  assert.deepEqual(countPicks(set, 1, asking({ version: "v1" })), { one: 1 });
  host.metadata = { "envoy.lb": { version: "v2" } };
  set.update([host], POLICY);
  assert.deepEqual(countPicks(set, 1, asking({ version: "v1" })), { none: 1 });
  assert.deepEqual(countPicks(set, 1, asking({ version: "v2" })), { one: 1 });
});

Deno.test("SubsetSet keeps priorities and panic to each subset", () => {
  const hosts = [
    labelled("a0", { version: "v1" }),
    sampleHost("a1", { labels: { version: "v1" }, priority: 1 }),
    sampleHost("b1", { labels: { version: "v2" }, priority: 1 }),
  ];
  const { set, stats } = subsetSet({}, hosts);
  assert.deepEqual(countPicks(set, 4, asking({ version: "v1" })), { a0: 4 });
  assert.deepEqual(countPicks(set, 4, asking({ version: "v2" })), { b1: 4 });
  hosts[0]!.flags = HealthFlag.FAILED_ACTIVE_HC;
  set.update(hosts, POLICY);
  assert.deepEqual(countPicks(set, 4, asking({ version: "v1" })), { a1: 4 });
  hosts[2]!.flags = HealthFlag.FAILED_ACTIVE_HC;
  set.update(hosts, POLICY);
  assert.equal(stats.healthyPanic.value, 0);
  assert.deepEqual(countPicks(set, 4, asking({ version: "v2" })), { b1: 4 });
  assert.equal(stats.healthyPanic.value, 4);
});

Deno.test("SubsetSet of single hosts takes the first, whatever its health, and counts the others", () => {
  const hosts = ["a", "b", "c"].map((name) => labelled(name, { version: "v1" }));
  hosts[0]!.flags = HealthFlag.FAILED_ACTIVE_HC;
  const { set, stats } = subsetSet({ selectors: [selector(["version"], { isSingleHost: true })] }, hosts);
  assert.deepEqual(countPicks(set, 3, asking({ version: "v1" })), { a: 3 });
  assert.equal(stats.singleHostDuplicates.value, 2);
});

Deno.test("SubsetSet goes to an overriding host whatever the criteria", () => {
  const { set } = subsetSet({});
  const override = { address: "plain:80", isStrict: true };
  assert.deepEqual(countPicks(set, 2, { ...asking({ version: "v1" }), override }), { plain: 2 });
});

/** Of x one host in two is of version 1, of y all are; their weights are 2 and 3. */
const MIXED = [
  sampleHost("x", { labels: { version: "v1" }, locality: zone("x", 2) }),
  sampleHost("x2", { labels: { version: "v2" }, locality: zone("x", 2) }),
  sampleHost("y", { labels: { version: "v1" }, locality: zone("y", 3) }),
];

for (
  const [what, config, wanted] of [
    ["leaves weights of localities out of account", {}, { x: 200, y: 200 }],
    ["keeps weights of localities where asked to", { isLocalityWeightAware: true }, { x: 160, y: 240 }],
    ["scales weights of localities where asked to", { isLocalityWeightAware: true, scalesLocalityWeight: true }, {
      x: 100,
      y: 300,
    }],
  ] as const
) {
  Deno.test(`SubsetSet ${what}`, () => {
    const common = { ...DEFAULT_COMMON_LB, locality: { kind: "weighted" } } as const;
    const { set } = subsetSet(config, MIXED, { config: common });
    assert.deepEqual(countPicks(set, 400, asking({ version: "v1" })), wanted);
    set.update(MIXED, POLICY);
    assert.deepEqual(countPicks(set, 400, asking({ version: "v1" })), wanted);
  });
}
