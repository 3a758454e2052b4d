/** One listener as its page shows it: what a connection passes on its way in, up to the routes and the clusters they name. */
import type { HttpConnectionManagerConfig, HttpFilterConfig } from "../config/http_config.ts";
import type { FilterChainConfig } from "../config/listener_config.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type { ChainView, HttpFilterView, ListenerItem, ListenerView, ManagerView } from "./contract/listeners.ts";
import type { ListenerGlance, ListenerSource } from "./listener_source.ts";
import { type RouteFacts, routeFacts } from "./route_facts.ts";

/** Route tables and clusters that are named; there can be thousands. */
const MAX_NAMED = 100;

/** `glance` null: it was never taken. */
export function listenerView(
  item: ListenerItem,
  glance: ListenerGlance | null,
  workers: ListenerView["workers"],
  source: ListenerSource,
  wallMs: number,
): ListenerView {
  const config = glance?.config;
  return {
    item,
    updated_ms: glance?.updatedMs ?? null,
    drain_reason: glance?.drain?.reason ?? null,
    waits: (glance?.warming?.waits ?? []).map((wait) => ({
      kind: wait.kind,
      name: wait.subject,
      source: wait.source,
      since_ms: wait.sinceMs,
      deadline_ms: wait.untilMs,
      last_error: wait.lastError,
    })),
    superseded: glance?.warming?.superseded ?? 0,
    older: (glance?.older ?? []).map(({ versionInfo, endsInMs }) => {
      return { version_info: versionInfo, ends_ms: Math.round(wallMs + endsInMs) };
    }),
    reuse_port: config?.enableReusePort ?? true,
    buffer_limit_bytes: config?.perConnectionBufferLimitBytes ?? 0,
    drains_on_health_failure: config?.drainsOnHealthFailure ?? true,
    chains: (config?.filterChains ?? []).map((chain) => chainView(chain, source)),
    workers,
  };
}

function chainView({ name, filters }: FilterChainConfig, source: ListenerSource): ChainView {
  // There is no filter chain matching yet: the one chain takes every connection.
  return { name, match: [], filters: filters.map((manager) => managerView(manager, source)) };
}

function managerView(manager: HttpConnectionManagerConfig, source: ListenerSource): ManagerView {
  const tables = tablesOf(manager, source), clusters = new Set<string>();
  const facts = tables.flatMap(({ config }) => config === null ? [] : [routeFacts(config)]);
  for (const { clusters: names } of facts) for (const name of names) clusters.add(name);
  return {
    type: shortType(manager.typeUrl),
    stat_prefix: manager.statPrefix,
    codec: manager.codecType,
    http_filters: manager.httpFilters.map((filter) => filterView(filter, facts)),
    routes: tables.slice(0, MAX_NAMED).map(({ name, source, config }) => {
      return { name, source, is_there: config !== null, virtual_hosts: config?.virtualHosts.length ?? 0 };
    }),
    clusters: [...clusters].slice(0, MAX_NAMED).map((name) => ({ name, state: source.clusterState(name) })),
    clusters_total: clusters.size,
    timeouts: {
      request_headers_timeout: manager.requestHeadersTimeoutMs,
      request_timeout: manager.requestTimeoutMs,
      stream_idle_timeout: manager.streamIdleTimeoutMs,
      max_stream_duration: manager.maxStreamDurationMs,
      idle_timeout: manager.idleTimeoutMs,
      max_connection_duration: manager.maxConnectionDurationMs,
      drain_timeout: manager.drainTimeoutMs,
      delayed_close_timeout: manager.delayedCloseTimeoutMs,
    },
    limits: {
      max_request_headers_kb: manager.maxRequestHeadersKb,
      max_headers_count: manager.maxHeadersCount,
      max_requests_per_connection: manager.maxRequestsPerConnection,
    },
  };
}

interface Table {
  readonly name: string;
  readonly source: "static" | "rds" | "scoped";
  /** Null = it has not come. */
  readonly config: RouteConfiguration | null;
}

function tablesOf({ rds, scopedRoutes, routeConfig }: HttpConnectionManagerConfig, source: ListenerSource): Table[] {
  if (rds !== null) return [{ name: rds.routeConfigName, source: "rds", config: source.routesOf(rds.key) }];
  if (scopedRoutes === null) return [{ name: routeConfig.name, source: "static", config: routeConfig }];
  const tables = new Map(scopedRoutes.scopes.map(({ routeConfig }) => [routeConfig.name, routeConfig]));
  return Array.from(tables, ([name, config]) => ({ name, source: "scoped", config }));
}

function filterView({ name, typeUrl, isDisabled }: HttpFilterConfig, facts: readonly RouteFacts[]): HttpFilterView {
  const overrides = facts.reduce((sum, { overrides }) => sum + (overrides.get(name) ?? 0), 0);
  return { name, type: shortType(typeUrl), disabled: isDisabled, overrides };
}

function shortType(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf(".") + 1);
}
