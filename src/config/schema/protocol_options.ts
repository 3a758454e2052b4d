/**
 * HTTP protocol options of either side: `core.v3.Http1ProtocolOptions`, `core.v3.HttpProtocolOptions` and the cluster's
 * `upstreams.http.v3.HttpProtocolOptions` (spec/http.md 1.4, 1.5; spec/upstream.md 2.2).
 */

import { z } from "zod";
import type { ClusterHttpOptions } from "../cluster_config.ts";
import type { HashPolicyConfig } from "../hash_policy_config.ts";
import type { Http1Options } from "../http_config.ts";
import type { RetryPolicyConfig } from "../retry_config.ts";
import { addUnsupported, choice, duration, flag, list, number, percent, text } from "./field.ts";
import { hashPolicySchema } from "./hash_policy.ts";
import { headerKeyFormatSchema } from "./header_key_format.ts";
import { mirrorPoliciesSchema } from "./mirror_policy.ts";
import { outlierErrorsSchema } from "./outlier_detection.ts";
import { retryPolicySchema } from "./retry_policy.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

/** What one `Http1ProtocolOptions` says. */
export interface Http1Settings {
  readonly options: Http1Options;
  /** `override_stream_error_on_invalid_http_message`, null when unset. */
  readonly overrideStreamError: boolean | null;
}

/** `Http1ProtocolOptions`. */
export const http1Schema = z.strictObject({
  allow_absolute_url: flag(true),
  accept_http_10: flag(false),
  default_host_for_http_10: text(),
  header_key_format: headerKeyFormatSchema,
  enable_trailers: flag(false),
  allow_chunked_length: flag(false),
  override_stream_error_on_invalid_http_message: z.boolean().optional(),
  send_fully_qualified_url: flag(false),
  allow_custom_methods: flag(false),
  ignore_http_11_upgrade: list(stringMatcherSchema),
}).transform((message): Http1Settings => ({
  options: {
    allowAbsoluteUrl: message.allow_absolute_url,
    acceptHttp10: message.accept_http_10,
    defaultHostForHttp10: message.default_host_for_http_10,
    enableTrailers: message.enable_trailers,
    allowChunkedLength: message.allow_chunked_length,
    allowCustomMethods: message.allow_custom_methods,
    sendFullyQualifiedUrl: message.send_fully_qualified_url,
    ignoredUpgrades: message.ignore_http_11_upgrade,
    ...message.header_key_format,
  },
  overrideStreamError: message.override_stream_error_on_invalid_http_message ?? null,
}));

/** What an absent `Http1ProtocolOptions` means. */
export const HTTP1_DEFAULTS: Http1Settings = http1Schema.parse({});

/** `common_http_protocol_options` of a connection manager. */
export const downstreamCommonSchema = z.strictObject({
  idle_timeout: duration(3_600_000),
  max_connection_duration: duration(0),
  max_connection_duration_jitter: percent(),
  max_headers_count: number(100),
  max_requests_per_connection: number(0),
  headers_with_underscores_action: choice("ALLOW", "REJECT_REQUEST", "DROP_HEADER"),
  max_stream_duration: duration(0),
});

/** `common_http_protocol_options` of a cluster. */
export const upstreamCommonSchema = z.strictObject({
  idle_timeout: duration(3_600_000),
  max_connection_duration: duration(0),
  max_headers_count: number(100),
  max_requests_per_connection: number(0),
  // Envoy's default is 60, and 80 for an HTTP/1 upstream.
  max_response_headers_kb: number(80),
  max_stream_duration: duration(0),
});

type UpstreamCommon = z.output<typeof upstreamCommonSchema>;

/** Joins what a cluster says about HTTP, old style or new. */
export function clusterHttpOptions(
  common: UpstreamCommon | undefined,
  http1: Http1Settings | undefined,
  retryPolicy: RetryPolicyConfig | null = null,
  hashPolicies: readonly HashPolicyConfig[] = [],
) {
  const settings = common ?? upstreamCommonSchema.parse({});
  return {
    http1: (http1 ?? HTTP1_DEFAULTS).options,
    idleTimeoutMs: settings.idle_timeout,
    maxConnectionDurationMs: settings.max_connection_duration,
    maxRequestsPerConnection: settings.max_requests_per_connection,
    maxHeadersCount: settings.max_headers_count,
    maxResponseHeadersKb: settings.max_response_headers_kb,
    maxStreamDurationMs: settings.max_stream_duration,
    retryPolicy,
    hashPolicies,
    mirrorPolicies: null,
    outlierErrors: null,
  } satisfies ClusterHttpOptions;
}

/** `upstreams.http.v3.HttpProtocolOptions`, HTTP/1.1 only. */
export const upstreamHttpSchema = z.strictObject({
  common_http_protocol_options: upstreamCommonSchema.optional(),
  explicit_http_config: z.strictObject({ http_protocol_options: http1Schema.optional() }).optional(),
  retry_policy: retryPolicySchema.optional(),
  hash_policy: list(hashPolicySchema),
  request_mirror_policies: mirrorPoliciesSchema,
  outlier_detection: outlierErrorsSchema.optional(),
  use_downstream_protocol_config: z.strictObject({ http_protocol_options: http1Schema.optional() }).optional(),
}).transform((message, context): ClusterHttpOptions => {
  const explicit = message.explicit_http_config, mirrored = message.use_downstream_protocol_config;
  if (explicit === undefined && mirrored === undefined) {
    addUnsupported(context, message, [], "upstream protocol is known to Envoy, not supported yet, wanted HTTP/1.1");
  }
  const http1 = explicit?.http_protocol_options ?? mirrored?.http_protocol_options;
  const { common_http_protocol_options: common, retry_policy, hash_policy } = message;
  const options = clusterHttpOptions(common, http1, retry_policy ?? null, hash_policy);
  const mirrorPolicies = message.request_mirror_policies;
  return {
    ...options,
    mirrorPolicies: mirrorPolicies.length === 0 ? null : mirrorPolicies,
    outlierErrors: message.outlier_detection ?? null,
  };
});
