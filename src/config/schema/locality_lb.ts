/**
 * What localities are for: fields of `common_lb_config`, and the `locality_lb_config` of a policy that is written as an
 * extension (spec/upstream.md 7.5, 7.6).
 */

import { z } from "zod";
import { DEFAULT_LOCALITY_LB, type LocalityLbConfig, type ZoneAwareConfig } from "../locality_lb_config.ts";
import { choice, flag, number } from "./field.ts";

/** Whole percents, as Envoy rounds them; an empty message is 0. */
export function wholePercent(unset: number): z.ZodType<number> {
  return z.strictObject({ value: number(0) }).optional()
    .transform((message) => message === undefined ? unset : Math.round(message.value));
}

/** What both spellings have. */
const zoneAwareFields = {
  routing_enabled: wholePercent(DEFAULT_LOCALITY_LB.routingEnabled),
  // A 64-bit number, which is text.
  min_cluster_size: z.string().default(String(DEFAULT_LOCALITY_LB.minClusterSize)),
  fail_traffic_on_panic: flag(false),
};

/** `CommonLbConfig.ZoneAwareLbConfig`. */
export const zoneAwareSchema = z.strictObject(zoneAwareFields).transform((message): ZoneAwareConfig => ({
  ...DEFAULT_LOCALITY_LB,
  routingEnabled: message.routing_enabled,
  minClusterSize: Number(message.min_cluster_size),
  failTrafficOnPanic: message.fail_traffic_on_panic,
}));

/** `LocalityWeightedLbConfig`, which is empty. */
export const weightedLocalitySchema = z.strictObject({}).transform((): LocalityLbConfig => ({ kind: "weighted" }));

/** `load_balancing_policies.common.v3.LocalityLbConfig`; null = the policy says nothing of localities. */
export const localityLbSchema = z.strictObject({
  zone_aware_lb_config: z.strictObject({
    ...zoneAwareFields,
    // Deprecated, and no longer of any effect beside the other.
    force_locality_direct_routing: flag(false),
    force_local_zone: z.strictObject({ min_size: number(1) }).optional(),
    locality_basis: choice("HEALTHY_HOSTS_NUM", "HEALTHY_HOSTS_WEIGHT"),
  }).transform((message): ZoneAwareConfig => ({
    kind: "zone_aware",
    routingEnabled: message.routing_enabled,
    minClusterSize: Number(message.min_cluster_size),
    failTrafficOnPanic: message.fail_traffic_on_panic,
    forceLocalZoneMinSize: message.force_local_zone?.min_size ?? (message.force_locality_direct_routing ? 1 : null),
    basis: message.locality_basis,
  })).optional(),
  locality_weighted_lb_config: weightedLocalitySchema.optional(),
}).transform((message): LocalityLbConfig | null =>
  message.locality_weighted_lb_config ?? message.zone_aware_lb_config ?? null
);
