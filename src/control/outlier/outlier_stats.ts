/** `cluster.<name>.outlier_detection.` (spec/upstream.md 16). */
import type { EjectionKind } from "../../config/outlier_config.ts";
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";

const KINDS: readonly EjectionKind[] = [
  "consecutive_5xx",
  "consecutive_gateway_failure",
  "consecutive_local_origin_failure",
  "success_rate",
  "local_origin_success_rate",
  "failure_percentage",
  "local_origin_failure_percentage",
];

type PerKind = Readonly<Record<EjectionKind, Counter>>;

export class OutlierStats {
  readonly ejectionsActive: Gauge;
  readonly ejectionsEnforcedTotal: Counter;
  readonly ejectionsOverflow: Counter;
  readonly detected: PerKind;
  readonly enforced: PerKind;
  /** Three deprecated ones: detected by errors in a row or success rate, and not kept by the share of hosts. */
  readonly ejectionsTotal: Counter;
  /** What is detected by errors in a row. */
  readonly ejectionsConsecutive5xx: Counter;
  /** What is detected by either success rate. */
  readonly ejectionsSuccessRate: Counter;

  /** `cluster` is the cluster's own scope. */
  constructor(cluster: StatScope) {
    const scope = cluster.scope("outlier_detection");
    const perKind = (what: "detected" | "enforced") =>
      Object.fromEntries(KINDS.map((kind) => [kind, scope.counter(`ejections_${what}_${kind}`)])) as PerKind;
    this.ejectionsActive = scope.gauge("ejections_active");
    this.ejectionsEnforcedTotal = scope.counter("ejections_enforced_total");
    this.ejectionsOverflow = scope.counter("ejections_overflow");
    this.detected = perKind("detected");
    this.enforced = perKind("enforced");
    this.ejectionsTotal = scope.counter("ejections_total");
    this.ejectionsConsecutive5xx = scope.counter("ejections_consecutive_5xx");
    this.ejectionsSuccessRate = scope.counter("ejections_success_rate");
    // Of hosts that call themselves degraded, which nobody listens to.
    scope.counter("ejections_detected_degradation");
  }
}
