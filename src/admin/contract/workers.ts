/** Workers, under `/api/v1/workers` and in the topic `workers` (spec/console.md 7.2). */

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

/** Body of `GET /api/v1/workers/main`: the thread that configures, and answers the admin and this console. */
export interface MainThreadView {
  /** How late its timers fire, the worst of the last second. */
  lag_ms: number | null;
  /** The worst of the last five minutes. */
  longest_block_ms: number | null;
  heap_bytes: number;
  /** Of the whole process. */
  rss_bytes: number;
  /** Open event streams. */
  sse_clients: number;
  admin_rq_total: number;
  /** Of all admin requests up to the last flush, in ms; null without any. */
  admin_rq_p50: number | null;
  admin_rq_p99: number | null;
}
