/** What the balancers are told of a request: one object for all requests of a router, filled in for each. */
import type { StreamFacts } from "../../observe/stream_facts.ts";
import { MetadataCriteria } from "../../match/metadata_criteria.ts";
import type { ForwardAction } from "../../route/forward_action.ts";
import type { HostOverride, PickContext } from "../../upstream/balance/load_balancer.ts";
import type { PreviousPriorities } from "../../upstream/host_set/previous_priorities.ts";

/** Where load balancing looks in metadata. */
const LOAD_BALANCER = "envoy.lb";

export class RequestPick implements PickContext {
  hashHigh = 0;
  hashLow = 0;
  hasHash = false;
  attempt = 0;
  criteria: MetadataCriteria | null = null;
  previous: PreviousPriorities | null = null;
  override: HostOverride | null = null;

  /** Takes up a request that goes the way of `action`. */
  begin(
    { criteria }: Pick<ForwardAction, "criteria">,
    { dynamicMetadata }: Pick<StreamFacts, "dynamicMetadata">,
  ): void {
    this.attempt = 0;
    this.previous = null;
    const own = dynamicMetadata?.[LOAD_BALANCER];
    this.criteria = own === undefined ? criteria : criteria === null ? MetadataCriteria.of(own) : criteria.with(own);
  }
}
