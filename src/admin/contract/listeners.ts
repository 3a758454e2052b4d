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
  /** What is out of the ordinary: why it drains, what it waits for, which versions before it are still there. */
  notes: ListenerNote[];
  reuse_port: boolean;
  buffer_limit_bytes: number;
  /** Its connections are told to go while `/healthcheck/fail` holds. */
  drains_on_health_failure: boolean;
  /** Empty for one that was never taken. */
  chains: ChainView[];
  /** The same in words, down to the clusters: what a page draws. */
  steps: ListenerStep[];
  /** How its connections are spread. */
  workers: { id: number; active_cx: number; cx_total: number }[];
}

/** One thing that is so for a while. */
export interface ListenerNote {
  kind: "drain" | "refused" | "wait" | "older";
  text: string;
  /** When it is over by itself; null = nobody knows. */
  until_ms: number | null;
}

/** One thing that a connection passes. */
export interface ListenerStep {
  kind: string;
  text: string;
  /** What it names; `link` is a path below `/console`, or empty. */
  names: { text: string; link: string; note: string; is_bad: boolean }[];
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
