/** `envoy.config.cluster.v3.CircuitBreakers` (spec/upstream.md 11). */

import { z } from "zod";
import { type CircuitBreakerLimits, type ClusterConfig, UNLIMITED } from "../cluster_config.ts";
import { addInvalid, choice, duration, flag, list, number } from "./field.ts";

const thresholdsSchema = z.strictObject({
  priority: choice("DEFAULT", "HIGH"),
  max_connections: number(1024),
  max_pending_requests: number(1024),
  max_requests: number(1024),
  max_retries: number(3),
  max_connection_pools: number(UNLIMITED),
  track_remaining: flag(false),
  retry_budget: z.strictObject({
    budget_percent: z.strictObject({ value: z.number().default(0) }).optional(),
    min_retry_concurrency: number(3),
    budget_interval: duration(0),
  }).optional(),
});

/** Fields of `Thresholds` that no single host has. */
const NOT_PER_HOST = [
  "max_pending_requests",
  "max_requests",
  "max_retries",
  "max_connection_pools",
  "retry_budget",
] as const;

const perHostSchema = z.strictObject({
  priority: choice("DEFAULT", "HIGH"),
  max_connections: number(UNLIMITED),
  // Nothing is said of what remains of a host's connections, in Envoy either.
  track_remaining: z.unknown().optional(),
  max_pending_requests: z.unknown().optional(),
  max_requests: z.unknown().optional(),
  max_retries: z.unknown().optional(),
  max_connection_pools: z.unknown().optional(),
  retry_budget: z.unknown().optional(),
});

type Thresholds = z.output<typeof thresholdsSchema>;

function limitsOf(thresholds: Thresholds, maxConnectionsPerHost: number): CircuitBreakerLimits {
  const { retry_budget } = thresholds;
  return {
    maxConnections: thresholds.max_connections,
    maxPendingRequests: thresholds.max_pending_requests,
    maxRequests: thresholds.max_requests,
    maxRetries: thresholds.max_retries,
    retryBudget: retry_budget === undefined ? null : {
      percent: retry_budget.budget_percent?.value ?? 20,
      minConcurrency: retry_budget.min_retry_concurrency,
      intervalMs: retry_budget.budget_interval,
    },
    maxConnectionPools: thresholds.max_connection_pools,
    maxConnectionsPerHost,
    tracksRemaining: thresholds.track_remaining,
  };
}

/**
 * `CircuitBreakers`: the first entry of a priority counts, an absent one means the defaults. Of entries that do not count
 * nothing is asked.
 */
export const circuitBreakersSchema = z.strictObject({
  thresholds: list(thresholdsSchema),
  per_host_thresholds: list(perHostSchema),
}).transform(({ thresholds, per_host_thresholds }, context): ClusterConfig["circuitBreakers"] => {
  const of = (priority: "DEFAULT" | "HIGH") => {
    const index = per_host_thresholds.findIndex((entry) => entry.priority === priority);
    const perHost = per_host_thresholds[index];
    for (const field of NOT_PER_HOST) {
      if (perHost?.[field] === undefined) continue;
      addInvalid(context, perHost, ["per_host_thresholds", index, field], "Unsupported field in per_host_thresholds");
    }
    const entry = thresholds.find((entry) => entry.priority === priority) ?? thresholdsSchema.parse({ priority });
    return limitsOf(entry, perHost?.max_connections ?? UNLIMITED);
  };
  return { default: of("DEFAULT"), high: of("HIGH") };
});

/** The limits of a cluster that sets none. */
export const DEFAULT_CIRCUIT_BREAKERS: ClusterConfig["circuitBreakers"] = circuitBreakersSchema.parse({});
