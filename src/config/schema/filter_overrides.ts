/**
 * `typed_per_filter_config`: what a route, a virtual host or a route configuration says about single HTTP filters
 * (spec/http.md 10.2). The value is a filter's own per-route message, or `FilterConfig` with or without one.
 *
 * A message of another filter than the one named loads and has no effect, as in Envoy.
 */

import { z } from "zod";
import type { FilterOverride, FilterOverrides } from "../route_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type Extension, extension, type ExtensionSchema, type ExtensionSchemas } from "./extension.ts";
import { flag } from "./field.ts";

const FILTER_CONFIG = `${TYPE_URL_PREFIX}envoy.config.route.v3.FilterConfig`;

/** The map, given the filters there are. */
export function filterOverridesSchema(httpFilters: ExtensionSchemas): z.ZodType<FilterOverrides> {
  const owners = new Map<string, string>();
  const messages = new Map<string, ExtensionSchema>();
  for (const [filterTypeUrl, { routeSchemas }] of httpFilters) {
    for (const [typeUrl, schema] of routeSchemas ?? []) {
      owners.set(typeUrl, filterTypeUrl);
      messages.set(typeUrl, { schema, isTerminal: false });
    }
  }
  const ownOverride = ({ typeUrl, config }: Extension): FilterOverride => ({
    isDisabled: false,
    filterTypeUrl: owners.get(typeUrl)!,
    config,
  });
  const point = { what: "per-route filter configuration", packagePrefix: "envoy.extensions.filters.http." };
  const own = extension({ ...point, schemas: messages }).transform(ownOverride);
  // Every type that gets here is supported, so optional or not makes no difference.
  const wrapped = z.strictObject({ config: own.optional(), is_optional: flag(false), disabled: flag(false) })
    .transform(({ config, disabled }): FilterOverride => ({
      isDisabled: disabled,
      filterTypeUrl: config?.filterTypeUrl ?? "",
      config: config?.config ?? null,
    }));
  const any = extension({
    ...point,
    schemas: new Map([...messages, [FILTER_CONFIG, { schema: wrapped, isTerminal: false }]]),
  }).transform((found) => found.typeUrl === FILTER_CONFIG ? found.config as FilterOverride : ownOverride(found));
  return z.record(z.string(), any).default({});
}
