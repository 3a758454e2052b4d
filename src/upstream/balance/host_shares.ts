/**
 * What part of all requests each host of a hashing policy is to get (spec/upstream.md 7.5, 7.10): its weight among all, or
 * what its locality leaves it.
 */
import type { BalancedHost } from "./load_balancer.ts";

/** Shares by host, which together make 1, and the outermost of them. */
export interface HostShares {
  readonly shares: Float64Array;
  readonly least: number;
  readonly most: number;
}

/** `weights`: what each host is to get of the whole, already shared out among localities; null = by weight alone. */
export function hostShares(hosts: readonly BalancedHost[], weights: readonly number[] | null): HostShares {
  const shares = new Float64Array(hosts.length);
  let sum = 0, least = 1, most = 0;
  if (weights === null) { for (const { weight } of hosts) sum += weight; }
  for (let i = 0; i < hosts.length; i++) {
    const share = shares[i] = weights === null ? hosts[i]!.weight / sum : weights[i]!;
    least = Math.min(least, share);
    most = Math.max(most, share);
  }
  return { shares, least, most };
}
