/**
 * How a cluster spreads its requests: `lb_policy` and the messages that tune it, or `load_balancing_policy`, which takes
 * their place (spec/upstream.md 2.1, 2.4, 7.7 to 7.15).
 */

import { z } from "zod";
import type { DiscoveryConfig } from "../cluster_config.ts";
import { DEFAULT_LB, type HashLbConfig, type LbConfig } from "../lb_config.ts";
import type { LocalityLbConfig } from "../locality_lb_config.ts";
import type { SubsetConfig } from "../subset_config.ts";
import { messageNameOf, TYPE_URL_PREFIX } from "../type_url.ts";
import { extension, type ExtensionSchema, type ExtensionSchemas } from "./extension.ts";
import { addInvalid, addUnsupported, choice, flag, list, raiseIssues, text } from "./field.ts";
import {
  CHOICES,
  hashingFields,
  hashingOf,
  leastRequest,
  leastRequestFields,
  maglevFields,
  maglevTable,
  MAX_RING_SIZE,
  RING_SIZE,
  ringFields,
  ringHash,
  roundRobin,
  roundRobinFields,
  TABLE_SIZE,
} from "./lb_messages.ts";
import { hashPolicySchema } from "./hash_policy.ts";
import { localityLbSchema, weightedLocalitySchema } from "./locality_lb.ts";
import { lbSubsetSchema, subsetPolicySchema, wrrLocalityPolicySchema } from "./subset.ts";

const POLICIES = "envoy.extensions.load_balancing_policies.";
const WRR_LOCALITY = `${TYPE_URL_PREFIX}${POLICIES}wrr_locality.v3.WrrLocality`;
const CLUSTER_PROVIDED = `${POLICIES}cluster_provided.v3.ClusterProvided`;

type Context = z.core.$RefinementCtx;

/** What a policy comes to. */
export interface ReadPolicy {
  readonly lb: LbConfig;
  /** Null = it says nothing of localities. */
  readonly locality: LocalityLbConfig | null;
  readonly subsets: SubsetConfig | null;
}

// ---- the extensions

const hashingSchema = z.strictObject({ ...hashingFields, hash_policy: list(hashPolicySchema) }).transform(hashingOf);

const localityFields = { locality_lb_config: localityLbSchema.optional() };
/** Localities of a policy that goes by a hash have weights at the most. */
const weightedFields = { locality_weighted_lb_config: weightedLocalitySchema.optional() };

function readAs(lb: LbConfig, locality: LocalityLbConfig | null | undefined): ReadPolicy {
  return { lb, locality: locality ?? null, subsets: null };
}

const ringExtension = z.strictObject({
  ...ringFields,
  hash_function: choice("DEFAULT_HASH", "XX_HASH", "MURMUR_HASH_2"),
  // What these two say counts where `consistent_hashing_lb_config` is not there.
  ...hashingFields,
  ...weightedFields,
  consistent_hashing_lb_config: hashingSchema.optional(),
}).transform((message, context) => {
  const hashFunction = message.hash_function === "DEFAULT_HASH" ? "XX_HASH" : message.hash_function;
  const hashing = message.consistent_hashing_lb_config ?? hashingOf(message);
  return readAs(ringHash(message, hashFunction, hashing, context, []), message.locality_weighted_lb_config);
});

const leastRequestExtension = z.strictObject({
  ...leastRequestFields,
  ...localityFields,
  selection_method: choice("N_CHOICES", "FULL_SCAN"),
  // From before there was a method.
  enable_full_scan: flag(false),
}).transform((message) => {
  const comparesAll = message.enable_full_scan || message.selection_method === "FULL_SCAN";
  return readAs(leastRequest(message, comparesAll), message.locality_lb_config);
});

const maglevExtension = z.strictObject({
  ...maglevFields,
  ...weightedFields,
  consistent_hashing_lb_config: hashingSchema.optional(),
}).transform((message, context) =>
  readAs(
    maglevTable(message, message.consistent_hashing_lb_config, context, []),
    message.locality_weighted_lb_config,
  )
);

const innerSchema = z.lazy(() => policyListSchema.transform(innerPolicy));

/** The policies that `load_balancing_policy` may name. */
export const lbPolicies: ExtensionSchemas = new Map([
  policy(
    "round_robin.v3.RoundRobin",
    z.strictObject({ ...roundRobinFields, ...localityFields })
      .transform((message) => readAs(roundRobin(message), message.locality_lb_config)),
  ),
  policy("least_request.v3.LeastRequest", leastRequestExtension),
  policy(
    "random.v3.Random",
    z.strictObject(localityFields).transform((message) => readAs({ kind: "RANDOM" }, message.locality_lb_config)),
  ),
  policy("ring_hash.v3.RingHash", ringExtension),
  policy("maglev.v3.Maglev", maglevExtension),
  policy(
    "subset.v3.Subset",
    subsetPolicySchema(innerSchema).transform(({ inner, subsets }): ReadPolicy => ({ ...inner, subsets })),
  ),
]);

function policy(name: string, schema: z.ZodType<ReadPolicy>): readonly [string, ExtensionSchema] {
  return [`${TYPE_URL_PREFIX}${POLICIES}${name}`, { schema, isTerminal: false }];
}

/** Those with something to say of their message, if only against it. */
const knownPolicies: ExtensionSchemas = new Map([
  ...lbPolicies,
  [WRR_LOCALITY, { schema: wrrLocalityPolicySchema(innerSchema), isTerminal: false }],
]);

const policySchema = extension({ what: "load balancing policy", packagePrefix: POLICIES, schemas: knownPolicies });
const elementSchema = z.object({
  typed_extension_config: z.object({ name: text(), typed_config: z.record(z.string(), z.unknown()).default({}) })
    .optional(),
});

/** What a list of policies comes to: the first that there is, or the names of those that nobody has. */
type PolicyChoice = ReadPolicy | { readonly isProvided: boolean; readonly names: readonly string[] };

/** The first that Envoy has counts; what comes after it is not even looked at. */
function firstPolicy(policies: readonly unknown[], context: Context): PolicyChoice {
  const names: string[] = [];
  for (const [index, policy] of policies.entries()) {
    const written = elementSchema.parse(policy).typed_extension_config;
    if (written === undefined) continue;
    const type = messageNameOf(String(written.typed_config["@type"] ?? ""));
    if (knownPolicies.has(TYPE_URL_PREFIX + type)) {
      const { data, error } = policySchema.safeParse(written.typed_config);
      if (data !== undefined) return data.config as ReadPolicy;
      raiseIssues(context, error.issues, policy, ["policies", index, "typed_extension_config", "typed_config"]);
      return z.NEVER;
    }
    if (type === CLUSTER_PROVIDED) return { isProvided: true, names };
    if (type.startsWith(POLICIES)) {
      addUnsupported(context, policy, [], `extension type ${type} is known to Envoy, not supported yet`);
      return z.NEVER;
    }
    names.push(written.name);
  }
  return { isProvided: false, names };
}

const policyListSchema = z.strictObject({ policies: list(z.unknown()) })
  .transform(({ policies }, context) => firstPolicy(policies, context));

/** A policy that another one stands round. */
function innerPolicy(chosen: PolicyChoice, context: Context): ReadPolicy {
  if (!("lb" in chosen)) {
    addInvalid(context, chosen, [], `${NO_FACTORY} the inner policy with names from [${chosen.names.join(", ")}]`);
    return z.NEVER;
  }
  if (chosen.subsets === null) return chosen;
  addUnsupported(context, chosen, [], "subsets of subsets are known to Envoy, not supported yet");
  return z.NEVER;
}

const NO_FACTORY = "cluster: didn't find a registered load balancer factory implementation for";

// ---- the fields of a cluster

/** `common_lb_config.consistent_hashing_lb_config`, for the policies of `lb_policy` that go by a hash. */
export const commonHashingSchema = z.strictObject(hashingFields).transform(hashingOf);

/** The fields of `Cluster` that {@link lbConfigOf} takes. */
export const lbPolicyFields = {
  lb_policy: choice(
    "ROUND_ROBIN",
    "LEAST_REQUEST",
    "RING_HASH",
    "RANDOM",
    "MAGLEV",
    "CLUSTER_PROVIDED",
    "LOAD_BALANCING_POLICY_CONFIG",
  ),
  round_robin_lb_config: z.strictObject(roundRobinFields).optional(),
  least_request_lb_config: z.strictObject(leastRequestFields).optional(),
  ring_hash_lb_config: z.strictObject({ ...ringFields, hash_function: choice("XX_HASH", "MURMUR_HASH_2") }).optional(),
  maglev_lb_config: z.strictObject(maglevFields).optional(),
  lb_subset_config: lbSubsetSchema.optional(),
  load_balancing_policy: policyListSchema.optional(),
};

type LbPolicyMessage = z.output<z.ZodObject<typeof lbPolicyFields>>;

interface ClusterPolicy {
  readonly message: LbPolicyMessage & { readonly name: string };
  /** What `common_lb_config` says of hashing. */
  readonly hashing: HashLbConfig | undefined;
  readonly discovery: DiscoveryConfig;
}

/** What they come to. */
export function lbPolicyOf({ message, hashing, discovery }: ClusterPolicy, context: Context): ReadPolicy {
  const chosen = message.load_balancing_policy, provides = discovery.kind === "aggregate";
  const path = [chosen === undefined ? "lb_policy" : "load_balancing_policy"];
  const isProvided = chosen === undefined
    ? message.lb_policy === "CLUSTER_PROVIDED"
    : "isProvided" in chosen && chosen.isProvided;
  if (message.lb_policy === "CLUSTER_PROVIDED" && message.lb_subset_config !== undefined) {
    const reason = "cluster: LB policy CLUSTER_PROVIDED cannot be combined with lb_subset_config";
    addInvalid(context, message, ["lb_policy"], reason);
    return z.NEVER;
  }
  if (chosen !== undefined && !isProvided && !("lb" in chosen)) {
    const names = chosen.names.join(", ");
    addInvalid(context, message, path, `${NO_FACTORY} cluster: '${message.name}' with names from [${names}]`);
    return z.NEVER;
  }
  if (isProvided !== provides) {
    const what = provides
      ? `cluster provided LB not specified but cluster '${message.name}' provided one`
      : `cluster provided LB specified but cluster '${message.name}' did not provide one`;
    addInvalid(context, message, path, `cluster manager: ${what}. Check cluster documentation.`);
    return z.NEVER;
  }
  if (isProvided) return readAs(DEFAULT_LB, null);
  if (chosen !== undefined && "lb" in chosen) return chosen;
  return { lb: lbConfigOf(message, hashing, context), locality: null, subsets: message.lb_subset_config ?? null };
}

function lbConfigOf(message: LbPolicyMessage, hashing: HashLbConfig | undefined, context: Context): LbConfig {
  const { ring_hash_lb_config: ring, maglev_lb_config: maglev, least_request_lb_config: least } = message;
  switch (message.lb_policy) {
    case "ROUND_ROBIN":
      return roundRobin(message.round_robin_lb_config ?? {});
    case "LEAST_REQUEST":
      return leastRequest(least ?? { choice_count: CHOICES }, false);
    case "RANDOM":
      return { kind: "RANDOM" };
    case "RING_HASH": {
      const sizes = ring ?? { minimum_ring_size: RING_SIZE, maximum_ring_size: MAX_RING_SIZE };
      return ringHash(sizes, ring?.hash_function ?? "XX_HASH", hashing, context, ["ring_hash_lb_config"]);
    }
    case "MAGLEV":
      return maglevTable(maglev ?? { table_size: TABLE_SIZE }, hashing, context, ["maglev_lb_config"]);
    case "CLUSTER_PROVIDED":
      return DEFAULT_LB;
    case "LOAD_BALANCING_POLICY_CONFIG":
      addInvalid(context, message, ["lb_policy"], "cluster: field load_balancing_policy need to be set");
      return z.NEVER;
  }
}
