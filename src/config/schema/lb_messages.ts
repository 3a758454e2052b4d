/**
 * The messages of single load balancing policies, which `lb_policy` and `load_balancing_policy` have alike
 * (spec/upstream.md 7.7 to 7.13).
 */

import { z } from "zod";
import type {
  HashLbConfig,
  LeastRequestLbConfig,
  MaglevLbConfig,
  RingHashLbConfig,
  RoundRobinLbConfig,
  RuntimeDoubleConfig,
  SlowStartConfig,
} from "../lb_config.ts";
import { addInvalid, duration, flag, number, text } from "./field.ts";

/** Of each policy: what it does unless it is told otherwise. */
export const CHOICES = 2;
/** Places on a ring. */
export const RING_SIZE = 1024, MAX_RING_SIZE = 8_388_608;
/** Slots of a maglev table. */
export const TABLE_SIZE = 65_537;
const LEAST_PERCENT = 10;
const ONE: RuntimeDoubleConfig = { defaultValue: 1, runtimeKey: "" };

type Context = z.core.$RefinementCtx;

const runtimeDoubleSchema = z.strictObject({ default_value: number(0), runtime_key: text() })
  .transform(({ default_value, runtime_key }): RuntimeDoubleConfig => ({
    defaultValue: default_value,
    runtimeKey: runtime_key,
  }));

/** Without a window there is no slow start. */
const slowStartSchema = z.strictObject({
  slow_start_window: duration(0),
  aggression: runtimeDoubleSchema.optional(),
  min_weight_percent: z.strictObject({ value: number(0) }).optional(),
}).transform(({ slow_start_window, aggression, min_weight_percent }): SlowStartConfig | null =>
  slow_start_window === 0 ? null : {
    windowMs: slow_start_window,
    aggression: aggression ?? ONE,
    minWeightPercent: min_weight_percent?.value ?? LEAST_PERCENT,
  }
);

/** What is in the message of each policy, whichever way it is asked for. */
export const roundRobinFields = { slow_start_config: slowStartSchema.optional() };
/** See {@link roundRobinFields}. */
export const leastRequestFields = {
  choice_count: number(CHOICES),
  active_request_bias: runtimeDoubleSchema.optional(),
  slow_start_config: slowStartSchema.optional(),
};
/** See {@link roundRobinFields}. */
export const ringFields = { minimum_ring_size: size(RING_SIZE), maximum_ring_size: size(MAX_RING_SIZE) };
/** See {@link roundRobinFields}. */
export const maglevFields = { table_size: size(TABLE_SIZE) };
/** See {@link roundRobinFields}. */
export const hashingFields = { use_hostname_for_hashing: flag(false), hash_balance_factor: number(0) };

/** A `UInt64Value` within the limits of its field: canonical as text. */
function size(unset: number) {
  return z.string().optional().transform((text) => text === undefined ? unset : Number(text));
}

/** What they come to. */
export function roundRobin(
  message: { readonly slow_start_config?: SlowStartConfig | null | undefined },
): RoundRobinLbConfig {
  return { kind: "ROUND_ROBIN", slowStart: message.slow_start_config ?? null };
}

/** `comparesAll`: all hosts, not a few of them. */
export function leastRequest(message: {
  readonly choice_count: number;
  readonly active_request_bias?: RuntimeDoubleConfig | undefined;
  readonly slow_start_config?: SlowStartConfig | null | undefined;
}, comparesAll: boolean): LeastRequestLbConfig {
  return {
    kind: "LEAST_REQUEST",
    choiceCount: comparesAll ? null : message.choice_count,
    activeRequestBias: message.active_request_bias ?? ONE,
    slowStart: message.slow_start_config ?? null,
  };
}

/** `path`: of the message. */
export function ringHash(
  { minimum_ring_size, maximum_ring_size }: { readonly minimum_ring_size: number; readonly maximum_ring_size: number },
  hashFunction: RingHashLbConfig["hashFunction"],
  hashing: HashLbConfig = NO_HASHING,
  context: Context,
  path: readonly PropertyKey[],
): RingHashLbConfig {
  if (minimum_ring_size > maximum_ring_size) {
    const reason = `ring hash: minimum_ring_size (${minimum_ring_size}) > maximum_ring_size (${maximum_ring_size})`;
    addInvalid(context, minimum_ring_size, path, reason);
  }
  return {
    kind: "RING_HASH",
    minimumRingSize: minimum_ring_size,
    maximumRingSize: maximum_ring_size,
    hashFunction,
    ...hashing,
  };
}

/** `path`: of the message. */
export function maglevTable(
  { table_size }: { readonly table_size: number },
  hashing: HashLbConfig = NO_HASHING,
  context: Context,
  path: readonly PropertyKey[],
): MaglevLbConfig {
  if (!isPrime(table_size)) {
    addInvalid(context, table_size, [...path, "table_size"], "The table size of maglev must be prime number");
  }
  return { kind: "MAGLEV", tableSize: table_size, ...hashing };
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

/** What both policies have that go by a hash. */
export function hashingOf(message: {
  readonly use_hostname_for_hashing: boolean;
  readonly hash_balance_factor: number;
  readonly hash_policy?: HashLbConfig["hashPolicies"];
}): HashLbConfig {
  return {
    usesHostname: message.use_hostname_for_hashing,
    hashBalanceFactor: message.hash_balance_factor,
    hashPolicies: message.hash_policy ?? [],
  };
}

const NO_HASHING: HashLbConfig = { usesHostname: false, hashBalanceFactor: 0, hashPolicies: [] };
