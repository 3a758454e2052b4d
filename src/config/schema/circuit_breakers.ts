/** `envoy.config.cluster.v3.CircuitBreakers` (spec/upstream.md 11). */

import { z } from "zod";
import type { CircuitBreakerLimits, ClusterConfig } from "../cluster_config.ts";
import { choice, duration, list, number } from "./field.ts";

const thresholdsSchema = z.strictObject({
  priority: choice("DEFAULT", "HIGH"),
  max_connections: number(1024),
  max_pending_requests: number(1024),
  max_requests: number(1024),
  max_retries: number(3),
  retry_budget: z.strictObject({
    budget_percent: z.strictObject({ value: z.number().default(0) }).optional(),
    min_retry_concurrency: number(3),
    budget_interval: duration(0),
  }).optional(),
});

function limitsOf(thresholds: z.output<typeof thresholdsSchema>): CircuitBreakerLimits {
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
  };
}

/** `CircuitBreakers`: the first entry of a priority counts, an absent one means the defaults. */
export const circuitBreakersSchema = z.strictObject({ thresholds: list(thresholdsSchema) })
  .transform(({ thresholds }): ClusterConfig["circuitBreakers"] => {
    const of = (priority: "DEFAULT" | "HIGH") =>
      limitsOf(thresholds.find((entry) => entry.priority === priority) ?? thresholdsSchema.parse({ priority }));
    return { default: of("DEFAULT"), high: of("HIGH") };
  });

/** The limits of a cluster that sets none. */
export const DEFAULT_CIRCUIT_BREAKERS: ClusterConfig["circuitBreakers"] = circuitBreakersSchema.parse({});
