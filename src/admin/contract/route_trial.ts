/**
 * How this proxy would route a request, and why: `POST /api/v1/routes/test` (spec/console.md 5.4, 7.5). The answer comes
 * from the data path's own code, run on the main thread over the configuration that workers serve.
 */

/** What is asked. Without `listener` and `route_config` the first listener that serves HTTP is taken. */
export interface RouteTestRequest {
  listener?: string | undefined;
  route_config?: string | undefined;
  method: string;
  scheme: "http" | "https";
  authority: string;
  /** With its query. */
  path: string;
  headers: [name: string, value: string][];
  /** Of the client's connection; absent = 127.0.0.1. */
  source_ip?: string | undefined;
  /**
   * The request's number by chance, a whole one: every draw goes by its remainder, so 0 to 99 walk through percentages
   * and through weights that sum up to 100. Absent = by chance.
   */
  random?: number | undefined;
  /** Sends it through the listener's socket too. */
  send?: boolean | undefined;
}

/** One decision on the way. `skipped` steps are candidates that were passed over, in order. */
export interface RouteStep {
  kind: "listener" | "filter_chain" | "hcm" | "scope" | "virtual_host" | "route";
  name: string;
  result: "matched" | "skipped" | "refused";
  /** Position among its like. */
  index?: number;
  /** In words: why this one, or the first condition that did not hold. */
  reason: string;
  /** Path under `/console`; empty = there is no page. */
  link: string;
}

/** What becomes of the request. */
export interface RouteTestAction {
  kind: "cluster" | "weighted" | "redirect" | "direct_response" | "non_forwarding" | "refused" | "none";
  cluster?: string;
  weights?: { name: string; percent: number; chosen: boolean }[];
  /** Of the cluster, in words: `active`, `warming`, `missing`. */
  cluster_state?: string;
  hosts?: { address: string; eligible: boolean; why: string }[];
  path_rewrite?: string;
  host_rewrite?: string;
  /** 0 = off. */
  timeout_ms?: number;
  idle_timeout_ms?: number | null;
  retry?: { conditions: string[]; num_retries: number; per_try_timeout_ms: number };
  mirrors?: { cluster: string }[];
  /** Of an answer that the proxy makes itself. */
  status?: number;
  location?: string;
  body?: string;
}

/** A header before and after; null = it was, or is, not there. */
export interface HeaderChange {
  name: string;
  before: string | null;
  after: string | null;
  /** Who did it: `connection manager`, `route`, `rewrite`. */
  by: string;
}

/** Answer of `POST /api/v1/routes/test`. */
export interface RouteTestResult {
  matched: boolean;
  route_config: string;
  /** Name of the route, empty where it has none; null = none matched. */
  route: string | null;
  steps: RouteStep[];
  action: RouteTestAction;
  /** Of the request as it would go upstream; only what changed. */
  request_headers: HeaderChange[];
  /** What the route does to any response. */
  response_headers: HeaderChange[];
  filters: { name: string; disabled: boolean; per_route: boolean }[];
  /** Runtime keys that were asked on the way. */
  runtime: { key: string; effective: string | null }[];
  /** Only where `send` was asked for. */
  sent?: SentRequest;
}

/** What came of sending it. */
export interface SentRequest {
  /** 0 = no answer came. */
  status: number;
  duration_ms: number;
  headers: [name: string, value: string][];
  body_bytes: number;
  /** Why no answer came; empty = one did. */
  error: string;
}
