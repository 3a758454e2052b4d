/**
 * The part of a cluster's stats that the control side owns: who belongs to it and how it was discovered. Every worker sees
 * the same hosts, so they are counted here, once, and not in each of them (spec/upstream.md 16).
 */
import { coarseHealth, isExcluded } from "../../config/host_health.ts";
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope, StatStore } from "../../observe/stats/store.ts";
import type { ControlHost } from "./control_host.ts";

/** Counters of discovery; a cluster with fixed hosts leaves them at 0. */
const DISCOVERY_COUNTERS = ("assignment_stale assignment_timeout_received assignment_use_cached " +
  "default.total_match_count update_attempt update_empty update_failure update_no_rebuild update_success").split(" ");

/** Under one observability name; two objects of a cluster share them while one takes the other's place. */
export class MembershipStats {
  /** `cluster.<name>.`. */
  readonly scope: StatScope;
  readonly warmingState: Gauge;
  readonly noRebuild: Counter;
  readonly #change: Counter;
  readonly #total: Gauge;
  readonly #healthy: Gauge;
  readonly #degraded: Gauge;
  readonly #excluded: Gauge;
  readonly #maxWeight: Gauge;

  constructor(store: StatStore, observabilityName: string) {
    const tag = { name: "envoy.cluster_name", value: observabilityName };
    const scope = this.scope = store.passingScope(`cluster.${observabilityName}`, tag);
    for (const name of DISCOVERY_COUNTERS) scope.counter(name);
    scope.gauge("version");
    this.warmingState = scope.gauge("warming_state");
    this.noRebuild = scope.counter("update_no_rebuild");
    this.#change = scope.counter("membership_change");
    this.#total = scope.gauge("membership_total");
    this.#healthy = scope.gauge("membership_healthy");
    this.#degraded = scope.gauge("membership_degraded");
    this.#excluded = scope.gauge("membership_excluded");
    this.#maxWeight = scope.gauge("max_host_weight");
  }

  /** No cluster has this name any more. */
  retire(): void {
    this.scope.release();
  }

  /** Hosts came or went in so many priorities: each counts, as in Envoy. */
  onMembershipChange(priorities: number): void {
    this.#change.add(priorities);
  }

  /** Counts the hosts anew. */
  count(hosts: Iterable<ControlHost>): void {
    let total = 0, healthy = 0, degraded = 0, excluded = 0, maxWeight = 0;
    for (const { flags, endpoint } of hosts) {
      const health = coarseHealth(flags);
      total++;
      if (health === "healthy") healthy++;
      else if (health === "degraded") degraded++;
      if (isExcluded(flags)) excluded++;
      maxWeight = Math.max(maxWeight, endpoint.weight);
    }
    this.#total.set(total);
    this.#healthy.set(healthy);
    this.#degraded.set(degraded);
    this.#excluded.set(excluded);
    this.#maxWeight.set(maxWeight);
  }
}
