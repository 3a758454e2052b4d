/**
 * One cluster as one worker sees it: hosts, balancer, pools and figures. A changed configuration makes a new cluster;
 * the old one is retired and its connections end with their exchanges.
 */
import type { Random } from "../base/random.ts";
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import type { ClusterConfig } from "../config/cluster_config.ts";
import type { ClusterUpdate } from "../config/config_change.ts";
import type { HostConfig, MembershipChange } from "../config/host_config.ts";
import { coarseHealth } from "../config/host_health.ts";
import { goesByHash } from "../config/lb_config.ts";
import { compileErrorPredicate } from "../match/error_predicate.ts";
import { LiveLimits } from "../match/live_limits.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { StatScope, StatStore } from "../observe/stats/store.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { Dialer } from "../transport/transport.ts";
import { NO_PICK_CONTEXT, type PickContext } from "./balance/load_balancer.ts";
import { makeBalancer } from "./balance/make_balancer.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { ClusterHosts } from "./cluster_hosts.ts";
import type { OriginStats } from "./origin_stats.ts";
import { ClusterStats } from "./cluster_stats.ts";
import { Host } from "./host.ts";
import type { ChildSets } from "./host_set/aggregate_set.ts";
import type { OwnHostSet } from "./host_set/host_set.ts";
import type { LocalCluster } from "./host_set/local_cluster.ts";
import { OutlierCounter, OutlierRules } from "./outlier_counter.ts";
import type { PoolContexts } from "./pool/host_pools.ts";
import type { HostCounts, RowKind } from "./shared_hosts.ts";
import { type ClusterCounts, LimitPriority, RequestLoad } from "./shared_limits.ts";
import { TrafficRefusal } from "./traffic_refusal.ts";

/** What a worker hands to its clusters. */
export interface ClusterContext {
  readonly stats: StatStore;
  readonly loop: EventLoop;
  readonly dialer: Dialer;
  readonly random: Random;
  readonly runtime: RuntimeValues;
  /** The counts at a slot that main gave a host. */
  readonly countsOf: (slot: number) => HostCounts;
  /** Failures of a host in a row have reached their threshold. */
  readonly onOutlier: (cluster: Cluster, hostId: number, row: RowKind) => void;
  /** A host that is health checked says in an answer that it fails (spec/upstream.md 5.6). */
  readonly onSelfReport: (cluster: Cluster, hostId: number) => void;
  /** Where aggregates find their children. */
  readonly clusters: ChildSets<Host>;
  readonly local: LocalCluster;
}

export class Cluster {
  readonly config: ClusterConfig;
  readonly stats: ClusterStats;
  /** Which object of this name it is. */
  readonly incarnation: number;
  /** What circuit breakers compare with their limits. */
  readonly counts: ClusterCounts;
  /** By {@link LimitPriority}. */
  readonly breakers: readonly [CircuitBreaker, CircuitBreaker];
  /** Says which requests are not taken at all. */
  readonly refusal: TrafficRefusal;
  readonly #scope: StatScope;
  readonly #local: LocalCluster;
  #leaving: readonly Host[] = [];
  readonly #poolContexts: PoolContexts;
  readonly #countsOf: (slot: number) => HostCounts;
  readonly #outlierRules: OutlierRules | null;
  readonly #onSelfReport: ((id: number) => void) | null;
  /** By id, in the order in which they came. */
  readonly #hostById = new Map<number, Host>();
  #hosts: readonly Host[];
  #policy: AssignmentPolicy;
  readonly #choice: ClusterHosts<Host>;

  constructor(update: ClusterUpdate, counts: ClusterCounts, context: ClusterContext) {
    const { config } = update, { stats, loop, dialer, random, runtime, clusters, local } = context;
    this.config = config;
    this.incarnation = update.incarnation;
    this.counts = counts;
    const tag = { name: "envoy.cluster_name", value: config.observabilityName };
    const scope = stats.passingScope(`cluster.${config.observabilityName}`, tag);
    this.stats = ClusterStats.under(scope);
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
    this.#scope = scope;
    this.#local = local;
    this.#poolContexts = {
      DEFAULT: { ...shared, breaker: breakers[LimitPriority.DEFAULT] },
      HIGH: { ...shared, breaker: breakers[LimitPriority.HIGH] },
    };
    this.refusal = new TrafficRefusal(config.name, update.policy.dropOverloadPercent, runtime);
    this.#countsOf = context.countsOf;
    this.#outlierRules = this.#makeOutlierRules(context);
    this.#onSelfReport = config.healthChecks.length === 0 ? null : (id) => context.onSelfReport(this, id);
    for (const host of update.hosts) this.#add(host);
    this.#hosts = [...this.#hostById.values()];
    this.#policy = update.policy;
    const services = { random, clock: loop.clock, runtime, stats: scope, load: new RequestLoad(counts) };
    this.#choice = new ClusterHosts(config, this.#hosts, update.policy, {
      stats: this.stats.hostSet,
      random,
      runtime,
      makeBalancer: (hosts, shares) => makeBalancer(config.lb, hosts, services, shares),
      usesHash: goesByHash(config.lb),
      local,
      children: clusters,
    });
  }

  get name(): string {
    return this.config.name;
  }

  /** The answers of a host again by the zones of proxy and host; null where one of them has none. */
  zoneStats({ locality: { zone } }: Host): OriginStats | null {
    const from = this.#local.place.zone;
    return from === "" || zone === "" ? null : this.stats.zone(from, zone);
  }

  /** In the order in which they came. */
  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  /** How many of them are healthy or degraded. */
  get availableHosts(): number {
    return this.#hosts.reduce((count, { flags }) => coarseHealth(flags) === "unhealthy" ? count : count + 1, 0);
  }

  /** Null: the hosts are other clusters'. */
  get hostSet(): OwnHostSet<Host> | null {
    return this.#choice.own;
  }

  /** Some balancer wants to know the hashes of requests. */
  get goesByHash(): boolean {
    return this.#choice.usesHash;
  }

  /** Takes a change of its hosts. Those that go finish what they carry. */
  update({ added, changed, removed, failed, policy }: MembershipChange): void {
    for (const id of failed) this.#hostById.get(id)?.onHealthFailure();
    if (policy !== null) {
      this.#policy = policy;
      this.refusal.useDropPercent(policy.dropOverloadPercent);
    }
    const comesOrGoes = added.length + removed.length > 0;
    if (!comesOrGoes && changed.length === 0 && policy === null) return;
    for (const id of removed) this.#remove(id);
    for (const config of changed) this.#hostById.get(config.id)?.update(config);
    for (const config of added) this.#add(config);
    if (comesOrGoes && this.config.connections.closeOnHostSetChange) {
      for (const host of this.#hosts) host.drainConnections();
    }
    if (comesOrGoes) this.#hosts = [...this.#hostById.values()];
    this.#choice.update(this.#hosts, this.#policy);
  }

  /** The host for the next request, or null when there is none. */
  pickHost(context: PickContext = NO_PICK_CONTEXT): Host | null {
    const host = this.#choice.pick(context);
    if (host === null) this.stats.cxNoneHealthy.inc();
    return host;
  }

  /** Idle connections close now, busy ones when their exchange ends. Its figures are shown no more. */
  retire(): void {
    this.#choice.close();
    for (const host of this.#hosts) host.retire();
    for (const breaker of this.breakers) breaker.retire();
    this.#scope.withdraw();
  }

  /** It is retired, and has no connection any more. Of an aggregate, whose requests others carry, nobody knows. */
  get isGone(): boolean {
    return this.hostSet !== null && this.#hosts.every((host) => host.isGone) &&
      this.#leaving.every((host) => host.isGone);
  }

  /** Nobody can count in its figures any more: they are given back. */
  release(): void {
    this.#scope.release();
  }

  /** Closes every connection now. */
  abort(): void {
    for (const host of [...this.#hosts, ...this.#leaving]) host.abort();
    for (const breaker of this.breakers) breaker.abort();
  }

  #makeOutlierRules({ runtime, onOutlier }: ClusterContext): OutlierRules | null {
    const { outlierDetection, http: { outlierErrors } } = this.config;
    if (outlierDetection === null) return null;
    const errors = outlierErrors === null ? null : compileErrorPredicate(outlierErrors);
    return new OutlierRules(outlierDetection, errors, runtime, (id, row) => onOutlier(this, id, row));
  }

  #remove(id: number): void {
    const host = this.#hostById.get(id);
    if (host === undefined) return;
    this.#hostById.delete(id);
    host.retire();
    this.#leaving = [...this.#leaving, host].filter((one) => !one.isGone);
  }

  #add(config: HostConfig): void {
    const counts = this.#countsOf(config.slot), rules = this.#outlierRules;
    const outlier = rules === null ? null : new OutlierCounter(rules, config.id, counts);
    const host = new Host(config, this.#scope, this.#poolContexts, counts, outlier, this.#onSelfReport);
    this.#hostById.set(config.id, host);
  }
}
