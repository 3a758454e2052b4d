/**
 * How a cluster spreads its requests: `lb_policy` and the messages that tune it, or `load_balancing_policy`, which takes
 * their place (spec/upstream.md 2.1, 2.4, 7.7 to 7.13).
 */

import { z } from "zod";
import type {
  HashLbConfig,
  LbConfig,
  LeastRequestLbConfig,
  MaglevLbConfig,
  RingHashLbConfig,
  RoundRobinLbConfig,
  RuntimeDoubleConfig,
  SlowStartConfig,
} from "../lb_config.ts";
import { messageNameOf, TYPE_URL_PREFIX } from "../type_url.ts";
import { extension, type ExtensionSchema, type ExtensionSchemas } from "./extension.ts";
import { addInvalid, addUnsupported, choice, duration, flag, list, number, raiseIssues, text } from "./field.ts";
import { hashPolicySchema } from "./hash_policy.ts";

const POLICIES = "envoy.extensions.load_balancing_policies.";
const CLUSTER_PROVIDED = `${POLICIES}cluster_provided.v3.ClusterProvided`;
/** Of each policy: what it does unless it is told otherwise. */
const CHOICES = 2, RING_SIZE = 1024, MAX_RING_SIZE = 8_388_608, TABLE_SIZE = 65_537, LEAST_PERCENT = 10;
const ONE: RuntimeDoubleConfig = { defaultValue: 1, runtimeKey: "" };

type Context = z.core.$RefinementCtx;

const runtimeDoubleSchema = z.strictObject({ default_value: number(0), runtime_key: text() })
  .transform(({ default_value, runtime_key }): RuntimeDoubleConfig => ({
    defaultValue: default_value,
    runtimeKey: runtime_key,
  }));

/** Without a window there is no slow start. */
const slowStartSchema = z.strictObject({
  slow_start_window: duration(0),
  aggression: runtimeDoubleSchema.optional(),
  min_weight_percent: z.strictObject({ value: number(0) }).optional(),
}).transform(({ slow_start_window, aggression, min_weight_percent }): SlowStartConfig | null =>
  slow_start_window === 0 ? null : {
    windowMs: slow_start_window,
    aggression: aggression ?? ONE,
    minWeightPercent: min_weight_percent?.value ?? LEAST_PERCENT,
  }
);

const roundRobinFields = { slow_start_config: slowStartSchema.optional() };
const leastRequestFields = {
  choice_count: number(CHOICES),
  active_request_bias: runtimeDoubleSchema.optional(),
  slow_start_config: slowStartSchema.optional(),
};
const ringFields = { minimum_ring_size: size(RING_SIZE), maximum_ring_size: size(MAX_RING_SIZE) };
const maglevFields = { table_size: size(TABLE_SIZE) };
const hashingFields = { use_hostname_for_hashing: flag(false), hash_balance_factor: number(0) };

/** A `UInt64Value` within the limits of its field: canonical as text. */
function size(unset: number) {
  return z.string().optional().transform((text) => text === undefined ? unset : Number(text));
}

// ---- single policies

/** No type of cluster that is supported balances by itself. */
function notProvided(name: string, context: Context, input: unknown, path: readonly PropertyKey[]): never {
  const reason =
    `cluster provided LB specified but cluster '${name}' did not provide one. Check cluster documentation.`;
  addInvalid(context, input, path, `cluster manager: ${reason}`);
  return z.NEVER;
}

function roundRobin(message: { readonly slow_start_config?: SlowStartConfig | null | undefined }): RoundRobinLbConfig {
  return { kind: "ROUND_ROBIN", slowStart: message.slow_start_config ?? null };
}

function leastRequest(message: {
  readonly choice_count: number;
  readonly active_request_bias?: RuntimeDoubleConfig | undefined;
  readonly slow_start_config?: SlowStartConfig | null | undefined;
}, comparesAll: boolean): LeastRequestLbConfig {
  return {
    kind: "LEAST_REQUEST",
    choiceCount: comparesAll ? null : message.choice_count,
    activeRequestBias: message.active_request_bias ?? ONE,
    slowStart: message.slow_start_config ?? null,
  };
}

function ringHash(
  { minimum_ring_size, maximum_ring_size }: { readonly minimum_ring_size: number; readonly maximum_ring_size: number },
  hashFunction: RingHashLbConfig["hashFunction"],
  hashing: HashLbConfig = NO_HASHING,
  context: Context,
  path: readonly PropertyKey[],
): RingHashLbConfig {
  if (minimum_ring_size > maximum_ring_size) {
    const reason = `ring hash: minimum_ring_size (${minimum_ring_size}) > maximum_ring_size (${maximum_ring_size})`;
    addInvalid(context, minimum_ring_size, path, reason);
  }
  return {
    kind: "RING_HASH",
    minimumRingSize: minimum_ring_size,
    maximumRingSize: maximum_ring_size,
    hashFunction,
    ...hashing,
  };
}

function maglevTable(
  { table_size }: { readonly table_size: number },
  hashing: HashLbConfig = NO_HASHING,
  context: Context,
  path: readonly PropertyKey[],
): MaglevLbConfig {
  if (!isPrime(table_size)) {
    addInvalid(context, table_size, [...path, "table_size"], "The table size of maglev must be prime number");
  }
  return { kind: "MAGLEV", tableSize: table_size, ...hashing };
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

function hashingOf(message: {
  readonly use_hostname_for_hashing: boolean;
  readonly hash_balance_factor: number;
  readonly hash_policy?: HashLbConfig["hashPolicies"];
}): HashLbConfig {
  return {
    usesHostname: message.use_hostname_for_hashing,
    hashBalanceFactor: message.hash_balance_factor,
    hashPolicies: message.hash_policy ?? [],
  };
}

const NO_HASHING: HashLbConfig = { usesHostname: false, hashBalanceFactor: 0, hashPolicies: [] };

// ---- the extensions

const hashingSchema = z.strictObject({ ...hashingFields, hash_policy: list(hashPolicySchema) }).transform(hashingOf);

const ringExtension = z.strictObject({
  ...ringFields,
  hash_function: choice("DEFAULT_HASH", "XX_HASH", "MURMUR_HASH_2"),
  // What these two say counts where `consistent_hashing_lb_config` is not there.
  ...hashingFields,
  consistent_hashing_lb_config: hashingSchema.optional(),
}).transform((message, context) => {
  const hashFunction = message.hash_function === "DEFAULT_HASH" ? "XX_HASH" : message.hash_function;
  return ringHash(message, hashFunction, message.consistent_hashing_lb_config ?? hashingOf(message), context, []);
});

const leastRequestExtension = z.strictObject({
  ...leastRequestFields,
  selection_method: choice("N_CHOICES", "FULL_SCAN"),
  // From before there was a method.
  enable_full_scan: flag(false),
}).transform((message) => leastRequest(message, message.enable_full_scan || message.selection_method === "FULL_SCAN"));

const maglevExtension = z.strictObject({ ...maglevFields, consistent_hashing_lb_config: hashingSchema.optional() })
  .transform((message, context) => maglevTable(message, message.consistent_hashing_lb_config, context, []));

/** The policies that `load_balancing_policy` may name. */
export const lbPolicies: ExtensionSchemas = new Map([
  policy("round_robin.v3.RoundRobin", z.strictObject(roundRobinFields).transform(roundRobin)),
  policy("least_request.v3.LeastRequest", leastRequestExtension),
  policy("random.v3.Random", z.strictObject({}).transform((): LbConfig => ({ kind: "RANDOM" }))),
  policy("ring_hash.v3.RingHash", ringExtension),
  policy("maglev.v3.Maglev", maglevExtension),
]);

function policy(name: string, schema: z.ZodType<LbConfig>): readonly [string, ExtensionSchema] {
  return [`${TYPE_URL_PREFIX}${POLICIES}${name}`, { schema, isTerminal: false }];
}

const policySchema = extension({ what: "load balancing policy", packagePrefix: POLICIES, schemas: lbPolicies });
const elementSchema = z.object({
  typed_extension_config: z.object({ name: text(), typed_config: z.record(z.string(), z.unknown()).default({}) })
    .optional(),
});

/** What a list of policies comes to: the first that there is, or the names of those that nobody has. */
type PolicyChoice = { readonly lb: LbConfig } | { readonly isProvided: boolean; readonly names: readonly string[] };

/** The first that Envoy has counts; what comes after it is not even looked at. */
function firstPolicy(policies: readonly unknown[], context: Context): PolicyChoice {
  const names: string[] = [];
  for (const [index, policy] of policies.entries()) {
    const written = elementSchema.parse(policy).typed_extension_config;
    if (written === undefined) continue;
    const type = messageNameOf(String(written.typed_config["@type"] ?? ""));
    if (lbPolicies.has(TYPE_URL_PREFIX + type)) {
      const { data, error } = policySchema.safeParse(written.typed_config);
      if (data !== undefined) return { lb: data.config as LbConfig };
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
  load_balancing_policy: z.strictObject({ policies: list(z.unknown()) })
    .transform(({ policies }, context) => firstPolicy(policies, context)).optional(),
};

type LbPolicyMessage = z.output<z.ZodObject<typeof lbPolicyFields>>;

/** What they come to. `name` is the cluster's; `hashing` is what `common_lb_config` says. */
export function lbConfigOf(
  message: LbPolicyMessage & { readonly name: string },
  hashing: HashLbConfig | undefined,
  context: Context,
): LbConfig {
  const chosen = message.load_balancing_policy;
  if (chosen !== undefined) return "lb" in chosen ? chosen.lb : refuseChoice(message.name, chosen, context);
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
      return notProvided(message.name, context, message, ["lb_policy"]);
    case "LOAD_BALANCING_POLICY_CONFIG":
      addInvalid(context, message, ["lb_policy"], "cluster: field load_balancing_policy need to be set");
      return z.NEVER;
  }
}

function refuseChoice(name: string, chosen: Exclude<PolicyChoice, { lb: unknown }>, context: Context): never {
  const path = ["load_balancing_policy"];
  if (chosen.isProvided) return notProvided(name, context, chosen, path);
  const reason = "cluster: didn't find a registered load balancer factory implementation for cluster: " +
    `'${name}' with names from [${chosen.names.join(", ")}]`;
  addInvalid(context, chosen, path, reason);
  return z.NEVER;
}
