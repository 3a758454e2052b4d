/** How a cluster comes to know its endpoints: one contract for fixed ones, names and EDS (spec/upstream.md 3). */
import type { LoadAssignment } from "../../config/cluster_config.ts";
import type { Wait } from "../timeline.ts";

/** Finds the endpoints of one cluster object and keeps finding them until it is closed. */
export interface Discovery {
  /** Calls {@link DiscoveryEvents} from now on, possibly before it returns. */
  start(): void;
  /** No call comes after it. Nothing is left behind: no timer, no query, no subscription. */
  close(): void;
}

/** Hears of it. */
export interface DiscoveryEvents {
  /** These are the endpoints from now on, all of them; none is an answer too. */
  onEndpoints(assignment: LoadAssignment): void;
  /**
   * The first result is in, whatever it was: the cluster need not wait for discovery any longer. Called once. `failure`:
   * why it brought nothing, in words; empty = it did bring something, or nothing was waited for.
   */
  onFirstResult(failure: string): void;
  /** What it waits for, in words for an operator; called when the words change, and with null when it waits no more. */
  onWaiting(wait: DiscoveryWait | null): void;
}

/** What keeps discovery from its first result: a host name, or an EDS service. */
export type DiscoveryWait = Wait & { readonly kind: "dns" | "eds" };
