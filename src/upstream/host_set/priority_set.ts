/**
 * The hosts of a cluster in their priorities, and the choice of one for each try (spec/upstream.md 7.1 to 7.6):
 *
 * ```
 *   a host of its own? ── yes ──▶ it
 *        │ no
 *   priority, by shares ── it panics ──▶ any of its hosts
 *        │
 *   healthy or degraded hosts of it ──▶ of one locality, by weight or by zone ──▶ the balancer of just these
 * ```
 *
 * Shares are computed when something changes; balancers are made when they are first asked, those that hash at once. Where
 * one balancer serves all requests, as in a cluster of one priority whose hosts are well, a pick asks that one and nothing
 * else.
 */
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";
import type { Random } from "../../base/random.ts";
import { type CommonLbConfig, DEFAULT_LOCALITY_LB, type ZoneAwareConfig } from "../../config/locality_lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { HostOverride, LoadBalancer, PickContext } from "../balance/load_balancer.ts";
import type { OwnHostSet } from "./host_set.ts";
import type { HostSetStats } from "./host_set_stats.ts";
import type { LocalCluster } from "./local_cluster.ts";
import type { LocalityGroup } from "./locality_groups.ts";
import { isOverridable } from "./override_status.ts";
import { panicThresholdOf } from "./panic_threshold.ts";
import { type LevelContext, PriorityLevel, type Usable } from "./priority_level.ts";
import { availabilityOf, panicsAt, type PriorityLoads, priorityLoads } from "./priority_loads.ts";
import type { BalancerFactory, SetHost } from "./set_host.ts";
import { ZoneRouting } from "./zone_routing.ts";

/** What a set is made with. */
export interface HostSetContext<H> {
  readonly config: CommonLbConfig;
  readonly random: Random;
  readonly runtime: RuntimeValues;
  readonly stats: HostSetStats;
  readonly makeBalancer: BalancerFactory<H>;
  /** The policy is one that places requests by their hash. */
  readonly usesHash: boolean;
  /** Null: this cluster routes nothing by zone: it is the local one itself, or there is none. */
  readonly local: LocalCluster | null;
  /** What a locality weighs, where that is not what the hosts say; null = nothing. */
  readonly weightOf?: ((group: LocalityGroup<H>, priority: number) => number) | null;
}

export class PrioritySet<H extends SetHost> implements OwnHostSet<H> {
  levels: readonly PriorityLevel<H>[];
  readonly usesHash: boolean;
  readonly #context: HostSetContext<H>;
  readonly #levelContext: LevelContext<H>;
  readonly #listeners = new Set<() => void>();
  readonly #unwatchLocal: (() => void) | null;
  #loads: PriorityLoads;
  /** Serves all requests that want nothing special; null = there is a choice, or it is not known yet. */
  #direct: LoadBalancer<H> | null = null;
  #isDirectKnown = false;
  readonly #runtime: RuntimeValues;
  #generation: number;
  /** Localities whose weights are all 0 are zones, too. */
  readonly #zoneConfig: ZoneAwareConfig;
  #zones: ZoneRouting | null = null;
  #byAddress: Map<string, H> | null = null;

  constructor(hosts: readonly H[], policy: AssignmentPolicy, context: HostSetContext<H>, levelCount = 1) {
    const { config, random, makeBalancer, usesHash, local, runtime } = context;
    this.#context = context;
    this.usesHash = usesHash;
    this.#runtime = runtime;
    this.#zoneConfig = config.locality.kind === "zone_aware" ? config.locality : DEFAULT_LOCALITY_LB;
    const weightOf = context.weightOf === undefined ? (group: LocalityGroup<H>) => group.weight : context.weightOf;
    this.#levelContext = {
      random,
      makeBalancer,
      usesHash,
      own: local?.place ?? null,
      weightOf: config.locality.kind === "weighted" ? weightOf : null,
    };
    this.levels = this.#levelsOf(hosts, policy, levelCount, []);
    this.#generation = runtime.generation;
    this.#loads = this.#computeLoads();
    if (usesHash) this.#prepare();
    const routesByZone = local !== null && !usesHash;
    this.#unwatchLocal = routesByZone ? local.watch(() => this.#onZones()) : null;
    if (routesByZone) this.#onZones();
  }

  update(hosts: readonly H[], policy: AssignmentPolicy, levelCount = 1): void {
    const before = this.levels;
    this.levels = this.#levelsOf(hosts, policy, levelCount, before);
    this.#byAddress = null;
    this.#forgetDirect();
    this.#loads = this.#computeLoads();
    if (this.usesHash) this.#prepare();
    if (this.#unwatchLocal !== null && this.levels[0] !== before[0]) this.#onZones();
    for (const listener of this.#listeners) listener();
  }

  pick(context: PickContext): H | null {
    const direct = this.#direct;
    const asksDirect = direct !== null && this.#generation === this.#runtime.generation &&
      context.previous === null && context.override === null;
    return asksDirect ? direct.pick(context) : this.#choose(context);
  }

  pickAt(priority: number, which: Usable, context: PickContext): H | null {
    const level = this.levels[priority];
    if (level === undefined) return null;
    const { stats, runtime, random, local, usesHash } = this.#context;
    const { failTrafficOnPanic, routingEnabled } = this.#zoneConfig, failsOnPanic = failTrafficOnPanic && !usesHash;
    if (this.#loads.panics[priority]) {
      stats.healthyPanic.inc();
      return failsOnPanic ? null : level.balancer("all").pick(context);
    }
    // What hashes has one table for a priority, and that is of healthy hosts.
    if (usesHash) return level.balancer("healthy").pick(context);
    const schedule = level.schedule(which);
    if (schedule !== null) return level.localityBalancer(which, schedule.next()).pick(context);
    const zones = priority === 0 ? this.#zones : null;
    if (zones === null) return level.balancer(which).pick(context);
    if (!runtime.percent("upstream.zone_routing.enabled", routingEnabled, random.next32())) {
      return level.balancer(which).pick(context);
    }
    if (panicsAt(local!.count, this.#panicThreshold)) {
      stats.localClusterNotOk.inc();
      return failsOnPanic ? null : level.balancer(which).pick(context);
    }
    return level.localityBalancer(which, zones.choose()).pick(context);
  }

  /** The host that the request is for, if it is there and may be used. */
  overriding({ address }: HostOverride): H | null {
    if (this.#byAddress === null) {
      this.#byAddress = new Map();
      for (const { all } of this.levels) for (const host of all) this.#byAddress.set(host.addressText, host);
    }
    const host = this.#byAddress.get(address);
    return host !== undefined && isOverridable(host, this.#context.config.overrideHostStatuses) ? host : null;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#unwatchLocal?.();
    this.#listeners.clear();
  }

  #choose(context: PickContext): H | null {
    if (this.#generation !== this.#runtime.generation) this.#readRuntime();
    if (!this.#isDirectKnown) {
      this.#direct = this.#findDirect();
      this.#isDirectKnown = true;
    }
    if (context.override !== null) {
      const host = this.overriding(context.override);
      if (host !== null || context.override.isStrict) return host;
    }
    const { healthy, degraded } = context.previous === null
      ? this.#loads
      : context.previous.sharesOf(this.#loads, availabilityOf(this.levels), ({ priority }) => priority);
    let left = this.#percentOf(context) + 1;
    for (let priority = 0; priority < healthy.length; priority++) {
      left -= healthy[priority]!;
      if (left <= 0) return this.pickAt(priority, "healthy", context);
    }
    for (let priority = 0; priority < degraded.length; priority++) {
      left -= degraded[priority]!;
      if (left <= 0) return this.pickAt(priority, "degraded", context);
    }
    return null;
  }

  /** From 0 to 99: the same for the same hash, where hashes count. */
  #percentOf({ hasHash, hashHigh, hashLow }: PickContext): number {
    const { usesHash, random } = this.#context;
    // 2 to the 32nd leaves 96.
    return usesHash && hasHash ? (hashHigh % 100 * 96 + hashLow % 100) % 100 : random.below(100);
  }

  /** Those that are as they were stay, and their balancers with them. */
  #levelsOf(
    hosts: readonly H[],
    policy: AssignmentPolicy,
    levelCount: number,
    before: readonly PriorityLevel<H>[],
  ): PriorityLevel<H>[] {
    return byPriority(hosts, levelCount).map((members, priority) =>
      before[priority]?.isOf(members, policy)
        ? before[priority]
        : new PriorityLevel(priority, members, policy, this.#levelContext)
    );
  }

  #computeLoads(): PriorityLoads {
    return priorityLoads(this.levels, this.#panicThreshold);
  }

  /** The balancers of policies that hash say from the start how large their tables are. */
  #prepare(): void {
    this.levels.forEach((level, priority) => level.balancer(this.#loads.panics[priority] ? "all" : "healthy"));
  }

  get #panicThreshold(): number {
    return panicThresholdOf(this.#context.runtime, this.#context.config);
  }

  #readRuntime(): void {
    this.#generation = this.#runtime.generation;
    this.#loads = this.#computeLoads();
    this.#forgetDirect();
    if (this.usesHash) this.#prepare();
    if (this.#unwatchLocal !== null) this.#onZones();
  }

  #onZones(): void {
    const { local, stats, random, runtime } = this.#context;
    if (local === null || !local.isThere) return;
    const groups = { upstream: this.levels[0]!.localities, local: local.localities, ownKey: local.placeKey };
    this.#zones = ZoneRouting.of(groups, this.#zoneConfig, { stats, random, runtime });
    this.#forgetDirect();
  }

  #forgetDirect(): void {
    this.#direct = null;
    this.#isDirectKnown = false;
  }

  /** The one balancer that is for all, if there is one. */
  #findDirect(): LoadBalancer<H> | null {
    const { healthy, degraded, panics } = this.#loads;
    const priority = healthy.indexOf(100), which = priority >= 0 ? "healthy" : "degraded";
    const chosen = priority >= 0 ? priority : degraded.indexOf(100);
    const level = this.levels[chosen];
    if (level === undefined || panics[chosen] || chosen === 0 && this.#zones !== null) return null;
    if (level.schedule(which) !== null) return null;
    return level.balancer(this.#context.usesHash ? "healthy" : which);
  }
}

/** Mostly there is one priority, and may be very many hosts. */
function byPriority<H extends SetHost>(hosts: readonly H[], levelCount: number): (readonly H[])[] {
  if (levelCount <= 1 && hosts.every(({ priority }) => priority === 0)) return [hosts];
  const levels: H[][] = Array.from({ length: Math.max(1, levelCount) }, () => []);
  for (const host of hosts) {
    while (levels.length <= host.priority) levels.push([]);
    levels[host.priority]!.push(host);
  }
  return levels;
}
