/**
 * Fields that Envoy keeps on one line: several of a name are joined with a comma, when they are received and when one is
 * added (spec/http.md 2.3, 2.9). Every other name keeps its lines. The lists were read off Envoy 1.40.
 *
 * Differs from Envoy: of what is received only the names that denvoy acts on are joined. The others are handed on line by
 * line, which says the same (RFC 9110 section 5.2) and costs no look at every name.
 */
import { headerIdOfName, type HeaderMask, headerMask, OTHER_HEADER } from "./header_names.ts";

const BOTH = "cache-control content-encoding proxy-status via x-envoy-attempt-count x-envoy-decorator-operation " +
  "x-request-id";

const REQUEST = "accept accept-encoding access-control-request-headers access-control-request-method " +
  "access-control-request-private-network authorization cdn-loop grpc-accept-encoding grpc-timeout if-match " +
  "if-modified-since if-none-match if-range if-unmodified-since origin pragma referer user-agent x-client-trace-id " +
  "x-envoy-downstream-service-cluster x-envoy-downstream-service-node x-envoy-original-host x-envoy-original-path " +
  "x-forwarded-client-cert x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto te expect content-type " +
  "x-envoy-external-address x-envoy-retry-on x-envoy-retry-grpc-on x-envoy-max-retries x-envoy-retriable-status-codes " +
  "x-envoy-retriable-header-names x-envoy-upstream-rq-timeout-alt-response x-envoy-hedge-on-per-try-timeout " +
  "x-envoy-upstream-alt-stat-name x-envoy-ip-tags x-envoy-original-url x-envoy-upstream-rq-per-try-timeout-ms " +
  "x-envoy-upstream-rq-timeout-ms x-envoy-expected-rq-timeout-ms x-envoy-force-trace x-envoy-is-timeout-retry " +
  "x-envoy-upstream-stream-duration-ms";

const RESPONSE = "access-control-allow-credentials access-control-allow-headers access-control-allow-methods " +
  "access-control-allow-origin access-control-allow-private-network access-control-expose-headers " +
  "access-control-max-age age content-type date server etag expires grpc-message grpc-status last-modified location vary " +
  "x-envoy-degraded x-envoy-immediate-health-check-fail x-envoy-ratelimited x-envoy-upstream-canary " +
  "x-envoy-upstream-healthchecked-cluster";

/** Names in lower case. */
export const SINGLE_LINE_REQUEST_HEADERS: ReadonlySet<string> = new Set(`${BOTH} ${REQUEST}`.split(" "));

/** Names in lower case. */
export const SINGLE_LINE_RESPONSE_HEADERS: ReadonlySet<string> = new Set(`${BOTH} ${RESPONSE}`.split(" "));

/** Those of requests that have a number. `connection` is read line by line, and `host` on two lines is refused. */
export const SINGLE_LINE_REQUEST_MASK: HeaderMask = maskOf(SINGLE_LINE_REQUEST_HEADERS);

/** Those of responses that have a number. */
export const SINGLE_LINE_RESPONSE_MASK: HeaderMask = maskOf(SINGLE_LINE_RESPONSE_HEADERS);

function maskOf(names: ReadonlySet<string>): HeaderMask {
  return headerMask(...[...names].map(headerIdOfName).filter((id) => id !== OTHER_HEADER));
}
