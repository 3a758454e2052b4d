/** The clusters of one worker by name. Between two events one object takes the place of another: no look-up sees neither. */
import type { Cluster } from "./cluster.ts";

/** All of them. */
export class ClusterSet {
  readonly #clusters = new Map<string, Cluster>();

  /** The cluster of this name, or null. */
  find(name: string): Cluster | null {
    return this.#clusters.get(name) ?? null;
  }

  /** Takes a cluster in. The one of that name that was there finishes what it carries. */
  put(cluster: Cluster): void {
    const before = this.#clusters.get(cluster.name);
    this.#clusters.set(cluster.name, cluster);
    before?.retire();
  }

  /** Takes one out; it finishes what it carries. */
  remove(name: string): void {
    this.#clusters.get(name)?.retire();
    this.#clusters.delete(name);
  }

  /** All of them, in the order in which their names came. */
  values(): Iterable<Cluster> {
    return this.#clusters.values();
  }
}
