/** Listeners, under `/api/v1/listeners` and in the topic `listeners` (spec/console.md 5.3, 7.2). */

/** Item of `GET /api/v1/listeners` and of the topic `listeners`; the key is `listener/NAME`. */
export interface ListenerItem {
  name: string;
  state: "active" | "draining" | "warming" | "failed";
  /** As bound: a port 0 shows the real one. */
  addresses: string[];
  /** Why it does not serve, or why its last update was not taken; null when all is well. */
  error: string | null;
  stat_prefix: string;
  direction: "UNSPECIFIED" | "INBOUND" | "OUTBOUND";
  source: "static" | "dynamic";
  version_info: string;
  /** What gets ready to take its place; null = nothing, or it is itself what warms. */
  warming_version: string | null;
  /** What it or its next version is not ready without, in words. */
  waiting_for: string[];
  /** When its sockets close or its connections are cut; null = never, or it does not drain. */
  drain_ends_ms: number | null;
  filter_chains: number;
  /** `stat_prefix` of each HTTP connection manager in it. */
  http_prefixes: string[];
  active_cx: number;
  cx_total: number;
  cx_per_s: number | null;
  /** Connections that no filter chain wanted. */
  no_chain_match_per_s: number | null;
  /** Of its HTTP connection managers. */
  rps: number | null;
  error_ratio: number | null;
}

/** Body of `GET /api/v1/listeners/:name`. */
export interface ListenerView {
  item: ListenerItem;
  updated_ms: number | null;
  /** Why it drains; null = it does not. */
  drain_reason: "removed" | "stopped" | "operator" | "shutdown" | null;
  waits: ListenerWait[];
  /** Newer updates took the place of what warms, so many times. */
  superseded: number;
  /** Versions before it, with connections that may go on. */
  older: { version_info: string; ends_ms: number }[];
  reuse_port: boolean;
  buffer_limit_bytes: number;
  /** Its connections are told to go while `/healthcheck/fail` holds. */
  drains_on_health_failure: boolean;
  /** Empty for one that was never taken. */
  chains: ChainView[];
  /** How its connections are spread. */
  workers: { id: number; active_cx: number; cx_total: number }[];
}

/** One thing that it waits for. */
export interface ListenerWait {
  kind: string;
  name: string;
  source: string;
  since_ms: number;
  /** When the wait ends by itself; null = never. */
  deadline_ms: number | null;
  last_error: string;
}

/** A filter chain: what a connection passes, in order. */
export interface ChainView {
  /** Empty where it has none. */
  name: string;
  /** What it asks of a connection; empty = nothing. */
  match: string[];
  filters: ManagerView[];
}

/** An HTTP connection manager, the last network filter of a chain. */
export interface ManagerView {
  /** Of its type, without the package: `HttpConnectionManager`. */
  type: string;
  stat_prefix: string;
  codec: string;
  http_filters: HttpFilterView[];
  /** The tables that route its requests: one, or one for each scope; the first hundred. */
  routes: RouteRef[];
  /** That these name; the first hundred. */
  clusters: { name: string; state: "active" | "warming" | "missing" }[];
  clusters_total: number;
  /** By Envoy's name, in milliseconds; 0 = off. */
  timeouts: Record<string, number>;
  /** By Envoy's name; 0 = no limit. */
  limits: Record<string, number>;
}

/** A route table. */
export interface RouteRef {
  name: string;
  source: "static" | "rds" | "scoped";
  /** False = nothing has come yet: requests are answered 404. */
  is_there: boolean;
  virtual_hosts: number;
}

/** One entry of `http_filters`. */
export interface HttpFilterView {
  name: string;
  type: string;
  /** Off unless a route switches it on. */
  disabled: boolean;
  /** Virtual hosts and routes that say otherwise for themselves. */
  overrides: number;
}
