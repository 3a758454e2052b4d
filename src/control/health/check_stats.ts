/** The stats of one health check, `cluster.<name>.health_check.[name.<check>.]` (spec/upstream.md 16). */
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";

/** How many hosts are fine. */
export class HealthGauges {
  readonly healthy: Gauge;
  readonly degraded: Gauge;

  constructor(scope: StatScope) {
    this.healthy = scope.gauge("healthy");
    this.degraded = scope.gauge("degraded");
  }

  /** A host's state changed; a host that is new, or gone, was or is neither. */
  move(before: HealthState, after: HealthState): void {
    this.healthy.add(Number(after.isHealthy) - Number(before.isHealthy));
    this.degraded.add(Number(after.isDegraded) - Number(before.isDegraded));
  }
}

/** What is counted of a host. */
export interface HealthState {
  readonly isHealthy: boolean;
  readonly isDegraded: boolean;
}

/** Of a host that is not there. */
export const NO_STATE: HealthState = { isHealthy: false, isDegraded: false };

/** Of one health check. */
export class CheckStats {
  readonly attempt: Counter;
  readonly success: Counter;
  readonly failure: Counter;
  readonly passiveFailure: Counter;
  readonly networkFailure: Counter;
  readonly verifyCluster: Counter;
  readonly hosts: HealthGauges;

  constructor(scope: StatScope) {
    this.attempt = scope.counter("attempt");
    this.success = scope.counter("success");
    this.failure = scope.counter("failure");
    this.passiveFailure = scope.counter("passive_failure");
    this.networkFailure = scope.counter("network_failure");
    this.verifyCluster = scope.counter("verify_cluster");
    this.hosts = new HealthGauges(scope);
  }
}
