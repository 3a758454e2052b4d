/**
 * Which hosts requests go to (spec/upstream.md 7.1 to 7.6, 7.14, 3.7): priorities by health, panic, localities, zones, subsets
 * and aggregates. Hosts are told apart by their names: all are the same origin, and a request comes with its host's name.
 */
import { area, get } from "../oracle_case.ts";
import { ORIGIN_PORT, type Variant } from "../variant.ts";

const AGGREGATE = "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig";
const PREVIOUS_PRIORITIES =
  "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig";

/** Enough that shares can be told from each other. */
const MANY = 200;

/** Enough to tell what always happens from what never does. */
const SOME = 24;

interface HostFields {
  readonly status?: string;
  readonly weight?: number;
  /** `envoy.lb`, flow style. */
  readonly labels?: string;
}

const host = (name: string, { status = "UNKNOWN", weight = 1, labels = "" }: HostFields = {}) =>
  `{ endpoint: { hostname: "${name}", address: { socket_address: { address: 127.0.0.1, port_value: ${ORIGIN_PORT} } } }, ` +
  `health_status: ${status}, load_balancing_weight: ${weight}, ` +
  `metadata: { filter_metadata: { envoy.lb: { ${labels} } } } }`;

/** `10 h2 d1 u3` are ten well hosts … in one: each of them has the name of the group. */
const hosts = (name: string, well: number, sick = 0, degraded = 0, draining = 0) => [
  ...Array.from({ length: well }, () => host(name)),
  ...Array.from({ length: sick }, () => host(`${name}-sick`, { status: "UNHEALTHY" })),
  ...Array.from({ length: degraded }, () => host(`${name}-degraded`, { status: "DEGRADED" })),
  ...Array.from({ length: draining }, () => host(`${name}-draining`, { status: "DRAINING" })),
];

const group = (members: readonly string[], ...fields: string[]) =>
  `{ ${[...fields, `lb_endpoints: [${members.join(", ")}]`].join(", ")} }`;

/** Fields of a cluster with these groups. */
const cluster = (groups: readonly string[], { policy = "", fields = [] as readonly string[] } = {}) => [
  "type: STATIC",
  "connect_timeout: 1s",
  ...fields,
  `load_assignment: { cluster_name: x, endpoints: [${groups.join(", ")}], policy: { ${policy} } }`,
];

/** Priorities, one group each. */
const levels = (...members: readonly (readonly string[])[]) =>
  members.map((one, priority) => group(one, `priority: ${priority}`));

const NAMED = "auto_host_rewrite: true";

/** A variant whose path's first segment is the name of the cluster. */
const choosing = (ownClusters: Readonly<Record<string, readonly string[]>>, more: Partial<Variant> = {}): Variant => ({
  ownClusters,
  routes: Object.keys(ownClusters).map((name) =>
    `{ match: { prefix: /${name}/ }, route: { cluster: ${name}, ${NAMED} } }`
  ),
  ...more,
});

const panic = (percent: number) => `common_lb_config: { healthy_panic_threshold: { value: ${percent} } }`;

const WEIGHTED = "common_lb_config: { locality_weighted_lb_config: {} }";
const at = (zone: string, weight?: number) =>
  `locality: { zone: "${zone}" }${weight === undefined ? "" : `, load_balancing_weight: ${weight}`}`;

const PRIORITIES_OF = {
  well: cluster(levels(hosts("a", 10), hosts("b", 10))),
  nearly: cluster(levels(hosts("a", 8, 2), hosts("b", 10))),
  halved: cluster(levels(hosts("a", 5, 5), hosts("b", 10))),
  quarter: cluster(levels(hosts("a", 1, 3), hosts("b", 4))),
  none: cluster(levels(hosts("a", 0, 4), hosts("b", 4))),
  panics: cluster(levels(hosts("a", 1, 3), hosts("b", 1, 3))),
  uneven: cluster(levels(hosts("a", 0, 3), hosts("b", 0, 1))),
  calm: cluster(levels(hosts("a", 1, 9), hosts("b", 2, 8), hosts("c", 1, 9)), { fields: [panic(0)] }),
  nobody: cluster(levels(hosts("a", 0, 4)), { fields: [panic(0)] }),
  empty_panic: cluster(levels(hosts("a", 0, 4)), { fields: ["common_lb_config: { healthy_panic_threshold: {} }"] }),
  rounded: cluster(levels(hosts("a", 1, 1)), { fields: [panic(49.6)] }),
  degraded: cluster(levels(hosts("a", 2, 5, 3), hosts("b", 1, 7, 2))),
  only_degraded: cluster(levels(hosts("a", 0, 5, 5), hosts("b", 0, 10))),
  gap: cluster([group(hosts("a", 0, 2), "priority: 0"), group(hosts("b", 2), "priority: 3")]),
  draining: cluster(levels(hosts("a", 2, 0, 0, 2), hosts("b", 2))),
  all_drain: cluster(levels(hosts("a", 0, 0, 0, 2), hosts("b", 1))),
  factor: cluster(levels(hosts("a", 5, 5), hosts("b", 10)), { policy: "overprovisioning_factor: 100" }),
  by_weight: cluster(
    levels(
      [host("a", { weight: 1 }), host("a-sick", { weight: 3, status: "UNHEALTHY" })],
      [host("b")],
    ),
    { policy: "weighted_priority_health: true" },
  ),
  fails: cluster(levels(hosts("a", 1, 3)), {
    fields: ["common_lb_config: { zone_aware_lb_config: { fail_traffic_on_panic: true } }"],
  }),
} as const;

const LOCALITIES_OF = {
  shares: cluster([group(hosts("x", 2), at("x", 1)), group(hosts("y", 1, 1), at("y", 2))], { fields: [WEIGHTED] }),
  enough: cluster([group(hosts("x", 2), at("x", 1)), group(hosts("y", 18, 7), at("y", 2))], { fields: [WEIGHTED] }),
  unweighted: cluster([group(hosts("x", 1), at("x")), group(hosts("y", 1), at("y", 1))], { fields: [WEIGHTED] }),
  placeless: cluster([group(hosts("x", 1), "load_balancing_weight: 5"), group(hosts("y", 1), at("y", 1))], {
    fields: [WEIGHTED],
  }),
  weightless: cluster([group(hosts("x", 1), at("x")), group(hosts("y", 3), at("y"))], { fields: [WEIGHTED] }),
  twice: cluster([
    group(hosts("x", 1), at("x", 1)),
    group(hosts("x2", 1), at("x", 8)),
    group(hosts("y", 1), at("y", 2)),
  ], {
    fields: [WEIGHTED],
  }),
  ignored: cluster([group(hosts("x", 1), at("x", 1)), group(hosts("y", 3), at("y", 9))]),
  degraded: cluster(
    [group(hosts("x", 0, 5, 5), at("x", 1)), group(hosts("y", 0, 5, 5), at("y", 3))],
    { fields: [WEIGHTED] },
  ),
  panics: cluster([group(hosts("x", 0, 2), at("x", 1)), group(hosts("y", 0, 2), at("y", 3))], { fields: [WEIGHTED] }),
} as const;

const aggregate = (...names: string[]) => [
  "connect_timeout: 1s",
  "lb_policy: CLUSTER_PROVIDED",
  `cluster_type: { name: envoy.clusters.aggregate, typed_config: { "@type": ${AGGREGATE}, clusters: [${
    names.map((name) => name === "missing" ? name : `own.${name}`).join(", ")
  }] } }`,
];

const AGGREGATES = {
  first: cluster(levels(hosts("a", 2))),
  sick: cluster(levels(hosts("s", 0, 4))),
  halved: cluster(levels(hosts("h", 2, 2), hosts("i", 1))),
  hostless: cluster([]),
  well: aggregate("first", "halved"),
  fails_over: aggregate("sick", "first"),
  joins: aggregate("halved", "first"),
  skips: aggregate("missing", "hostless", "first"),
  nothing: aggregate("missing", "hostless"),
  all_sick: aggregate("sick"),
  nested: aggregate("well", "halved"),
} as const;

/** A route with criteria. */
const asking = (prefix: string, name: string, criteria: string) =>
  `{ match: { prefix: /${prefix}/ }, route: { cluster: ${name}, ${NAMED}, ` +
  `metadata_match: { filter_metadata: { envoy.lb: { ${criteria} } } } } }`;

const LABELLED = [
  host("v1-prod", { labels: "version: v1, stage: prod" }),
  host("v1-dev", { labels: "version: v1, stage: dev" }),
  host("v2-prod", { labels: "version: v2, stage: prod" }),
  host("v3-sick", { labels: "version: v3, stage: prod", status: "UNHEALTHY" }),
  host("many", { labels: "version: [v4, v5], stage: prod" }),
  host("plain"),
  host("odd", { labels: "number: 1, struct: { b: [1, x], a: null }, flag: true" }),
];

const subsets = (config: string, fields: readonly string[] = []) =>
  cluster([group(LABELLED)], { fields: [`lb_subset_config: { ${config} }`, ...fields] });

const BOTH = "subset_selectors: [{ keys: [version] }, { keys: [version, stage] }, { keys: [number] }, " +
  "{ keys: [struct, flag] }]";

const SUBSETS_OF = {
  strict: subsets(BOTH),
  any: subsets(`fallback_policy: ANY_ENDPOINT, ${BOTH}`),
  chosen: subsets(`fallback_policy: DEFAULT_SUBSET, default_subset: { stage: prod }, ${BOTH}`),
  chosen_none: subsets(`fallback_policy: DEFAULT_SUBSET, default_subset: { stage: none }, ${BOTH}`),
  chosen_panic: subsets(
    `fallback_policy: DEFAULT_SUBSET, default_subset: { stage: none }, panic_mode_any: true, ${BOTH}`,
  ),
  strict_panic: subsets(`panic_mode_any: true, ${BOTH}`),
  all_default: subsets(`fallback_policy: DEFAULT_SUBSET, ${BOTH}`),
  lists: subsets(`list_as_any: true, ${BOTH}`),
} as const;

const ROUND_ROBIN = "type.googleapis.com/envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin";
const SUBSET = "type.googleapis.com/envoy.extensions.load_balancing_policies.subset.v3.Subset";

const policy = (config: string) =>
  `{ policies: [{ typed_extension_config: { name: x, typed_config: { ${config} } } }] }`;

const FALLBACKS_OF = {
  own_fallbacks: subsets(
    "fallback_policy: ANY_ENDPOINT, default_subset: { version: v2 }, subset_selectors: [" +
      "{ keys: [version], fallback_policy: NO_FALLBACK }, { keys: [stage], fallback_policy: DEFAULT_SUBSET }, " +
      "{ keys: [version, stage], fallback_policy: KEYS_SUBSET, fallback_keys_subset: [stage] }, " +
      "{ keys: [number], fallback_policy: ANY_ENDPOINT }]",
  ),
  single: subsets("subset_selectors: [{ keys: [version], single_host_per_subset: true }]", [panic(0)]),
  tries: subsets(`metadata_fallback_policy: FALLBACK_LIST, ${BOTH}`),
  none: subsets("fallback_policy: NO_FALLBACK"),
} as const;

const EXTENSIONS_OF = {
  redundant: cluster([group(LABELLED)], {
    fields: [
      `load_balancing_policy: ${
        policy(
          `"@type": ${SUBSET}, allow_redundant_keys: true, ${BOTH}, subset_lb_policy: ${
            policy(`"@type": ${ROUND_ROBIN}`)
          }`,
        )
      }`,
    ],
  }),
  weighted: cluster([group(hosts("x", 1), at("x", 1)), group(hosts("y", 3), at("y", 4))], {
    fields: [
      `load_balancing_policy: ${
        policy(`"@type": ${ROUND_ROBIN}, locality_lb_config: { locality_weighted_lb_config: {} }`)
      }`,
    ],
  }),
} as const;

const QUESTIONS: Readonly<Record<string, string>> = {
  "nothing": "",
  "v1": "version: v1",
  "v1-dev": "version: v1, stage: dev",
  "v3": "version: v3",
  "v4": "version: v4",
  "v4-v5": "version: [v4, v5]",
  "v9": "version: v9",
  "v9-prod": "version: v9, stage: prod",
  "stage": "stage: prod",
  "stage-none": "stage: none",
  "more": "version: v1, stage: dev, more: x",
  "number": "number: 1",
  "number-text": 'number: "1"',
  "number-none": "number: 2",
  "struct": "struct: { a: null, b: [1, x] }, flag: true",
  "list": "fallback_list: [{ version: v9 }, { version: v2 }, {}], stage: prod",
  "list-empty": "fallback_list: [], version: v1",
  "list-in-vain": "fallback_list: [{ version: v8 }, { version: v9 }]",
  "list-text": "fallback_list: x, version: v1",
};

/** A route for each of these clusters and each question. */
const asked = (clusters: Readonly<Record<string, readonly string[]>>) =>
  Object.keys(clusters).flatMap((name) =>
    Object.entries(QUESTIONS).map(([question, criteria]) => asking(`${name}/${question}`, name, criteria))
  );

/** Half of one locality's hosts are of version 1, and all of the other's. */
const MIXED = [
  group([host("x", { labels: "version: v1" }), host("x2", { labels: "version: v2" })], at("x", 2)),
  group([host("y", { labels: "version: v1" })], at("y", 3)),
];

const subsetLocalities = (config: string) =>
  cluster(MIXED, { fields: [WEIGHTED, `lb_subset_config: { ${config} subset_selectors: [{ keys: [version] }] }`] });

const SUBSET_LOCALITIES_OF = {
  unaware: subsetLocalities(""),
  aware: subsetLocalities("locality_weight_aware: true,"),
  scaled: subsetLocalities("locality_weight_aware: true, scale_locality_weight: true,"),
} as const;

const TRIED = (frequency: number, retries: number) =>
  `timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: ${retries}, retry_back_off: { base_interval: 0.001s }, ` +
  `retry_priority: { name: p, typed_config: { "@type": ${PREVIOUS_PRIORITIES}, update_frequency: ${frequency} } } }`;

const RETRIED = {
  three: cluster(levels(hosts("a", 2), hosts("b", 2), hosts("c", 2))),
  halved: cluster(levels(hosts("a", 1, 1), hosts("b", 1, 3), hosts("c", 1))),
  one: cluster(levels(hosts("a", 2))),
  sick: cluster(levels(hosts("a", 2), hosts("b", 0, 2))),
  joined: aggregate("three", "one"),
} as const;

const ZONES = [
  group(hosts("a", 3), at("a")),
  group(hosts("b", 6), at("b")),
  group(hosts("c", 3), at("c")),
];

const LOCALS = cluster([
  group(hosts("l", 2), at("a")),
  group(hosts("l", 2), at("b")),
  group(hosts("l", 1), at("c")),
]);

const ZONES_OF = {
  split: cluster(ZONES),
  plenty: cluster([group(hosts("a", 6), at("a")), group(hosts("b", 3), at("b")), group(hosts("c", 3), at("c"))]),
  small: cluster([group(hosts("a", 1), at("a")), group(hosts("b", 4), at("b"))]),
  small_enough: cluster([group(hosts("a", 2), at("a")), group(hosts("b", 2), at("b"))], {
    fields: ["common_lb_config: { zone_aware_lb_config: { min_cluster_size: 4 } }"],
  }),
  one_zone: cluster([group(hosts("b", 8), at("b"))]),
  elsewhere: cluster([group(hosts("b", 4), at("b")), group(hosts("c", 4), at("c"))]),
  off: cluster(ZONES, { fields: ["common_lb_config: { zone_aware_lb_config: { routing_enabled: { value: 0 } } }"] }),
  half_on: cluster([group(hosts("a", 6), at("a")), group(hosts("b", 6), at("b"))], {
    fields: ["common_lb_config: { zone_aware_lb_config: { routing_enabled: { value: 50 } } }"],
  }),
  sick: cluster([group(hosts("a", 2, 4), at("a")), group(hosts("b", 6), at("b"))]),
  second: cluster([
    group(hosts("p", 0, 2), at("a")),
    group(hosts("a", 3), at("a"), "priority: 1"),
    group(hosts("b", 6), at("b"), "priority: 1"),
  ]),
  weighted: cluster([group(hosts("a", 6), at("a", 1)), group(hosts("b", 6), at("b", 3))], { fields: [WEIGHTED] }),
  weightless: cluster([group(hosts("a", 6), at("a")), group(hosts("b", 6), at("b"))], { fields: [WEIGHTED] }),
} as const;

/** What is counted of a variant's clusters beside the requests themselves. */
const counting = (variant: string) => ({
  stats: String
    .raw`^cluster\.priorities_${variant}\.\w+\.(lb_|upstream_cx_none_healthy|upstream_rq_\dxx|upstream_rq_total)`,
});

/** A case of many requests for each of these clusters. */
const each = <Name extends string>(on: Name, names: readonly string[]) =>
  names.map((name) => ({ name, on, send: get(`/${name}/`), tally: MANY }));

/** A case for each of these clusters and each question. */
const eachAsked = <Name extends string>(on: Name, names: readonly string[]) =>
  names.flatMap((name) =>
    Object.keys(QUESTIONS).map((question) => ({
      name: `${name}: ${question}`,
      on,
      send: get(`/${name}/${question}/`),
      tally: SOME,
    }))
  );

export const PRIORITIES = area("priorities", {
  levels: choosing(PRIORITIES_OF, counting("levels")),
  localities: choosing(LOCALITIES_OF, counting("localities")),
  aggregates: choosing(AGGREGATES, counting("aggregates")),
  subsets: { ownClusters: SUBSETS_OF, routes: asked(SUBSETS_OF), ...counting("subsets") },
  fallbacks: { ownClusters: FALLBACKS_OF, routes: asked(FALLBACKS_OF), ...counting("fallbacks") },
  extensions: { ownClusters: EXTENSIONS_OF, routes: asked(EXTENSIONS_OF), ...counting("extensions") },
  subset_localities: {
    ownClusters: SUBSET_LOCALITIES_OF,
    routes: Object.keys(SUBSET_LOCALITIES_OF).map((name) => asking(name, name, "version: v1")),
    ...counting("subset_localities"),
  },
  merged: {
    ownClusters: { strict: SUBSETS_OF.strict },
    virtualHosts: [
      `{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { ${NAMED}, ` +
      "weighted_clusters: { clusters: [{ name: priorities_merged.strict, weight: 1, " +
      "metadata_match: { filter_metadata: { envoy.lb: { stage: dev } } } }] }, " +
      "metadata_match: { filter_metadata: { envoy.lb: { version: v1, stage: prod } } } } }] }",
    ],
  },
  tries: {
    ownClusters: RETRIED,
    routes: Object.keys(RETRIED).flatMap((name) =>
      [1, 2].map((frequency) =>
        `{ match: { prefix: /${name}/${frequency}/ }, route: { cluster: ${name}, ${NAMED}, ${TRIED(frequency, 4)} } }`
      )
    ),
  },
  zones: choosing({ ...ZONES_OF, locals: LOCALS }, {
    bootstrapFields: ["cluster_manager: { local_cluster_name: own.locals }", "node: { locality: { zone: a } }"],
    ...counting("zones"),
  }),
}, [
  ...each("levels", Object.keys(PRIORITIES_OF)),
  ...each("localities", Object.keys(LOCALITIES_OF)),
  ...each("aggregates", Object.keys(AGGREGATES)),
  ...eachAsked("subsets", Object.keys(SUBSETS_OF)),
  ...eachAsked("fallbacks", Object.keys(FALLBACKS_OF)),
  ...eachAsked("extensions", ["redundant"]),
  { name: "weighted", on: "extensions", send: get("/weighted/nothing/"), tally: MANY },
  ...each("subset_localities", Object.keys(SUBSET_LOCALITIES_OF)),
  { name: "criteria of route and weighted cluster", on: "merged", send: get("/"), tally: SOME },
  ...Object.keys(RETRIED).flatMap((name) =>
    [1, 2].map((frequency) => ({
      name: `${name}, ${frequency} at a time`,
      on: "tries" as const,
      send: get(`/${name}/${frequency}/`, "x-origin: 503\r\n"),
      tally: 60,
    }))
  ),
  ...each("zones", Object.keys(ZONES_OF)),
]);
