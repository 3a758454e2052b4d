/** An overview for tests: healthy, idle, one of everything; each test changes what it is about. */

import type { Overview } from "../../src/admin/contract/overview.ts";

/** A healthy overview with `over` laid on top. */
export function overviewOf(over: Partial<Overview> = {}): Overview {
  return {
    as_of_ms: 1000,
    generation: 1,
    server: {
      state: "LIVE",
      version: "0.1.0",
      uptime_s: 1,
      started_ms: 0,
      node: { id: "node-1", cluster: "edge", zone: "" },
      hostname: "host",
      concurrency: 1,
      pid: 1,
      health_check_failed: false,
      draining: false,
      read_only_reason: null,
    },
    health: { level: "ok", problems: [] },
    traffic: {
      rps: 0,
      by_class: { c1: 0, c2: 0, c3: 0, c4: 0, c5: 0 },
      error_ratio: null,
      p50: null,
      p90: null,
      p99: null,
      active_rq: 0,
      active_cx: 0,
      bytes_in: 0,
      bytes_out: 0,
    },
    clusters: { total: 1, healthy: 1, degraded: 0, unhealthy: 0, panic: 0, warming: 0 },
    hosts: { total: 1, healthy: 1, ejected: 0, pending: 0 },
    listeners: { active: 1, warming: 0, draining: 0 },
    xds: null,
    runtime: null,
    certs: null,
    overload: null,
    workers: [],
    tops: { slowest: [], errors: [], breakers: [] },
    events: [],
    ...over,
  };
}
