/** What a filter factory may use of its worker. */
import type { Random } from "../base/random.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { AccessLogServices } from "../observe/access_log/logger.ts";
import type { StatScope } from "../observe/stats/store.ts";
import type { ClusterSet } from "../upstream/cluster_set.ts";
import type { ServerHealth } from "./server_health.ts";

export interface FilterServices {
  readonly clusters: ClusterSet;
  readonly runtime: RuntimeValues;
  readonly random: Random;
  /** The stats of the connection manager the chain belongs to: `http.<stat_prefix>.`. */
  readonly stats: StatScope;
  /** The stats of requests that denvoy makes itself: `http.async-client.`. */
  readonly ownStats: StatScope;
  readonly health: ServerHealth;
  /** This machine's address: what it is called in `x-forwarded-for`. */
  readonly ownAddress: string;
  /** For what a filter logs and formats. */
  readonly accessLog: AccessLogServices;
  /** Who this proxy says it is. */
  readonly node: NodeIdentity;
}
