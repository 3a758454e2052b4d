/**
 * A configuration snapshot becomes live objects. What did not change is kept as it is, pools and all; the new set is built
 * whole beside the old one and swapped in at the end, so a request sees one or the other.
 */
import type { ClusterConfig } from "../config/cluster_config.ts";
import type { ListenerUpdate, RoutesUpdate } from "../config/config_change.ts";
import type { FilterChainConfig, ListenerConfig } from "../config/listener_config.ts";
import type { ConfigSnapshot, NodeIdentity } from "../config/snapshot.ts";
import { listenerLogOf } from "../proxy/connection_log.ts";
import { HcmContext, type WorkerServices } from "../proxy/hcm_context.ts";
import { ListenerStats } from "../proxy/hcm_stats.ts";
import { Cluster, type ClusterContext } from "../upstream/cluster.ts";
import type { SharedLimits } from "../upstream/shared_limits.ts";
import type { ListenerSet } from "./listener_set.ts";
import type { RouteTables } from "./route_tables.ts";

/** What the compiled objects are made with. */
export interface ApplyContext {
  readonly workerIndex: number;
  readonly services: WorkerServices;
  readonly clusterContext: ClusterContext;
  readonly listeners: ListenerSet;
  readonly routeTables: RouteTables;
  readonly limits: SharedLimits;
}

/** What comes with a snapshot. */
export interface SnapshotCompany {
  /** The clusters' places in the shared limits. */
  readonly slots: readonly number[];
  /** All that serve from now on. */
  readonly listeners: readonly ListenerUpdate[];
  readonly routes: readonly RoutesUpdate[];
}

/** Makes `snapshot` the one that is served. */
export function applySnapshot(
  snapshot: ConfigSnapshot,
  { slots, listeners: updates, routes }: SnapshotCompany,
  context: ApplyContext,
): void {
  const { services, listeners, routeTables } = context;
  services.runtime.replace(snapshot.runtime);
  const clusters = snapshot.clusters.map((config, i) => {
    const current = services.clusters.find(config.name);
    return current !== null && isSame(current.config, config) ? current : makeCluster(config, slots[i]!, context);
  });
  for (const gone of services.clusters.replace(clusters)) gone.retire();
  routeTables.take(routes);
  listeners.serve(updates, (config, chain) => makeContext(config, chain, snapshot.node, context));
}

function makeCluster(config: ClusterConfig, slot: number, { clusterContext, limits, workerIndex }: ApplyContext) {
  return new Cluster(config, limits.cluster(slot, workerIndex), clusterContext);
}

function makeContext(
  config: ListenerConfig,
  chain: FilterChainConfig,
  node: NodeIdentity,
  { services, workerIndex }: ApplyContext,
): HcmContext {
  const stats = new ListenerStats(services.stats, config.statPrefix, workerIndex);
  const listenerLog = listenerLogOf(config, services.accessLog, chain);
  return new HcmContext(chain.filters[0]!, services, stats, listenerLog, config, node);
}

/** Equal as plain data: configurations hold nothing else, and their keys are always in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
