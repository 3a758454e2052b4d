/**
 * What the console shows of clusters and their hosts, from the configuration and the stats: rates since the last look,
 * levels, and what was seen of each host. A second has time for so many hosts: first come the clusters that somebody has
 * before him, then those that changed, then all others in turns.
 */
import type { ClusterItem, ClusterView, HostItem } from "./contract/clusters.ts";
import { clusterView } from "./cluster_view.ts";
import { ClusterWatch } from "./cluster_watch.ts";
import type { AdminSource } from "./source.ts";

/** Hosts looked at in one second. A process with more is seen in turns, which rates allow for. */
const HOSTS_PER_LOOK = 800;

/** What a cluster costs beside its hosts, in hosts; and how much dearer all of it is the first time. */
const CLUSTER_COST = 4;
const FIRST_LOOK_FACTOR = 4;

/** First looks at a time between two seconds. */
const HOSTS_PER_CATCH_UP = 200;

/** Watches all clusters of the process. */
export class ClusterMeter {
  readonly #source: AdminSource;
  readonly #watches = new Map<string, ClusterWatch>();
  #names: string[] = [];
  #items: ClusterItem[] = [];
  /** Clusters that changed and have not been looked at since. */
  readonly #changed = new Set<string>();
  /** Where the next look begins. */
  #next = 0;
  #nowMs = 0;

  constructor(source: AdminSource) {
    this.#source = source;
  }

  /** Looks at the clusters anew, at all of them if they are not too many. */
  update(nowMs: number, wallMs: number): void {
    const clusters = this.#source.clusterSource;
    this.#nowMs = nowMs;
    this.#takeNames([...clusters.names()]);
    for (const name of clusters.takeChanged()) this.#changed.add(name);
    const seen = new Set<string>();
    let left = HOSTS_PER_LOOK;
    const look = (name: string) => {
      if (seen.has(name)) return;
      seen.add(name);
      this.#changed.delete(name);
      const glance = clusters.glance(name);
      if (glance === null) return;
      const { observabilityName } = glance.config;
      let watch = this.#watches.get(name);
      left -= (glance.hostCount + CLUSTER_COST) * (watch === undefined ? FIRST_LOOK_FACTOR : 1);
      if (watch === undefined) {
        this.#watches.set(name, watch = new ClusterWatch(this.#source, name, observabilityName));
      }
      watch.look(glance, nowMs, wallMs);
    };
    for (const watch of this.#watches.values()) if (watch.isAsked(nowMs)) look(watch.name);
    // Half of a look is for changes: a storm of them must not keep the others from their turn.
    for (const name of this.#changed) {
      if (left < HOSTS_PER_LOOK / 2) break;
      look(name);
    }
    const names = this.#names;
    for (let tried = 0; tried < names.length && left > 0; tried++) look(names[this.#next++ % names.length]!);
    if (names.length > 0) this.#next %= names.length;
    this.#items = names.flatMap((name) => this.#watches.get(name)?.item ?? []);
  }

  /** Some clusters have not been looked at yet. */
  get isBehind(): boolean {
    return this.#watches.size < this.#names.length;
  }

  /** Looks at a few of those for the first time: between two seconds, so that none is long. */
  catchUp(nowMs: number, wallMs: number): void {
    let left = HOSTS_PER_CATCH_UP;
    for (const name of this.#names) {
      if (left <= 0) return;
      if (this.#watches.has(name)) continue;
      const glance = this.#source.clusterSource.glance(name);
      if (glance === null) continue;
      left -= glance.hostCount + CLUSTER_COST;
      const watch = new ClusterWatch(this.#source, name, glance.config.observabilityName);
      this.#watches.set(name, watch);
      watch.look(glance, nowMs, wallMs);
    }
  }

  /** In the order of the configuration; those not looked at yet are missing. */
  get items(): readonly ClusterItem[] {
    return this.#items;
  }

  /** How many serve, looked at or not. */
  get count(): number {
    return this.#names.length;
  }

  /** The watches of {@link items}, in their order. */
  get watches(): ClusterWatch[] {
    return this.#names.flatMap((name) => {
      const watch = this.#watches.get(name);
      return watch === undefined || watch.item === null ? [] : [watch];
    });
  }

  /** Null: there is no such cluster, or it was not looked at yet. */
  find(name: string): ClusterItem | null {
    return this.#watches.get(name)?.item ?? null;
  }

  /** Everything of one cluster; from now on it is looked at each second. Null: there is no such cluster. */
  viewOf(name: string, wallMs: number): ClusterView | null {
    const watch = this.#watchOf(name, wallMs), detail = this.#source.clusterSource.detail(name);
    if (watch === null || watch.item === null || detail === null) return null;
    watch.ask(this.#nowMs);
    return clusterView(watch.item, detail, watch.counters, this.#source, wallMs);
  }

  /** The same of its hosts, as they are now. */
  hostsOf(name: string, wallMs: number): readonly HostItem[] | null {
    const watch = this.#watchOf(name, wallMs), detail = this.#source.clusterSource.detail(name);
    if (watch === null || detail === null) return null;
    watch.ask(this.#nowMs);
    return watch.hosts(detail);
  }

  /** One that came since the last look is looked at now: who asks for it shall not hear that there is none. */
  #watchOf(name: string, wallMs: number): ClusterWatch | null {
    const known = this.#watches.get(name);
    if (known !== undefined) return known;
    const glance = this.#source.clusterSource.glance(name);
    if (glance === null) return null;
    const watch = new ClusterWatch(this.#source, name, glance.config.observabilityName);
    this.#watches.set(name, watch);
    watch.look(glance, this.#nowMs, wallMs);
    return watch;
  }

  #takeNames(names: string[]): void {
    const isSame = names.length === this.#names.length && names.every((name, at) => name === this.#names[at]);
    if (isSame) return;
    this.#names = names;
    const present = new Set(names);
    for (const name of this.#watches.keys()) if (!present.has(name)) this.#watches.delete(name);
    for (const name of this.#changed) if (!present.has(name)) this.#changed.delete(name);
  }
}
