/**
 * The console's words, in one place: glossary entries that name the stat or endpoint behind a number, so that people
 * learn the API (spec/console.md 9.7), and the texts of empty places (Appendix E: what, why, what next). English; another
 * language is another file of this shape.
 */

import type { HostHealth } from "../../src/admin/contract/clusters.ts";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import type { WorkerItem } from "../../src/admin/contract/workers.ts";

/** Where a number comes from. Shown on hover, after the exact value. */
export const SOURCES = {
  rps: "http.*.downstream_rq_completed, per second",
  classes: "http.*.downstream_rq_2xx … 5xx, per second",
  errors: "http.*.downstream_rq_5xx ÷ downstream_rq_completed",
  latency: "http.*.downstream_rq_time, over the last second",
  activeRequests: "http.*.downstream_rq_active",
  activeConnections: "listener.*.downstream_cx_active",
  bytesIn: "http.*.downstream_cx_rx_bytes_total, per second",
  bytesOut: "http.*.downstream_cx_tx_bytes_total, per second",
  clusters: "/clusters",
  hosts: "cluster.*.membership_healthy, membership_total",
  listeners: "/listeners",
  xds: "control_plane.connected_state, *.update_rejected",
  runtime: "runtime.admin_overrides_active",
  workers: "server.concurrency",
  hostRequests: "/clusters: rq_total",
  clusterRate: "cluster.NAME.upstream_rq_completed, per second",
  clusterErrors: "cluster.NAME.upstream_rq_5xx ÷ upstream_rq_completed",
  hostErrors: "/clusters: rq_error ÷ rq_total, of the last seconds",
  clusterConnections: "cluster.NAME.upstream_cx_active",
  hostConnections: "/clusters: cx_active",
  connectFailures: "/clusters: cx_connect_fail",
  clusterLatency: "cluster.NAME.upstream_rq_time",
  breakers: "cluster.NAME.circuit_breakers: what is open of the nearest limit",
  listenerConnections: "listener.ADDRESS.downstream_cx_active",
  listenerRate: "http.PREFIX.downstream_rq_completed, per second",
  workerLag: "server.worker_N.watchdog: how late a timer fired, the worst of the last second",
  uptime: "server.uptime",
} as const;

/** A host's health, as a word. */
export const HOST_WORDS: Readonly<Record<HostHealth, string>> = {
  healthy: "Healthy",
  failing: "Failing",
  degraded: "Degraded",
  unhealthy: "Unhealthy",
  ejected: "Ejected",
  draining: "Draining",
  pending: "Pending",
  excluded: "Excluded",
};

/** What a host's health means, for hover. */
export const HOST_MEANINGS: Readonly<Record<HostHealth, string>> = {
  healthy: "Takes its share of the traffic",
  failing: "Connects to it fail and none succeeds; no health check says so, so it still gets its share of the traffic",
  degraded: "Works, but is used only when too few healthy hosts are left",
  unhealthy: "Fails its health check and gets no traffic, unless the cluster panics",
  ejected: "Taken out for a while by outlier detection, because of its errors",
  draining: "Finishes what it has and gets nothing new",
  pending: "Waits for its first health check",
  excluded: "Taken out by hand",
};

/** A listener's state, as a word. */
export const LISTENER_WORDS: Readonly<Record<ListenerItem["state"], string>> = {
  active: "Active",
  warming: "Warming",
  draining: "Draining",
  failed: "Failed",
};

/** A worker's state, as a word. */
export const WORKER_WORDS: Readonly<Record<WorkerItem["state"], string>> = {
  running: "Running",
  starting: "Starting",
  silent: "Silent",
  restarting: "Restarting",
};
