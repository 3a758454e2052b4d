/** Route tables in force: `GET /api/v1/routes` and `/api/v1/routes/:name` (spec/console.md 5.4, 7.2). */

/** One route table. */
export interface RouteConfigItem {
  name: string;
  source: "static" | "rds" | "scoped";
  version_info: string;
  /** Of listeners that use it. */
  listeners: string[];
  virtual_hosts: number;
  routes: number;
}

/** One route, in words. */
export interface RouteItem {
  index: number;
  name: string;
  /** `GET prefix /api/ · header x-v is 2`. */
  match: string;
  action: "cluster" | "weighted" | "redirect" | "direct_response" | "non_forwarding";
  /** Cluster, weights, target or status, in words. */
  target: string;
  clusters: { name: string; percent: number; state: "active" | "warming" | "missing" }[];
  /** 0 = off; null = it does not forward. */
  timeout_ms: number | null;
  retries: number | null;
  stat_prefix: string;
  /** Names of filters with settings of this route. */
  filters: string[];
  /** An earlier route always matches first: its position; null = not so. */
  hidden_by: number | null;
}

/** One virtual host. */
export interface VirtualHostItem {
  name: string;
  domains: string[];
  require_tls: string;
  /** Its routes hang on a matcher tree and are listed in its order. */
  has_matcher: boolean;
  routes: RouteItem[];
}

/** Body of `GET /api/v1/routes/:name`. */
export interface RouteConfigView extends RouteConfigItem {
  hosts: VirtualHostItem[];
}
