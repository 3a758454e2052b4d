/** Clusters and their hosts, under `/api/v1/clusters` and in the topic `clusters` (spec/console.md 5.2, 7.2). */

import type { Level } from "./problem.ts";

/** Item of `GET /api/v1/clusters` and of the topic `clusters`; the key is `cluster/NAME`. */
export interface ClusterItem {
  name: string;
  /** `STATIC`, `STRICT_DNS`, `EDS`… */
  type: string;
  lb_policy: string;
  source: "static" | "dynamic";
  version_info: string;
  /** Since when this version serves; null = it does not yet. */
  updated_ms: number | null;
  level: Level;
  state: "healthy" | "degraded" | "unhealthy" | "empty";
  /** Too few hosts can be used: requests go to all of them. */
  is_panicking: boolean;
  /** A newer version waits to take its place, or it is not ready itself. */
  is_warming: boolean;
  /** The last version was refused; this one serves on. */
  is_nacked: boolean;
  hosts_total: number;
  /** Healthy and degraded ones. */
  hosts_healthy: number;
  hosts_failing: number;
  hosts_by_health: HostCounts;
  /** `region/zone/sub_zone` of its hosts, each once, the first few. */
  localities: string[];
  rps: number | null;
  /** 5xx among the answers of the last seconds, 0 to 1. */
  error_ratio: number | null;
  /** Of `upstream_rq_time` since the last tick, in ms. */
  p50: number | null;
  p99: number | null;
  active_rq: number;
  active_cx: number;
  pending_rq: number;
  retries_per_s: number | null;
  /** Names of the circuit breakers open now: `cx`, `rq_pending`, `rq`, `rq_retry`. */
  breakers: { default: string[]; high: string[] };
  connect_timeout_ms: number;
}

/**
 * `failing` is what the proxy saw of late (connects that fail, none that succeed), not a health checker's verdict: the
 * host still gets its share of the traffic.
 */
export type HostHealth =
  | "healthy"
  | "failing"
  | "degraded"
  | "unhealthy"
  | "ejected"
  | "draining"
  | "pending"
  | "excluded";

/** How many hosts are how. */
export type HostCounts = Record<HostHealth, number>;

/** Item of `GET /api/v1/clusters/:name/hosts`. */
export interface HostItem {
  /** `10.0.0.7:8080`, `[::1]:80` or a path. */
  address: string;
  hostname: string;
  health: HostHealth;
  /** Envoy's flags: `failed_eds_health`… */
  flags: string[];
  /** In words; empty for a host that is well. Times stand in `active_check` and `outlier`. */
  reason: string;
  /** Since when `health` is what it is. */
  since_ms: number;
  /** Null = it is not checked, or not yet. */
  active_check: ActiveCheck | null;
  /** Null = nobody looks for outliers. */
  outlier: HostOutlier | null;
  weight: number;
  /** With slow start. */
  effective_weight: number;
  priority: number;
  locality: { region: string; zone: string; sub_zone: string };
  canary: boolean;
  stats: HostStats;
  rps: number | null;
  error_ratio: number | null;
  /** Share of the cluster's requests of the last minute; 0 to 1. */
  pick_share: number | null;
  /** What priorities, weights and panic would give it; null = it depends on more: zones or subsets. */
  expected_share: number | null;
}

/** The last result of a health check; of several, of the first that fails. */
export interface ActiveCheck {
  /** Of the check; may be empty. */
  name: string;
  is_pass: boolean;
  /** `HTTP 503`, `Connection refused`; `passed`. */
  result: string;
  /** Results of this kind in a row. */
  consecutive: number;
  latency_ms: number;
  last_ms: number;
  next_ms: number;
}

/** What outlier detection knows of a host. */
export interface HostOutlier {
  ejected: boolean;
  /** Of the last ejection; null = there was none. */
  kind: string | null;
  since_ms: number | null;
  /** The first sweep after it lets the host back. */
  until_ms: number | null;
  /** Ejections so far. */
  times: number;
  /** Percent, of the last sweep; null = too little to go by. */
  success_rate: number | null;
}

/** The nine stats of a host, as `/clusters` lists them. */
export interface HostStats {
  cx_active: number;
  cx_connect_fail: number;
  cx_total: number;
  rq_active: number;
  rq_error: number;
  rq_pending_active: number;
  rq_success: number;
  rq_timeout: number;
  rq_total: number;
}

/** Body of `GET /api/v1/clusters/:name`: the item and all that stands on the cluster's own page. */
export interface ClusterView {
  as_of_ms: number;
  item: ClusterItem;
  eds_service_name: string;
  health_checks: HealthCheckView[];
  /** Null = nobody looks for outliers. */
  outlier: OutlierView | null;
  breakers: BreakerGauge[];
  /** Who rejects: counters of `cluster.NAME.`. */
  rejects: TrafficFigure[];
  traffic: TrafficFigure[];
  lb: LbFigures;
}

/** What is asked of hosts. */
export interface HealthCheckView {
  name: string;
  /** `HTTP GET /healthz`, `TCP`, `gRPC`. */
  what: string;
  interval_ms: number;
  timeout_ms: number;
  unhealthy_threshold: number;
  healthy_threshold: number;
}

/** Outlier detection of a cluster. */
export interface OutlierView {
  /** Percent, of the last sweep; null = too little to go by. */
  success_rate_average: number | null;
  success_rate_threshold: number | null;
  ejected: number;
  settings: OutlierSetting[];
}

/** One setting, as it is in force. */
export interface OutlierSetting {
  name: string;
  value: number;
  configured: number;
  /** Goes for all clusters of the process. */
  runtime_key: string;
  by_runtime: boolean;
}

/** One limit of a circuit breaker. */
export interface BreakerGauge {
  priority: "default" | "high";
  /** `max_connections`, `max_pending_requests`, `max_requests`, `max_retries`, `max_connection_pools`. */
  name: string;
  used: number;
  /** Null = there is no limit. */
  max: number | null;
  configured: number | null;
  runtime_key: string;
  by_runtime: boolean;
  /** Percent of active requests that may be retries; null = there is no budget. */
  budget_percent: number | null;
}

/** One stat of a cluster, below `cluster.NAME.`. */
export interface TrafficFigure {
  stat: string;
  value: number;
  /** Null of gauges, and before there are two samples. */
  per_s: number | null;
}

/** How requests are spread. */
export interface LbFigures {
  policy: string;
  /** What the policy was told, in the order of its fields. */
  parameters: { name: string; value: string }[];
  panic_threshold: number;
  overprovisioning_factor: number;
  priorities: PriorityFigures[];
  localities: LocalityFigures[];
  /** What localities are for here, in words. */
  zones: string;
  /** Counters of zone aware routing and panic. */
  counters: TrafficFigure[];
  /** Null = the cluster has none; the first hundred. */
  subsets: { values: string; hosts: number; healthy: number }[] | null;
  subset_count: number;
}

/** One priority; shares and availability in percent. */
export interface PriorityFigures {
  hosts: number;
  healthy: number;
  degraded: number;
  excluded: number;
  availability: number;
  healthy_share: number;
  degraded_share: number;
  is_panicking: boolean;
}

/** The hosts of one priority at one place. */
export interface LocalityFigures {
  priority: number;
  locality: string;
  weight: number;
  hosts: number;
  healthy: number;
}

/** Item of `GET /api/v1/clusters/:name/events`, newest first. */
export interface ClusterEvent {
  id: number;
  at_ms: number;
  kind: "ejection" | "return" | "health" | "membership" | "swap" | "removal";
  level: Level;
  /** Of the one host it is about; empty otherwise. */
  address: string;
  text: string;
}

/** Item of `GET /api/v1/clusters/:name/uses`: who names the cluster. */
export interface ClusterUseItem {
  kind: "route" | "mirror" | "filter" | "cluster" | "listener";
  owner: string;
  where: string;
  /** A path under `/console`; empty = there is no page of it. */
  link: string;
}

/** What `sort` of `GET /api/v1/clusters` takes; `-` before it turns the order. */
export const CLUSTER_SORTS = [
  "problems",
  "name",
  "type",
  "lb",
  "hosts",
  "rps",
  "errors",
  "p50",
  "p99",
  "active",
  "connections",
  "retries",
  "age",
] as const;
/** One of them. */
export type ClusterSort = typeof CLUSTER_SORTS[number];

/** What `sort` of `GET /api/v1/clusters/:name/hosts` takes. */
export const HOST_SORTS = ["problems", "address", "weight", "share", "rps", "errors", "active", "total"] as const;
/** One of them. */
export type HostSort = typeof HOST_SORTS[number];
