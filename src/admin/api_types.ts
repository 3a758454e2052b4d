/**
 * The JSON shapes the admin server and the console both know: bodies of `/api/v1/*` and frames of `/api/v1/events`
 * (spec/console.md 7, Appendix C). Types only, and no imports, so that the browser's build can take them.
 *
 * Times are epoch milliseconds (`_ms`), durations `_s` or `_ms`, rates numbers per second. `null` means unknown, which is
 * shown as a dash; 0 means none.
 */

/** How bad something is. `info` raises no alarm. */
export type Level = "ok" | "info" | "warn" | "bad";

/** Something an operator should look at. The list of them is the verdict of the Overview page. */
export interface Problem {
  /** Rule and subject: `errors`, `cluster-empty/web`. Stable for as long as the problem lasts. */
  id: string;
  level: "info" | "warn" | "bad";
  since_ms: number;
  /** One sentence in plain words, no full stop. */
  text: string;
  /** Path under `/console` that shows the cause. */
  link: string;
}

/** Body of every error answer under `/api` (RFC 9457, `application/problem+json`). */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}

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
  /** The latest, newest first, at most 20. */
  events: EventItem[];
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

/** Names of the built-in series. */
export type SeriesName =
  | "rps"
  | "rps_2xx"
  | "rps_3xx"
  | "rps_4xx"
  | "rps_5xx"
  | "error_ratio"
  | "p50"
  | "p90"
  | "p99"
  | "active_rq"
  | "active_cx"
  | "bytes_in"
  | "bytes_out";

/** Body of `GET /api/v1/series`: one value per step, oldest first, null where nothing is known. */
export interface Series {
  step_s: number;
  /** Time of the first value. */
  start_ms: number;
  series: Partial<Record<SeriesName, (number | null)[]>>;
}

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  total: number;
  next_cursor: string | null;
  as_of_ms: number;
  generation: number;
}

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

/** Item of `GET /api/v1/listeners` and of the topic `listeners`; the key is `listener/NAME`. */
export interface ListenerItem {
  name: string;
  state: "active" | "draining" | "warming" | "failed";
  /** As bound: a port 0 shows the real one. */
  addresses: string[];
  /** Why it does not serve; null when it does. */
  error: string | null;
  stat_prefix: string;
  source: "static" | "dynamic";
  version_info: string;
  filter_chains: number;
  /** `stat_prefix` of each HTTP connection manager in it. */
  http_prefixes: string[];
  active_cx: number;
  cx_total: number;
  cx_per_s: number | null;
  /** Of its HTTP connection managers. */
  rps: number | null;
  error_ratio: number | null;
}

/** Item of `GET /api/v1/workers` and of the topic `workers`; the key is `worker/ID`. */
export interface WorkerItem {
  id: number;
  state: "starting" | "running" | "silent" | "restarting";
  uptime_s: number;
  restarts: number;
  rps: number | null;
  active_cx: number;
  active_rq: number;
  /** How late its timers fire, the worst of the last second. */
  lag_ms: number | null;
  heap_bytes: number | null;
  /** The configuration it serves, and how long after publication it said so. */
  generation: number;
  ack_delay_ms: number | null;
  /** Share of all connections that came to this worker, 0 to 1. */
  accept_share: number | null;
}

/** Item of the topic `events`: something that happened once. */
export interface EventItem {
  /** Rises by one. */
  id: number;
  at_ms: number;
  level: Level;
  /** What it is about: `server`, `listener`, `cluster`, `worker`, `config`, `admin`. */
  subject: string;
  /** The subject's name; may be empty. */
  name: string;
  text: string;
  link: string;
}

/** Topics of `GET /api/v1/events?topics=`. */
export type Topic = "overview" | "clusters" | "listeners" | "workers" | "events";

/** First frame of every stream. */
export interface HelloFrame {
  server_time_ms: number;
  /** Changes with the process: the client then loads everything anew. */
  boot_id: string;
  heartbeat_s: number;
  topics: Topic[];
}

/** Frames of the topic `overview`: a snapshot with the last five minutes, then one tick a second. */
export type OverviewFrame =
  | { op: "snapshot"; data: Overview; history: Series }
  | { op: "tick"; data: Overview };

/** Frames of a list topic. `upsert` and `remove` carry one item each, by its key. */
export type ListFrame<Item> =
  | { op: "snapshot"; data: Page<Item> }
  | { op: "upsert"; key: string; data: Item }
  | { op: "remove"; key: string };

/** The stream could not be resumed where the client left it: snapshots follow. */
export interface GapFrame {
  reason: "unknown_id" | "ring_overflow" | "client_behind";
  resume: "snapshot";
}

/** What a frame's `event` says its `data` is. Unknown events and ops are to be ignored. */
export interface SseFrames {
  hello: HelloFrame;
  gap: GapFrame;
  overview: OverviewFrame;
  clusters: ListFrame<ClusterItem>;
  listeners: ListFrame<ListenerItem>;
  workers: ListFrame<WorkerItem>;
  events: { op: "snapshot"; data: EventItem[] } | { op: "upsert"; key: string; data: EventItem };
}

/** One frame as it stands in the stream: `id`, `event` and the parsed `data`. */
export type SseFrame = { [Event in keyof SseFrames]: { id: number; event: Event; data: SseFrames[Event] } }[
  keyof SseFrames
];
