/**
 * A change of the configuration becomes live objects, between two events: a request sees all of it or nothing. What it does
 * not name stays as it is, pools and all.
 */
import type { ConfigChange } from "../config/config_change.ts";
import type { FilterChainConfig, ListenerConfig } from "../config/listener_config.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import { listenerLogOf } from "../proxy/connection_log.ts";
import { HcmContext, type WorkerServices } from "../proxy/hcm_context.ts";
import { ListenerStats } from "../proxy/hcm_stats.ts";
import { Cluster, type ClusterContext } from "../upstream/cluster.ts";
import type { SharedHosts } from "../upstream/shared_hosts.ts";
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
  readonly hosts: SharedHosts;
}

/**
 * Makes it what is served. All that may fail is made before anything is changed: a change that breaks an invariant leaves
 * what was before it.
 */
export function applyChange(change: ConfigChange, node: NodeIdentity, context: ApplyContext): void {
  const { services, listeners, routeTables, clusterContext, limits, workerIndex } = context;
  const { clusters } = services;
  if (change.localCluster !== null) clusterContext.local.locate(change.localCluster, node);
  const made = change.clusters.map((update) =>
    new Cluster(update, limits.cluster(update.limitSlot, workerIndex), clusterContext)
  );
  const swapRoutes = routeTables.prepare(change.routes);
  const swapListeners = change.listeners === null
    ? null
    : listeners.prepare(change.listeners, (config, chain) => makeContext(config, chain, node, context));
  if (change.runtime !== null) services.runtime.replace(change.runtime);
  for (const cluster of made) clusters.put(cluster);
  for (const members of change.members) {
    const cluster = clusters.find(members.cluster);
    if (cluster?.incarnation === members.incarnation) cluster.update(members);
  }
  for (const name of change.removedClusters) clusters.remove(name);
  swapRoutes();
  swapListeners?.();
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
