/** Listeners, under `/api/v1/listeners` and in the topic `listeners` (spec/console.md 7.2). */

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
