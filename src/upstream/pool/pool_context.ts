/** What every pool of a cluster needs: made once by the cluster, handed down. */
import type { ClusterConfig } from "../../config/snapshot.ts";
import type { H1ClientOptions } from "../../codec/h1/options.ts";
import type { Dialer } from "../../transport/transport.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { ClusterStats } from "../cluster_stats.ts";
import type { ClusterCounts } from "../shared_limits.ts";

export interface PoolContext {
  readonly config: ClusterConfig;
  readonly codecOptions: H1ClientOptions;
  readonly stats: ClusterStats;
  /** Process-wide counts that circuit breakers look at. */
  readonly counts: ClusterCounts;
  readonly dialer: Dialer;
  readonly loop: EventLoop;
}
