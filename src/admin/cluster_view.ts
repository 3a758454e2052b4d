/** The body of `GET /api/v1/clusters/:name`: everything on a cluster's own page, from the details of it. */
import type { CheckerConfig, HealthCheckConfig } from "../config/health_check_config.ts";
import type { LbConfig, SlowStartConfig } from "../config/lb_config.ts";
import type { OutlierConfig } from "../config/outlier_config.ts";
import type { ClusterCounters } from "./cluster_counters.ts";
import type { ClusterDetail } from "./cluster_source.ts";
import type {
  BreakerGauge,
  ClusterItem,
  ClusterView,
  HealthCheckView,
  LbFigures,
  OutlierSetting,
  OutlierView,
} from "./contract/clusters.ts";
import type { AdminSource } from "./source.ts";

/** Makes it. */
export function clusterView(
  item: ClusterItem,
  detail: ClusterDetail,
  { traffic, rejects, spread }: ClusterCounters,
  source: AdminSource,
  wallMs: number,
): ClusterView {
  return {
    as_of_ms: wallMs,
    item,
    eds_service_name: detail.edsServiceName,
    health_checks: detail.config.healthChecks.map(healthCheckView),
    outlier: outlierView(detail, source),
    breakers: detail.breakers.map((breaker): BreakerGauge => ({
      priority: breaker.priority,
      name: breaker.name,
      used: breaker.used,
      max: breaker.max,
      configured: breaker.configured,
      runtime_key: breaker.runtimeKey,
      by_runtime: breaker.isByRuntime,
      budget_percent: breaker.budgetPercent,
    })),
    rejects,
    traffic,
    lb: lbFigures(detail, spread, source),
  };
}

function healthCheckView(check: HealthCheckConfig): HealthCheckView {
  return {
    name: check.name,
    what: checkerText(check.checker),
    interval_ms: check.intervals.intervalMs,
    timeout_ms: check.timeoutMs,
    unhealthy_threshold: check.unhealthyThreshold,
    healthy_threshold: check.healthyThreshold,
  };
}

function checkerText(checker: CheckerConfig): string {
  switch (checker.kind) {
    case "http":
      return `${checker.isHttp2 ? "HTTP/2" : "HTTP"} ${checker.method} ${checker.path}`;
    case "tcp":
      return "TCP";
    case "grpc":
      return checker.serviceName === "" ? "gRPC" : `gRPC ${checker.serviceName}`;
  }
}

/** Settings by the ends of their runtime keys, which go for all clusters alike (spec/operations.md 7.12). */
const OUTLIER_SETTINGS: readonly (readonly [key: string, configured: (config: OutlierConfig) => number])[] = [
  ["interval_ms", (config) => config.intervalMs],
  ["base_ejection_time_ms", (config) => config.baseEjectionTimeMs],
  ["max_ejection_time_ms", (config) => config.maxEjectionTimeMs],
  ["max_ejection_percent", (config) => config.maxEjectionPercent],
  ["consecutive_5xx", (config) => config.consecutive5xx],
  ["consecutive_gateway_failure", (config) => config.consecutiveGatewayFailure],
  ["success_rate_minimum_hosts", (config) => config.successRateMinimumHosts],
  ["success_rate_request_volume", (config) => config.successRateRequestVolume],
  ["enforcing_consecutive_5xx", (config) => config.enforcing.consecutive_5xx],
  ["enforcing_success_rate", (config) => config.enforcing.success_rate],
];

function outlierView({ config, hosts, outliers }: ClusterDetail, source: AdminSource): OutlierView | null {
  if (config.outlierDetection === null || outliers === null) return null;
  const outlierConfig = config.outlierDetection;
  const { average, ejectionThreshold } = outliers.external;
  return {
    success_rate_average: average < 0 ? null : average,
    success_rate_threshold: average < 0 ? null : ejectionThreshold,
    ejected: hosts.filter(({ outlier }) => outlier?.isEjected).length,
    settings: OUTLIER_SETTINGS.map(([name, read]): OutlierSetting => {
      const runtime_key = `outlier_detection.${name}`, configured = read(outlierConfig);
      const text = source.clusterSource.runtimeText(runtime_key);
      const number = text === null ? NaN : Number(text);
      const by_runtime = Number.isFinite(number) && number >= 0;
      return { name, value: by_runtime ? Math.floor(number) : configured, configured, runtime_key, by_runtime };
    }),
  };
}

function lbFigures({ config, lb }: ClusterDetail, counters: LbFigures["counters"], { stats }: AdminSource): LbFigures {
  const valueOf = (stat: string) => stats.valueOf(`cluster.${config.observabilityName}.${stat}`.replaceAll(":", "_"));
  return {
    policy: config.lb.kind,
    parameters: parametersOf(config.lb, valueOf).map(([name, value]) => ({ name, value: String(value) })),
    panic_threshold: lb.panicThreshold,
    overprovisioning_factor: lb.overprovisioningFactor,
    priorities: lb.priorities.map((priority) => ({
      hosts: priority.hosts,
      healthy: priority.healthy,
      degraded: priority.degraded,
      excluded: priority.excluded,
      availability: priority.availability,
      healthy_share: priority.healthyShare,
      degraded_share: priority.degradedShare,
      is_panicking: priority.isPanicking,
    })),
    localities: lb.localities.map((one) => ({ ...one })),
    zones: lb.zones,
    counters,
    subsets: lb.subsets === null ? null : lb.subsets.map((subset) => ({ ...subset })),
    subset_count: lb.subsetCount,
  };
}

type Parameter = readonly [name: string, value: string | number | boolean];

/** What the policy was told, and what its table came to on a worker. */
function parametersOf(lb: LbConfig, valueOf: (stat: string) => number): Parameter[] {
  switch (lb.kind) {
    case "RANDOM":
      return [];
    case "ROUND_ROBIN":
      return slowStartOf(lb.slowStart);
    case "LEAST_REQUEST":
      return [
        ["choice_count", lb.choiceCount ?? "all hosts"],
        ["active_request_bias", lb.activeRequestBias.defaultValue],
        ...slowStartOf(lb.slowStart),
      ];
    case "RING_HASH":
      return [
        ["minimum_ring_size", lb.minimumRingSize],
        ["maximum_ring_size", lb.maximumRingSize],
        ["hash_function", lb.hashFunction],
        ["use_hostname_for_hashing", lb.usesHostname],
        ["hash_balance_factor", lb.hashBalanceFactor],
        ["ring_hash_lb.size", valueOf("ring_hash_lb.size")],
        ["ring_hash_lb.min_hashes_per_host", valueOf("ring_hash_lb.min_hashes_per_host")],
        ["ring_hash_lb.max_hashes_per_host", valueOf("ring_hash_lb.max_hashes_per_host")],
      ];
    case "MAGLEV":
      return [
        ["table_size", lb.tableSize],
        ["use_hostname_for_hashing", lb.usesHostname],
        ["hash_balance_factor", lb.hashBalanceFactor],
        ["maglev_lb.min_entries_per_host", valueOf("maglev_lb.min_entries_per_host")],
        ["maglev_lb.max_entries_per_host", valueOf("maglev_lb.max_entries_per_host")],
      ];
  }
}

function slowStartOf(slowStart: SlowStartConfig | null): Parameter[] {
  if (slowStart === null) return [];
  return [
    ["slow_start_window_ms", slowStart.windowMs],
    ["slow_start_aggression", slowStart.aggression.defaultValue],
    ["slow_start_min_weight_percent", slowStart.minWeightPercent],
  ];
}
