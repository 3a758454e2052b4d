/**
 * Where hashes lead among a fixed set of hosts: a ring (hash_ring.ts) or a table (maglev_table.ts). It knows hosts by their
 * numbers in the set, never changes, and may serve several balancers of the same hosts.
 */

export interface HashPlacement {
  /**
   * The number of the host that a hash, two unsigned halves, leads to; -1 = there is none. Another `attempt` of the same
   * hash leads elsewhere, or not.
   */
  find(high: number, low: number, attempt: number): number;
}
