/**
 * `…http_connection_manager.v3.ScopedRoutes`, where the scopes stand in the configuration itself (spec/http.md 1.1). Scopes
 * that are fetched, `scoped_rds`, are not read yet.
 */

import { z } from "zod";
import type { RouteConfiguration } from "../route_config.ts";
import type { RouteScopeConfig, ScopedRoutesConfig, ScopeFragmentConfig } from "../scoped_routes_config.ts";
import { addInvalid, list, text } from "./field.ts";
import { headerName } from "./header_matcher.ts";

const extractorSchema = z.strictObject({
  name: text(),
  element_separator: text(),
  index: z.number().optional(),
  element: z.strictObject({ separator: text(), key: text() }).optional(),
}).transform((message, context): ScopeFragmentConfig => {
  const { name, element_separator, index, element } = message;
  if (index === undefined && element === undefined) {
    addInvalid(context, message, [], "HeaderValueExtractor extract_type not set: wanted one of index, element");
  }
  if (index !== undefined && index > 0 && element_separator === "") {
    addInvalid(context, message, ["index"], `Index > 0 for empty string element separator: found ${index}`);
  }
  return {
    header: headerName(name),
    elementSeparator: element_separator,
    choice: element === undefined ? { kind: "index", index: index ?? 0 } : { kind: "element", ...element },
  };
});

/** `ScopedRoutes`. */
export function scopedRoutesSchema(routeConfiguration: z.ZodType<RouteConfiguration>): z.ZodType<ScopedRoutesConfig> {
  return z.strictObject({
    name: text(),
    scope_key_builder: z.strictObject({
      fragments: list(z.strictObject({ header_value_extractor: extractorSchema })),
    }),
    // Absent only beside `scoped_rds`, which is refused.
    scoped_route_configurations_list: z.strictObject({
      scoped_route_configurations: list(scopeSchema(routeConfiguration)),
    }).optional(),
  }).transform(({ scope_key_builder, scoped_route_configurations_list: scopes }): ScopedRoutesConfig => ({
    fragments: scope_key_builder.fragments.map((fragment) => fragment.header_value_extractor),
    scopes: findableScopes(scopes?.scoped_route_configurations ?? []),
  }));
}

/** `ScopedRouteConfiguration`. */
function scopeSchema(routeConfiguration: z.ZodType<RouteConfiguration>): z.ZodType<RouteScopeConfig> {
  return z.strictObject({
    name: text(),
    route_configuration_name: text(),
    route_configuration: routeConfiguration.optional(),
    key: z.strictObject({ fragments: list(z.strictObject({ string_key: text() })) }),
  }).transform((message, context): RouteScopeConfig => {
    const { name, route_configuration_name, route_configuration, key } = message;
    if (route_configuration_name !== "") {
      addInvalid(
        context,
        message,
        ["route_configuration_name"],
        "Fetching routes via RDS (route_configuration_name) is not supported with inline scoped routes.",
      );
    } else if (route_configuration === undefined) {
      addInvalid(context, message, [], "You must specify a route_configuration with inline scoped routes.");
    }
    if (route_configuration === undefined) return z.NEVER;
    return { name, key: key.fragments.map((fragment) => fragment.string_key), routeConfig: route_configuration };
  });
}

/**
 * As in Envoy a later scope takes the place of an earlier one with its key; and of one with its name, whose key leads
 * nowhere from then on, even if another scope has it too.
 */
function findableScopes(scopes: readonly RouteScopeConfig[]): readonly RouteScopeConfig[] {
  const byName = new Map<string, RouteScopeConfig>(), byKey = new Map<string, RouteScopeConfig>();
  for (const scope of scopes) {
    const former = byName.get(scope.name);
    if (former !== undefined) byKey.delete(keyText(former));
    byName.set(scope.name, scope);
    byKey.set(keyText(scope), scope);
  }
  return [...byKey.values()];
}

function keyText({ key }: RouteScopeConfig): string {
  return JSON.stringify(key);
}
