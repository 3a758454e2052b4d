/** What a pool needs of its cluster and of its host: made by the cluster, handed down. */
import type { H1ClientOptions } from "../../codec/h1/options.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HostFacts } from "../../observe/upstream_facts.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { Dialer, TransportAddress } from "../../transport/transport.ts";
import type { ClusterStats, HostStats } from "../cluster_stats.ts";
import type { ClusterCounts } from "../shared_limits.ts";

/** The same for every pool of a cluster. */
export interface PoolContext {
  readonly config: ClusterConfig;
  readonly codecOptions: H1ClientOptions;
  readonly stats: ClusterStats;
  /** Process-wide counts that circuit breakers look at. */
  readonly counts: ClusterCounts;
  readonly dialer: Dialer;
  readonly loop: EventLoop;
}

/** Where a pool's connections go. */
export interface PoolTarget {
  readonly address: TransportAddress;
  readonly host: HostFacts;
  readonly stats: HostStats;
}
