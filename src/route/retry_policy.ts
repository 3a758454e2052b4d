/**
 * A `RetryPolicy`, compiled: the conditions as one set of bits, the header tests ready to run (spec/http.md 5). What a
 * single request asks for on top, in `x-envoy-*` headers, is joined to it by the router.
 */
import {
  type BackOffConfig,
  GRPC_RETRY_CONDITION_NAMES,
  type HostLabels,
  type HostPredicateConfig,
  type RateLimitedBackOffConfig,
  RETRY_CONDITION_NAMES,
  type RetryConditionName,
  type RetryPolicyConfig,
} from "../config/retry_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { compileHeaderMatcher, type HeaderMatcher } from "../match/header_matcher.ts";

/** A bit for each condition. */
export const RetryOn = {
  "5xx": 1 << 0,
  "gateway-error": 1 << 1,
  "reset": 1 << 2,
  "reset-before-request": 1 << 3,
  "connect-failure": 1 << 4,
  "refused-stream": 1 << 5,
  "http3-post-connect-failure": 1 << 6,
  "envoy-ratelimited": 1 << 7,
  "retriable-4xx": 1 << 8,
  "retriable-status-codes": 1 << 9,
  "retriable-headers": 1 << 10,
  "cancelled": 1 << 11,
  "deadline-exceeded": 1 << 12,
  "resource-exhausted": 1 << 13,
  "internal": 1 << 14,
  "unavailable": 1 << 15,
} as const satisfies Record<RetryConditionName, number>;

/** gRPC status to the condition that is about it. */
export const GRPC_RETRY_BITS: Readonly<Record<number, number>> = {
  1: RetryOn["cancelled"],
  4: RetryOn["deadline-exceeded"],
  8: RetryOn["resource-exhausted"],
  13: RetryOn["internal"],
  14: RetryOn["unavailable"],
};

export class RetryPolicy {
  /** Bits of {@link RetryOn}; 0 = nothing is tried again unless a request asks for it. */
  readonly conditions: number;
  readonly numRetries: number;
  readonly perTryTimeoutMs: number;
  readonly perTryIdleTimeoutMs: number;
  readonly backOff: BackOffConfig | null;
  readonly rateLimitedBackOff: RateLimitedBackOffConfig | null;
  readonly statusCodes: readonly number[];
  readonly headers: readonly HeaderMatcher[];
  readonly hostSelectionAttempts: number;
  /** After how many tries at a time others of the cluster's priorities are chosen; 0 = tries are all alike. */
  readonly priorityUpdateFrequency: number;
  readonly omitsPreviousHosts: boolean;
  readonly omitsCanaryHosts: boolean;
  /** Hosts with all labels of one of these sets are not wanted. */
  readonly omittedLabels: readonly HostLabels[];
  readonly #requestHeaders: readonly HeaderMatcher[];

  constructor(config: RetryPolicyConfig) {
    this.conditions = config.retryOn.reduce((bits, name) => bits | RetryOn[name], 0);
    this.numRetries = config.numRetries;
    this.perTryTimeoutMs = config.perTryTimeoutMs;
    this.perTryIdleTimeoutMs = config.perTryIdleTimeoutMs;
    this.backOff = config.backOff;
    this.rateLimitedBackOff = config.rateLimitedBackOff;
    this.statusCodes = config.retriableStatusCodes;
    this.headers = config.retriableHeaders.map(compileHeaderMatcher);
    this.hostSelectionAttempts = config.hostSelectionAttempts;
    this.priorityUpdateFrequency = config.retryPriority?.updateFrequency ?? 0;
    this.omitsPreviousHosts = config.hostPredicates.some(({ kind }) => kind === "previous_hosts");
    this.omitsCanaryHosts = config.hostPredicates.some(({ kind }) => kind === "omit_canary_hosts");
    this.omittedLabels = config.hostPredicates.flatMap(labelsOf);
    this.#requestHeaders = config.retriableRequestHeaders.map(compileHeaderMatcher);
  }

  /** Whether requests like this one are tried again at all. */
  allows(request: RequestHead): boolean {
    const matchers = this.#requestHeaders;
    return matchers.length === 0 || matchers.some((matcher) => matcher.matchesRequest(request));
  }
}

/** What counts for a request that asks for retries where no policy says anything. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = new RetryPolicy({
  retryOn: [],
  numRetries: 1,
  perTryTimeoutMs: 0,
  perTryIdleTimeoutMs: 0,
  backOff: null,
  rateLimitedBackOff: null,
  retriableStatusCodes: [],
  retriableHeaders: [],
  retriableRequestHeaders: [],
  hostPredicates: [],
  retryPriority: null,
  hostSelectionAttempts: 1,
});

/** The conditions in an `x-envoy-retry-on`; words that name none are ignored. */
export function retryOnBits(list: string): number {
  return bitsOf(list, RETRY_CONDITION_NAMES);
}

/** The conditions in an `x-envoy-retry-grpc-on`. */
export function retryGrpcOnBits(list: string): number {
  return bitsOf(list, GRPC_RETRY_CONDITION_NAMES);
}

function bitsOf(list: string, names: readonly RetryConditionName[]): number {
  let bits = 0;
  for (const word of list.split(",")) {
    const name = names.find((known) => known === word.trim());
    if (name !== undefined) bits |= RetryOn[name];
  }
  return bits;
}

/** No labels at all are no reason to omit a host. */
function labelsOf(predicate: HostPredicateConfig): HostLabels[] {
  if (predicate.kind !== "omit_host_metadata" || Object.keys(predicate.labels).length === 0) return [];
  return [predicate.labels];
}
