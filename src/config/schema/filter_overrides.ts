/**
 * `typed_per_filter_config`: what a route, a virtual host or a route configuration says about single HTTP filters
 * (spec/http.md 10.2). The value is a filter's own per-route message, or `FilterConfig` with or without one.
 *
 * A message of another filter than the one named loads and has no effect, as in Envoy.
 */

import { z } from "zod";
import type { FilterOverride, FilterOverrides } from "../filter_override_config.ts";
import { canonicalTypeUrl, messageNameOf, TYPE_URL_PREFIX } from "../type_url.ts";
import { extension, type ExtensionSchema, type ExtensionSchemas } from "./extension.ts";
import { addInvalid, flag, raiseIssues } from "./field.ts";

const FILTER_CONFIG = `${TYPE_URL_PREFIX}envoy.config.route.v3.FilterConfig`;

const anySchema = z.record(z.string(), z.unknown());
type Any = z.output<typeof anySchema>;

const filterConfigSchema = z.object({
  config: anySchema.optional(),
  is_optional: flag(false),
  disabled: flag(false),
});

const ENABLED: FilterOverride = { isDisabled: false, filterTypeUrl: "", config: null };
const DISABLED: FilterOverride = { isDisabled: true, filterTypeUrl: "", config: null };

/** The map, given the filters there are. */
export function filterOverridesSchema(httpFilters: ExtensionSchemas): z.ZodType<FilterOverrides> {
  const own = ownMessageSchema(httpFilters);
  return z.record(z.string(), anySchema).default({}).transform((map, context): FilterOverrides => {
    const entries = Object.entries(map).map(([name, any]): [string, FilterOverride] => {
      if (typeUrlOf(any) !== FILTER_CONFIG) return [name, readOwn(name, any, [name])];
      const { config, is_optional, disabled } = filterConfigSchema.parse(any);
      // Off is off: what else it says is not looked at.
      if (disabled) return [name, DISABLED];
      if (config === undefined) {
        addInvalid(context, any, [name], `Empty route/virtual host per filter configuration for ${name} filter`);
      } else if (Object.keys(config).length > 0 && !(is_optional && isRouteless(config))) {
        return [name, readOwn(name, config, [name, "config"])];
      }
      return [name, ENABLED];
    });
    return Object.fromEntries(entries);

    function readOwn(name: string, any: Any, path: readonly string[]): FilterOverride {
      if (isRouteless(any)) {
        const reason = `The filter ${name} doesn't support virtual host or route specific configurations`;
        addInvalid(context, any, path, reason);
        return ENABLED;
      }
      const result = own.safeParse(any);
      if (result.success) return result.data;
      raiseIssues(context, result.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })), any);
      return ENABLED;
    }
  });

  /** It is of a filter about which routes can say nothing but whether it is on. */
  function isRouteless(any: Any): boolean {
    const filter = httpFilters.get(typeUrlOf(any));
    return filter !== undefined && filter.routeSchemas === undefined;
  }
}

/** A filter's own per-route message. */
function ownMessageSchema(httpFilters: ExtensionSchemas): z.ZodType<FilterOverride> {
  const owners = new Map<string, string>();
  const schemas = new Map<string, ExtensionSchema>();
  for (const [filterTypeUrl, { routeSchemas }] of httpFilters) {
    for (const [typeUrl, schema] of routeSchemas ?? []) {
      owners.set(typeUrl, filterTypeUrl);
      schemas.set(typeUrl, { schema, isTerminal: false });
    }
  }
  const point = { what: "per-route filter configuration", packagePrefix: "envoy.extensions.filters.http.", schemas };
  return extension(point).transform(({ typeUrl, config }): FilterOverride => ({
    isDisabled: false,
    filterTypeUrl: owners.get(typeUrl)!,
    config,
  }));
}

function typeUrlOf(any: Any): string {
  const written = any["@type"];
  return typeof written === "string" && messageNameOf(written) !== "" ? canonicalTypeUrl(written) : "";
}
