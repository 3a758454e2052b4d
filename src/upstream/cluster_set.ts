/** The clusters of one worker by name. A look-up sees either the old set or the new one: it is swapped between events. */
import type { Cluster } from "./cluster.ts";
import type { Host } from "./host.ts";
import type { ChildSets } from "./host_set/aggregate_set.ts";
import type { OwnHostSet } from "./host_set/host_set.ts";

export class ClusterSet implements ChildSets<Host> {
  generation = 0;
  #clusters = new Map<string, Cluster>();

  /** The cluster of this name, or null. */
  find(name: string): Cluster | null {
    return this.#clusters.get(name) ?? null;
  }

  findHosts(name: string): OwnHostSet<Host> | null {
    return this.find(name)?.hostSet ?? null;
  }

  /** Takes the new set and returns the clusters that are no longer in it. */
  replace(clusters: readonly Cluster[]): Cluster[] {
    const kept = new Set(clusters);
    const gone = [...this.#clusters.values()].filter((cluster) => !kept.has(cluster));
    this.generation++;
    this.#clusters = new Map(clusters.map((cluster) => [cluster.name, cluster]));
    return gone;
  }

  values(): Iterable<Cluster> {
    return this.#clusters.values();
  }
}
