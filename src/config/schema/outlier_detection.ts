/**
 * `envoy.config.cluster.v3.OutlierDetection`, and `HttpProtocolOptions.outlier_detection`: which responses are errors
 * (spec/upstream.md 6.1, 2.2).
 */
import { z } from "zod";
import type { ErrorMatcherConfig, OutlierConfig } from "../outlier_config.ts";
import { addInvalid, duration, flag, list, number } from "./field.ts";
import { headerMatcherSchema } from "./header_matcher.ts";

const DEFAULT_MAX_EJECTION_TIME_MS = 300_000;
/** Not given: the default depends on `base_ejection_time`. */
const UNSET = -1;

/** `OutlierDetection`; an empty one switches detection on. */
export const outlierDetectionSchema = z.strictObject({
  consecutive_5xx: number(5),
  consecutive_gateway_failure: number(5),
  consecutive_local_origin_failure: number(5),
  interval: duration(10_000),
  base_ejection_time: duration(30_000),
  max_ejection_time: duration(UNSET),
  max_ejection_time_jitter: duration(0),
  max_ejection_percent: number(10),
  always_eject_one_host: flag(false),
  split_external_local_origin_errors: flag(false),
  successful_active_health_check_uneject_host: flag(true),
  success_rate_minimum_hosts: number(5),
  success_rate_request_volume: number(100),
  success_rate_stdev_factor: number(1900),
  failure_percentage_minimum_hosts: number(5),
  failure_percentage_request_volume: number(50),
  failure_percentage_threshold: number(85),
  enforcing_consecutive_5xx: number(100),
  enforcing_consecutive_gateway_failure: number(0),
  enforcing_consecutive_local_origin_failure: number(100),
  enforcing_success_rate: number(100),
  enforcing_local_origin_success_rate: number(100),
  enforcing_failure_percentage: number(0),
  enforcing_failure_percentage_local_origin: number(0),
}).transform((message, context): OutlierConfig => {
  const { base_ejection_time: baseMs, max_ejection_time: givenMs } = message;
  const maxMs = givenMs === UNSET ? Math.max(DEFAULT_MAX_EJECTION_TIME_MS, baseMs) : givenMs;
  if (maxMs < baseMs) {
    const reason = "outlier detector's max_ejection_time cannot be smaller than base_ejection_time";
    addInvalid(context, message, ["max_ejection_time"], reason);
  }
  return {
    intervalMs: message.interval,
    baseEjectionTimeMs: baseMs,
    maxEjectionTimeMs: maxMs,
    maxEjectionTimeJitterMs: message.max_ejection_time_jitter,
    maxEjectionPercent: message.max_ejection_percent,
    alwaysEjectsOneHost: message.always_eject_one_host,
    splitsOrigins: message.split_external_local_origin_errors,
    unejectsByHealthCheck: message.successful_active_health_check_uneject_host,
    consecutive5xx: message.consecutive_5xx,
    consecutiveGatewayFailure: message.consecutive_gateway_failure,
    consecutiveLocalOriginFailure: message.consecutive_local_origin_failure,
    successRateMinimumHosts: message.success_rate_minimum_hosts,
    successRateRequestVolume: message.success_rate_request_volume,
    successRateStdevFactor: message.success_rate_stdev_factor,
    failurePercentageMinimumHosts: message.failure_percentage_minimum_hosts,
    failurePercentageRequestVolume: message.failure_percentage_request_volume,
    failurePercentageThreshold: message.failure_percentage_threshold,
    enforcing: {
      consecutive_5xx: message.enforcing_consecutive_5xx,
      consecutive_gateway_failure: message.enforcing_consecutive_gateway_failure,
      consecutive_local_origin_failure: message.enforcing_consecutive_local_origin_failure,
      success_rate: message.enforcing_success_rate,
      local_origin_success_rate: message.enforcing_local_origin_success_rate,
      failure_percentage: message.enforcing_failure_percentage,
      local_origin_failure_percentage: message.enforcing_failure_percentage_local_origin,
    },
  };
});

/** `MatchPredicate`: what looks at requests, trailers and bodies is refused, for it never holds of a response's head. */
const errorMatcherSchema: z.ZodType<ErrorMatcherConfig> = z.lazy(() =>
  z.strictObject({
    or_match: rulesSchema.optional(),
    and_match: rulesSchema.optional(),
    not_match: errorMatcherSchema.optional(),
    any_match: z.boolean().optional(),
    http_response_headers_match: z.strictObject({ headers: list(headerMatcherSchema) }).optional(),
  })
).transform((message): ErrorMatcherConfig => {
  if (message.or_match !== undefined) return { kind: "any", rules: message.or_match.rules };
  if (message.and_match !== undefined) return { kind: "all", rules: message.and_match.rules };
  if (message.not_match !== undefined) return { kind: "not", rule: message.not_match };
  if (message.http_response_headers_match === undefined) return { kind: "always" };
  return { kind: "headers", headers: message.http_response_headers_match.headers };
});

const rulesSchema = z.strictObject({ rules: list(errorMatcherSchema) });

/** `HttpProtocolOptions.OutlierDetection`. */
export const outlierErrorsSchema = z.strictObject({ error_matcher: errorMatcherSchema })
  .transform(({ error_matcher }) => error_matcher);
