/**
 * What main sends to workers: everything, to one that starts, and only what changed from then on. Every change is whole in
 * itself: a worker takes it between two events, and its parts refer to what came before or comes with it.
 */
import type { ClusterConfig } from "./cluster_config.ts";
import type { AssignmentPolicy } from "./assignment_policy.ts";
import type { HostConfig, MembershipChange } from "./host_config.ts";
import type { ListenerConfig } from "./listener_config.ts";
import type { RouteConfiguration } from "./route_config.ts";
import type { RuntimeRecord } from "./runtime_layers.ts";
import type { NodeIdentity } from "./snapshot.ts";

/** A cluster object that is new, or takes the place of the one of its name, with all its hosts. */
export interface ClusterUpdate {
  /** Without endpoints: they are `hosts`. */
  readonly config: ClusterConfig;
  /** Rises with every object made, over all clusters. */
  readonly incarnation: number;
  /** Its place in the shared counts of circuit breakers: the same for every object of that name. */
  readonly limitSlot: number;
  readonly hosts: readonly HostConfig[];
  readonly policy: AssignmentPolicy;
}

/** A listener that serves. */
export interface ListenerUpdate {
  readonly config: ListenerConfig;
  /**
   * Rises with every listener object made, over all listeners. One that is the same as before has at most other filter
   * chains, and connections of those that did not change live on; another one takes the place of all before it.
   */
  readonly incarnation: number;
  /** Of its filter chains: rises when others take their place. */
  readonly revision: number;
}

/** The routes under a name that listeners refer to by RDS. */
export interface RoutesUpdate {
  /** Of the subscription: source and name. */
  readonly key: string;
  /** Null = nobody refers to them any more. */
  readonly routes: RouteConfiguration | null;
}

export interface ConfigChange {
  /** Rises by one with every change. */
  readonly generation: number;
  /** Null = as before. */
  readonly node: NodeIdentity | null;
  /** The cluster that this proxy is a host of; empty = none is named, null = as before. */
  readonly localCluster: string | null;
  /** All layers merged; null = as before. */
  readonly runtime: RuntimeRecord | null;
  readonly clusters: readonly ClusterUpdate[];
  readonly members: readonly MembershipChange[];
  readonly removedClusters: readonly string[];
  readonly routes: readonly RoutesUpdate[];
  /** All that shall serve from now on, when any of them changed; null = as before. */
  readonly listeners: readonly ListenerUpdate[] | null;
  /** There are CEL expressions in it: a worker loads their engine first. */
  readonly usesCel: boolean;
}
