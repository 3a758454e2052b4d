/** Which discovery a cluster gets: the one list of the kinds there are. */
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { Discovery, DiscoveryEvents } from "./discovery.ts";
import type { MembershipStats } from "./membership_stats.ts";
import { StaticDiscovery } from "./static_discovery.ts";

/** Makes what a cluster object is made of. */
export interface ClusterParts {
  discovery(config: ClusterConfig, stats: MembershipStats, events: DiscoveryEvents): Discovery;
}

/** The parts that this process has. */
export class OwnParts implements ClusterParts {
  discovery(config: ClusterConfig, _stats: MembershipStats, events: DiscoveryEvents): Discovery {
    return new StaticDiscovery(config.assignment, events);
  }
}
