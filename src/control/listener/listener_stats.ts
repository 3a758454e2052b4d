/** `listener_manager.`: what became of listeners, and how many there are (spec/operations.md 12.2). */
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";

/** The handles. */
export class ListenerManagerStats {
  readonly added: Counter;
  readonly modified: Counter;
  readonly removed: Counter;
  readonly inPlaceUpdated: Counter;
  readonly createFailure: Counter;
  /** Once for each worker. */
  readonly createSuccess: Counter;
  /** By `/drain_listeners`. */
  readonly stopped: Counter;
  readonly active: Gauge;
  readonly warming: Gauge;
  readonly draining: Gauge;
  readonly chainsDraining: Gauge;

  constructor(scope: StatScope) {
    this.added = scope.counter("listener_added");
    this.modified = scope.counter("listener_modified");
    this.removed = scope.counter("listener_removed");
    this.inPlaceUpdated = scope.counter("listener_in_place_updated");
    this.createFailure = scope.counter("listener_create_failure");
    this.createSuccess = scope.counter("listener_create_success");
    this.stopped = scope.counter("listener_stopped");
    this.active = scope.gauge("total_listeners_active");
    this.warming = scope.gauge("total_listeners_warming");
    this.draining = scope.gauge("total_listeners_draining");
    this.chainsDraining = scope.gauge("total_filter_chains_draining");
    for (const gauge of [this.active, this.warming, this.draining, this.chainsDraining]) gauge.set(0);
  }
}
