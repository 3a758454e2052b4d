/** `common_lb_config` of a cluster: what is said of its hosts whatever the policy (spec/upstream.md 2.4). */

import { HEALTH_STATUSES } from "../host_health.ts";
import { z } from "zod";
import type { HashLbConfig } from "../lb_config.ts";
import { type CommonLbConfig, DEFAULT_COMMON_LB, DEFAULT_LOCALITY_LB } from "../locality_lb_config.ts";
import { duration, flag, list } from "./field.ts";
import { commonHashingSchema } from "./lb_policy.ts";
import { weightedLocalitySchema, wholePercent, zoneAwareSchema } from "./locality_lb.ts";

/** What is read of it. */
export interface ReadCommonLb {
  readonly config: CommonLbConfig;
  readonly hashing: HashLbConfig | undefined;
  readonly closesOnHostSetChange: boolean;
}

/** What a cluster without one has. */
export const NO_COMMON_LB: ReadCommonLb = {
  config: DEFAULT_COMMON_LB,
  hashing: undefined,
  closesOnHostSetChange: false,
};

/** `Cluster.CommonLbConfig`. */
export const commonLbSchema = z.strictObject({
  healthy_panic_threshold: wholePercent(DEFAULT_COMMON_LB.healthyPanicThreshold),
  zone_aware_lb_config: zoneAwareSchema.optional(),
  locality_weighted_lb_config: weightedLocalitySchema.optional(),
  consistent_hashing_lb_config: commonHashingSchema.optional(),
  update_merge_window: duration(DEFAULT_COMMON_LB.updateMergeWindowMs),
  ignore_new_hosts_until_first_hc: flag(false),
  close_connections_on_host_set_change: flag(false),
  override_host_status: z.strictObject({
    statuses: list(z.enum(HEALTH_STATUSES)),
  }).optional(),
}).transform((message): ReadCommonLb => ({
  config: {
    healthyPanicThreshold: message.healthy_panic_threshold,
    locality: message.locality_weighted_lb_config ?? message.zone_aware_lb_config ?? DEFAULT_LOCALITY_LB,
    overrideHostStatuses: message.override_host_status?.statuses ?? DEFAULT_COMMON_LB.overrideHostStatuses,
    updateMergeWindowMs: message.update_merge_window,
    ignoreNewHostsUntilFirstHc: message.ignore_new_hosts_until_first_hc,
  },
  hashing: message.consistent_hashing_lb_config,
  closesOnHostSetChange: message.close_connections_on_host_set_change,
}));
