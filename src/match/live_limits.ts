/**
 * What the circuit breaker of one priority of a cluster is held against: the configured limits, and what runtime makes of
 * them under `circuit_breakers.<cluster>.<default|high>.` (spec/operations.md 7.12, spec/upstream.md 11). They are read
 * on every request, so they are made anew only when runtime has other values.
 */
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import type { RetryBudgetConfig } from "../config/retry_config.ts";
import type { RuntimeValues } from "./runtime_values.ts";

/** What a budget is that only runtime asks for. */
const DEFAULT_BUDGET: RetryBudgetConfig = { percent: 20, minConcurrency: 3, intervalMs: 0 };

export class LiveLimits {
  readonly #config: CircuitBreakerLimits;
  readonly #runtime: RuntimeValues;
  readonly #prefix: string;
  #generation: number;
  #now: CircuitBreakerLimits;

  /** `cluster`: its name, whatever its stats are called. */
  constructor(
    config: CircuitBreakerLimits,
    cluster: string,
    priority: "default" | "high",
    runtime: RuntimeValues,
  ) {
    this.#config = config;
    this.#runtime = runtime;
    this.#prefix = `circuit_breakers.${cluster}.${priority}.`;
    this.#generation = runtime.generation;
    this.#now = this.#read();
  }

  /** The limits at this moment. */
  get now(): CircuitBreakerLimits {
    if (this.#generation !== this.#runtime.generation) {
      this.#generation = this.#runtime.generation;
      this.#now = this.#read();
    }
    return this.#now;
  }

  #read(): CircuitBreakerLimits {
    const config = this.#config;
    const limit = (name: string, byDefault: number) => this.#runtime.number(this.#prefix + name, byDefault);
    return {
      maxConnections: limit("max_connections", config.maxConnections),
      maxPendingRequests: limit("max_pending_requests", config.maxPendingRequests),
      maxRequests: limit("max_requests", config.maxRequests),
      maxRetries: limit("max_retries", config.maxRetries),
      retryBudget: this.#readBudget(),
      maxConnectionPools: limit("max_connection_pools", config.maxConnectionPools),
      maxConnectionsPerHost: config.maxConnectionsPerHost,
      tracksRemaining: config.tracksRemaining,
    };
  }

  /** Either of the two keys switches a budget on, even where its value is of no use; the interval's does not. */
  #readBudget(): RetryBudgetConfig | null {
    const runtime = this.#runtime, prefix = `${this.#prefix}retry_budget.`;
    const percentKey = `${prefix}budget_percent`, concurrencyKey = `${prefix}min_retry_concurrency`;
    const isAsked = runtime.text(percentKey) !== null || runtime.text(concurrencyKey) !== null;
    const config = this.#config.retryBudget ?? (isAsked ? DEFAULT_BUDGET : null);
    if (config === null) return null;
    return {
      percent: runtime.double(percentKey, config.percent),
      minConcurrency: runtime.number(concurrencyKey, config.minConcurrency),
      intervalMs: runtime.number(`${prefix}budget_interval`, config.intervalMs),
    };
  }
}
