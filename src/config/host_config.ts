/** The hosts of a cluster as main tells workers of them: plain values that cross by structured clone. */
import type { AssignmentPolicy } from "./assignment_policy.ts";
import type { EndpointConfig } from "./cluster_config.ts";

/** One host. */
export interface HostConfig {
  /** Unique for the life of the process: what a later change names it by. */
  readonly id: number;
  /** Its place in the counts that all workers share. */
  readonly slot: number;
  readonly endpoint: EndpointConfig;
  /** See host_health.ts. */
  readonly flags: number;
  /** Wall clock, in ms: when it appeared, or, with health checks, turned healthy. Slow start counts from here. */
  readonly warmSinceMs: number;
}

/**
 * A change of the hosts of one cluster object. Hosts are in the order they came in; what is added goes to the end, what is
 * changed keeps its place, its connections and its figures.
 */
export interface MembershipChange {
  readonly cluster: string;
  /** Of the cluster object that is meant: a change for another one is out of date. */
  readonly incarnation: number;
  readonly added: readonly HostConfig[];
  readonly changed: readonly HostConfig[];
  /** Ids. */
  readonly removed: readonly number[];
  /** Ids of those that turned unhealthy: their connections end with what they carry. Told at once, unlike the rest. */
  readonly failed: readonly number[];
  /** Null = as before. */
  readonly policy: AssignmentPolicy | null;
}
