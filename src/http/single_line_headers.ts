/**
 * Fields that Envoy keeps on one line: several of a name are joined with a comma, when they are received and when one is
 * added (spec/http.md 2.3, 2.9). Every other name keeps its lines. The lists were read off Envoy 1.40.
 */

const BOTH = "cache-control content-encoding proxy-status via x-envoy-attempt-count x-envoy-decorator-operation " +
  "x-request-id";

const REQUEST = "accept accept-encoding access-control-request-headers access-control-request-method " +
  "access-control-request-private-network authorization cdn-loop grpc-accept-encoding grpc-timeout if-match " +
  "if-modified-since if-none-match if-range if-unmodified-since origin pragma referer user-agent x-client-trace-id " +
  "x-envoy-downstream-service-cluster x-envoy-downstream-service-node x-envoy-original-host x-envoy-original-path " +
  "x-forwarded-client-cert x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto";

const RESPONSE = "access-control-allow-credentials access-control-allow-headers access-control-allow-methods " +
  "access-control-allow-origin access-control-allow-private-network access-control-expose-headers " +
  "access-control-max-age age content-type date etag expires grpc-message grpc-status last-modified location vary " +
  "x-envoy-degraded x-envoy-immediate-health-check-fail x-envoy-ratelimited x-envoy-upstream-canary " +
  "x-envoy-upstream-healthchecked-cluster";

/** Names in lower case. */
export const SINGLE_LINE_REQUEST_HEADERS: ReadonlySet<string> = new Set(`${BOTH} ${REQUEST}`.split(" "));

/** Names in lower case. */
export const SINGLE_LINE_RESPONSE_HEADERS: ReadonlySet<string> = new Set(`${BOTH} ${RESPONSE}`.split(" "));
