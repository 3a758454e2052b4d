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

/** All routes that a matcher may lead to. */
export function routesOfMatcher({ root, onNoMatch }: MatcherConfig<readonly RouteConfig[]>): readonly RouteConfig[] {
  return [...ends(root), onNoMatch].flatMap((end) => {
    if (end === null) return [];
    return end.kind === "action" ? end.action : routesOfMatcher(end.matcher);
  });
}

function ends(
  root: MatcherConfig<readonly RouteConfig[]>["root"],
): readonly (OnMatchConfig<readonly RouteConfig[]> | null)[] {
  if (root === null) return [];
  if (root.kind === "list" || root.kind === "ip_ranges") return root.matchers.map(({ onMatch }) => onMatch);
  return root.entries.map(([, onMatch]) => onMatch);
}
