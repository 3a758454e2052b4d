/** Who is charged for an answer: the cluster's response code counters, and the host's success or error. */
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";

/** An answer that a host gave. */
export function chargeResponse(cluster: Cluster, host: Host, status: number, dynamicStats: boolean): void {
  if (status >= 500) host.stats.rqError.inc();
  else host.stats.rqSuccess.inc();
  chargeCluster(cluster, status, dynamicStats);
}

/**
 * An answer that is no single host's: denvoy's own in the cluster's name, or an interim one. Every request counts as
 * external: nothing is internal yet.
 */
export function chargeCluster({ stats }: Cluster, status: number, dynamicStats: boolean): void {
  if (!dynamicStats) return;
  stats.rqCompleted.inc();
  stats.rqCodes.count(status);
  const { external } = stats;
  external.rqCompleted.inc();
  external.rqCodes.count(status);
}
