/**
 * The clusters of one worker by name. Between two events one object takes the place of another: no look-up sees neither.
 *
 * An object whose place was taken finishes what it carries. Its stats are given back a while after its last connection is
 * gone: whoever still counts in them has a request that waits to be tried again, and not for so long.
 */
import type { Clock } from "../base/clock.ts";
import type { Cluster } from "./cluster.ts";
import type { Host } from "./host.ts";
import type { ChildSets } from "./host_set/aggregate_set.ts";
import type { OwnHostSet } from "./host_set/host_set.ts";
import type { LocalCluster } from "./host_set/local_cluster.ts";

/** Longer than any back-off. */
const KEPT_MS = 120_000;

interface Leaver {
  readonly cluster: Cluster;
  /** When it was first seen without connections; null = it has some. */
  goneMs: number | null;
}

/** All of them. */
export class ClusterSet implements ChildSets<Host> {
  generation = 0;
  readonly #clock: Clock;
  readonly #local: LocalCluster;
  readonly #clusters = new Map<string, Cluster>();
  #leaving: Leaver[] = [];

  /** `local` is told when the cluster that it stands for comes or goes. */
  constructor(clock: Clock, local: LocalCluster) {
    this.#clock = clock;
    this.#local = local;
  }

  /** The cluster of this name, or null. */
  find(name: string): Cluster | null {
    return this.#clusters.get(name) ?? null;
  }

  findHosts(name: string): OwnHostSet<Host> | null {
    return this.find(name)?.hostSet ?? null;
  }

  /** Takes a cluster in. The one of that name that was there finishes what it carries. */
  put(cluster: Cluster): void {
    const before = this.#clusters.get(cluster.name);
    this.#clusters.set(cluster.name, cluster);
    this.#onChange(cluster.name);
    if (before !== undefined) this.#dismiss(before);
  }

  /** Takes one out; it finishes what it carries. */
  remove(name: string): void {
    const before = this.#clusters.get(name);
    this.#clusters.delete(name);
    if (before === undefined) return;
    this.#onChange(name);
    this.#dismiss(before);
  }

  /** How many there are. */
  get size(): number {
    return this.#clusters.size;
  }

  /** All of them, in the order in which their names came. */
  values(): Iterable<Cluster> {
    return this.#clusters.values();
  }

  /** The worker stops: closes every connection now, those of objects that are leaving too. */
  abort(): void {
    for (const cluster of this.#clusters.values()) cluster.abort();
    for (const { cluster } of this.#leaving) cluster.abort();
  }

  /** Aggregates look for their children anew, and the others for where the proxies are. */
  #onChange(name: string): void {
    this.generation++;
    if (name === this.#local.name) this.#local.use(this.findHosts(name));
  }

  /** Changes are the only clock that this needs: where nothing changes, nothing is wanted. */
  #dismiss(cluster: Cluster): void {
    cluster.retire();
    const { nowMs } = this.#clock;
    this.#leaving.push({ cluster, goneMs: null });
    this.#leaving = this.#leaving.filter((leaver) => {
      if (leaver.goneMs === null) leaver.goneMs = leaver.cluster.isGone ? nowMs : null;
      if (leaver.goneMs === null || nowMs - leaver.goneMs < KEPT_MS) return true;
      leaver.cluster.release();
      return false;
    });
  }
}
