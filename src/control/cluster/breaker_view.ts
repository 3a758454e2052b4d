/**
 * The circuit breakers of a cluster in figures: how much of each limit is used now, over all workers, and where the limit
 * comes from (spec/upstream.md 11, spec/operations.md 7.12).
 */
import { type ClusterConfig, UNLIMITED } from "../../config/cluster_config.ts";
import { LiveLimits } from "../../match/live_limits.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { type ClusterCounts, LimitKind, LimitPriority } from "../../upstream/shared_limits.ts";

/** Names of limits, as in `Thresholds`. */
export type BreakerName =
  | "max_connections"
  | "max_pending_requests"
  | "max_requests"
  | "max_retries"
  | "max_connection_pools";

/** One limit of one priority. */
export interface BreakerView {
  readonly priority: "default" | "high";
  readonly name: BreakerName;
  readonly used: number;
  /** Null = there is no limit. */
  readonly max: number | null;
  /** Of the configuration, whether it counts or not. */
  readonly configured: number | null;
  /** The runtime key that replaces it. */
  readonly runtimeKey: string;
  readonly isByRuntime: boolean;
  /** Percent of active requests that may be retries; null = there is no budget. */
  readonly budgetPercent: number | null;
}

const KINDS: Readonly<Record<BreakerName, LimitKind>> = {
  max_connections: LimitKind.CONNECTIONS,
  max_pending_requests: LimitKind.PENDING,
  max_requests: LimitKind.REQUESTS,
  max_retries: LimitKind.RETRIES,
  max_connection_pools: LimitKind.POOLS,
};

const FIELDS = {
  max_connections: "maxConnections",
  max_pending_requests: "maxPendingRequests",
  max_requests: "maxRequests",
  max_retries: "maxRetries",
  max_connection_pools: "maxConnectionPools",
} as const;

/** All of them, of both priorities. */
export function breakerViews(config: ClusterConfig, counts: ClusterCounts, runtime: RuntimeValues): BreakerView[] {
  return (["default", "high"] as const).flatMap((priority) => {
    const configured = config.circuitBreakers[priority];
    const { now } = new LiveLimits(configured, config.name, priority, runtime);
    const level = priority === "default" ? LimitPriority.DEFAULT : LimitPriority.HIGH;
    return (Object.keys(KINDS) as BreakerName[]).map((name): BreakerView => {
      const budget = name === "max_retries" ? now.retryBudget : null;
      const runtimeKey = `circuit_breakers.${config.name}.${priority}.${name}`;
      const busy = counts.active(level, LimitKind.REQUESTS) + counts.active(level, LimitKind.PENDING);
      const max = budget === null
        ? now[FIELDS[name]]
        : Math.max(budget.minConcurrency, Math.floor(busy * budget.percent / 100));
      return {
        priority,
        name,
        used: counts.active(level, KINDS[name]),
        max: boundOf(max),
        configured: boundOf(configured[FIELDS[name]]),
        runtimeKey,
        isByRuntime: budget === null && runtime.text(runtimeKey) !== null,
        budgetPercent: budget?.percent ?? null,
      };
    });
  });
}

function boundOf(limit: number): number | null {
  return limit >= UNLIMITED ? null : limit;
}
