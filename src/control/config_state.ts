/**
 * All that workers were told so far, for one that starts later: the sum of all changes (config/config_change.ts). A change
 * costs what it names, not what there is.
 */
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import type { ClusterUpdate, ConfigChange, ListenerUpdate } from "../config/config_change.ts";
import type { HostConfig, MembershipChange } from "../config/host_config.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type { RuntimeRecord } from "../config/runtime_layers.ts";
import { NO_NODE, type NodeIdentity } from "../config/snapshot.ts";

interface KeptCluster {
  readonly update: ClusterUpdate;
  /** By id, in the order in which they came. */
  readonly hosts: Map<number, HostConfig>;
  policy: AssignmentPolicy;
}

export class ConfigState {
  #generation = 0;
  #node: NodeIdentity = NO_NODE;
  #localCluster = "";
  #runtime: RuntimeRecord = {};
  #usesCel = false;
  #listeners: readonly ListenerUpdate[] = [];
  readonly #clusters = new Map<string, KeptCluster>();
  readonly #routes = new Map<string, RouteConfiguration>();

  /** Of the last change. */
  get generation(): number {
    return this.#generation;
  }

  /** All that serve. */
  get listeners(): readonly ListenerUpdate[] {
    return this.#listeners;
  }

  /** The routes under the key of a subscription; null = none have come. */
  routesOf(key: string): RouteConfiguration | null {
    return this.#routes.get(key) ?? null;
  }

  /** Who this proxy says it is. */
  get node(): NodeIdentity {
    return this.#node;
  }

  /** Adds a change. */
  apply(change: ConfigChange): void {
    this.#generation = change.generation;
    this.#node = change.node ?? this.#node;
    this.#localCluster = change.localCluster ?? this.#localCluster;
    this.#runtime = change.runtime ?? this.#runtime;
    this.#listeners = change.listeners ?? this.#listeners;
    this.#usesCel ||= change.usesCel;
    for (const update of change.clusters) {
      const hosts = new Map(update.hosts.map((host) => [host.id, host]));
      this.#clusters.set(update.config.name, { update, hosts, policy: update.policy });
    }
    for (const members of change.members) this.#applyMembers(members);
    for (const name of change.removedClusters) this.#clusters.delete(name);
    for (const { key, routes } of change.routes) {
      if (routes === null) this.#routes.delete(key);
      else this.#routes.set(key, routes);
    }
  }

  /** One change that says all of it. */
  everything(): ConfigChange {
    return {
      generation: this.#generation,
      node: this.#node,
      localCluster: this.#localCluster,
      runtime: this.#runtime,
      clusters: Array.from(
        this.#clusters.values(),
        ({ update, hosts, policy }) => ({ ...update, hosts: [...hosts.values()], policy }),
      ),
      members: [],
      removedClusters: [],
      routes: Array.from(this.#routes, ([key, routes]) => ({ key, routes })),
      listeners: this.#listeners,
      usesCel: this.#usesCel,
    };
  }

  #applyMembers({ cluster, incarnation, added, changed, removed, policy }: MembershipChange): void {
    const kept = this.#clusters.get(cluster);
    if (kept?.update.incarnation !== incarnation) return;
    for (const id of removed) kept.hosts.delete(id);
    for (const host of changed) kept.hosts.set(host.id, host);
    for (const host of added) kept.hosts.set(host.id, host);
    kept.policy = policy ?? kept.policy;
  }
}
