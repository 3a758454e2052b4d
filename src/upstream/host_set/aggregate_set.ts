/**
 * The hosts of an aggregate cluster: the priorities of other clusters, one after the other, those without hosts left out
 * (spec/upstream.md 3.7). Shares are computed over all of them; the child whose priority is chosen picks the host its own way.
 * A child that is not there is passed over until it comes.
 */
import type { CommonLbConfig } from "../../config/locality_lb_config.ts";
import type { Random } from "../../base/random.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { PickContext } from "../balance/load_balancer.ts";
import type { HostSet, LevelHosts, OwnHostSet } from "./host_set.ts";
import { panicThresholdOf } from "./panic_threshold.ts";
import type { TriedHost } from "./previous_priorities.ts";
import { availabilityOf, type PriorityLoads, priorityLoads } from "./priority_loads.ts";
import type { SetHost } from "./set_host.ts";

/** Where an aggregate finds its children. */
export interface ChildSets<H extends SetHost> {
  /** Another number when clusters have come, gone or been replaced. */
  readonly generation: number;
  /** Null: there is no such cluster, or its hosts are others'. */
  findHosts(name: string): OwnHostSet<H> | null;
}

/** A priority of a child. */
interface Part<H extends SetHost> {
  readonly set: OwnHostSet<H>;
  readonly priority: number;
}

export class AggregateSet<H extends SetHost> implements HostSet<H> {
  readonly #names: readonly string[];
  readonly #children: ChildSets<H>;
  readonly #config: CommonLbConfig;
  readonly #random: Random;
  readonly #runtime: RuntimeValues;
  #parts: readonly Part<H>[] = [];
  #usesHash = false;
  #loads: PriorityLoads | null = null;
  #generation = -1;
  #runtimeGeneration = -1;
  #unwatch: (() => void)[] = [];

  constructor(
    names: readonly string[],
    children: ChildSets<H>,
    { config, random, runtime }: {
      readonly config: CommonLbConfig;
      readonly random: Random;
      readonly runtime: RuntimeValues;
    },
  ) {
    this.#names = names;
    this.#children = children;
    this.#config = config;
    this.#random = random;
    this.#runtime = runtime;
  }

  pick(context: PickContext): H | null {
    const loads = this.#currentLoads();
    if (this.#parts.length === 0) return null;
    const choice = context.previous === null
      ? loads
      : context.previous.sharesOf(loads, availabilityOf(this.#levels()), (host) => this.#partOf(host));
    let left = this.#random.below(100) + 1;
    for (const which of ["healthy", "degraded"] as const) {
      const shares = choice[which];
      for (let at = 0; at < shares.length; at++) {
        left -= shares[at]!;
        if (left > 0) continue;
        const { set, priority } = this.#parts[at]!;
        return set.pickAt(priority, which, context);
      }
    }
    return null;
  }

  get usesHash(): boolean {
    if (this.#generation !== this.#children.generation) this.#joinChildren();
    return this.#usesHash;
  }

  close(): void {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
  }

  #currentLoads(): PriorityLoads {
    if (this.#generation !== this.#children.generation) this.#joinChildren();
    if (this.#loads === null || this.#runtimeGeneration !== this.#runtime.generation) {
      this.#runtimeGeneration = this.#runtime.generation;
      this.#loads = priorityLoads(this.#levels(), panicThresholdOf(this.#runtime, this.#config));
    }
    return this.#loads;
  }

  #levels(): LevelHosts<H>[] {
    return this.#parts.map(({ set, priority }) => set.levels[priority]!);
  }

  #partOf(host: TriedHost): number {
    return this.#levels().findIndex(({ all }) => all.some((one) => one === host));
  }

  #joinChildren(): void {
    this.close();
    this.#generation = this.#children.generation;
    const parts: Part<H>[] = [];
    for (const name of this.#names) {
      const set = this.#children.findHosts(name);
      if (set === null) continue;
      set.levels.forEach(({ hosts }, priority) => {
        if (hosts > 0) parts.push({ set, priority });
      });
      this.#unwatch.push(set.watch(() => this.#generation = -1));
    }
    this.#parts = parts;
    this.#usesHash = parts.some(({ set }) => set.usesHash);
    this.#loads = null;
  }
}
