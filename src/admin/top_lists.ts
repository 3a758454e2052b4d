/**
 * Which clusters to look at first: the slowest, those with most errors, those nearest to a limit of their circuit
 * breakers (spec/console.md 5.1). Over all clusters, however many the console has at hand.
 */
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import type { ClusterItem } from "./contract/clusters.ts";
import type { TopItem, TopLists } from "./contract/overview.ts";

/** Rows of each list. */
const LENGTH = 5;

/** Below this share of a limit a breaker is as good as empty. */
const LEAST_SHARE = 0.01;

/** Makes the lists. `limitsOf`: what a cluster's traffic is held against; null = it is no more. */
export function topLists(
  items: readonly ClusterItem[],
  limitsOf: (cluster: string) => CircuitBreakerLimits | null,
): TopLists {
  return {
    slowest: highest(items, ({ p99 }) => p99),
    errors: highest(items, ({ error_ratio, rps }) => (error_ratio ?? 0) * (rps ?? 0) || null),
    breakers: highest(items, (item) => {
      // Most clusters of very many have nothing to do.
      if (item.active_cx + item.active_rq + item.pending_rq === 0) return null;
      const limits = limitsOf(item.name);
      return limits === null ? null : fullness(item, limits);
    }),
  };
}

/** The part of its nearest limit that a cluster uses; null when next to nothing. */
function fullness(item: ClusterItem, limits: CircuitBreakerLimits): number | null {
  const share = Math.max(
    item.active_cx / limits.maxConnections,
    item.active_rq / limits.maxRequests,
    item.pending_rq / limits.maxPendingRequests,
  );
  return Number.isFinite(share) && share >= LEAST_SHARE ? share : null;
}

function highest(items: readonly ClusterItem[], valueOf: (item: ClusterItem) => number | null): TopItem[] {
  const top: TopItem[] = [];
  for (const item of items) {
    const value = valueOf(item);
    if (value === null || top.length === LENGTH && value <= top[LENGTH - 1]!.value) continue;
    const at = top.findIndex((other) => other.value < value);
    top.splice(at < 0 ? top.length : at, 0, { cluster: item.name, value });
    top.length = Math.min(top.length, LENGTH);
  }
  return top;
}
