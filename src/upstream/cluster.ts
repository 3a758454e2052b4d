/**
 * One cluster as one worker sees it: hosts, balancer, pools and figures. A changed configuration makes a new cluster;
 * the old one is retired and its connections end with their exchanges.
 */
import type { Random } from "../base/random.ts";
import type { ClusterConfig, EndpointConfig } from "../config/cluster_config.ts";
import { LiveLimits } from "../match/live_limits.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { StatStore } from "../observe/stats/store.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { Dialer } from "../transport/transport.ts";
import { NO_PICK_CONTEXT, type PickContext } from "./balance/load_balancer.ts";
import { roundRobin } from "./balance/round_robin.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { ClusterHosts } from "./cluster_hosts.ts";
import { ClusterStats, HostStats } from "./cluster_stats.ts";
import { addressText, Host } from "./host.ts";
import type { ChildSets } from "./host_set/aggregate_set.ts";
import type { OwnHostSet } from "./host_set/host_set.ts";
import type { LocalCluster } from "./host_set/local_cluster.ts";
import { type ClusterCounts, LimitPriority } from "./shared_limits.ts";

/** What a worker hands to its clusters. */
export interface ClusterContext {
  readonly stats: StatStore;
  readonly loop: EventLoop;
  readonly dialer: Dialer;
  readonly random: Random;
  readonly runtime: RuntimeValues;
  /** Where aggregates find their children. */
  readonly clusters: ChildSets<Host>;
  readonly local: LocalCluster;
}

export class Cluster {
  readonly config: ClusterConfig;
  readonly stats: ClusterStats;
  readonly hosts: readonly Host[];
  /** How many of them are healthy or degraded, by what the configuration says. */
  readonly availableHosts: number;
  /** What circuit breakers compare with their limits. */
  readonly counts: ClusterCounts;
  /** By {@link LimitPriority}. */
  readonly breakers: readonly [CircuitBreaker, CircuitBreaker];
  readonly #hosts: ClusterHosts<Host>;

  constructor(config: ClusterConfig, counts: ClusterCounts, context: ClusterContext) {
    const { stats, loop, dialer, random, runtime, clusters, local } = context;
    this.config = config;
    this.counts = counts;
    const tag = { name: "envoy.cluster_name", value: config.observabilityName };
    const scope = stats.scope(`cluster.${config.observabilityName}`, tag);
    this.stats = new ClusterStats(scope);
    const { http1, maxHeadersCount, maxResponseHeadersKb } = config.http;
    const codecOptions = { ...http1, maxHeadersCount, maxHeadersKb: maxResponseHeadersKb };
    const breakerOf = (priority: "default" | "high", place: LimitPriority) => {
      const limits = new LiveLimits(config.circuitBreakers[priority], config.name, priority, runtime);
      return new CircuitBreaker(limits, counts, place, this.stats.breakers[priority], loop);
    };
    const breakers = this.breakers = [
      breakerOf("default", LimitPriority.DEFAULT),
      breakerOf("high", LimitPriority.HIGH),
    ] as const;
    const shared = { config, codecOptions, stats: this.stats, dialer, loop };
    const contexts = {
      DEFAULT: { ...shared, breaker: breakers[LimitPriority.DEFAULT] },
      HIGH: { ...shared, breaker: breakers[LimitPriority.HIGH] },
    };
    this.hosts = config.assignment.endpoints.map((endpoint) => {
      const hostScope = scope.scope(`endpoint.${addressText(endpoint.address)}`, null, true);
      return new Host(endpoint, new HostStats(hostScope), contexts);
    });
    this.availableHosts = config.assignment.endpoints.filter(isAvailable).length;
    this.#hosts = new ClusterHosts(config, this.hosts, config.assignment.policy, {
      scope,
      random,
      runtime,
      makeBalancer: (hosts) => roundRobin(hosts, random),
      usesHash: false,
      local,
      children: clusters,
    });
  }

  get name(): string {
    return this.config.name;
  }

  /** Null: the hosts are other clusters'. */
  get hostSet(): OwnHostSet<Host> | null {
    return this.#hosts.own;
  }

  /** The host for the next request, or null when there is none. */
  pickHost(context: PickContext = NO_PICK_CONTEXT): Host | null {
    const host = this.#hosts.pick(context);
    if (host === null) this.stats.cxNoneHealthy.inc();
    return host;
  }

  /** Idle connections close now, busy ones when their exchange ends. */
  retire(): void {
    this.#hosts.close();
    for (const host of this.hosts) host.retire();
  }

  /** Closes every connection now. */
  abort(): void {
    for (const host of this.hosts) host.abort();
    for (const breaker of this.breakers) breaker.abort();
  }
}

function isAvailable({ healthStatus }: EndpointConfig): boolean {
  return healthStatus === "UNKNOWN" || healthStatus === "HEALTHY" || healthStatus === "DEGRADED";
}
