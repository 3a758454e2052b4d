/** What a filter factory may use of its worker. */
import type { NodeIdentity } from "../config/snapshot.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { StatScope } from "../observe/stats/store.ts";
import type { ClusterSet } from "../upstream/cluster_set.ts";
import type { ServerHealth } from "./server_health.ts";

export interface FilterServices {
  readonly clusters: ClusterSet;
  readonly runtime: RuntimeValues;
  /** The stats of the connection manager the chain belongs to: `http.<stat_prefix>.`. */
  readonly stats: StatScope;
  readonly health: ServerHealth;
  /** How much of a body may be kept: `per_connection_buffer_limit_bytes` of the listener; 0 = no limit. */
  readonly bufferLimitBytes: number;
  /** This machine's address: what it is called in `x-forwarded-for`. */
  readonly ownAddress: string;
  /** Who this proxy says it is. */
  readonly node: NodeIdentity;
}
