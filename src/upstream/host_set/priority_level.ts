/**
 * One priority of a cluster: its hosts by health, and a balancer for each set of them that requests may be spread over, made
 * when the first request asks for it.
 */
import type { Random } from "../../base/random.ts";
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";
import type { LocalityConfig } from "../../config/cluster_config.ts";
import { coarseHealth, isExcluded } from "../../config/host_health.ts";
import type { LoadBalancer } from "../balance/load_balancer.ts";
import { groupByLocality, type LocalityGroup, type Place } from "./locality_groups.ts";
import { effectiveWeight, LocalitySchedule } from "./locality_schedule.ts";
import type { LevelCount } from "./priority_loads.ts";
import type { BalancerFactory, SetHost } from "./set_host.ts";

/** The hosts that requests are for, unless their priority panics. */
export type Usable = "healthy" | "degraded";

/** What the priorities of a cluster have in common. */
export interface LevelContext<H> {
  readonly random: Random;
  readonly makeBalancer: BalancerFactory<H>;
  /** The policy hashes: one balancer serves all localities, and degraded hosts have none. */
  readonly usesHash: boolean;
  readonly own: Place | null;
  /** What a locality weighs; null = localities have no weight. */
  readonly weightOf: ((group: LocalityGroup<H>, priority: number) => number) | null;
}

export class PriorityLevel<H extends SetHost> implements LevelCount {
  readonly priority: number;
  readonly policy: AssignmentPolicy;
  readonly all: readonly H[];
  readonly healthy: readonly H[];
  readonly degraded: readonly H[];
  excludedHosts = 0;
  weight = 0;
  excludedWeight = 0;
  healthyWeight = 0;
  degradedWeight = 0;
  readonly #context: LevelContext<H>;
  /** What the hosts said when this was made. */
  readonly #flags: Uint16Array;
  readonly #weights: Float64Array;
  readonly #places: readonly LocalityConfig[];
  /** What hosts may be hashed by; null: nothing is hashed. */
  readonly #hashed: readonly Hashed[] | null;
  readonly #balancers = new Map<Usable | "all", LoadBalancer<H>>();
  #localities: readonly LocalityGroup<H>[] | null = null;
  readonly #schedules = new Map<Usable, LocalitySchedule | null>();
  readonly #localityBalancers = new Map<Usable, LoadBalancer<H>[]>();

  constructor(priority: number, hosts: readonly H[], policy: AssignmentPolicy, context: LevelContext<H>) {
    this.priority = priority;
    this.all = hosts;
    this.#context = context;
    this.policy = policy;
    this.#flags = new Uint16Array(hosts.length);
    this.#weights = new Float64Array(hosts.length);
    this.#places = hosts.map(({ locality }) => locality);
    this.#hashed = context.usesHash
      ? hosts.map(({ metadata, hostname, addressText }) => ({ metadata, hostname, addressText }))
      : null;
    // Null: so far all are.
    let healthy: H[] | null = null;
    const degraded: H[] = [];
    for (let i = 0; i < hosts.length; i++) {
      const host = hosts[i]!, { flags, weight } = host;
      this.#flags[i] = flags;
      this.#weights[i] = weight;
      this.weight += weight;
      if (isExcluded(flags)) {
        this.excludedHosts++;
        this.excludedWeight += weight;
      }
      const health = coarseHealth(flags);
      if (health === "healthy") {
        healthy?.push(host);
        this.healthyWeight += weight;
        continue;
      }
      healthy ??= hosts.slice(0, i);
      if (health === "degraded") {
        degraded.push(host);
        this.degradedWeight += weight;
      }
    }
    this.healthy = healthy ?? hosts;
    this.degraded = degraded;
  }

  get hosts(): number {
    return this.all.length;
  }

  get healthyHosts(): number {
    return this.healthy.length;
  }

  get degradedHosts(): number {
    return this.degraded.length;
  }

  /** Whether a level made of these hosts would be the same. */
  isOf(hosts: readonly H[], policy: AssignmentPolicy): boolean {
    if (hosts.length !== this.all.length || !isSameFor(policy, this.policy)) return false;
    for (let i = 0; i < hosts.length; i++) {
      const host = hosts[i]!;
      if (host !== this.all[i] || host.flags !== this.#flags[i] || host.weight !== this.#weights[i]) return false;
      if (host.locality !== this.#places[i]) return false;
      if (this.#hashed !== null && !isHashedAlike(host, this.#hashed[i]!)) return false;
    }
    return true;
  }

  /** Over these hosts, wherever they are. */
  balancer(which: Usable | "all"): LoadBalancer<H> {
    let balancer = this.#balancers.get(which);
    if (balancer === undefined) {
      const shares = this.#context.usesHash && which !== "all" ? this.#localityShares(which) : null;
      balancer = shares === null
        ? this.#context.makeBalancer(this[which], null)
        : this.#context.makeBalancer(shares.hosts, shares.shares);
      this.#balancers.set(which, balancer);
    }
    return balancer;
  }

  /** Over the usable hosts of one locality, by its place among {@link localities}. */
  localityBalancer(which: Usable, locality: number): LoadBalancer<H> {
    let balancers = this.#localityBalancers.get(which);
    if (balancers === undefined) this.#localityBalancers.set(which, balancers = []);
    return balancers[locality] ??= this.#context.makeBalancer(this.localities[locality]![which], null);
  }

  /** The own one first, if it has hosts. */
  get localities(): readonly LocalityGroup<H>[] {
    return this.#localities ??= groupByLocality(this.all, this.#context.own);
  }

  /** Whose turn it is, by weight; null = localities do not matter here. */
  schedule(which: Usable): LocalitySchedule | null {
    let schedule = this.#schedules.get(which);
    if (schedule === undefined) this.#schedules.set(which, schedule = this.#makeSchedule(which));
    return schedule;
  }

  #makeSchedule(which: Usable): LocalitySchedule | null {
    const { weightOf, random, usesHash } = this.#context;
    if (weightOf === null || usesHash) return null;
    const weights = this.localities.map((group) => {
      const counted = group.hosts.length - group.excludedHosts;
      return effectiveWeight(
        weightOf(group, this.priority),
        group[which].length,
        counted,
        this.policy.overprovisioningFactor,
      );
    });
    return LocalitySchedule.of(weights, random);
  }

  /** Null: every host has what its own weight gives it. */
  #localityShares(which: Usable): { readonly hosts: H[]; readonly shares: number[] } | null {
    const { weightOf } = this.#context;
    if (weightOf === null) return null;
    const groups = this.localities.filter((group) => group[which].length > 0 && weightOf(group, this.priority) > 0);
    const total = groups.reduce((sum, group) => sum + weightOf(group, this.priority), 0);
    if (total === 0) return null;
    const hosts: H[] = [], shares: number[] = [];
    for (const group of groups) {
      const usable = group[which], sum = usable.reduce((weights, host) => weights + host.weight, 0);
      for (const host of usable) {
        hosts.push(host);
        shares.push(host.weight / sum * weightOf(group, this.priority) / total);
      }
    }
    return { hosts, shares };
  }
}

type Hashed = Pick<SetHost, "metadata" | "hostname" | "addressText">;

function isHashedAlike(a: Hashed, b: Hashed): boolean {
  return a.metadata === b.metadata && a.hostname === b.hostname && a.addressText === b.addressText;
}

/** Whether the two make the same of the same hosts. */
function isSameFor(a: AssignmentPolicy, b: AssignmentPolicy): boolean {
  return a.overprovisioningFactor === b.overprovisioningFactor && a.weightedPriorityHealth === b.weightedPriorityHealth;
}
