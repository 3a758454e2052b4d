/** Where compiled routes stand in the configuration that they were made of. */
import type { RouteConfig, RouteConfiguration } from "../../config/route_config.ts";
import { routesOfMatcher } from "../../config/schema/route_matcher.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteTable } from "../../route/route_table.ts";

/** The routes of a virtual host in their order, those that a matcher leads to included. */
export function routesOf({ routes, matcher }: RouteConfiguration["virtualHosts"][number]): readonly RouteConfig[] {
  return matcher === null ? routes : routesOfMatcher(matcher);
}

/** A route as it is configured, and its position; null = it stands in for all of its virtual host's, or hangs on a matcher. */
export function placeOf(
  entry: RouteEntry,
  table: RouteTable,
  configuration: RouteConfiguration,
): { config: RouteConfig; index: number } | null {
  for (let at = 0; at < table.virtualHosts.length; at++) {
    const { routes } = table.virtualHosts[at]!;
    const index = routes.findIndex((route) => route === entry || route.variants.includes(entry));
    if (index >= 0) return { config: configuration.virtualHosts[at]!.routes[index]!, index };
  }
  return null;
}
