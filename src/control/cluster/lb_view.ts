/**
 * How requests are spread over the hosts of a cluster, in figures for people: the shares of the priorities, panic,
 * localities, zones, subsets, and what share each host is to have (spec/upstream.md 7). The figures are made by the code
 * that workers choose hosts with; made when somebody asks, of one cluster, never for a request.
 */
import { addressText } from "../../base/address_text.ts";
import type { Clock } from "../../base/clock.ts";
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import { coarseHealth, isExcluded } from "../../config/host_health.ts";
import { goesByHash } from "../../config/lb_config.ts";
import { DEFAULT_LOCALITY_LB } from "../../config/locality_lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { SlowStart } from "../../upstream/balance/slow_start.ts";
import { groupByLocality, type LocalityGroup, type Place } from "../../upstream/host_set/locality_groups.ts";
import { effectiveWeight } from "../../upstream/host_set/locality_schedule.ts";
import { panicThresholdOf } from "../../upstream/host_set/panic_threshold.ts";
import { availabilityOf, type LevelCount, priorityLoads } from "../../upstream/host_set/priority_loads.ts";
import type { SetHost } from "../../upstream/host_set/set_host.ts";
import { SubsetGrouping } from "../../upstream/host_set/subset_groups.ts";
import type { ControlHost } from "./control_host.ts";

/** Subsets that are listed; there may be one for every host. */
const MAX_SUBSETS = 100;

/** One priority. */
export interface PriorityView {
  readonly hosts: number;
  readonly healthy: number;
  readonly degraded: number;
  readonly excluded: number;
  /** Percent, overprovisioning included. */
  readonly availability: number;
  /** Percents of all requests that go to its healthy and to its degraded hosts. */
  readonly healthyShare: number;
  readonly degradedShare: number;
  readonly isPanicking: boolean;
}

/** The hosts of one priority at one place. */
export interface LocalityView {
  readonly priority: number;
  /** `region/zone/sub_zone`. */
  readonly locality: string;
  /** 0 = none is given. */
  readonly weight: number;
  readonly hosts: number;
  readonly healthy: number;
}

/** One subset. */
export interface SubsetView {
  readonly values: string;
  readonly hosts: number;
  readonly healthy: number;
}

/** How a cluster spreads its requests. */
export interface LbView {
  readonly priorities: readonly PriorityView[];
  /** Percent, as it is in force; 0 = nothing panics. */
  readonly panicThreshold: number;
  readonly overprovisioningFactor: number;
  readonly localities: readonly LocalityView[];
  /** What localities are for here, in words. */
  readonly zones: string;
  /** The first of them; null = the cluster has none. */
  readonly subsets: readonly SubsetView[] | null;
  readonly subsetCount: number;
  /** Weights, slow start counted in, in the order of the hosts. */
  readonly effectiveWeights: readonly number[];
  /** Shares of all requests from 0 to 1, in the order of the hosts; null = it depends on more than the hosts. */
  readonly expectedShares: readonly number[] | null;
}

/** What all clusters are seen with. */
export interface LbSurroundings {
  readonly runtime: RuntimeValues;
  readonly clock: Clock;
  /** Where this proxy is. */
  readonly own: Place;
  /** The cluster that this proxy is a host of; empty = none is named. */
  readonly localCluster: string;
  /** In how many zones that cluster has hosts. */
  readonly localZones: number;
}

/** Whether any priority panics: too few of its hosts can be used. */
export function isPanicking(
  { commonLb }: ClusterConfig,
  policy: AssignmentPolicy,
  hosts: Iterable<ControlHost>,
  runtime: RuntimeValues,
): boolean {
  const levels = levelsOf(Array.from(hosts, viewHost), policy);
  return priorityLoads(levels, panicThresholdOf(runtime, commonLb)).panics.some((panic, at) =>
    panic && levels[at]!.hosts > 0
  );
}

/** Makes the figures. */
export function lbViewOf(
  config: ClusterConfig,
  policy: AssignmentPolicy,
  controlHosts: Iterable<ControlHost>,
  surroundings: LbSurroundings,
): LbView {
  const { runtime, clock } = surroundings;
  const hosts = Array.from(controlHosts, viewHost);
  const levels = levelsOf(hosts, policy);
  const panicThreshold = panicThresholdOf(runtime, config.commonLb);
  const loads = priorityLoads(levels, panicThreshold), availability = availabilityOf(levels);
  const slowStart = "slowStart" in config.lb && config.lb.slowStart !== null
    ? new SlowStart(config.lb.slowStart, runtime, clock)
    : null;
  const weights = hosts.map((host) => host.weight * (slowStart?.share(host) ?? 1));
  const places = levels.map(({ members }) => groupByLocality(members, null));
  const zones = zonesText(config, levels[0]!, places[0]!, surroundings);
  const subsets = subsetsOf(config, hosts);
  const isDivided = subsets !== null || zones.isOn;
  return {
    priorities: levels.map((level, at) => ({
      hosts: level.hosts,
      healthy: level.healthyHosts,
      degraded: level.degradedHosts,
      excluded: level.excludedHosts,
      availability: Math.min(100, availability.healthy[at]! + availability.degraded[at]!),
      healthyShare: loads.healthy[at]!,
      degradedShare: loads.degraded[at]!,
      isPanicking: loads.panics[at]! && level.hosts > 0,
    })),
    panicThreshold,
    overprovisioningFactor: policy.overprovisioningFactor,
    localities: places.flatMap((groups, priority) =>
      groups.map(({ place, weight, hosts, healthy }) => ({
        priority,
        locality: [place.region, place.zone, place.subZone].filter((part) => part !== "").join("/"),
        weight,
        hosts: hosts.length,
        healthy: healthy.length,
      }))
    ),
    zones: zones.text,
    subsets: subsets?.slice(0, MAX_SUBSETS) ?? null,
    subsetCount: subsets?.length ?? 0,
    effectiveWeights: weights,
    expectedShares: isDivided ? null : expectedShares(config, hosts, weights, levels, places, loads),
  };
}

// ----

/** What choosing asks of a host; that it is busy does not count here. */
class ViewHost implements SetHost {
  readonly addressText: string;
  readonly hostname: string;
  readonly weight: number;
  readonly priority: number;
  readonly locality: SetHost["locality"];
  readonly metadata: SetHost["metadata"];
  readonly healthStatus: SetHost["healthStatus"];
  readonly activeRequests = 0;
  readonly flags: number;
  readonly warmSinceMs: number;

  constructor({ endpoint, flags, warmSinceMs }: ControlHost) {
    this.addressText = addressText(endpoint.address);
    this.hostname = endpoint.hostname;
    this.weight = endpoint.weight;
    this.priority = endpoint.priority;
    this.locality = endpoint.locality;
    this.metadata = endpoint.metadata;
    this.healthStatus = endpoint.healthStatus;
    this.flags = flags;
    this.warmSinceMs = warmSinceMs;
  }
}

function viewHost(host: ControlHost): ViewHost {
  return new ViewHost(host);
}

interface Level extends LevelCount {
  readonly members: readonly ViewHost[];
}

function levelsOf(hosts: readonly ViewHost[], policy: AssignmentPolicy): Level[] {
  const levelCount = hosts.reduce((most, { priority }) => Math.max(most, priority + 1), 1);
  return Array.from({ length: levelCount }, (_, at) => {
    const members = hosts.filter(({ priority }) => priority === at);
    const those = (is: (host: ViewHost) => boolean) => {
      const found = members.filter(is);
      return { count: found.length, weight: found.reduce((sum, { weight }) => sum + weight, 0) };
    };
    const all = those(() => true), excluded = those(({ flags }) => isExcluded(flags));
    const healthy = those(({ flags }) => coarseHealth(flags) === "healthy");
    const degraded = those(({ flags }) => coarseHealth(flags) === "degraded");
    return {
      policy,
      members,
      hosts: all.count,
      excludedHosts: excluded.count,
      healthyHosts: healthy.count,
      degradedHosts: degraded.count,
      weight: all.weight,
      excludedWeight: excluded.weight,
      healthyWeight: healthy.weight,
      degradedWeight: degraded.weight,
    };
  });
}

function expectedShares(
  { commonLb }: ClusterConfig,
  hosts: readonly ViewHost[],
  weights: readonly number[],
  levels: readonly Level[],
  places: readonly LocalityGroup<ViewHost>[][],
  { healthy, degraded, panics }: ReturnType<typeof priorityLoads>,
): number[] {
  const weightOf = new Map(hosts.map((host, at) => [host, weights[at]!]));
  const shares = new Map<ViewHost, number>();
  const spread = (among: readonly ViewHost[], share: number) => {
    const sum = among.reduce((total, host) => total + weightOf.get(host)!, 0);
    for (const host of among) shares.set(host, (shares.get(host) ?? 0) + share * weightOf.get(host)! / sum);
  };
  levels.forEach(({ members, policy }, at) => {
    if (panics[at]) return spread(members, (healthy[at]! + degraded[at]!) / 100);
    for (const which of ["healthy", "degraded"] as const) {
      const share = (which === "healthy" ? healthy[at]! : degraded[at]!) / 100;
      const groups = places[at]!, factor = policy.overprovisioningFactor;
      const counted = groups.map((group) =>
        effectiveWeight(group.weight, group[which].length, group.hosts.length - group.excludedHosts, factor)
      );
      const total = counted.reduce((sum, weight) => sum + weight, 0);
      if (commonLb.locality.kind !== "weighted" || total === 0) spread(groups.flatMap((group) => group[which]), share);
      else groups.forEach((group, place) => spread(group[which], share * counted[place]! / total));
    }
  });
  return hosts.map((host) => shares.get(host) ?? 0);
}

/** The first condition of zone aware routing that is not met, in Envoy's order (spec/upstream.md 7.6). */
function zonesText(
  config: ClusterConfig,
  first: Level,
  groups: readonly LocalityGroup<ViewHost>[],
  { runtime, localCluster, localZones, own }: LbSurroundings,
): { readonly isOn: boolean; readonly text: string } {
  const off = (why: string) => ({ isOn: false, text: why });
  const { locality } = config.commonLb;
  if (locality.kind === "weighted") return off("Each locality gets the share that its weight says");
  if (localCluster === "") return off("Off: the bootstrap names no cluster_manager.local_cluster_name");
  if (localCluster === config.name) return off("Off: this is the local cluster itself");
  if (goesByHash(config.lb)) return off("Off: the policy chooses by hash");
  if (groups.length < 2) return off("Off: all hosts are in one zone");
  if (localZones < 2) return off("Off: all proxies are in one zone");
  const { minClusterSize, routingEnabled } = { ...DEFAULT_LOCALITY_LB, ...locality };
  const wanted = runtime.number("upstream.zone_routing.min_cluster_size", minClusterSize);
  if (first.healthyHosts < wanted) {
    return off(`Off: ${first.healthyHosts} hosts are healthy, and min_cluster_size is ${wanted}`);
  }
  const percent = runtime.number("upstream.zone_routing.enabled", routingEnabled);
  return { isOn: true, text: `On for ${percent} % of the requests; this proxy is in zone "${own.zone}"` };
}

function subsetsOf({ subsets }: ClusterConfig, hosts: readonly ViewHost[]): SubsetView[] | null {
  if (subsets === null) return null;
  const { groups } = new SubsetGrouping<ViewHost>(subsets).group(hosts);
  return Array.from(groups.values(), ({ selector, hosts }) => {
    const values = hosts[0]!.metadata["envoy.lb"] ?? {};
    return {
      values: selector.keys.map((key) => `${key}=${JSON.stringify(values[key])}`).join(", "),
      hosts: hosts.length,
      healthy: hosts.filter(({ flags }) => coarseHealth(flags) === "healthy").length,
    };
  });
}
