/** Body of `GET /api/v1/overview` (spec/console.md 7.2). */

import type { EventItem } from "./events.ts";
import type { Level, Problem } from "./problem.ts";

/** Body of `GET /api/v1/overview`. */
export interface Overview {
  as_of_ms: number;
  generation: number;
  server: ServerSummary;
  health: { level: Level; problems: Problem[] };
  traffic: Traffic;
  clusters: { total: number; healthy: number; degraded: number; unhealthy: number; panic: number; warming: number };
  hosts: { total: number; healthy: number; ejected: number; pending: number };
  listeners: { active: number; warming: number; draining: number };
  /** The rest is null until the process has the feature. */
  xds: { streams: number; connected: number; nacks: number; last_update_ms: number | null } | null;
  runtime: { revision: number; overrides: number; next_expiry_ms: number | null } | null;
  certs: { next_expiry_ms: number | null; expired: number } | null;
  overload: { active: string[] } | null;
  workers: { id: number; rps: number | null; lag_ms: number | null; generation: number }[];
  tops: TopLists;
  /** The latest, newest first, at most 20. */
  events: EventItem[];
}

/** Clusters to look at first, at most five of each. */
export interface TopLists {
  /** By p99 of the last seconds, in ms. */
  slowest: TopItem[];
  /** By 5xx a second. */
  errors: TopItem[];
  /** By the share of the limit that is nearest, 0 to 1. */
  breakers: TopItem[];
}

/** One row of a top list. */
export interface TopItem {
  cluster: string;
  value: number;
}

/** The states of `/ready` and `/server_info`. */
export type ServerState = "LIVE" | "DRAINING" | "PRE_INITIALIZING" | "INITIALIZING";

/** The process itself. */
export interface ServerSummary {
  state: ServerState;
  version: string;
  uptime_s: number;
  started_ms: number;
  node: { id: string; cluster: string; zone: string };
  hostname: string;
  concurrency: number;
  pid: number;
  health_check_failed: boolean;
  draining: boolean;
  /** Why this peer may only read; null when it may do everything. */
  read_only_reason: string | null;
}

/** What went through the proxy in the last second. Rates and latencies are null until two samples exist. */
export interface Traffic {
  /** Requests answered per second, all HTTP listeners but the admin's. */
  rps: number | null;
  by_class: { c1: number | null; c2: number | null; c3: number | null; c4: number | null; c5: number | null };
  /** Share of 5xx among the answers, 0 to 1; null without answers. */
  error_ratio: number | null;
  /** Of whole requests, in ms; null without answers. */
  p50: number | null;
  p90: number | null;
  p99: number | null;
  active_rq: number;
  active_cx: number;
  /** Bytes per second from and to the downstream side. */
  bytes_in: number | null;
  bytes_out: number | null;
}
