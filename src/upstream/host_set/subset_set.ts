/**
 * The hosts of a cluster divided into subsets by their metadata, and the choice among them (spec/upstream.md 7.14). A
 * request that asks for exactly the keys of a selector gets a host of the subset with its values, which has priorities,
 * panic and localities of its own. For others there are fallbacks, the selector's or everybody's.
 *
 * A subset's own set is made when the first request asks for it; what an update changes is worked out then, too.
 */
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";
import type { SubsetConfig, SubsetSelectorConfig } from "../../config/subset_config.ts";
import { keysText, type MetadataCriteria } from "../../match/metadata_criteria.ts";
import type { PickContext } from "../balance/load_balancer.ts";
import type { LevelHosts, OwnHostSet } from "./host_set.ts";
import { type LocalityGroup, placeKey } from "./locality_groups.ts";
import type { Usable } from "./priority_level.ts";
import { type HostSetContext, PrioritySet } from "./priority_set.ts";
import type { SetHost } from "./set_host.ts";
import { hasValues, SubsetGrouping } from "./subset_groups.ts";

/** Stands for the priority that is still to be chosen. */
const ANY_PRIORITY = -1;

/** One subset, or all hosts. */
class Subset<H extends SetHost> {
  readonly selector: SubsetSelectorConfig | null;
  hosts: readonly H[];
  isStale = true;
  set: PrioritySet<H> | null = null;

  constructor(selector: SubsetSelectorConfig | null, hosts: readonly H[]) {
    this.selector = selector;
    this.hosts = hosts;
  }
}

export class SubsetSet<H extends SetHost> implements OwnHostSet<H> {
  readonly #config: SubsetConfig;
  readonly #context: HostSetContext<H>;
  readonly #grouping: SubsetGrouping<H>;
  readonly #selectors: ReadonlyMap<string, SubsetSelectorConfig>;
  /** Those with most keys first. */
  readonly #byKeyCount: readonly SubsetSelectorConfig[];
  #subsets: Map<string, Subset<H>> = new Map();
  /** All hosts, divided into priorities only: requests that any host will do for, and whoever counts hosts. */
  readonly #any: PrioritySet<H>;
  readonly #default: Subset<H>;
  #policy: AssignmentPolicy;
  /** Numbers of hosts by priority and place; null = not counted. */
  #placeCounts: ReadonlyMap<string, number> | null = null;

  constructor(hosts: readonly H[], policy: AssignmentPolicy, config: SubsetConfig, context: HostSetContext<H>) {
    this.#config = config;
    const weightOf = !config.isLocalityWeightAware
      ? null
      : config.scalesLocalityWeight
      ? (group: LocalityGroup<H>, priority: number) => this.#scaledWeight(group, priority)
      : ({ weight }: LocalityGroup<H>) => weight;
    this.#context = { ...context, weightOf };
    this.#grouping = new SubsetGrouping(config);
    this.#selectors = new Map([...config.selectors].reverse().map((one) => [keysText(one.keys), one]));
    this.#byKeyCount = [...config.selectors].sort((a, b) => b.keys.length - a.keys.length);
    this.#policy = policy;
    this.#any = new PrioritySet(hosts, policy, this.#context);
    this.#default = new Subset<H>(null, []);
    this.#regroup(hosts);
  }

  get levels(): readonly LevelHosts<H>[] {
    return this.#any.levels;
  }

  get usesHash(): boolean {
    return this.#context.usesHash;
  }

  update(hosts: readonly H[], policy: AssignmentPolicy): void {
    this.#policy = policy;
    this.#regroup(hosts);
    // Last: it tells those who watch.
    this.#any.update(hosts, policy);
  }

  pick(context: PickContext): H | null {
    if (context.override !== null) {
      const host = this.#any.overriding(context.override);
      if (host !== null || context.override.isStrict) return host;
    }
    return this.pickAt(ANY_PRIORITY, "healthy", context);
  }

  pickAt(priority: number, which: Usable, context: PickContext): H | null {
    const { criteria } = context;
    const fallbacks = this.#config.triesFallbackList ? criteria?.fallbacks ?? null : null;
    if (fallbacks === null) return this.#pickFor(criteria, priority, which, context);
    if (fallbacks.length === 0) return this.#pickFor(criteria!.withoutFallbacks, priority, which, context);
    for (const fallback of fallbacks) {
      const host = this.#pickFor(fallback, priority, which, context);
      if (host !== null) return host;
    }
    return null;
  }

  watch(listener: () => void): () => void {
    return this.#any.watch(listener);
  }

  close(): void {
    this.#any.close();
    this.#default.set?.close();
    for (const { set } of this.#subsets.values()) set?.close();
  }

  #pickFor(criteria: MetadataCriteria | null, priority: number, which: Usable, context: PickContext): H | null {
    const selector = criteria === null ? null : this.#selectorFor(criteria);
    if (criteria !== null && selector !== null) {
      const wanted = this.#config.allowsRedundantKeys ? criteria.only(selector.keys)! : criteria;
      const subset = this.#subsets.get(wanted.text);
      if (subset !== undefined) {
        this.#context.stats.subsetsSelected.inc();
        return this.#pickIn(subset, priority, which, context);
      }
      switch (selector.fallbackPolicy) {
        case "NO_FALLBACK":
          return null;
        case "ANY_ENDPOINT":
          return this.#pickAny(priority, which, context);
        case "DEFAULT_SUBSET":
          return this.#pickIn(this.#default, priority, which, context);
        case "KEYS_SUBSET":
          return this.#pickFor(wanted.only(selector.fallbackKeys), priority, which, context);
      }
    }
    return this.#fallBack(priority, which, context);
  }

  #fallBack(priority: number, which: Usable, context: PickContext): H | null {
    const { stats } = this.#context, { fallbackPolicy, panicModeAny } = this.#config;
    if (fallbackPolicy === "NO_FALLBACK") return null;
    const host = fallbackPolicy === "ANY_ENDPOINT"
      ? this.#pickAny(priority, which, context)
      : this.#pickIn(this.#default, priority, which, context);
    if (host !== null) {
      stats.subsetsFallback.inc();
      return host;
    }
    const lastResort = panicModeAny ? this.#pickAny(priority, which, context) : null;
    if (lastResort !== null) stats.subsetsFallbackPanic.inc();
    return lastResort;
  }

  #pickAny(priority: number, which: Usable, context: PickContext): H | null {
    return priority === ANY_PRIORITY ? this.#any.pick(context) : this.#any.pickAt(priority, which, context);
  }

  #pickIn(subset: Subset<H>, priority: number, which: Usable, context: PickContext): H | null {
    if (subset.selector?.isSingleHost) return subset.hosts[0]!;
    const set = this.#setOf(subset);
    return priority === ANY_PRIORITY ? set.pick(context) : set.pickAt(priority, which, context);
  }

  #setOf(subset: Subset<H>): PrioritySet<H> {
    const levelCount = this.levels.length;
    if (subset.set === null) subset.set = new PrioritySet(subset.hosts, this.#policy, this.#context, levelCount);
    else if (subset.isStale) subset.set.update(subset.hosts, this.#policy, levelCount);
    subset.isStale = false;
    return subset.set;
  }

  #selectorFor(criteria: MetadataCriteria): SubsetSelectorConfig | null {
    if (!this.#config.allowsRedundantKeys) return this.#selectors.get(criteria.keysText) ?? null;
    return this.#byKeyCount.find(({ keys }) => keys.every((key) => criteria.keys.includes(key))) ?? null;
  }

  #regroup(hosts: readonly H[]): void {
    const { stats } = this.#context, { fallbackPolicy, selectors, defaultSubset, listAsAny } = this.#config;
    const before = this.#subsets, { groups, duplicates } = this.#grouping.group(hosts);
    const subsets = new Map<string, Subset<H>>();
    for (const [text, group] of groups) {
      const subset = before.get(text);
      if (subset === undefined) {
        stats.subsetsCreated.inc();
        stats.subsetsActive.inc();
        subsets.set(text, new Subset(group.selector, group.hosts));
      } else {
        subset.hosts = group.hosts;
        this.#outdate(subset);
        subsets.set(text, subset);
      }
    }
    for (const [text, { set }] of before) {
      if (subsets.has(text)) continue;
      stats.subsetsRemoved.inc();
      stats.subsetsActive.dec();
      set?.close();
    }
    this.#subsets = subsets;
    const usesDefault = [fallbackPolicy, ...selectors.map((one) => one.fallbackPolicy)].includes("DEFAULT_SUBSET");
    if (usesDefault) this.#default.hosts = hosts.filter((host) => hasValues(host, defaultSubset, listAsAny));
    this.#outdate(this.#default);
    stats.singleHostDuplicates.set(duplicates);
    this.#placeCounts = this.#config.scalesLocalityWeight ? countPlaces(hosts) : null;
  }

  /** Where weights are scaled, hosts outside of the subset count as well: what it was is no guide to what it is. */
  #outdate(subset: Subset<H>): void {
    subset.isStale = true;
    if (!this.#config.scalesLocalityWeight) return;
    subset.set?.close();
    subset.set = null;
  }

  /** Of all the locality's hosts so large a part is in the subset. */
  #scaledWeight({ key, hosts, weight }: LocalityGroup<H>, priority: number): number {
    const all = this.#placeCounts?.get(`${priority} ${key}`) ?? hosts.length;
    return Math.round(weight * hosts.length / all);
  }
}

function countPlaces(hosts: readonly SetHost[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { priority, locality } of hosts) {
    const key = `${priority} ${placeKey(locality)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
