/**
 * The hosts of a cluster as requests choose among them. Where the hosts are the cluster's own they are in priorities
 * (priority_set.ts), which may be divided into subsets (subset_set.ts); an aggregate has those of other clusters
 * (aggregate_set.ts).
 */
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";
import type { PickContext } from "../balance/load_balancer.ts";
import type { Usable } from "./priority_level.ts";
import type { LevelCount } from "./priority_loads.ts";
import type { SetHost } from "./set_host.ts";

/** What a cluster picks hosts from. */
export interface HostSet<H> {
  /** The host for a try, or null: there is none. */
  pick(context: PickContext): H | null;
  /** Some balancer asks for the hash of a request. */
  readonly usesHash: boolean;
  /** The cluster has gone: nothing that lives longer refers to the set any more. */
  close(): void;
}

/** One priority. */
export interface LevelHosts<H> extends LevelCount {
  /** Whatever is known of them. */
  readonly all: readonly H[];
}

/** A set whose hosts are a cluster's own. */
export interface OwnHostSet<H extends SetHost> extends HostSet<H> {
  /** Its priorities, the first one being 0; there is always one. */
  readonly levels: readonly LevelHosts<H>[];
  /** Takes hosts that have come, gone or changed; all there are, in their order. */
  update(hosts: readonly H[], policy: AssignmentPolicy): void;
  /** As `pick`, where the priority has been chosen already. */
  pickAt(priority: number, which: Usable, context: PickContext): H | null;
  /** Calls `listener` after every update, until what is returned is called. */
  watch(listener: () => void): () => void;
}
