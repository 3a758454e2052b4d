/** Route tables in words, for the routes explorer: what each route asks, does, and whether it can ever be reached. */
import type { RouteConfigItem, RouteItem, VirtualHostItem } from "../../admin/contract/routes.ts";
import { assertNever } from "../../base/errors.ts";
import type { RouteConfig, RouteConfiguration } from "../../config/route_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteTable } from "../../route/route_table.ts";
import { type ActionFacts, weightsOf } from "./action_text.ts";
import { routesOf } from "./route_places.ts";
import { wantedText } from "./steps.ts";

/** A table, in short. */
export function tableItem(
  config: RouteConfiguration,
  source: RouteConfigItem["source"],
  version: string,
  listeners: readonly string[],
): RouteConfigItem {
  return {
    name: config.name,
    source,
    version_info: version,
    listeners: [...listeners],
    virtual_hosts: config.virtualHosts.length,
    routes: config.virtualHosts.reduce((sum, host) => sum + routesOf(host).length, 0),
  };
}

/** Its virtual hosts with their routes in order; `table` is what `config` was compiled to. */
export function virtualHostItems(
  config: RouteConfiguration,
  table: RouteTable,
  runtime: RuntimeValues,
  facts: ActionFacts,
): VirtualHostItem[] {
  return config.virtualHosts.map((host, at): VirtualHostItem => {
    const entries = table.virtualHosts[at]!.routes, configs = routesOf(host), hasMatcher = host.matcher !== null;
    return {
      name: host.name,
      domains: [...host.domains],
      require_tls: host.requireTls,
      has_matcher: hasMatcher,
      routes: configs.map((route, index) => ({
        ...routeItem(route, index, entries[index] ?? null, runtime, facts),
        hidden_by: hasMatcher ? null : hiddenBy(configs, index),
      })),
    };
  });
}

function routeItem(
  config: RouteConfig,
  index: number,
  entry: RouteEntry | null,
  runtime: RuntimeValues,
  facts: ActionFacts,
): Omit<RouteItem, "hidden_by"> {
  const { action, name } = config;
  const names = clusterShares(config, runtime);
  return {
    index,
    name,
    match: entry === null ? "" : wantedText(entry),
    action: action.kind === "route" ? names.length > 1 ? "weighted" : "cluster" : action.kind,
    target: targetText(config, names),
    clusters: names.map((one) => ({ ...one, state: facts.clusterState(one.name) })),
    timeout_ms: action.kind === "route" ? action.timeouts.timeoutMs : null,
    retries: action.kind === "route" ? action.retryPolicy?.numRetries ?? null : null,
    stat_prefix: config.statPrefix,
    filters: Object.keys(config.filterOverrides),
  };
}

function clusterShares(config: RouteConfig, runtime: RuntimeValues): { name: string; percent: number }[] {
  const { action } = config;
  if (action.kind !== "route") return [];
  if (action.cluster.kind === "cluster") return [{ name: action.cluster.name, percent: 100 }];
  return weightsOf(config, runtime);
}

function targetText({ action }: RouteConfig, shares: readonly { name: string; percent: number }[]): string {
  switch (action.kind) {
    case "route":
      if (action.cluster.kind === "header") return `the cluster that header ${action.cluster.header} names`;
      if (shares.length === 1) return shares[0]!.name;
      return shares.map(({ name, percent }) => `${name} ${Math.round(percent)} %`).join(", ");
    case "redirect":
      return `redirect with ${action.status}`;
    case "direct_response":
      return `answer ${action.status}`;
    case "non_forwarding":
      return "nothing: the route is for a server of another kind";
    default:
      return assertNever(action);
  }
}

/**
 * The first route before it that takes every request it could: one that asks for nothing but a beginning of the path, and
 * gets it whenever this one does. Null = none is that plain to see.
 */
function hiddenBy(configs: readonly RouteConfig[], index: number): number | null {
  const own = configs[index]!.match.path;
  if (own.kind !== "prefix" && own.kind !== "path" && own.kind !== "path_separated_prefix") return null;
  const at = configs.slice(0, index).findIndex(({ match }) => {
    const { path } = match;
    if (path.kind !== "prefix" || asksMore(match) || own.ignoreCase && !path.ignoreCase) return false;
    const [longer, shorter] = path.ignoreCase
      ? [own.value.toLowerCase(), path.value.toLowerCase()]
      : [own.value, path.value];
    return longer.startsWith(shorter);
  });
  return at < 0 ? null : at;
}

function asksMore(match: RouteConfig["match"]): boolean {
  const { runtimeFraction, isGrpc, headers, queryParameters, cookies, tlsContext, dynamicMetadata, filterState } =
    match;
  return runtimeFraction !== null || isGrpc || tlsContext !== null ||
    [headers, queryParameters, cookies, dynamicMetadata, filterState].some(({ length }) => length > 0);
}
