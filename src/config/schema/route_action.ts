/** What a route does: forward to a cluster, or answer by itself (spec/http.md 2.5, 2.6, 2.11). */

import { z } from "zod";
import type { DirectResponseConfig, RouteActionConfig } from "../route_config.ts";
import { type DataReader, dataSourceSchema } from "./data_source.ts";
import { choice, number, text } from "./field.ts";
import { retryPolicySchema } from "./retry_policy.ts";
import { routeTimeoutFields, routeTimeouts } from "./route_timeouts.ts";

const NOT_FOUND_STATUS = { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 } as const;

/** `RouteAction`. */
export const routeActionSchema = z.strictObject({
  cluster: text(),
  cluster_not_found_response_code: choice("SERVICE_UNAVAILABLE", "NOT_FOUND", "INTERNAL_SERVER_ERROR"),
  prefix_rewrite: text(),
  ...routeTimeoutFields,
  retry_policy: retryPolicySchema.optional(),
}).transform((message): RouteActionConfig => ({
  kind: "route",
  cluster: message.cluster,
  clusterNotFoundStatus: NOT_FOUND_STATUS[message.cluster_not_found_response_code],
  prefixRewrite: message.prefix_rewrite,
  timeouts: routeTimeouts(message),
  retryPolicy: message.retry_policy ?? null,
}));

/** `DirectResponseAction`; files are read with `readData`. */
export function directResponseSchema(readData: DataReader): z.ZodType<DirectResponseConfig> {
  return z.strictObject({ status: number(0), body: dataSourceSchema(readData).optional() })
    .transform(({ status, body }): DirectResponseConfig => ({
      kind: "direct_response",
      status,
      body: body ?? new Uint8Array(0),
    }));
}
