/**
 * A configuration snapshot becomes live objects. What did not change is kept as it is, pools and all; the new set is built
 * whole beside the old one and swapped in at the end, so a request sees one or the other.
 */
import type { ClusterConfig } from "../config/cluster_config.ts";
import type { ListenerConfig } from "../config/listener_config.ts";
import type { ConfigSnapshot, NodeIdentity } from "../config/snapshot.ts";
import { listenerLogOf } from "../proxy/connection_log.ts";
import { HcmContext, type WorkerServices } from "../proxy/hcm_context.ts";
import { ListenerStats } from "../proxy/hcm_stats.ts";
import type { StreamPool } from "../proxy/stream_pool.ts";
import { Cluster, type ClusterContext } from "../upstream/cluster.ts";
import type { SharedLimits } from "../upstream/shared_limits.ts";
import { type ListenerSet, WorkerListener } from "./listener_set.ts";

/** What the compiled objects are made with. */
export interface ApplyContext {
  readonly workerIndex: number;
  readonly services: WorkerServices;
  readonly clusterContext: ClusterContext;
  readonly listeners: ListenerSet;
  readonly limits: SharedLimits;
  readonly streams: StreamPool;
}

/** Makes `snapshot` the one that is served. `slots` are the clusters' places in the shared limits. */
export function applySnapshot(snapshot: ConfigSnapshot, slots: readonly number[], context: ApplyContext): void {
  const { services, listeners } = context;
  services.runtime.replace(snapshot.runtime);
  context.clusterContext.local.locate(snapshot.localCluster, snapshot.node);
  const clusters = snapshot.clusters.map((config, i) => {
    const current = services.clusters.find(config.name);
    return current !== null && isSame(current.config, config) ? current : makeCluster(config, slots[i]!, context);
  });
  const served = snapshot.listeners.map((config) => {
    const current = listeners.find(config.name);
    if (current === null || !isSame(current.config.addresses, config.addresses)) {
      return new WorkerListener(config, makeContext(config, snapshot.node, context), services.loop, context.streams);
    }
    if (!isSame(current.config, config)) current.context = makeContext(config, snapshot.node, context);
    return current;
  });
  for (const gone of services.clusters.replace(clusters)) gone.retire();
  listeners.replace(served);
}

function makeCluster(config: ClusterConfig, slot: number, { clusterContext, limits, workerIndex }: ApplyContext) {
  return new Cluster(config, limits.cluster(slot, workerIndex), clusterContext);
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
