/**
 * Which hosts of a cluster requests are spread over, as plain values of the snapshot: what `common_lb_config` and the
 * `locality_lb_config` of a policy say (spec/upstream.md 2.4, 7.3, 7.5, 7.6).
 */
import type { HealthStatus } from "./host_health.ts";

/** `Cluster.CommonLbConfig`, but for what is about hashing or connections alone. */
export interface CommonLbConfig {
  /** Percent: below it a priority panics; 0 = never. */
  readonly healthyPanicThreshold: number;
  readonly locality: LocalityLbConfig;
  /** What discovery may say of a host that a request names itself. */
  readonly overrideHostStatuses: readonly HealthStatus[];
  /** 0 = changes of health and weight are not merged. */
  readonly updateMergeWindowMs: number;
  readonly ignoreNewHostsUntilFirstHc: boolean;
}

/** What localities are for. */
export type LocalityLbConfig =
  /** `locality_weighted_lb_config`: each has its weight. */
  | { readonly kind: "weighted" }
  /** `zone_aware_lb_config`, and where nothing is said: requests stay in the own zone, given a local cluster. */
  | ZoneAwareConfig;

/** `LocalityLbConfig.ZoneAwareLbConfig`. */
export interface ZoneAwareConfig {
  readonly kind: "zone_aware";
  /** Percent of requests. */
  readonly routingEnabled: number;
  readonly minClusterSize: number;
  /** A priority that panics has no host. */
  readonly failTrafficOnPanic: boolean;
  /** So many healthy hosts in the own zone take all requests; null = as many as their share is. */
  readonly forceLocalZoneMinSize: number | null;
  readonly basis: "HEALTHY_HOSTS_NUM" | "HEALTHY_HOSTS_WEIGHT";
}

/** Where nothing is said of localities. */
export const DEFAULT_LOCALITY_LB: ZoneAwareConfig = {
  kind: "zone_aware",
  routingEnabled: 100,
  minClusterSize: 6,
  failTrafficOnPanic: false,
  forceLocalZoneMinSize: null,
  basis: "HEALTHY_HOSTS_NUM",
};

/** Where there is no `common_lb_config`. */
export const DEFAULT_COMMON_LB: CommonLbConfig = {
  healthyPanicThreshold: 50,
  locality: DEFAULT_LOCALITY_LB,
  overrideHostStatuses: ["UNKNOWN", "HEALTHY", "DEGRADED"],
  updateMergeWindowMs: 1_000,
  ignoreNewHostsUntilFirstHc: false,
};
