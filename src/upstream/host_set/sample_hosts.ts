/** Hosts, sets and counts for the tests of this folder. Seeds are fixed, so a failure comes back. */
import { Random } from "../../base/random.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { LocalityConfig } from "../../config/cluster_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import { DEFAULT_COMMON_LB } from "../../config/locality_lb_config.ts";
import { type JsonObject, LOAD_BALANCER } from "../../config/metadata_config.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { StatStore } from "../../observe/stats/store.ts";
import { NO_PICK_CONTEXT, type PickContext } from "../balance/load_balancer.ts";
import { roundRobin } from "../balance/round_robin.ts";
import type { HostSet } from "./host_set.ts";
import { HostSetStats } from "./host_set_stats.ts";
import type { HostSetContext } from "./priority_set.ts";
import type { SetHost } from "./set_host.ts";

/** Stands in for a host; everything about it may change. */
export interface SampleHost extends SetHost {
  name: string;
  weight: number;
  flags: number;
  locality: LocalityConfig;
  metadata: Readonly<Record<string, JsonObject>>;
}

/** What a test says of a host. */
export interface SampleFields extends Partial<SampleHost> {
  readonly labels?: JsonObject;
}

/** A well host of weight 1 in priority 0, unless `fields` say otherwise. */
export function sampleHost(name: string, { labels = {}, ...fields }: SampleFields = {}): SampleHost {
  return {
    name,
    addressText: `${name}:80`,
    hostname: "",
    activeRequests: 0,
    warmSinceMs: 0,
    weight: 1,
    priority: 0,
    locality: NOWHERE,
    metadata: { [LOAD_BALANCER]: labels },
    flags: 0,
    healthStatus: "UNKNOWN",
    ...fields,
  };
}

const NOWHERE: LocalityConfig = { region: "", zone: "", subZone: "", weight: 0, metadata: {} };

/** A locality of this name and weight. */
export function zone(name: string, weight = 0): LocalityConfig {
  return { ...NOWHERE, zone: name, weight };
}

/** How many hosts a priority has, by what is known of them. */
export interface LevelSizes {
  readonly well?: number;
  readonly sick?: number;
  readonly degraded?: number;
  /** Unhealthy, and left out of all shares. */
  readonly draining?: number;
}

/** Hosts of one priority: `p0-well`, `p0-sick`, …, all of a kind by one name. */
export function sampleLevel(priority: number, sizes: LevelSizes, fields: SampleFields = {}): SampleHost[] {
  const { well = 0, sick = 0, degraded = 0, draining = 0 } = sizes;
  const some = (count: number, kind: string, flags: number) =>
    Array.from({ length: count }, () => sampleHost(`p${priority}-${kind}`, { priority, flags, ...fields }));
  return [
    ...some(well, "well", 0),
    ...some(sick, "sick", HealthFlag.FAILED_EDS_HEALTH),
    ...some(degraded, "degraded", HealthFlag.DEGRADED_EDS_HEALTH),
    ...some(draining, "draining", HealthFlag.EDS_STATUS_DRAINING),
  ];
}

/** Hosts of several priorities, the first of them 0. */
export function sampleLevels(...levels: LevelSizes[]): SampleHost[] {
  return levels.flatMap((sizes, priority) => sampleLevel(priority, sizes));
}

/** A set's context, with round robin, and its stats and runtime at hand. */
export function sampleContext(fields: Partial<HostSetContext<SampleHost>> = {}, runtime: RuntimeRecord = {}) {
  const random = new Random(11), values = new RuntimeValues(runtime);
  const scope = new StatStore(() => {}).scope("cluster.x"), stats = new HostSetStats(scope, scope);
  /** One entry for each balancer made: its hosts. */
  const made: (readonly SampleHost[])[] = [];
  const context: HostSetContext<SampleHost> = {
    config: DEFAULT_COMMON_LB,
    random,
    runtime: values,
    stats,
    makeBalancer: (hosts) => {
      made.push(hosts);
      return roundRobin(hosts, random);
    },
    usesHash: false,
    local: null,
    ...fields,
  };
  return { context, stats, runtime: values, random, made };
}

/** How often hosts of each name were picked, `none` for no host. */
export function countPicks(
  set: HostSet<SampleHost>,
  count: number,
  context: Partial<PickContext> = {},
): Record<string, number> {
  const picks: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const name = set.pick({ ...NO_PICK_CONTEXT, ...context })?.name ?? "none";
    picks[name] = (picks[name] ?? 0) + 1;
  }
  return picks;
}

/** Percents of the picks, in whole numbers. */
export function sharesOf(set: HostSet<SampleHost>, context: Partial<PickContext> = {}): Record<string, number> {
  const count = 20_000, picks = countPicks(set, count, context);
  return Object.fromEntries(Object.entries(picks).map(([name, times]) => [name, Math.round(100 * times / count)]));
}

/** The policy of an assignment that says nothing. */
export const POLICY = DEFAULT_ASSIGNMENT_POLICY;
