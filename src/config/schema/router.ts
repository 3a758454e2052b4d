/** `envoy.extensions.filters.http.router.v3.Router`: the filter that ends every HTTP chain (spec/http.md 10.3). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { RouterConfig } from "../http_config.ts";
import { accessLogsSchema } from "./access_log.ts";
import { type DataReader, NO_DATA } from "./data_source.ts";
import type { ExtensionSchema } from "./extension.ts";
import { duration, flag, list } from "./field.ts";

/** The router's type URL. */
export const ROUTER_TYPE_URL = `${TYPE_URL_PREFIX}envoy.extensions.filters.http.router.v3.Router`;

/** `UpstreamAccessLogOptions`. */
const logTimesSchema = z.strictObject({
  flush_upstream_log_on_upstream_stream: flag(false),
  upstream_log_flush_interval: duration(0),
});

/** `Router`; files that log formats are in are read with `readData`. */
function routerMessage(readData: DataReader): z.ZodType<RouterConfig> {
  return z.strictObject({
    dynamic_stats: flag(true),
    suppress_envoy_headers: flag(false),
    respect_expected_rq_timeout: flag(false),
    strict_check_headers: list(z.string()),
    reject_connect_request_early_data: flag(false),
    upstream_log: accessLogsSchema(readData),
    upstream_log_options: logTimesSchema.optional(),
  }).transform((message): RouterConfig => ({
    suppressEnvoyHeaders: message.suppress_envoy_headers,
    dynamicStats: message.dynamic_stats,
    respectExpectedRqTimeout: message.respect_expected_rq_timeout,
    strictCheckHeaders: message.strict_check_headers,
    rejectConnectRequestEarlyData: message.reject_connect_request_early_data,
    upstreamLogs: message.upstream_log,
    upstreamLogTimes: {
      flushIntervalMs: message.upstream_log_options?.upstream_log_flush_interval ?? 0,
      flushOnStart: message.upstream_log_options?.flush_upstream_log_on_upstream_stream ?? false,
      flushOnTunnel: false,
    },
  }));
}

/** How the router's message is read. */
export const routerSchemas: Pick<ExtensionSchema, "schema" | "schemaReading"> = {
  schema: routerMessage(NO_DATA),
  schemaReading: routerMessage,
};
