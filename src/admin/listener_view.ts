/** One listener as its page shows it: what a connection passes on its way in, up to the routes and the clusters they name. */
import type { HttpConnectionManagerConfig, HttpFilterConfig } from "../config/http_config.ts";
import type { FilterChainConfig } from "../config/listener_config.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type {
  ChainView,
  HttpFilterView,
  ListenerItem,
  ListenerNote,
  ListenerView,
  ManagerView,
} from "./contract/listeners.ts";
import type { ListenerDrain, ListenerGlance, ListenerSource } from "./listener_source.ts";
import { listenerSteps } from "./listener_steps.ts";
import { type RouteFacts, routeFacts } from "./route_facts.ts";

/** Route tables and clusters that are named; there can be thousands. */
const MAX_NAMED = 100;

const DRAINS: Readonly<Record<ListenerDrain["reason"], string>> = {
  removed: "It was removed and serves the connections it has",
  stopped: "It was stopped: it accepts nothing any more",
  operator: "An operator asked for it to drain: connections are told to go, new ones are still taken",
  shutdown: "The process is on its way out",
};

/** `glance` null: it was never taken. */
export function listenerView(
  item: ListenerItem,
  glance: ListenerGlance | null,
  workers: ListenerView["workers"],
  source: ListenerSource,
  wallMs: number,
): ListenerView {
  const config = glance?.config;
  const view: Omit<ListenerView, "steps"> = {
    item,
    updated_ms: glance?.updatedMs ?? null,
    notes: [
      ...item.error === null ? [] : [{ kind: "refused" as const, text: item.error, until_ms: null }],
      ...glance === null ? [] : notesOf(glance, item.drain_ends_ms, wallMs),
    ],
    reuse_port: config?.enableReusePort ?? true,
    buffer_limit_bytes: config?.perConnectionBufferLimitBytes ?? 0,
    drains_on_health_failure: config?.drainsOnHealthFailure ?? true,
    chains: (config?.filterChains ?? []).map((chain) => chainView(chain, source)),
    workers,
  };
  return { ...view, steps: listenerSteps(view) };
}

function notesOf(
  { drain, warming, older }: ListenerGlance,
  drainEndsMs: number | null,
  wallMs: number,
): ListenerNote[] {
  const waits = (warming?.waits ?? []).map(({ kind, subject, source, untilMs, lastError }): ListenerNote => {
    const failure = lastError === "" ? "" : `: ${lastError}`;
    return { kind: "wait", text: `Waits for ${kind} ${subject} from ${source}${failure}`, until_ms: untilMs };
  });
  return [
    ...drain === null ? [] : [{ kind: "drain" as const, text: DRAINS[drain.reason], until_ms: drainEndsMs }],
    ...waits,
    ...older.map(({ versionInfo, endsInMs }): ListenerNote => ({
      kind: "older",
      text: `Connections of its version ${versionInfo || "before this one"} may go on`,
      until_ms: Math.round(wallMs + endsInMs),
    })),
  ];
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
