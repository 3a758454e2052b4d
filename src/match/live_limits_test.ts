import assert from "node:assert/strict";
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import { LiveLimits } from "./live_limits.ts";
import { RuntimeValues } from "./runtime_values.ts";

const LIMITS: CircuitBreakerLimits = {
  maxConnections: 1,
  maxPendingRequests: 2,
  maxRequests: 3,
  maxRetries: 4,
  retryBudget: null,
  maxConnectionPools: 5,
  maxConnectionsPerHost: 6,
  tracksRemaining: false,
};

function limitsWith(values: Record<string, string | number>, config: Partial<CircuitBreakerLimits> = {}) {
  const keys = Object.entries(values).map(([key, value]) => [`circuit_breakers.a.b.high.${key}`, value]);
  return new LiveLimits({ ...LIMITS, ...config }, "a.b", "high", new RuntimeValues(Object.fromEntries(keys))).now;
}

Deno.test("LiveLimits are the configured ones where runtime says nothing of use", () => {
  assert.deepEqual(limitsWith({}), LIMITS);
  assert.deepEqual(limitsWith({ max_connections: "many", max_requests: -1, max_else: 7 }), LIMITS);
});

Deno.test("LiveLimits are runtime's, each by its key", () => {
  const values = {
    max_connections: 10,
    max_pending_requests: "20",
    max_requests: 0,
    max_retries: 4.9,
    max_connection_pools: 7,
  };
  assert.deepEqual(limitsWith(values), {
    ...LIMITS,
    maxConnections: 10,
    maxPendingRequests: 20,
    maxRequests: 0,
    maxRetries: 4,
    maxConnectionPools: 7,
  });
});

Deno.test("LiveLimits have a retry budget as soon as runtime has one of its two keys", () => {
  const budget = (values: Record<string, string | number>, retryBudget: CircuitBreakerLimits["retryBudget"] = null) =>
    limitsWith(values, { retryBudget }).retryBudget;
  assert.deepEqual(budget({ "retry_budget.budget_percent": 5.5 }), { percent: 5.5, minConcurrency: 3, intervalMs: 0 });
  assert.deepEqual(budget({ "retry_budget.min_retry_concurrency": 7 }), {
    percent: 20,
    minConcurrency: 7,
    intervalMs: 0,
  });
  assert.deepEqual(budget({ "retry_budget.budget_percent": "x" }), { percent: 20, minConcurrency: 3, intervalMs: 0 });
  assert.equal(budget({ "retry_budget.budget_interval": 100 }), null);
  const configured = { percent: 50, minConcurrency: 1, intervalMs: 1000 };
  assert.deepEqual(budget({}, configured), configured);
  assert.deepEqual(budget({ "retry_budget.budget_interval": 0, "retry_budget.budget_percent": 1 }, configured), {
    percent: 1,
    minConcurrency: 1,
    intervalMs: 0,
  });
});

Deno.test("LiveLimits follow runtime when it has other values", () => {
  const runtime = new RuntimeValues();
  const limits = new LiveLimits(LIMITS, "a", "default", runtime);
  const before = limits.now;
  assert.equal(limits.now, before);
  runtime.replace({ "circuit_breakers.a.default.max_retries": 9 });
  assert.equal(limits.now.maxRetries, 9);
  runtime.replace({});
  assert.deepEqual(limits.now, LIMITS);
});
