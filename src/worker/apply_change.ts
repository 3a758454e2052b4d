/**
 * A change of the configuration becomes live objects, between two events: a request sees all of it or nothing. What it does
 * not name stays as it is, pools and all.
 */
import type { ConfigChange } from "../config/config_change.ts";
import type { ListenerConfig } from "../config/listener_config.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import { listenerLogOf } from "../proxy/connection_log.ts";
import { HcmContext, type WorkerServices } from "../proxy/hcm_context.ts";
import { ListenerStats } from "../proxy/hcm_stats.ts";
import type { StreamPool } from "../proxy/stream_pool.ts";
import { Cluster, type ClusterContext } from "../upstream/cluster.ts";
import type { SharedHosts } from "../upstream/shared_hosts.ts";
import type { SharedLimits } from "../upstream/shared_limits.ts";
import { type ListenerSet, WorkerListener } from "./listener_set.ts";

/** What the compiled objects are made with. */
export interface ApplyContext {
  readonly workerIndex: number;
  readonly services: WorkerServices;
  readonly clusterContext: ClusterContext;
  readonly listeners: ListenerSet;
  readonly limits: SharedLimits;
  readonly hosts: SharedHosts;
  readonly streams: StreamPool;
}

/**
 * Makes it what is served. All that may fail is made before anything is changed: a change that breaks an invariant leaves
 * what was before it.
 */
export function applyChange(change: ConfigChange, node: NodeIdentity, context: ApplyContext): void {
  const { services, listeners, clusterContext, limits, workerIndex } = context;
  const { clusters } = services;
  if (change.localCluster !== null) clusterContext.local.locate(change.localCluster, node);
  const made = change.clusters.map((update) =>
    new Cluster(update, limits.cluster(update.limitSlot, workerIndex), clusterContext)
  );
  const served = change.listeners?.map((config) => serve(config, node, context));
  if (change.runtime !== null) services.runtime.replace(change.runtime);
  for (const cluster of made) clusters.put(cluster);
  for (const members of change.members) {
    const cluster = clusters.find(members.cluster);
    if (cluster?.incarnation === members.incarnation) cluster.update(members);
  }
  for (const name of change.removedClusters) clusters.remove(name);
  if (served !== undefined) listeners.replace(served);
}

function serve(config: ListenerConfig, node: NodeIdentity, context: ApplyContext): WorkerListener {
  const current = context.listeners.find(config.name);
  if (current === null || !isSame(current.config.addresses, config.addresses)) {
    return new WorkerListener(config, makeContext(config, node, context), context.services.loop, context.streams);
  }
  if (!isSame(current.config, config)) current.context = makeContext(config, node, context);
  return current;
}

function makeContext(
  config: ListenerConfig,
  node: NodeIdentity,
  { services, workerIndex }: ApplyContext,
): HcmContext {
  const hcm = config.filterChains[0]!.filters[0]!;
  const stats = new ListenerStats(services.stats, config.statPrefix, workerIndex);
  const listenerLog = listenerLogOf(config, services.accessLog);
  return new HcmContext(hcm, services, stats, listenerLog, config, node);
}

/** Equal as plain data: configurations hold nothing else, and their keys are always in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
