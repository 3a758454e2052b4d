/**
 * What tests know of chance and runtime. A route's `runtime_fraction` with a key is off unless the test names the key;
 * then it is as configured, a fraction of nothing being one of its smallest parts. A fraction without a key is only
 * drawn.
 */
import type { RouteConfig, RouteConfiguration } from "../../config/route_config.ts";
import { changeRoutes, routesOfMatcher } from "../../config/schema/route_matcher.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";

/** Every draw against a fraction is by a number that divides this. */
const FRACTIONS = 1_000_000n;

/** `routes` with every fraction at least its smallest part: so that a test can switch it on. */
export function withDrawableFractions(routes: RouteConfiguration): RouteConfiguration {
  return {
    ...routes,
    virtualHosts: routes.virtualHosts.map((host) => ({
      ...host,
      routes: host.routes.map(withDrawableFraction),
      matcher: host.matcher === null ? null : changeRoutes(host.matcher, (routes) => routes.map(withDrawableFraction)),
    })),
  };
}

function withDrawableFraction(route: RouteConfig): RouteConfig {
  const { runtimeFraction } = route.match;
  if (runtimeFraction === null || runtimeFraction.numerator > 0) return route;
  return { ...route, match: { ...route.match, runtimeFraction: { ...runtimeFraction, numerator: 1 } } };
}

/** The runtime of a test that switches `key` on; empty = none. `values` hold for all tests. */
export function runtimeOf(routes: RouteConfiguration, values: RuntimeRecord, key: string): RuntimeValues {
  const off = new Map<string, number>();
  for (const { runtimeFraction } of routesOf(routes).map(({ match }) => match)) {
    const name = runtimeFraction?.runtimeKey ?? "";
    if (name !== "" && name !== key) off.set(name, 0);
  }
  return new RuntimeValues({ ...values, ...Object.fromEntries(off) });
}

/**
 * `random_value` as a number that all of these routes draw the same from: itself, or what is left of it where it is
 * larger than a number can be. Null: their weights have too much in common with no number of that size.
 */
export function drawnNumber(value: bigint, routes: RouteConfiguration): number | null {
  if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
  let period = FRACTIONS;
  for (const { action } of routesOf(routes)) {
    if (action.kind !== "route" || action.cluster.kind !== "weighted") continue;
    const total = BigInt(action.cluster.clusters.reduce((sum, { weight }) => sum + weight, 0));
    period = period / commonDivisor(period, total) * total;
  }
  return period <= Number.MAX_SAFE_INTEGER ? Number(value % period) : null;
}

function routesOf(routes: RouteConfiguration): RouteConfig[] {
  return routes.virtualHosts.flatMap(({ routes, matcher }) => matcher === null ? routes : routesOfMatcher(matcher));
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}
