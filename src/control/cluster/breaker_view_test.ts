import { deepEqual, equal } from "node:assert/strict";
import { type ClusterConfig, UNLIMITED } from "../../config/cluster_config.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { LimitKind, LimitPriority, SharedLimits } from "../../upstream/shared_limits.ts";
import { breakerViews } from "./breaker_view.ts";

const LIMITS = {
  maxConnections: 10,
  maxPendingRequests: 20,
  maxRequests: 30,
  maxRetries: 3,
  retryBudget: null,
  maxConnectionPools: UNLIMITED,
  maxConnectionsPerHost: UNLIMITED,
  tracksRemaining: false,
};

function views(runtime: Record<string, string | number> = {}, changes = {}) {
  const shared = new SharedLimits(2);
  shared.addPages([SharedLimits.newPage(2)]);
  shared.cluster(5, 0).add(LimitPriority.DEFAULT, LimitKind.REQUESTS, 4);
  shared.cluster(5, 1).add(LimitPriority.DEFAULT, LimitKind.REQUESTS, 36);
  const circuitBreakers = { default: { ...LIMITS, ...changes }, high: LIMITS };
  const config = { name: "web", circuitBreakers } as ClusterConfig;
  return breakerViews(config, shared.cluster(5, 0), new RuntimeValues(runtime));
}

Deno.test("breakerViews() add up what all workers use, beside the limit", () => {
  deepEqual(views().slice(0, 5).map(({ name, used, max }) => [name, used, max]), [
    ["max_connections", 0, 10],
    ["max_pending_requests", 0, 20],
    ["max_requests", 40, 30],
    ["max_retries", 0, 3],
    ["max_connection_pools", 0, null],
  ]);
  equal(views().filter(({ priority }) => priority === "high").every(({ used }) => used === 0), true);
});

Deno.test("breakerViews() say when runtime gives the limit, and what was configured", () => {
  const found = views({ "circuit_breakers.web.default.max_requests": 99 }).find(({ name }) => name === "max_requests")!;
  deepEqual([found.max, found.configured, found.isByRuntime], [99, 30, true]);
  equal(found.runtimeKey, "circuit_breakers.web.default.max_requests");
});

Deno.test("breakerViews() make of a budget what it allows now", () => {
  const retryBudget = { percent: 20, minConcurrency: 3, intervalMs: 0 };
  const found = views({}, { retryBudget }).find(({ name }) => name === "max_retries")!;
  // 20 % of the 40 requests under way.
  deepEqual([found.max, found.budgetPercent, found.isByRuntime], [8, 20, false]);
});
