/**
 * Subsets of a cluster's hosts: `Cluster.LbSubsetConfig`, and the load balancing policies that stand round another one,
 * `Subset` and `WrrLocality` (spec/upstream.md 7.14, 7.15).
 */

import { z } from "zod";
import type { SubsetConfig, SubsetSelectorConfig } from "../subset_config.ts";
import { addInvalid, choice, flag, list, text } from "./field.ts";
import { structSchema } from "./metadata.ts";

const selectorSchema = z.strictObject({
  keys: list(text()),
  fallback_policy: choice("NOT_DEFINED", "NO_FALLBACK", "ANY_ENDPOINT", "DEFAULT_SUBSET", "KEYS_SUBSET"),
  fallback_keys_subset: list(text()),
  single_host_per_subset: flag(false),
}).transform((message, context): SubsetSelectorConfig => {
  const keys = inOrder(message.keys), fallbackKeys = inOrder(message.fallback_keys_subset);
  const reason = fallbackProblem(message.fallback_policy === "KEYS_SUBSET", keys, fallbackKeys);
  if (reason !== null) addInvalid(context, message, ["fallback_keys_subset"], reason);
  return {
    keys,
    fallbackPolicy: message.fallback_policy,
    fallbackKeys,
    isSingleHost: message.single_host_per_subset,
  };
});

/** Envoy's words for keys that no request could be tried with. */
function fallbackProblem(isUsed: boolean, keys: readonly string[], fallbackKeys: readonly string[]): string | null {
  if (!isUsed) {
    return fallbackKeys.length > 0 ? "fallback_keys_subset can be set only for KEYS_SUBSET fallback_policy" : null;
  }
  if (fallbackKeys.length === 0) return "fallback_keys_subset cannot be empty";
  if (!fallbackKeys.every((key) => keys.includes(key))) return "fallback_keys_subset must be a subset of selector keys";
  return fallbackKeys.length === keys.length ? "fallback_keys_subset cannot be equal to keys" : null;
}

const subsetFields = {
  fallback_policy: choice("NO_FALLBACK", "ANY_ENDPOINT", "DEFAULT_SUBSET"),
  default_subset: structSchema.optional(),
  subset_selectors: list(selectorSchema),
  locality_weight_aware: flag(false),
  scale_locality_weight: flag(false),
  panic_mode_any: flag(false),
  list_as_any: flag(false),
  metadata_fallback_policy: choice("METADATA_NO_FALLBACK", "FALLBACK_LIST"),
};

const subsetMessage = z.strictObject(subsetFields);

/** `Cluster.LbSubsetConfig`; null: there are no selectors, and so no subsets. */
export const lbSubsetSchema = subsetMessage.transform((message): SubsetConfig | null =>
  message.subset_selectors.length === 0 ? null : subsetConfig(message, false)
);

/** A policy that stands round another one, and what it makes of the choice among hosts. */
export interface WrappedPolicy<Inner> {
  readonly inner: Inner;
  readonly subsets: SubsetConfig;
}

/** The policy `Subset`; `inner` reads the list of policies that it stands round. */
export function subsetPolicySchema<Inner>(inner: z.ZodType<Inner>): z.ZodType<WrappedPolicy<Inner>> {
  return z.strictObject({ ...subsetFields, subset_lb_policy: inner, allow_redundant_keys: flag(false) })
    .transform((message): WrappedPolicy<Inner> => ({
      inner: message.subset_lb_policy as Inner,
      subsets: subsetConfig(message, message.allow_redundant_keys),
    }));
}

/** The policy `WrrLocality`: of those that it could stand round, Envoy takes the one alone that there is none of here. */
export function wrrLocalityPolicySchema<Inner>(inner: z.ZodType<Inner>): z.ZodType<never> {
  return z.strictObject({ endpoint_picking_policy: inner }).transform((message, context): never => {
    addInvalid(context, message, ["endpoint_picking_policy"], WRR_LOCALITY_REFUSAL);
    return z.NEVER;
  });
}

const WRR_LOCALITY_REFUSAL =
  "Currently WrrLocalityLoadBalancer only supports ClientSideWeightedRoundRobinLoadBalancer as its endpoint picking policy.";

function subsetConfig(message: z.output<typeof subsetMessage>, allowsRedundantKeys: boolean): SubsetConfig {
  return {
    fallbackPolicy: message.fallback_policy,
    defaultSubset: message.default_subset ?? {},
    selectors: message.subset_selectors,
    isLocalityWeightAware: message.locality_weight_aware,
    scalesLocalityWeight: message.scale_locality_weight,
    panicModeAny: message.panic_mode_any,
    listAsAny: message.list_as_any,
    triesFallbackList: message.metadata_fallback_policy === "FALLBACK_LIST",
    allowsRedundantKeys,
  };
}

function inOrder(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort();
}
