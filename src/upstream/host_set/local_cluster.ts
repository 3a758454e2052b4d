/**
 * The cluster that this proxy is a host of, with all of its kind (`cluster_manager.local_cluster_name`): where the others
 * are says which part of a zone's requests is this zone's own (spec/upstream.md 7.6). There is one for all clusters of a
 * worker, which may ask for it before it is there.
 */
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import { groupByLocality, type LocalityGroup, type Place, placeKey } from "./locality_groups.ts";
import type { LevelHosts } from "./host_set.ts";
import type { LevelCount } from "./priority_loads.ts";
import type { SetHost } from "./set_host.ts";

const NO_HOSTS: LevelCount = {
  policy: DEFAULT_ASSIGNMENT_POLICY,
  hosts: 0,
  excludedHosts: 0,
  healthyHosts: 0,
  degradedHosts: 0,
  weight: 0,
  excludedWeight: 0,
  healthyWeight: 0,
  degradedWeight: 0,
};

/** The hosts of the local cluster. */
interface LocalHosts {
  readonly levels: readonly LevelHosts<SetHost>[];
  watch(listener: () => void): () => void;
}

export class LocalCluster {
  /** Empty = no cluster is it. */
  name = "";
  /** Where this proxy is. */
  place: Place = { region: "", zone: "", subZone: "" };
  #set: LocalHosts | null = null;
  #unwatch: (() => void) | null = null;
  #groups: readonly LocalityGroup<SetHost>[] | null = null;
  readonly #listeners = new Set<() => void>();

  /** What the bootstrap says, before there are any clusters. */
  locate(name: string, place: Place): void {
    this.name = name;
    this.place = place;
  }

  /** Its hosts are known. */
  get isThere(): boolean {
    return this.#set !== null;
  }

  get placeKey(): string {
    return placeKey(this.place);
  }

  /** The cluster of that name has come, or another one has taken its place; null = it has gone. */
  use(set: LocalHosts | null): void {
    this.#unwatch?.();
    this.#set = set;
    this.#unwatch = set?.watch(() => this.#onUpdate()) ?? null;
    this.#onUpdate();
  }

  get localities(): readonly LocalityGroup<SetHost>[] {
    return this.#groups ??= groupByLocality(this.#set === null ? [] : this.#set.levels[0]!.all, this.place);
  }

  /** How many of the proxies are well. */
  get count(): LevelCount {
    return this.#set === null ? NO_HOSTS : this.#set.levels[0]!;
  }

  /** Calls `listener` whenever the proxies change, until what is returned is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #onUpdate(): void {
    this.#groups = null;
    for (const listener of this.#listeners) listener();
  }
}
