/** Clusters and their hosts, under `/api/v1/clusters` and in the topic `clusters` (spec/console.md 7.2). */

import type { Level } from "./problem.ts";

/** Item of `GET /api/v1/clusters` and of the topic `clusters`; the key is `cluster/NAME`. */
export interface ClusterItem {
  name: string;
  /** `STATIC`, `STRICT_DNS`, `EDS`… */
  type: string;
  lb_policy: string;
  source: "static" | "dynamic";
  version_info: string;
  level: Level;
  state: "healthy" | "degraded" | "unhealthy" | "empty";
  hosts_total: number;
  hosts_healthy: number;
  hosts_failing: number;
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
  /** Null when the process has too many to send with each change: ask `/api/v1/clusters/NAME/hosts`. */
  hosts: HostItem[] | null;
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

/** Item of `GET /api/v1/clusters/:name/hosts`. */
export interface HostItem {
  /** `10.0.0.7:8080`, `[::1]:80` or a path. */
  address: string;
  hostname: string;
  health: HostHealth;
  /** Envoy's flags: `failed_eds_health`… */
  flags: string[];
  /** In words; empty for a host that is well. */
  reason: string;
  /** Since when `health` is what it is. */
  since_ms: number;
  weight: number;
  priority: number;
  locality: { region: string; zone: string; sub_zone: string };
  canary: boolean;
  stats: HostStats;
  rps: number | null;
  error_ratio: number | null;
  /** Share of the cluster's requests in the last tick, and what its weight among equals would give; 0 to 1. */
  pick_share: number | null;
  expected_share: number | null;
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
