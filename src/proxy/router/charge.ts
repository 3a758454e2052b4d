/**
 * Who is charged for an answer: the cluster's response code counters, and the host's success or error. Without
 * `dynamic_stats`, and for health checks, only the host's successes are counted, as in Envoy.
 */
import type { RouterConfig } from "../../config/http_config.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";

/** Whether the answer to this stream is counted. */
export function isCharged({ dynamicStats }: RouterConfig, { isHealthCheck }: StreamFacts): boolean {
  return dynamicStats && !isHealthCheck;
}

/** An answer that a host gave. */
export function chargeResponse(cluster: Cluster, host: Host, status: number, isCounted: boolean): void {
  if (status < 500) host.stats.rqSuccess.inc();
  else if (isCounted) host.stats.rqError.inc();
  chargeLocalAnswer(cluster, status, isCounted);
}

/** An answer that denvoy gave in the cluster's name. Every request counts as external: nothing is internal yet. */
export function chargeLocalAnswer({ stats }: Cluster, status: number, isCounted: boolean): void {
  if (!isCounted) return;
  stats.rqCompleted.inc();
  stats.rqCodes.count(status);
  const { external } = stats;
  external.rqCompleted.inc();
  external.rqCodes.count(status);
}
