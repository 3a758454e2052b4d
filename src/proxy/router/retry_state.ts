/**
 * Whether a request whose try has ended is tried again, and when (spec/http.md 5). One object for the request, made only
 * where retries are possible; it knows nothing of connections or streams.
 *
 * ```
 *   a try ends ──▶ would it be tried again? ── no ──────────────────────────────▶ no
 *                              │ yes
 *                       retries left? ── no ──────────────────────────────────▶ limit
 *                              │ yes: one less
 *                       breaker closed? ── no ────────────────────────────────▶ overflow
 *                              │ yes
 *                      upstream.use_retry ── off ─────────────────────────────▶ no
 *                              └──▶ retry, after a back-off
 * ```
 *
 * The circuit breaker counts a retry from this decision until the next one, or until the request is over.
 */
import type { FaultCode } from "../../base/fault.ts";
import type { Random } from "../../base/random.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { GRPC_RETRY_BITS, retryGrpcOnBits, RetryOn, retryOnBits, type RetryPolicy } from "../../route/retry_policy.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { CircuitBreaker } from "../../upstream/circuit_breaker.ts";
import type { LimitPriority } from "../../upstream/shared_limits.ts";
import type { RequestTallies } from "./request_tallies.ts";
import { BackOff } from "./back_off.ts";
import { wholeNumber } from "./timeouts.ts";

/** What a request may say about its retries; consumed by the router. */
export const RETRY_HEADERS = headerMask(
  HeaderId.xEnvoyRetryOn,
  HeaderId.xEnvoyRetryGrpcOn,
  HeaderId.xEnvoyMaxRetries,
  HeaderId.xEnvoyRetriableStatusCodes,
  HeaderId.xEnvoyRetriableHeaderNames,
);

const GRPC_CONDITIONS = Object.values(GRPC_RETRY_BITS).reduce((bits, bit) => bits | bit, 0);
const MAX_RETRIES = 2 ** 32 - 1;

/** What becomes of a request whose try has ended. */
export type RetryVerdict = "no" | "limit" | "overflow" | "retry";

/** What a decision looks at beside the policy. */
export interface RetryServices {
  readonly runtime: RuntimeValues;
  readonly random: Random;
}

export class RetryState {
  readonly #policy: RetryPolicy;
  readonly #cluster: Cluster;
  readonly #breaker: CircuitBreaker;
  readonly #services: RetryServices;
  readonly #tallies: RequestTallies;
  readonly #backOff: BackOff;
  readonly #conditions: number;
  readonly #statusCodes: readonly number[];
  readonly #headerNames: readonly string[];
  #retriesLeft: number;
  /** A retry of ours is counted by the circuit breaker. */
  #isCounted = false;

  private constructor(
    policy: RetryPolicy,
    asked: AskedRetries,
    cluster: Cluster,
    priority: LimitPriority,
    services: RetryServices,
    tallies: RequestTallies,
  ) {
    this.#policy = policy;
    this.#cluster = cluster;
    this.#breaker = cluster.breakers[priority];
    this.#services = services;
    this.#tallies = tallies;
    this.#backOff = new BackOff(policy, services);
    this.#conditions = policy.conditions | asked.conditions;
    this.#statusCodes = [...policy.statusCodes, ...asked.statusCodes];
    this.#headerNames = asked.headerNames;
    this.#retriesLeft = asked.maxRetries ?? policy.numRetries;
  }

  /** For a request with its `x-envoy-*` headers still on it; null = it is never tried again. */
  static of(
    policy: RetryPolicy,
    request: RequestHead,
    cluster: Cluster,
    priority: LimitPriority,
    services: RetryServices,
    tallies: RequestTallies,
  ): RetryState | null {
    const { headers } = request;
    if (policy.conditions === 0 && !headers.hasAny(RETRY_HEADERS)) return null;
    const asked = askedBy(headers);
    if ((policy.conditions | asked.conditions) === 0 || !policy.allows(request)) return null;
    return new RetryState(policy, asked, cluster, priority, services, tallies);
  }

  // ---- would it be tried again?

  /** An answer's head has come. */
  wouldRetryHead(head: ResponseHead): boolean {
    const conditions = this.#conditions, { status, headers } = head;
    // It comes from another proxy's rate limiting, and trying again would defeat that unless asked for.
    if (headers.findName("x-envoy-ratelimited") >= 0) return (conditions & RetryOn["envoy-ratelimited"]) !== 0;
    const is5xx = status >= 500 && status < 600, isGatewayError = status >= 502 && status <= 504;
    if (is5xx && conditions & RetryOn["5xx"]) return true;
    if (isGatewayError && conditions & RetryOn["gateway-error"]) return true;
    if (status === 409 && conditions & RetryOn["retriable-4xx"]) return true;
    if (conditions & RetryOn["retriable-status-codes"] && this.#statusCodes.includes(status)) return true;
    if (conditions & RetryOn["retriable-headers"] && this.#hasRetriableHeader(head)) return true;
    return (conditions & GRPC_CONDITIONS) !== 0 && (conditions & grpcBit(headers)) !== 0;
  }

  /** A try has failed without an answer. `isBegun`: some try of the request has sent something upstream. */
  wouldRetryFault(code: FaultCode, isBegun: boolean): boolean {
    const conditions = this.#conditions;
    if (code === "overflow") return false;
    if (conditions & (RetryOn["reset"] | RetryOn["5xx"] | RetryOn["gateway-error"])) return true;
    if (!isBegun && conditions & RetryOn["reset-before-request"]) return true;
    const isConnectFailure = code === "connect_failure" || code === "connect_timeout";
    return isConnectFailure && (conditions & RetryOn["connect-failure"]) !== 0;
  }

  // ---- is it?

  /** Decides; `retry` has been counted, and its back-off comes from {@link RetryState.backOffMs}. */
  decide(wouldRetry: boolean): RetryVerdict {
    const { stats } = this.#cluster;
    if (this.#isCounted && !wouldRetry) {
      stats.rqRetrySuccess.inc();
      this.#tallies.onRetrySuccess();
    }
    this.release();
    if (!wouldRetry) return "no";
    if (this.#retriesLeft === 0) {
      stats.rqRetryLimitExceeded.inc();
      this.#tallies.onRetryLimitExceeded();
      return "limit";
    }
    this.#retriesLeft--;
    this.#isCounted = this.#breaker.acquireRetry();
    if (!this.#isCounted) {
      stats.rqRetryOverflow.inc();
      this.#tallies.onRetryOverflow();
      return "overflow";
    }
    const { runtime, random } = this.#services;
    if (!runtime.percent("upstream.use_retry", 100, random.whole())) {
      this.release();
      return "no";
    }
    stats.rqRetry.inc();
    this.#tallies.onRetry();
    return "retry";
  }

  /** How long the retry just decided on waits. `head`: the answer that caused it; null = there was none. */
  backOffMs(head: ResponseHead | null, nowWallMs: number): number {
    const { stats } = this.#cluster;
    const limitedMs = head === null ? null : this.#backOff.rateLimitedMs(head.headers, nowWallMs);
    if (limitedMs !== null) {
      stats.rqRetryBackoffRatelimited.inc();
      return limitedMs;
    }
    stats.rqRetryBackoffExponential.inc();
    return this.#backOff.nextMs();
  }

  /** The request is over, or no more retries are wanted. */
  release(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#breaker.releaseRetry();
  }

  // ----

  #hasRetriableHeader(head: ResponseHead): boolean {
    if (this.#policy.headers.some((matcher) => matcher.matchesResponse(head))) return true;
    return this.#headerNames.some((name) => head.headers.findName(name) >= 0);
  }
}

/** What a request's headers ask for. */
interface AskedRetries {
  readonly conditions: number;
  readonly maxRetries: number | null;
  readonly statusCodes: readonly number[];
  readonly headerNames: readonly string[];
}

const NOTHING: AskedRetries = { conditions: 0, maxRetries: null, statusCodes: [], headerNames: [] };

function askedBy(headers: HeaderList): AskedRetries {
  if (!headers.hasAny(RETRY_HEADERS)) return NOTHING;
  const retryOn = headers.get(HeaderId.xEnvoyRetryOn), grpcOn = headers.get(HeaderId.xEnvoyRetryGrpcOn);
  const maxRetries = wholeNumber(headers.get(HeaderId.xEnvoyMaxRetries));
  return {
    conditions: (retryOn === null ? 0 : retryOnBits(retryOn)) | (grpcOn === null ? 0 : retryGrpcOnBits(grpcOn)),
    maxRetries: maxRetries === null ? null : Math.min(maxRetries, MAX_RETRIES),
    statusCodes: itemsOf(headers.get(HeaderId.xEnvoyRetriableStatusCodes)).map(wholeNumber).filter((code) =>
      code !== null
    ),
    headerNames: itemsOf(headers.get(HeaderId.xEnvoyRetriableHeaderNames)).map((name) => name.toLowerCase()),
  };
}

function itemsOf(list: string | null): string[] {
  return (list ?? "").split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** The condition that the `grpc-status` of an answer without a body meets; 0 = none. */
function grpcBit(headers: HeaderList): number {
  const status = wholeNumber(headers.get(HeaderId.grpcStatus));
  return status === null ? 0 : GRPC_RETRY_BITS[status] ?? 0;
}
