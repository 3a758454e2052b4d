/**
 * One connection manager configuration, compiled for a worker: what all its connections share. A connection keeps the
 * context it was accepted with; a new configuration makes a new context.
 */
import { latin1Bytes } from "../base/ascii.ts";
import type { Random, RandomBytes } from "../base/random.ts";
import type { HttpConnectionManagerConfig } from "../config/http_config.ts";
import type { StringMatcherConfig } from "../config/match_config.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import type { H1ServerOptions } from "../codec/h1/options.ts";
import type { FilterRegistry } from "../filter/registry.ts";
import type { ServerHealth } from "../filter/server_health.ts";
import type { HttpDate } from "../http/date.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import { StringMatcher } from "../match/string_matcher.ts";
import type { AccessLogger } from "../observe/access_log/logger.ts";
import type { StatStore } from "../observe/stats/store.ts";
import { RouteTable } from "../route/route_table.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { ClusterSet } from "../upstream/cluster_set.ts";
import { ChainPlan } from "./chain/chain_plan.ts";
import { UpgradePlan } from "./chain/upgrade_plan.ts";
import type { DrainState } from "./drain.ts";
import { HcmStats, type ListenerStats, ResponseClassStats } from "./hcm_stats.ts";

/** What a worker has once and every context uses. */
export interface WorkerServices {
  readonly loop: EventLoop;
  readonly stats: StatStore;
  readonly clusters: ClusterSet;
  /** One object for the worker's life; a new snapshot replaces its values. */
  readonly runtime: RuntimeValues;
  readonly registry: FilterRegistry;
  readonly health: ServerHealth;
  readonly random: Random;
  readonly requestIdBytes: RandomBytes;
  readonly date: HttpDate;
  readonly drain: DrainState;
  /** This machine's address: what a client on loopback is called in `x-forwarded-for`. */
  readonly ownAddress: string;
}

export class HcmContext {
  readonly config: HttpConnectionManagerConfig;
  readonly services: WorkerServices;
  readonly stats: HcmStats;
  readonly listenerStats: ListenerStats;
  /** The listener's own count of answers: `listener.<address>.http.<stat_prefix>.`. */
  readonly listenerRqClasses: ResponseClassStats;
  readonly routeTable: RouteTable;
  readonly codecOptions: H1ServerOptions;
  readonly serverName: Uint8Array;
  readonly chain: ChainPlan;
  readonly upgrades: UpgradePlan;
  /** How much of a body may wait at a filter: `per_connection_buffer_limit_bytes`; 0 = no limit. */
  readonly bufferLimitBytes: number;
  /** Null when nothing is logged: a stream then keeps no text for it. */
  readonly accessLogger: AccessLogger | null;

  constructor(
    config: HttpConnectionManagerConfig,
    services: WorkerServices,
    listenerStats: ListenerStats,
    accessLogger: AccessLogger | null,
    bufferLimitBytes: number,
    node: NodeIdentity,
  ) {
    this.config = config;
    this.services = services;
    this.listenerStats = listenerStats;
    this.accessLogger = accessLogger;
    const tag = { name: "envoy.http_conn_manager_prefix", value: config.statPrefix };
    const scope = services.stats.scope(`http.${config.statPrefix}`, tag);
    this.stats = new HcmStats(scope);
    this.listenerRqClasses = new ResponseClassStats(listenerStats.scope.scope(`http.${config.statPrefix}`, tag));
    this.routeTable = new RouteTable(config.routeConfig);
    this.codecOptions = {
      ...config.http1,
      maxHeadersKb: config.maxRequestHeadersKb,
      maxHeadersCount: config.maxHeadersCount,
      ignoresUpgrade: anyOf(config.http1.ignoredUpgrades),
      refuseHttpsTarget: config.useRemoteAddress && config.xffNumTrustedHops === 0,
    };
    this.serverName = latin1Bytes(config.serverName);
    const filterServices = {
      clusters: services.clusters,
      runtime: services.runtime,
      stats: scope,
      health: services.health,
      bufferLimitBytes,
      ownAddress: services.ownAddress,
      node,
    };
    this.chain = new ChainPlan(config.httpFilters, services.registry, filterServices);
    this.upgrades = new UpgradePlan(config.upgrades, this.chain, services.registry, filterServices);
    this.bufferLimitBytes = bufferLimitBytes;
  }
}

/** Whether any of them fits; null = there are none. */
function anyOf(configs: readonly StringMatcherConfig[]): H1ServerOptions["ignoresUpgrade"] {
  if (configs.length === 0) return null;
  const matchers = configs.map((config) => new StringMatcher(config));
  return (text) => matchers.some((matcher) => matcher.matchesText(text));
}
