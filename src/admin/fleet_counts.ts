/**
 * What the hosts of all clusters come to: how many are ejected or wait for their first check, and which clusters send
 * requests to any host they have because too few are healthy (spec/console.md 5.1, spec/upstream.md 7.3).
 */
import { coarseHealth, HealthFlag, isExcluded } from "../config/host_health.ts";
import type { ClusterStatus } from "./source.ts";

/** Over all clusters that serve. */
export interface FleetCounts {
  readonly ejected: number;
  readonly pending: number;
  /** Names of clusters of which a priority panics. */
  readonly panicking: readonly string[];
}

/** Counts once over all hosts. */
export function countFleet(clusters: readonly ClusterStatus[]): FleetCounts {
  let ejected = 0, pending = 0;
  const panicking: string[] = [];
  for (const cluster of clusters) {
    for (const { flags } of cluster.hosts) {
      // Nearly all hosts have none.
      if (flags === 0) continue;
      if ((flags & HealthFlag.FAILED_OUTLIER_CHECK) !== 0) ejected++;
      if ((flags & HealthFlag.PENDING_ACTIVE_HC) !== 0) pending++;
    }
    if (isPanicking(cluster)) panicking.push(cluster.config.name);
  }
  return { ejected, pending, panicking };
}

/**
 * Whether a priority of the cluster panics: fewer of its hosts can be used than the threshold, and all priorities
 * together cannot carry everything.
 */
function isPanicking({ hosts, policy, panicThreshold }: ClusterStatus): boolean {
  if (hosts.length === 0 || hosts.every(({ flags }) => flags === 0)) return false;
  const levels = new Map<number, { counted: number; usable: number }>();
  for (const { endpoint, flags } of hosts) {
    let level = levels.get(endpoint.priority);
    if (level === undefined) levels.set(endpoint.priority, level = { counted: 0, usable: 0 });
    if (!isExcluded(flags)) level.counted++;
    if (coarseHealth(flags) !== "unhealthy" && !isExcluded(flags)) level.usable++;
  }
  let available = 0, isAnyShort = false;
  for (const { counted, usable } of levels.values()) {
    if (counted > 0) available += Math.min(100, Math.floor(policy.overprovisioningFactor * usable / counted));
    if ((counted === 0 ? 0 : 100 * usable / counted) < panicThreshold) isAnyShort = true;
  }
  return available < 100 && isAnyShort;
}
