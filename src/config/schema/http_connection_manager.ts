/** `envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager` (spec/http.md 1.1, 1.5, 10.1). */

import { z } from "zod";
import { factoryName, messageNameOf, TYPE_URL_PREFIX } from "../type_url.ts";
import { subscriptionKey } from "../config_source.ts";
import type { HttpConnectionManagerConfig, HttpFilterConfig, RdsConfig, UpgradeConfig } from "../http_config.ts";
import type { AccessLogTimesConfig } from "../access_log_config.ts";
import { accessLogsSchema } from "./access_log.ts";
import { configSourceSchema } from "./config_source.ts";
import type { DataReader } from "./data_source.ts";
import { type ExtensionSchemas, namedExtension, readingWith } from "./extension.ts";
import { addInvalid, choice, duration, extensionList, flag, list, number, percent, text } from "./field.ts";
import { earlyMutationsSchema } from "./early_mutation.ts";
import { filterOverridesSchema } from "./filter_overrides.ts";
import { forwardingFields, readForwarding } from "./forwarding.ts";
import { normalizationFields, readNormalization } from "./normalization.ts";
import { downstreamCommonSchema, HTTP1_DEFAULTS, http1Schema } from "./protocol_options.ts";
import { proxyStatusSchema } from "./proxy_status.ts";
import { requestIdSchema, tracingSchema } from "./request_id.ts";
import { localReplySchema } from "./local_reply.ts";
import { routeConfigurationSchema } from "./route_configuration.ts";
import { scopedRoutesSchema } from "./scoped_routes.ts";

/** The connection manager's type URL. */
export const HCM_TYPE_URL =
  `${TYPE_URL_PREFIX}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager` as const;

const COMMON_DEFAULTS = downstreamCommonSchema.parse({});

/** `HcmAccessLogOptions`. */
const logTimesSchema = z.strictObject({
  access_log_flush_interval: duration(0),
  flush_access_log_on_new_request: flag(false),
  flush_log_on_tunnel_successfully_established: flag(false),
});

/** `Rds`. */
const rdsSchema = z.strictObject({ config_source: configSourceSchema, route_config_name: text() })
  .transform(({ config_source, route_config_name }): RdsConfig => ({
    key: subscriptionKey(config_source, route_config_name),
    routeConfigName: route_config_name,
    source: config_source,
  }));

/** What a filter chain and its filters need to be read. */
export interface FilterContext {
  readonly httpFilters: ExtensionSchemas;
  readonly data: DataReader;
}

/** `HttpConnectionManager`. */
export function httpConnectionManagerSchema(
  { httpFilters, data }: FilterContext,
): z.ZodType<HttpConnectionManagerConfig> {
  const httpFilter = namedExtension(
    { what: "HTTP filter", packagePrefix: "envoy.extensions.filters.http.", schemas: readingWith(httpFilters, data) },
    // Every type that gets here is supported, so optional or not makes no difference.
    { is_optional: flag(false), disabled: flag(false) },
  ).transform(({ name, typeUrl, config, known }): HttpFilterConfig => ({
    name,
    isDisabled: known.disabled,
    typeUrl,
    config,
  }));

  const routeConfiguration = routeConfigurationSchema(data, filterOverridesSchema(httpFilters));

  return z.strictObject({
    codec_type: choice("AUTO", "HTTP1"),
    stat_prefix: text(),
    route_config: routeConfiguration.optional(),
    rds: rdsSchema.optional(),
    scoped_routes: scopedRoutesSchema(routeConfiguration).optional(),
    http_filters: extensionList(httpFilter),
    server_name: text(),
    server_header_transformation: choice("OVERWRITE", "APPEND_IF_ABSENT", "PASS_THROUGH"),
    common_http_protocol_options: downstreamCommonSchema.optional(),
    http_protocol_options: http1Schema.optional(),
    max_request_headers_kb: number(60),
    stream_idle_timeout: duration(300_000),
    request_timeout: duration(0),
    request_headers_timeout: duration(0),
    drain_timeout: duration(5_000),
    drain_timeout_jitter: percent(),
    http1_safe_max_connection_duration: flag(false),
    delayed_close_timeout: duration(1_000),
    local_reply_config: localReplySchema(data).optional(),
    access_log: accessLogsSchema(data),
    access_log_options: logTimesSchema.optional(),
    access_log_flush_interval: duration(0),
    flush_access_log_on_new_request: flag(false),
    ...normalizationFields,
    ...forwardingFields,
    early_header_mutation_extensions: earlyMutationsSchema,
    generate_request_id: flag(true),
    preserve_external_request_id: flag(false),
    always_set_request_id_in_response: flag(false),
    request_id_extension: requestIdSchema,
    tracing: tracingSchema,
    proxy_status_config: proxyStatusSchema,
    append_local_overload: flag(false),
    proxy_100_continue: flag(false),
    stream_error_on_invalid_http_message: flag(false),
    upgrade_configs: list(
      z.strictObject({ upgrade_type: text(), filters: extensionList(httpFilter), enabled: flag(true) })
        .transform(({ upgrade_type, filters, enabled }): UpgradeConfig => ({
          type: upgrade_type.toLowerCase(),
          isEnabled: enabled,
          filters,
        })),
    ),
  }).transform((message, context): HttpConnectionManagerConfig => {
    checkTerminal(message.http_filters, httpFilters, ["http_filters"], "http filter chain", context);
    checkUpgrades(message.upgrade_configs, httpFilters, context);
    const common = message.common_http_protocol_options ?? COMMON_DEFAULTS;
    const http1 = message.http_protocol_options ?? HTTP1_DEFAULTS;
    return {
      typeUrl: HCM_TYPE_URL,
      codecType: message.codec_type,
      statPrefix: message.stat_prefix,
      routeConfig: message.route_config ?? routeConfiguration.parse({}),
      rds: message.rds ?? null,
      scopedRoutes: message.scoped_routes ?? null,
      httpFilters: message.http_filters,
      serverName: message.server_name === "" ? "envoy" : message.server_name,
      serverHeaderTransformation: message.server_header_transformation,
      http1: http1.options,
      maxRequestHeadersKb: message.max_request_headers_kb,
      maxHeadersCount: common.max_headers_count,
      maxRequestsPerConnection: common.max_requests_per_connection,
      maxConnectionDurationJitter: common.max_connection_duration_jitter,
      drainTimeoutJitter: message.drain_timeout_jitter,
      http1SafeMaxConnectionDuration: message.http1_safe_max_connection_duration,
      idleTimeoutMs: common.idle_timeout,
      streamIdleTimeoutMs: message.stream_idle_timeout,
      maxStreamDurationMs: common.max_stream_duration,
      requestTimeoutMs: message.request_timeout,
      requestHeadersTimeoutMs: message.request_headers_timeout,
      maxConnectionDurationMs: common.max_connection_duration,
      drainTimeoutMs: message.drain_timeout,
      delayedCloseTimeoutMs: message.delayed_close_timeout,
      underscores: common.headers_with_underscores_action,
      normalization: readNormalization(message, context),
      forwarding: readForwarding(message, context),
      useRemoteAddress: message.use_remote_address,
      skipXffAppend: message.skip_xff_append,
      xffNumTrustedHops: message.xff_num_trusted_hops,
      generateRequestId: message.generate_request_id,
      preserveExternalRequestId: message.preserve_external_request_id,
      alwaysSetRequestIdInResponse: message.always_set_request_id_in_response,
      requestId: message.request_id_extension,
      sampling: message.tracing ?? null,
      proxyStatus: message.proxy_status_config ?? null,
      appendLocalOverload: message.append_local_overload,
      earlyMutations: message.early_header_mutation_extensions,
      proxy100Continue: message.proxy_100_continue,
      streamErrorOnInvalidHttpMessage: http1.overrideStreamError ?? message.stream_error_on_invalid_http_message,
      localReply: message.local_reply_config ?? null,
      accessLogs: message.access_log,
      accessLogTimes: logTimes(message, context),
      upgrades: message.upgrade_configs,
    };
  });
}

/** From `access_log_options`, or the two fields from before it, which may not stand beside it. */
function logTimes(
  message: {
    readonly access_log_options?: z.output<typeof logTimesSchema> | undefined;
    readonly access_log_flush_interval: number;
    readonly flush_access_log_on_new_request: boolean;
  },
  context: z.core.$RefinementCtx,
): AccessLogTimesConfig {
  const { access_log_options: options, access_log_flush_interval, flush_access_log_on_new_request } = message;
  const old = { access_log_flush_interval, flush_access_log_on_new_request };
  if (options !== undefined) {
    for (const [field, value] of Object.entries(old)) {
      if (!value) continue;
      addInvalid(context, message, [field], `Only one of ${field} or access_log_options can be specified.`);
    }
  }
  const given = options ?? { ...old, flush_log_on_tunnel_successfully_established: false };
  return {
    flushIntervalMs: given.access_log_flush_interval,
    flushOnStart: given.flush_access_log_on_new_request,
    flushOnTunnel: given.flush_log_on_tunnel_successfully_established,
  };
}

function checkUpgrades(
  upgrades: readonly UpgradeConfig[],
  schemas: ExtensionSchemas,
  context: z.core.$RefinementCtx,
): void {
  const seen = new Set<string>();
  upgrades.forEach(({ type, filters }, index) => {
    const path = ["upgrade_configs", index];
    if (seen.has(type)) {
      const reason = `Error: multiple upgrade configs with the same name: '${type}'`;
      addInvalid(context, upgrades, [...path, "upgrade_type"], reason);
    }
    seen.add(type);
    checkTerminal(filters, schemas, [...path, "filters"], "http upgrade filter chain", context);
  });
}

/** `what`: Envoy's name for the chain at `path`. */
function checkTerminal(
  filters: readonly HttpFilterConfig[],
  schemas: ExtensionSchemas,
  path: readonly PropertyKey[],
  what: string,
  context: z.core.$RefinementCtx,
): void {
  filters.forEach((filter, index) => {
    const isLast = index === filters.length - 1;
    const isTerminal = schemas.get(filter.typeUrl)?.isTerminal ?? false;
    if (isTerminal && filter.isDisabled) {
      const reason = `Error: terminal filter named ${filter.name} cannot be disabled by default`;
      addInvalid(context, filter, [...path, index, "disabled"], reason);
    }
    if (isLast === isTerminal) return;
    const subject = `terminal filter named ${filter.name} of type ${factoryName(messageNameOf(filter.typeUrl))}`;
    const reason = isLast
      ? `Error: non-${subject} is the last filter in a ${what}.`
      : `Error: ${subject} must be the last filter in a ${what}.`;
    addInvalid(context, filter, [...path, index], reason);
  });
}
