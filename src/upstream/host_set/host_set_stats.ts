/** What choosing among the hosts of a cluster counts (spec/upstream.md 16). The names exist from the start, as in Envoy. */
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatSource } from "../../observe/stats/stat_shape.ts";
import type { StatScope } from "../../observe/stats/store.ts";

export class HostSetStats {
  readonly healthyPanic: Counter;
  readonly recalculateZoneStructures: Counter;
  readonly zoneClusterTooSmall: Counter;
  readonly zoneNoCapacityLeft: Counter;
  readonly zoneRoutingAllDirectly: Counter;
  readonly zoneRoutingCrossZone: Counter;
  readonly zoneRoutingSampled: Counter;
  readonly localClusterNotOk: Counter;
  readonly subsetsActive: Gauge;
  readonly subsetsCreated: Counter;
  readonly subsetsRemoved: Counter;
  readonly subsetsSelected: Counter;
  readonly subsetsFallback: Counter;
  readonly subsetsFallbackPanic: Counter;
  readonly #scope: StatScope;

  /** `scope`: for what only some clusters have. */
  constructor(source: StatSource, scope: StatScope) {
    this.#scope = scope;
    this.healthyPanic = source.counter("lb_healthy_panic");
    this.recalculateZoneStructures = source.counter("lb_recalculate_zone_structures");
    this.zoneClusterTooSmall = source.counter("lb_zone_cluster_too_small");
    this.zoneNoCapacityLeft = source.counter("lb_zone_no_capacity_left");
    this.zoneRoutingAllDirectly = source.counter("lb_zone_routing_all_directly");
    this.zoneRoutingCrossZone = source.counter("lb_zone_routing_cross_zone");
    this.zoneRoutingSampled = source.counter("lb_zone_routing_sampled");
    this.localClusterNotOk = source.counter("lb_local_cluster_not_ok");
    this.subsetsActive = source.gauge("lb_subsets_active");
    this.subsetsCreated = source.counter("lb_subsets_created");
    this.subsetsRemoved = source.counter("lb_subsets_removed");
    this.subsetsSelected = source.counter("lb_subsets_selected");
    this.subsetsFallback = source.counter("lb_subsets_fallback");
    this.subsetsFallbackPanic = source.counter("lb_subsets_fallback_panic");
  }

  /** Hosts that are in no subset, because another one is there already. Only clusters with subsets have it. */
  get singleHostDuplicates(): Gauge {
    return this.#scope.gauge("lb_subsets_single_host_per_subset_duplicate");
  }
}
