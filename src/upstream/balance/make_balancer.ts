/** The balancer that a configuration asks for, for a set of hosts (spec/upstream.md 7.7 to 7.13). */
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { LbConfig, MaglevLbConfig, RingHashLbConfig, SlowStartConfig } from "../../config/lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import { BoundedLoad, type ClusterLoad } from "./bounded_load.ts";
import { HashBalancer } from "./hash_balancer.ts";
import { hashKeyOf } from "./hash_key.ts";
import { HashRing, ringCounts } from "./hash_ring.ts";
import { type HostShares, hostShares } from "./host_shares.ts";
import { leastRequest } from "./least_request.ts";
import type { BalancedHost, LoadBalancer } from "./load_balancer.ts";
import { MaglevTable, type SlotCounts, slotCounts } from "./maglev_table.ts";
import { RandomChoice } from "./random_choice.ts";
import { roundRobin } from "./round_robin.ts";
import { runtimeDouble } from "./runtime_double.ts";
import { SlowStart } from "./slow_start.ts";

/** What balancers use of their cluster and their worker. */
export interface BalancerServices {
  readonly random: Random;
  readonly clock: Clock;
  readonly runtime: RuntimeValues;
  /** The cluster's stats: `cluster.<name>.`. */
  readonly stats: StatScope;
  readonly load: ClusterLoad;
}

/**
 * Makes one. `weights`: what part of all requests each host is to get, where more than its own weight decides that; they make
 * 1 together, none is 0, and only policies that go by a hash look at them.
 */
export function makeBalancer<H extends BalancedHost>(
  lb: LbConfig,
  hosts: readonly H[],
  services: BalancerServices,
  weights: readonly number[] | null = null,
): LoadBalancer<H> {
  const { random, runtime } = services;
  switch (lb.kind) {
    case "ROUND_ROBIN":
      return roundRobin(hosts, random, slowStartOf(lb.slowStart, services));
    case "LEAST_REQUEST":
      return leastRequest(hosts, random, {
        choiceCount: lb.choiceCount,
        bias: runtimeDouble(lb.activeRequestBias, runtime),
        slowStart: slowStartOf(lb.slowStart, services),
      });
    case "RANDOM":
      return new RandomChoice(hosts, random);
    case "RING_HASH":
      return ringBalancer(lb, hosts, services, hostShares(hosts, weights));
    case "MAGLEV":
      return maglevBalancer(lb, hosts, services, hostShares(hosts, weights));
  }
}

function slowStartOf(config: SlowStartConfig | null, { runtime, clock }: BalancerServices): SlowStart | null {
  return config === null ? null : new SlowStart(config, runtime, clock);
}

function ringBalancer<H extends BalancedHost>(
  lb: RingHashLbConfig,
  hosts: readonly H[],
  services: BalancerServices,
  shares: HostShares,
): LoadBalancer<H> {
  const counts = ringCounts(shares, lb), stats = services.stats.scope("ring_hash_lb");
  stats.gauge("size", "max").set(counts.size);
  stats.gauge("min_hashes_per_host", "max").set(counts.least);
  stats.gauge("max_hashes_per_host", "max").set(counts.most);
  const build = () => new HashRing(hosts.map((host) => hashKeyOf(host, lb.usesHostname)), counts, lb.hashFunction);
  return new HashBalancer(hosts, build, services.random, boundOf(lb, hosts, services, shares));
}

function maglevBalancer<H extends BalancedHost>(
  lb: MaglevLbConfig,
  hosts: readonly H[],
  services: BalancerServices,
  shares: HostShares,
): LoadBalancer<H> {
  const stats = services.stats.scope("maglev_lb");
  const tell = ({ least, most }: SlotCounts) => {
    stats.gauge("min_entries_per_host", "max").set(least);
    stats.gauge("max_entries_per_host", "max").set(most);
  };
  tell(slotCounts(shares, lb.tableSize));
  const build = () => {
    const keys = hosts.map((host) => hashKeyOf(host, lb.usesHostname));
    const table = new MaglevTable(keys, shares, lb.tableSize);
    tell(table.counts);
    return table;
  };
  return new HashBalancer(hosts, build, services.random, boundOf(lb, hosts, services, shares));
}

function boundOf(
  lb: RingHashLbConfig | MaglevLbConfig,
  hosts: readonly BalancedHost[],
  { load }: BalancerServices,
  { shares }: HostShares,
): BoundedLoad | null {
  return lb.hashBalanceFactor === 0 ? null : new BoundedLoad(hosts, shares, lb.hashBalanceFactor, load);
}
