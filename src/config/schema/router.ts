/** `envoy.extensions.filters.http.router.v3.Router`: the filter that ends every HTTP chain (spec/http.md 10.3). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { RouterConfig } from "../http_config.ts";
import { flag, list } from "./field.ts";

/** The router's type URL. */
export const ROUTER_TYPE_URL = `${TYPE_URL_PREFIX}envoy.extensions.filters.http.router.v3.Router`;

/** `Router`. */
export const routerSchema: z.ZodType<RouterConfig> = z.strictObject({
  dynamic_stats: flag(true),
  suppress_envoy_headers: flag(false),
  respect_expected_rq_timeout: flag(false),
  strict_check_headers: list(z.string()),
  reject_connect_request_early_data: flag(false),
}).transform((message): RouterConfig => ({
  suppressEnvoyHeaders: message.suppress_envoy_headers,
  dynamicStats: message.dynamic_stats,
  respectExpectedRqTimeout: message.respect_expected_rq_timeout,
  strictCheckHeaders: message.strict_check_headers,
  rejectConnectRequestEarlyData: message.reject_connect_request_early_data,
}));
