/** What a route table names: clusters, and filters that it configures for itself. Found once for each table. */
import type { FilterOverrides } from "../config/filter_override_config.ts";
import type { RouteActionConfig, RouteConfig, RouteConfiguration } from "../config/route_config.ts";
import { routesOfMatcher } from "../config/schema/route_matcher.ts";

/** What is found. */
export interface RouteFacts {
  /** In the order in which they are first named; those that a header names are not known. */
  readonly clusters: ReadonlySet<string>;
  /** By the filter's name: at how many places something is said of it. */
  readonly overrides: ReadonlyMap<string, number>;
}

const known = new WeakMap<RouteConfiguration, RouteFacts>();

/** Of a table. */
export function routeFacts(config: RouteConfiguration): RouteFacts {
  const found = known.get(config) ?? findFacts(config);
  known.set(config, found);
  return found;
}

function findFacts(config: RouteConfiguration): RouteFacts {
  const clusters = new Set<string>(), overrides = new Map<string, number>();
  const count = (given: FilterOverrides) => {
    for (const name of Object.keys(given)) overrides.set(name, (overrides.get(name) ?? 0) + 1);
  };
  const visit = ({ action, filterOverrides }: RouteConfig) => {
    count(filterOverrides);
    if (action.kind === "route") nameClusters(action, clusters, count);
  };
  count(config.filterOverrides);
  for (const { routes, matcher, filterOverrides } of config.virtualHosts) {
    count(filterOverrides);
    for (const route of matcher === null ? routes : routesOfMatcher(matcher)) visit(route);
  }
  return { clusters, overrides };
}

function nameClusters(
  { cluster, mirrorPolicies }: RouteActionConfig,
  clusters: Set<string>,
  count: (given: FilterOverrides) => void,
): void {
  if (cluster.kind === "cluster") clusters.add(cluster.name);
  if (cluster.kind === "weighted") {
    for (const { cluster: one, filterOverrides } of cluster.clusters) {
      count(filterOverrides);
      if (one.kind === "cluster") clusters.add(one.name);
    }
  }
  for (const mirror of mirrorPolicies) if (mirror.cluster !== "") clusters.add(mirror.cluster);
}
