/**
 * `VirtualHost.matcher`: a generic matcher in place of the list of routes (spec/http.md 2.2). It looks at request headers
 * alone and leads to one route or to a list of them; those still have conditions of their own.
 */

import { z } from "zod";
import type { MatcherConfig, OnMatchConfig } from "../matcher_tree_config.ts";
import type { RouteConfig } from "../route_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { extension } from "./extension.ts";
import { list } from "./field.ts";
import { matcherTreeSchema } from "./matcher_tree.ts";

const REFUSAL = "requirement violation while creating route match tree: INVALID_ARGUMENT:";
const ROUTE = `${TYPE_URL_PREFIX}envoy.config.route.v3.Route`;

/** The matcher, over routes as `route` reads them. */
export function routeMatcherSchema(route: z.ZodType<RouteConfig>): z.ZodType<MatcherConfig<readonly RouteConfig[]>> {
  const one = route.transform((only): readonly RouteConfig[] => [only]);
  const several = z.strictObject({ routes: list(route) }).transform(({ routes }): readonly RouteConfig[] => routes);
  const action = extension({
    what: "route action",
    packagePrefix: [],
    schemas: new Map([
      [ROUTE, { schema: one, isTerminal: false }],
      [`${ROUTE}List`, { schema: several, isTerminal: false }],
    ]),
  }).transform(({ config }) => config as readonly RouteConfig[]);
  return matcherTreeSchema({
    action,
    inputs: new Set(["request_header"]),
    inputRefusal: (typeUrl) => `${REFUSAL} Route table can only match on request headers, saw ${typeUrl}`,
    keepMatchingRefusal: `${REFUSAL} keep_matching is not supported in this context`,
  });
}

/** The same matcher with other routes at its ends. */
export function changeRoutes({ root, onNoMatch }: RouteMatcher, change: Change): RouteMatcher {
  return { root: root === null ? null : changeRoot(root, change), onNoMatch: changeEnd(onNoMatch, change) };
}

/** All routes that a matcher may lead to. */
export function routesOfMatcher(matcher: RouteMatcher): readonly RouteConfig[] {
  const found: RouteConfig[] = [];
  changeRoutes(matcher, (routes) => {
    found.push(...routes);
    return routes;
  });
  return found;
}

type RouteMatcher = MatcherConfig<readonly RouteConfig[]>;
type Change = (routes: readonly RouteConfig[]) => readonly RouteConfig[];

function changeRoot(root: NonNullable<RouteMatcher["root"]>, change: Change): RouteMatcher["root"] {
  switch (root.kind) {
    case "list":
      return {
        ...root,
        matchers: root.matchers.map((entry) => ({ ...entry, onMatch: changeEnd(entry.onMatch, change) })),
      };
    case "ip_ranges":
      return {
        ...root,
        matchers: root.matchers.map((entry) => ({ ...entry, onMatch: changeEnd(entry.onMatch, change) })),
      };
    default:
      return { ...root, entries: root.entries.map(([key, end]) => [key, changeEnd(end, change)] as const) };
  }
}

type End = OnMatchConfig<readonly RouteConfig[]>;

function changeEnd<Maybe extends End | null>(end: Maybe, change: Change): Maybe {
  if (end === null) return end;
  return (end.kind === "action"
    ? { ...end, action: change(end.action) }
    : { ...end, matcher: changeRoutes(end.matcher, change) }) as Maybe;
}
