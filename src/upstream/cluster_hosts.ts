/** What a cluster picks its hosts from, as its configuration has it: priorities, subsets of them, or other clusters. */
import type { Random } from "../base/random.ts";
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import type { ClusterConfig } from "../config/cluster_config.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import { NO_PICK_CONTEXT, type PickContext } from "./balance/load_balancer.ts";
import { AggregateSet, type ChildSets } from "./host_set/aggregate_set.ts";
import type { OwnHostSet } from "./host_set/host_set.ts";
import type { HostSetStats } from "./host_set/host_set_stats.ts";
import type { LocalCluster } from "./host_set/local_cluster.ts";
import { PrioritySet } from "./host_set/priority_set.ts";
import type { BalancerFactory, SetHost } from "./host_set/set_host.ts";
import { SubsetSet } from "./host_set/subset_set.ts";

/** What choosing among hosts uses of the worker. */
export interface ClusterHostsContext<H extends SetHost> {
  readonly stats: HostSetStats;
  readonly random: Random;
  readonly runtime: RuntimeValues;
  readonly makeBalancer: BalancerFactory<H>;
  /** The policy goes by the hash of a request. */
  readonly usesHash: boolean;
  readonly local: LocalCluster;
  /** The other clusters. */
  readonly children: ChildSets<H>;
}

/** The hosts of one cluster object. */
export class ClusterHosts<H extends SetHost> {
  /** Null: they are those of other clusters. */
  readonly own: OwnHostSet<H> | null;
  readonly #aggregate: AggregateSet<H> | null;

  constructor(
    config: ClusterConfig,
    hosts: readonly H[],
    policy: AssignmentPolicy,
    { stats, random, runtime, makeBalancer, usesHash, local, children }: ClusterHostsContext<H>,
  ) {
    const { commonLb, discovery, subsets, name } = config;
    if (discovery.kind === "aggregate") {
      this.own = null;
      this.#aggregate = new AggregateSet(discovery.clusters, children, { config: commonLb, random, runtime });
      return;
    }
    const context = {
      config: commonLb,
      random,
      runtime,
      stats,
      makeBalancer,
      usesHash,
      // Where the proxies are says nothing of requests that they send to one another.
      local: local.name === "" || local.name === name ? null : local,
    };
    this.#aggregate = null;
    this.own = subsets === null
      ? new PrioritySet(hosts, policy, context)
      : new SubsetSet(hosts, policy, subsets, context);
  }

  /** Some balancer asks for the hash of a request. */
  get usesHash(): boolean {
    return this.own !== null ? this.own.usesHash : this.#aggregate!.usesHash;
  }

  /** Takes hosts that have come, gone or changed: all there are, in their order. */
  update(hosts: readonly H[], policy: AssignmentPolicy): void {
    this.own?.update(hosts, policy);
  }

  /** The host for a try, or null: there is none. */
  pick(context: PickContext = NO_PICK_CONTEXT): H | null {
    return this.own !== null ? this.own.pick(context) : this.#aggregate!.pick(context);
  }

  /** The cluster object is no longer used. */
  close(): void {
    this.own?.close();
    this.#aggregate?.close();
  }
}
