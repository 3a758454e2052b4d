/**
 * Load balancing policies as the data path sees them: plain values of the snapshot, every default filled in
 * (spec/upstream.md 7.7 to 7.13). How hosts are grouped before a policy chooses among them is not part of it.
 */
import type { HashPolicyConfig } from "./hash_policy_config.ts";

/** Who of a set of hosts is next. `kind` is the name that `lb_policy` has for it, whichever way it was asked for. */
export type LbConfig =
  | RoundRobinLbConfig
  | LeastRequestLbConfig
  | { readonly kind: "RANDOM" }
  | RingHashLbConfig
  | MaglevLbConfig;

/** One after the other, by weight. */
export interface RoundRobinLbConfig {
  readonly kind: "ROUND_ROBIN";
  /** Null = new hosts get their whole share at once. */
  readonly slowStart: SlowStartConfig | null;
}

/** The least busy of a few. */
export interface LeastRequestLbConfig {
  readonly kind: "LEAST_REQUEST";
  /** How many are compared where weights are equal; null = all of them. */
  readonly choiceCount: number | null;
  /** How much requests under way count where weights differ. */
  readonly activeRequestBias: RuntimeDoubleConfig;
  readonly slowStart: SlowStartConfig | null;
}

/** By the request's hash: a ring that every host has many places on. */
export interface RingHashLbConfig extends HashLbConfig {
  readonly kind: "RING_HASH";
  readonly minimumRingSize: number;
  readonly maximumRingSize: number;
  readonly hashFunction: "XX_HASH" | "MURMUR_HASH_2";
}

/** By the request's hash: a table that every host has its share of. */
export interface MaglevLbConfig extends HashLbConfig {
  readonly kind: "MAGLEV";
  /** A prime number. */
  readonly tableSize: number;
}

/** What both policies that go by a hash have. */
export interface HashLbConfig {
  /** Hosts are hashed by their name, not by their address. */
  readonly usesHostname: boolean;
  /** How much busier than the average a host may be, in percent; 0 = as busy as may be. */
  readonly hashBalanceFactor: number;
  /** Take the place of the route's; empty = the route's count. */
  readonly hashPolicies: readonly HashPolicyConfig[];
}

/** New hosts get little at first, and more with time. */
export interface SlowStartConfig {
  /** Above 0. */
  readonly windowMs: number;
  readonly aggression: RuntimeDoubleConfig;
  /** From 0 to 100. */
  readonly minWeightPercent: number;
}

/** `core.v3.RuntimeDouble`. */
export interface RuntimeDoubleConfig {
  readonly defaultValue: number;
  /** Empty = runtime has no say. */
  readonly runtimeKey: string;
}

/** What a cluster has that says nothing. */
export const DEFAULT_LB: LbConfig = { kind: "ROUND_ROBIN", slowStart: null };

/** Whether the policy asks for the hash of a request. */
export function goesByHash(lb: LbConfig): lb is RingHashLbConfig | MaglevLbConfig {
  return lb.kind === "RING_HASH" || lb.kind === "MAGLEV";
}
