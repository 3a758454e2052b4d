/** What choosing among hosts asks of one, beside what its balancer does. */
import type { LocalityConfig } from "../../config/cluster_config.ts";
import type { HealthStatus } from "../../config/host_health.ts";
import type { FilterMetadata } from "../../config/metadata_config.ts";
import type { BalancedHost, LoadBalancer } from "../balance/load_balancer.ts";

/** A host that can be in a set. Where any of this becomes another, the set is told: `update`. */
export interface SetHost extends BalancedHost {
  /** `10.0.0.7:8080`: what a request that wants this host calls it. */
  readonly addressText: string;
  readonly priority: number;
  readonly locality: LocalityConfig;
  readonly metadata: FilterMetadata;
  /** See host_health.ts. */
  readonly flags: number;
  /** What discovery says of it. */
  readonly healthStatus: HealthStatus;
}

/**
 * Makes the balancer of one candidate set. `shares`: what part of the requests each host is to have, localities counted in;
 * null = as the hosts' weights have it. Only policies that hash are given shares.
 */
export type BalancerFactory<H> = (hosts: readonly H[], shares: readonly number[] | null) => LoadBalancer<H>;
