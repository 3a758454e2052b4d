/** Retries as the data path sees them: plain values of the snapshot, every default filled in (spec/http.md 5). */
import type { HeaderMatcherConfig } from "./match_config.ts";

/** What `retry_on` can name, `x-envoy-retry-on` too. */
export const RETRY_CONDITION_NAMES = [
  "5xx",
  "gateway-error",
  "reset",
  "reset-before-request",
  "connect-failure",
  "refused-stream",
  "http3-post-connect-failure",
  "envoy-ratelimited",
  "retriable-4xx",
  "retriable-status-codes",
  "retriable-headers",
] as const;

/** What `retry_on` can name of gRPC, `x-envoy-retry-grpc-on` too. */
export const GRPC_RETRY_CONDITION_NAMES = [
  "cancelled",
  "deadline-exceeded",
  "resource-exhausted",
  "internal",
  "unavailable",
] as const;

/** One condition. */
export type RetryConditionName = typeof RETRY_CONDITION_NAMES[number] | typeof GRPC_RETRY_CONDITION_NAMES[number];

/** `envoy.config.route.v3.RetryPolicy`; all times in milliseconds. */
export interface RetryPolicyConfig {
  /** Empty = nothing is tried again unless a request asks for it. */
  readonly retryOn: readonly RetryConditionName[];
  readonly numRetries: number;
  /** 0 = off. */
  readonly perTryTimeoutMs: number;
  readonly perTryIdleTimeoutMs: number;
  /** Null = the default, which runtime can change. */
  readonly backOff: BackOffConfig | null;
  readonly rateLimitedBackOff: RateLimitedBackOffConfig | null;
  readonly retriableStatusCodes: readonly number[];
  readonly retriableHeaders: readonly HeaderMatcherConfig[];
  /** Only requests that match one of them are tried again; empty = all are. */
  readonly retriableRequestHeaders: readonly HeaderMatcherConfig[];
  readonly hostPredicates: readonly HostPredicateConfig[];
  /** Null = every try has the same choice of priorities. */
  readonly retryPriority: RetryPriorityConfig | null;
  /** How often a host that is not wanted is replaced before it is taken all the same. */
  readonly hostSelectionAttempts: number;
}

/** `RetryPolicy.RetryBackOff`. */
export interface BackOffConfig {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** `RetryPolicy.RateLimitedRetryBackOff`. */
export interface RateLimitedBackOffConfig {
  readonly resetHeaders: readonly ResetHeaderConfig[];
  readonly maxMs: number;
}

/** `RetryPolicy.ResetHeader`. */
export interface ResetHeaderConfig {
  /** In lower case. */
  readonly name: string;
  readonly format: "SECONDS" | "UNIX_TIMESTAMP";
}

/** Which hosts a further try should not go to. */
export type HostPredicateConfig =
  | { readonly kind: "previous_hosts" }
  | { readonly kind: "omit_canary_hosts" }
  /** Those whose `envoy.lb` metadata has all of these values. */
  | { readonly kind: "omit_host_metadata"; readonly labels: HostLabels };

/** Which priorities a further try should leave alone: `previous_priorities`, worked out anew after every so many tries. */
export interface RetryPriorityConfig {
  readonly updateFrequency: number;
}

/** A struct of `google.protobuf.Struct`, as JSON. */
export type HostLabels = Readonly<Record<string, unknown>>;

/** `CircuitBreakers.Thresholds.RetryBudget`. */
export interface RetryBudgetConfig {
  readonly percent: number;
  readonly minConcurrency: number;
  /** The share is of the requests of so long a time; 0 = of those under way. */
  readonly intervalMs: number;
}
