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
import { type LoadBalancer, NO_PICK_CONTEXT, type PickContext } from "./balance/load_balancer.ts";
import { roundRobin } from "./balance/round_robin.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { ClusterStats } from "./cluster_stats.ts";
import { Host } from "./host.ts";
import { type ClusterCounts, LimitPriority } from "./shared_limits.ts";
import { TrafficRefusal } from "./traffic_refusal.ts";

/** What a worker hands to its clusters. */
export interface ClusterContext {
  readonly stats: StatStore;
  readonly loop: EventLoop;
  readonly dialer: Dialer;
  readonly random: Random;
  readonly runtime: RuntimeValues;
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
  /** Says which requests are not taken at all. */
  readonly refusal: TrafficRefusal;
  readonly #balancer: LoadBalancer<Host>;

  constructor(config: ClusterConfig, counts: ClusterCounts, { stats, loop, dialer, random, runtime }: ClusterContext) {
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
    this.hosts = config.assignment.endpoints.map((endpoint) => new Host(endpoint, scope, contexts));
    this.availableHosts = config.assignment.endpoints.filter(isAvailable).length;
    this.refusal = new TrafficRefusal(config.name, config.assignment.policy.dropOverloadPercent, runtime);
    this.#balancer = roundRobin(this.hosts, random);
  }

  get name(): string {
    return this.config.name;
  }

  /** The host for the next request, or null when there is none. */
  pickHost(context: PickContext = NO_PICK_CONTEXT): Host | null {
    const host = this.#balancer.pick(context);
    if (host === null) this.stats.cxNoneHealthy.inc();
    return host;
  }

  /** Idle connections close now, busy ones when their exchange ends. */
  retire(): void {
    for (const host of this.hosts) host.retire();
    for (const breaker of this.breakers) breaker.retire();
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
