/**
 * The nine stats of one upstream host, as `/clusters` lists them: their names and where they stand. They live in a hidden
 * scope, `cluster.NAME.endpoint.ADDRESS.`, so that `/stats` does not list them, and go when the host does
 * (spec/operations.md 6.3.3).
 */

import type { EndpointConfig } from "../../config/cluster_config.ts";

/** Counters of a host, sorted; `rq_success` is what was not a 5xx, `rq_error` 5xx and resets. */
export const HOST_COUNTERS = [
  "cx_connect_fail",
  "cx_total",
  "rq_error",
  "rq_success",
  "rq_timeout",
  "rq_total",
] as const;

/** Gauges of a host, sorted. */
export const HOST_GAUGES = ["cx_active", "rq_active", "rq_pending_active"] as const;

/** All nine, sorted. */
export const HOST_STATS = [
  "cx_active",
  "cx_connect_fail",
  "cx_total",
  "rq_active",
  "rq_error",
  "rq_pending_active",
  "rq_success",
  "rq_timeout",
  "rq_total",
] as const;

/** One of the nine. */
export type HostStatName = typeof HOST_STATS[number];

/** What the figures of a host stand under, by its endpoint and address: they stay with one whose address changes. */
export function hostStatName({ identity }: EndpointConfig, addressText: string): string {
  return identity ?? addressText;
}

/** Name under which a host's stats stand: `cluster.web.endpoint.10.0.0.7_8080`. `host`: see {@link hostStatName}. */
export function hostStatPrefix(observabilityName: string, host: string): string {
  return `cluster.${observabilityName}.endpoint.${host}`.replaceAll(":", "_");
}
