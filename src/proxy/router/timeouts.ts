/**
 * Which times a request gets and where they come from (spec/http.md 4, "effective global timeout"): the route, its
 * gRPC rules, its retry policy, and the request's own `x-envoy-*` headers, which are consumed here. What is decided is
 * told upstream in `x-envoy-expected-rq-timeout-ms` and, where it came of a `grpc-timeout`, in that.
 *
 * One object a router, used again for its next request. All in milliseconds; 0 = off.
 */
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { RouterConfig } from "../../config/http_config.ts";
import { isGrpcRequest } from "../../http/grpc.ts";
import { grpcTimeoutMs, setGrpcTimeout } from "../../http/grpc_timeout.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import type { RouteTimeouts } from "../../route/route_timeouts.ts";

const WHOLE_NUMBER = /^\+?\d{1,20}$/;
const MAX_UINT64 = 2n ** 64n - 1n;

const NUMBER_HEADERS = headerMask(
  HeaderId.xEnvoyUpstreamRqTimeoutMs,
  HeaderId.xEnvoyUpstreamRqPerTryTimeoutMs,
  HeaderId.xEnvoyExpectedRqTimeoutMs,
  HeaderId.xEnvoyUpstreamRqTimeoutAltResponse,
  HeaderId.xEnvoyUpstreamStreamDurationMs,
  HeaderId.xEnvoyHedgeOnPerTryTimeout,
);

export class RequestTimeouts {
  /** From the request's end to the response's, all tries together. */
  globalMs = 0;
  /** Of one try, from the moment when it has a connection and the request is complete. */
  perTryMs = 0;
  /** Likewise, begun anew by everything that comes from upstream. */
  perTryIdleMs = 0;
  /** Of one try, from the moment when it has a connection. */
  tryDurationMs = 0;
  /** A timeout is answered 204 instead of 504: `x-envoy-upstream-rq-timeout-alt-response`. */
  hasAltResponse = false;
  /** A try whose own time is up is not ended: it gets company. */
  hedges = false;
  #addsHeaders = false;
  #isGrpcTimeout = false;

  /** Decides, and finishes `headers` for the upstream. */
  decide(route: RouteTimeouts, cluster: ClusterConfig, router: RouterConfig, headers: HeaderList): void {
    const grpcMs = route.maxGrpcTimeoutMs !== null && isGrpcRequest(headers) ? ownGrpcTimeoutMs(route, headers) : null;
    this.globalMs = grpcMs ?? route.timeoutMs;
    const policy = cluster.http.retryPolicy ?? route;
    this.perTryMs = policy.perTryTimeoutMs;
    this.perTryIdleMs = policy.perTryIdleTimeoutMs;
    this.hedges = route.hedgesOnPerTryTimeout;
    this.tryDurationMs = cluster.http.maxStreamDurationMs;
    this.hasAltResponse = false;
    if (headers.hasAny(NUMBER_HEADERS)) this.#takeHeaders(headers, router.respectExpectedRqTimeout);
    if (this.globalMs > 0 && this.perTryMs >= this.globalMs) this.perTryMs = 0;
    this.#addsHeaders = !router.suppressEnvoyHeaders;
    this.#isGrpcTimeout = grpcMs !== null;
    this.announce(headers, 0);
  }

  /** Tells a try how much time it has. `elapsedMs`: since the request was complete. */
  announce(headers: HeaderList, elapsedMs: number): void {
    let expectedMs = this.perTryMs > 0 && !this.hedges ? this.perTryMs : this.globalMs;
    if (expectedMs === 0) return;
    // No time left is told as little: none at all would mean that there is no end to it.
    if (this.globalMs > 0) expectedMs = Math.max(1, Math.min(expectedMs, this.globalMs - elapsedMs));
    if (this.#addsHeaders) {
      headers.remove(HeaderId.xEnvoyExpectedRqTimeoutMs);
      headers.openLine(HeaderId.xEnvoyExpectedRqTimeoutMs).writeDecimal(expectedMs);
      headers.closeLine();
    }
    if (this.#isGrpcTimeout) setGrpcTimeout(headers, expectedMs);
  }

  /** What is no whole number is ignored, and consumed all the same. */
  #takeHeaders(headers: HeaderList, respectsExpected: boolean): void {
    if (respectsExpected && headers.has(HeaderId.xEnvoyExpectedRqTimeoutMs)) {
      this.globalMs = wholeNumber(headers.get(HeaderId.xEnvoyExpectedRqTimeoutMs)) ?? this.globalMs;
    } else {
      this.globalMs = takeNumber(headers, HeaderId.xEnvoyUpstreamRqTimeoutMs) ?? this.globalMs;
    }
    this.perTryMs = takeNumber(headers, HeaderId.xEnvoyUpstreamRqPerTryTimeoutMs) ?? this.perTryMs;
    this.tryDurationMs = takeNumber(headers, HeaderId.xEnvoyUpstreamStreamDurationMs) ?? this.tryDurationMs;
    this.hasAltResponse = headers.has(HeaderId.xEnvoyUpstreamRqTimeoutAltResponse);
    if (this.hasAltResponse) headers.remove(HeaderId.xEnvoyUpstreamRqTimeoutAltResponse);
    const hedges = headers.get(HeaderId.xEnvoyHedgeOnPerTryTimeout);
    if (hedges === null) return;
    if (hedges === "true" || hedges === "false") this.hedges = hedges === "true";
    headers.remove(HeaderId.xEnvoyHedgeOnPerTryTimeout);
  }
}

/** Rule 1b: what a gRPC request asks for, none being for ever, less the offset where that leaves anything, capped. */
function ownGrpcTimeoutMs({ maxGrpcTimeoutMs, grpcTimeoutOffsetMs }: RouteTimeouts, headers: HeaderList): number {
  let timeoutMs = grpcTimeoutMs(headers) ?? 0;
  if (grpcTimeoutOffsetMs < timeoutMs) timeoutMs -= grpcTimeoutOffsetMs;
  const maxMs = maxGrpcTimeoutMs!;
  return maxMs > 0 && (timeoutMs === 0 || timeoutMs > maxMs) ? maxMs : timeoutMs;
}

/** Removes a header; its value, if it is a whole number. */
function takeNumber(headers: HeaderList, id: number): number | null {
  if (!headers.has(id)) return null;
  const value = wholeNumber(headers.get(id));
  headers.remove(id);
  return value;
}

/** A header's value as a whole number of 64 bits, or null. What is past exact arithmetic is as good as for ever. */
export function wholeNumber(text: string | null): number | null {
  if (text === null || !WHOLE_NUMBER.test(text) || BigInt(text.replace("+", "")) > MAX_UINT64) return null;
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}
