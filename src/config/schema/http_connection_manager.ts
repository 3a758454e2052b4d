/** `envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager` (spec/http.md 1.1, 1.5, 10.1). */

import { z } from "zod";
import { factoryName, messageNameOf, TYPE_URL_PREFIX } from "../type_url.ts";
import type { HttpConnectionManagerConfig, HttpFilterConfig, UpgradeConfig } from "../http_config.ts";
import { accessLogsSchema } from "./access_log.ts";
import type { DataReader } from "./data_source.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, addUnsupported, choice, duration, extensionList, flag, list, number, text } from "./field.ts";
import { filterOverridesSchema } from "./filter_overrides.ts";
import { downstreamCommonSchema, HTTP1_DEFAULTS, http1Schema } from "./protocol_options.ts";
import { routeConfigurationSchema } from "./route_configuration.ts";

/** The connection manager's type URL. */
export const HCM_TYPE_URL =
  `${TYPE_URL_PREFIX}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager` as const;

const COMMON_DEFAULTS = downstreamCommonSchema.parse({});

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
    { what: "HTTP filter", packagePrefix: "envoy.extensions.filters.http.", schemas: httpFilters },
    // Every type that gets here is supported, so optional or not makes no difference.
    { is_optional: flag(false), disabled: flag(false) },
  ).transform(({ name, typeUrl, config, known }): HttpFilterConfig => ({
    name,
    isDisabled: known.disabled,
    typeUrl,
    config,
  }));

  return z.strictObject({
    codec_type: choice("AUTO", "HTTP1"),
    stat_prefix: text(),
    route_config: routeConfigurationSchema(data, filterOverridesSchema(httpFilters)).optional(),
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
    delayed_close_timeout: duration(1_000),
    access_log: accessLogsSchema,
    use_remote_address: flag(false),
    xff_num_trusted_hops: number(0),
    skip_xff_append: flag(false),
    generate_request_id: flag(true),
    preserve_external_request_id: flag(false),
    always_set_request_id_in_response: flag(false),
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
    if (message.route_config === undefined) {
      addUnsupported(
        context,
        message,
        [],
        "no route_config given: dynamic routes are known to Envoy, not supported yet",
      );
      return z.NEVER;
    }
    checkTerminal(message.http_filters, httpFilters, ["http_filters"], "http filter chain", context);
    checkUpgrades(message.upgrade_configs, httpFilters, context);
    const common = message.common_http_protocol_options ?? COMMON_DEFAULTS;
    const http1 = message.http_protocol_options ?? HTTP1_DEFAULTS;
    return {
      typeUrl: HCM_TYPE_URL,
      codecType: message.codec_type,
      statPrefix: message.stat_prefix,
      routeConfig: message.route_config,
      httpFilters: message.http_filters,
      serverName: message.server_name === "" ? "envoy" : message.server_name,
      serverHeaderTransformation: message.server_header_transformation,
      http1: http1.options,
      maxRequestHeadersKb: message.max_request_headers_kb,
      maxHeadersCount: common.max_headers_count,
      maxRequestsPerConnection: common.max_requests_per_connection,
      idleTimeoutMs: common.idle_timeout,
      streamIdleTimeoutMs: message.stream_idle_timeout,
      maxStreamDurationMs: common.max_stream_duration,
      requestTimeoutMs: message.request_timeout,
      requestHeadersTimeoutMs: message.request_headers_timeout,
      drainTimeoutMs: message.drain_timeout,
      delayedCloseTimeoutMs: message.delayed_close_timeout,
      useRemoteAddress: message.use_remote_address,
      skipXffAppend: message.skip_xff_append,
      xffNumTrustedHops: message.xff_num_trusted_hops,
      generateRequestId: message.generate_request_id,
      preserveExternalRequestId: message.preserve_external_request_id,
      alwaysSetRequestIdInResponse: message.always_set_request_id_in_response,
      proxy100Continue: message.proxy_100_continue,
      streamErrorOnInvalidHttpMessage: http1.overrideStreamError ?? message.stream_error_on_invalid_http_message,
      accessLogs: message.access_log,
      upgrades: message.upgrade_configs,
    };
  });
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
