/**
 * The part of a cluster's stats that the control side owns: who belongs to it and how it was discovered. Every worker sees
 * the same hosts, so they are counted here, once, and not in each of them (spec/upstream.md 16).
 */
import type { ClusterConfig } from "../config/cluster_config.ts";
import type { StatStore } from "../observe/stats/store.ts";

/** Counters of discovery; a cluster with fixed hosts leaves them at 0. */
const DISCOVERY_COUNTERS = ("assignment_stale assignment_timeout_received assignment_use_cached " +
  "default.total_match_count update_attempt update_empty update_failure update_no_rebuild update_success").split(" ");

/** Writes down a cluster that was added with these hosts. */
export function countCluster(store: StatStore, { observabilityName, assignment: { endpoints } }: ClusterConfig): void {
  const tag = { name: "envoy.cluster_name", value: observabilityName };
  const scope = store.scope(`cluster.${observabilityName}`, tag);
  for (const name of DISCOVERY_COUNTERS) scope.counter(name);
  for (const name of ["membership_degraded", "membership_excluded", "version", "warming_state"]) scope.gauge(name);
  const change = scope.counter("membership_change");
  if (endpoints.length > 0) change.inc();
  scope.gauge("membership_total").set(endpoints.length);
  scope.gauge("membership_healthy").set(endpoints.length);
  scope.gauge("max_host_weight").set(endpoints.reduce((max, { weight }) => Math.max(max, weight), 0));
}
