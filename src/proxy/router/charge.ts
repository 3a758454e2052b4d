/**
 * Who is charged for an answer: the cluster's response code counters, those of the route and the virtual cluster where
 * there are any, those under the name that the request brought, and the host's success or error. Without `dynamic_stats`,
 * and for health checks, only the host's successes are counted, as in Envoy.
 */
import type { RouterConfig } from "../../config/http_config.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";
import type { RequestTallies } from "./request_tallies.ts";

/** Where the request came from, under whose name its answer is counted once more; null = it is not counted at all. */
export type ChargedOrigin = "external" | "internal" | null;

/** How the answer to this stream is counted. */
export function chargedOrigin({ dynamicStats }: RouterConfig, facts: StreamFacts): ChargedOrigin {
  if (!dynamicStats || facts.isHealthCheck) return null;
  return facts.isInternal ? "internal" : "external";
}

/** An answer that a host gave. */
export function chargeResponse(
  cluster: Cluster,
  host: Host,
  status: number,
  origin: ChargedOrigin,
  tallies: RequestTallies,
): void {
  if (status < 500) host.stats.rqSuccess.inc();
  else if (origin !== null) host.stats.rqError.inc();
  chargeCluster(cluster, status, origin, tallies);
  if (origin !== null) cluster.zoneStats(host)?.onAnswer(status);
}

/** An answer that is no single host's: denvoy's own in the cluster's name, or an interim one. */
export function chargeCluster(
  { stats }: Cluster,
  status: number,
  origin: ChargedOrigin,
  tallies: RequestTallies,
): void {
  if (origin === null) return;
  stats.rqCompleted.inc();
  stats.rqCodes.count(status);
  stats[origin].onAnswer(status);
  if (tallies.altName !== null) stats.alt.find(tallies.altName)?.onAnswer(status, origin);
  tallies.onAnswer(status);
}
