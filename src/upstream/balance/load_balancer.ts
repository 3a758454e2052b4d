/** What every balancer does: names the host for the next request out of a fixed set. A changed set is a new balancer. */

/** All that a balancer asks of a host. */
export interface WeightedHost {
  /** At least 1. */
  readonly weight: number;
}

export interface LoadBalancer<H extends WeightedHost> {
  /** A host, or null when the set is empty. */
  pick(): H | null;
}
