/**
 * `common_lb_config` of a cluster, and the `locality_lb_config` of its policy where that is written as an extension
 * (spec/upstream.md 2.4, 7.5, 7.6). What is about hashing alone stands with the policies that hash.
 */

import { z } from "zod";
import {
  type CommonLbConfig,
  DEFAULT_COMMON_LB,
  DEFAULT_LOCALITY_LB,
  type LocalityLbConfig,
  type ZoneAwareConfig,
} from "../locality_lb_config.ts";
import { choice, duration, flag, list, number } from "./field.ts";

/** Whole percents, as Envoy rounds them; an empty message is 0. */
function wholePercent(unset: number): z.ZodType<number> {
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

const zoneAwareSchema = z.strictObject(zoneAwareFields).transform((message): ZoneAwareConfig => ({
  ...DEFAULT_LOCALITY_LB,
  routingEnabled: message.routing_enabled,
  minClusterSize: Number(message.min_cluster_size),
  failTrafficOnPanic: message.fail_traffic_on_panic,
}));

const weightedSchema = z.strictObject({}).transform((): LocalityLbConfig => ({ kind: "weighted" }));

/** `Cluster.CommonLbConfig`. */
export const commonLbSchema = z.strictObject({
  healthy_panic_threshold: wholePercent(DEFAULT_COMMON_LB.healthyPanicThreshold),
  zone_aware_lb_config: zoneAwareSchema.optional(),
  locality_weighted_lb_config: weightedSchema.optional(),
  update_merge_window: duration(DEFAULT_COMMON_LB.updateMergeWindowMs),
  ignore_new_hosts_until_first_hc: flag(false),
  close_connections_on_host_set_change: flag(false),
  override_host_status: z.strictObject({
    statuses: list(z.enum(["UNKNOWN", "HEALTHY", "UNHEALTHY", "DRAINING", "TIMEOUT", "DEGRADED"])),
  }).optional(),
}).transform((message): CommonLbConfig => ({
  healthyPanicThreshold: message.healthy_panic_threshold,
  locality: message.locality_weighted_lb_config ?? message.zone_aware_lb_config ?? DEFAULT_LOCALITY_LB,
  overrideHostStatuses: message.override_host_status?.statuses ?? DEFAULT_COMMON_LB.overrideHostStatuses,
  updateMergeWindowMs: message.update_merge_window,
  ignoreNewHostsUntilFirstHc: message.ignore_new_hosts_until_first_hc,
  closeConnectionsOnHostSetChange: message.close_connections_on_host_set_change,
}));

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
  locality_weighted_lb_config: weightedSchema.optional(),
}).transform((message): LocalityLbConfig | null =>
  message.locality_weighted_lb_config ?? message.zone_aware_lb_config ?? null
);
