/** `envoy.config.route.v3.VirtualHost` and its routes (spec/http.md 2.1, 2.4). */

import { z } from "zod";
import type { FilterOverrides, RouteConfig, VirtualHostConfig } from "../route_config.ts";
import type { DataReader } from "./data_source.ts";
import { addInvalid, list, text } from "./field.ts";
import { directResponseSchema, routeActionSchema } from "./route_action.ts";
import { routeMatchSchema } from "./route_match.ts";

/** `VirtualHost`. */
export function virtualHostSchema(
  readData: DataReader,
  filterOverrides: z.ZodType<FilterOverrides>,
): z.ZodType<VirtualHostConfig> {
  const route = z.strictObject({
    name: text(),
    match: routeMatchSchema,
    route: routeActionSchema.optional(),
    direct_response: directResponseSchema(readData).optional(),
    typed_per_filter_config: filterOverrides,
  }).transform((message, context): RouteConfig => {
    const action = message.route ?? message.direct_response;
    if (action === undefined) {
      addInvalid(context, message, [], "no action given: wanted route or direct_response");
      return z.NEVER;
    }
    return { name: message.name, match: message.match, action, filterOverrides: message.typed_per_filter_config };
  });
  return z.strictObject({
    name: text(),
    domains: list(z.string()),
    routes: list(route),
    typed_per_filter_config: filterOverrides,
  }).transform(({ name, domains, routes, typed_per_filter_config }): VirtualHostConfig => ({
    name,
    domains,
    routes,
    filterOverrides: typed_per_filter_config,
  }));
}
