/**
 * One connection manager configuration, compiled for a worker: what all its connections share. A connection keeps the
 * context it was accepted with; a new configuration makes a new context.
 */
import type { Random, RandomBytes } from "../base/random.ts";
import type { HttpConnectionManagerConfig } from "../config/http_config.ts";
import type { ListenerConfig } from "../config/listener_config.ts";
import type { StringMatcherConfig } from "../config/match_config.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import type { H1ServerOptions, UnderscoreGuard } from "../codec/h1/options.ts";
import type { FilterRegistry } from "../filter/registry.ts";
import type { ServerHealth } from "../filter/server_health.ts";
import type { HttpDate } from "../http/date.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import { StringMatcher } from "../match/string_matcher.ts";
import { AccessLogger, type AccessLogServices } from "../observe/access_log/logger.ts";
import type { ListenerFacts } from "../observe/connection_facts.ts";
import type { StatStore } from "../observe/stats/store.ts";
import { RouteSlot, type RouteSlots } from "../route/route_slot.ts";
import { ScopedRoutes } from "../route/scoped_routes.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { ClusterSet } from "../upstream/cluster_set.ts";
import type { ListenerLog } from "./connection_log.ts";
import { ChainPlan } from "./chain/chain_plan.ts";
import { UpgradePlan } from "./chain/upgrade_plan.ts";
import { type DrainState, ListenerDrain } from "./drain.ts";
import { HeadPlan } from "./head/head_plan.ts";
import { Http1CodecStats } from "../observe/stats/codec_stats.ts";
import { HcmStats, type ListenerStats, ResponseClassStats } from "./hcm_stats.ts";
import type { OverloadActions } from "./overload.ts";
import { ReplyMapping } from "./reply_mapping.ts";
import { statTallies } from "./router/stat_tally.ts";

/** What a worker has once and every context uses. */
export interface WorkerServices {
  readonly loop: EventLoop;
  readonly stats: StatStore;
  readonly clusters: ClusterSet;
  /** Routes that come by RDS. */
  readonly routeSlots: RouteSlots;
  /** One object for the worker's life; a new snapshot replaces its values. */
  readonly runtime: RuntimeValues;
  readonly registry: FilterRegistry;
  readonly health: ServerHealth;
  readonly random: Random;
  readonly requestIdBytes: RandomBytes;
  readonly date: HttpDate;
  readonly drain: DrainState;
  readonly overload: OverloadActions;
  readonly accessLog: AccessLogServices;
  /** This machine's address: what a client on loopback is called in `x-forwarded-for`. */
  readonly ownAddress: string;
}

/** What the listener says of its connections. */
export type ListenerLimits = Pick<
  ListenerConfig,
  "perConnectionBufferLimitBytes" | "drainsOnHealthFailure" | "trafficDirection"
>;

export class HcmContext {
  readonly config: HttpConnectionManagerConfig;
  readonly services: WorkerServices;
  readonly stats: HcmStats;
  /** Of the codec, over all listeners. */
  readonly http1Stats: Http1CodecStats;
  readonly listenerStats: ListenerStats;
  /** The listener's own count of answers: `listener.<address>.http.<stat_prefix>.`. */
  readonly listenerRqClasses: ResponseClassStats;
  readonly routes: RouteSlot;
  readonly codecOptions: H1ServerOptions;
  /** What is done to the heads of requests and responses. */
  readonly headPlan: HeadPlan;
  readonly chain: ChainPlan;
  readonly upgrades: UpgradePlan;
  /** How much of a body may wait at a filter: `per_connection_buffer_limit_bytes`; 0 = no limit. */
  readonly bufferLimitBytes: number;
  /** Which of its connections are told to go. */
  readonly drain: ListenerDrain;
  /** Null when nothing is logged. */
  readonly accessLogger: AccessLogger | null;
  /** What the configuration makes of our own replies; null = they go as they are. */
  readonly replyMapping: ReplyMapping | null;
  readonly listenerFacts: ListenerFacts;
  /** Of connections; null = they are not logged. */
  readonly connectionLogger: AccessLogger | null;

  constructor(
    config: HttpConnectionManagerConfig,
    services: WorkerServices,
    listenerStats: ListenerStats,
    listenerLog: ListenerLog,
    listener: ListenerLimits,
    node: NodeIdentity,
  ) {
    this.config = config;
    this.services = services;
    this.listenerStats = listenerStats;
    this.replyMapping = config.localReply === null ? null : new ReplyMapping(config.localReply, services.accessLog);
    this.accessLogger = AccessLogger.of(config.accessLogs, services.accessLog);
    this.listenerFacts = listenerLog.facts;
    this.connectionLogger = listenerLog.logger;
    const tag = { name: "envoy.http_conn_manager_prefix", value: config.statPrefix };
    const scope = services.stats.scope(`http.${config.statPrefix}`, tag);
    this.stats = new HcmStats(scope);
    this.http1Stats = new Http1CodecStats(services.stats.root);
    this.listenerRqClasses = new ResponseClassStats(listenerStats.scope.scope(`http.${config.statPrefix}`, tag));
    const { formats } = services.accessLog, tallies = statTallies(services.stats);
    this.routes = config.rds !== null
      ? services.routeSlots.slotOf(config.rds.key, config.routeConfig)
      : config.scopedRoutes === null
      ? RouteSlot.of(config.routeConfig, formats, tallies)
      : new RouteSlot(new ScopedRoutes(config.scopedRoutes, formats, tallies), config.routeConfig.internalOnlyHeaders);
    this.codecOptions = {
      ...config.http1,
      maxHeadersKb: config.maxRequestHeadersKb,
      maxHeadersCount: config.maxHeadersCount,
      ignoresUpgrade: anyOf(config.http1.ignoredUpgrades),
      underscores: underscoreGuard(config, this.http1Stats),
      refuseHttpsTarget: config.useRemoteAddress && config.xffNumTrustedHops === 0,
    };
    this.headPlan = new HeadPlan(config, services, node, this.routes);
    const filterServices = {
      clusters: services.clusters,
      runtime: services.runtime,
      random: services.random,
      stats: scope,
      ownStats: services.stats.scope("http.async-client", { name: tag.name, value: "async-client" }),
      health: services.health,
      ownAddress: services.ownAddress,
      node,
      accessLog: services.accessLog,
    };
    this.chain = new ChainPlan(config.httpFilters, services.registry, filterServices);
    this.upgrades = new UpgradePlan(config.upgrades, this.chain, services.registry, filterServices);
    this.bufferLimitBytes = listener.perConnectionBufferLimitBytes;
    const { drainsOnHealthFailure, trafficDirection } = listener;
    this.drain = new ListenerDrain(services.drain, drainsOnHealthFailure, trafficDirection === "INBOUND");
  }
}

/** Whether any of them fits; null = there are none. */
function anyOf(configs: readonly StringMatcherConfig[]): H1ServerOptions["ignoresUpgrade"] {
  if (configs.length === 0) return null;
  const matchers = configs.map((config) => new StringMatcher(config));
  return (text) => matchers.some((matcher) => matcher.matchesText(text));
}

/** Counts over all listeners, as in Envoy. */
function underscoreGuard(
  { underscores }: HttpConnectionManagerConfig,
  { droppedHeaders, rejectedRequests }: Http1CodecStats,
): UnderscoreGuard | null {
  if (underscores === "ALLOW") return null;
  const refuses = underscores === "REJECT_REQUEST";
  return { refuses, onFound: () => (refuses ? rejectedRequests : droppedHeaders).inc() };
}
