/**
 * What every balancer does: names the host for a try out of a fixed set of hosts. What changes while the set stays (how busy
 * a host is, how long it has been there) it asks of the hosts; a changed set is a new balancer (spec/upstream.md 7).
 */
import type { FilterMetadata } from "../../config/metadata_config.ts";
import type { MetadataCriteria } from "../../match/metadata_criteria.ts";
import type { PreviousPriorities } from "../host_set/previous_priorities.ts";

/** All that balancers ask of a host. */
export interface BalancedHost {
  /** At least 1. */
  readonly weight: number;
  /** Requests under way, over all workers. */
  readonly activeRequests: number;
  /** What hashing policies place it by: see hash_key.ts. */
  readonly addressText: string;
  readonly hostname: string;
  readonly metadata: FilterMetadata;
  /** Wall clock, ms: slow start counts from here. */
  readonly warmSinceMs: number;
}

/** What is known of the request that a host is wanted for. */
export interface PickContext {
  /** The request's hash as two unsigned halves; meaningless without `hasHash`. */
  readonly hashHigh: number;
  readonly hashLow: number;
  /** Some hash policy gave one; otherwise chance decides. */
  readonly hasHash: boolean;
  /** How many hosts were refused before for the same try: the same hash then leads elsewhere. */
  readonly attempt: number;
  /** What the host's metadata must have in a cluster of subsets; null = nothing is asked. */
  readonly criteria: MetadataCriteria | null;
  /** The priorities that tries have been to, where another one is wanted; null = all are as good. */
  readonly previous: PreviousPriorities | null;
  /** The one host that the request is for, if it is there and may be used; null = any. */
  readonly override: HostOverride | null;
}

/** A host that a filter has chosen for a request. */
export interface HostOverride {
  /** `10.0.0.7:8080`. */
  readonly address: string;
  /** No other will do. */
  readonly isStrict: boolean;
}

/** For whoever asks without a request. */
export const NO_PICK_CONTEXT: PickContext = {
  hashHigh: 0,
  hashLow: 0,
  hasHash: false,
  attempt: 0,
  criteria: null,
  previous: null,
  override: null,
};

export interface LoadBalancer<H> {
  /** A host, or null when the set is empty. */
  pick(context: PickContext): H | null;
}
