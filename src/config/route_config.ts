/**
 * Route configurations as the data path sees them: plain values of the snapshot, every default filled in (spec/http.md 2).
 */

/** `envoy.config.route.v3.RouteConfiguration`. */
export interface RouteConfiguration {
  readonly name: string;
  readonly virtualHosts: readonly VirtualHostConfig[];
  readonly ignorePortInHostMatching: boolean;
  readonly filterOverrides: FilterOverrides;
}

/** `typed_per_filter_config` of one level, by the filter's name in its chain. */
export type FilterOverrides = Readonly<Record<string, FilterOverride>>;

/** What one level says about one HTTP filter. */
export interface FilterOverride {
  /** The filter is off for these requests; else it is on, whatever its chain says. */
  readonly isDisabled: boolean;
  /** Of the filter whose configuration this is. Empty = none is given. */
  readonly filterTypeUrl: string;
  /** What that extension's own schema made of it: plain data. */
  readonly config: unknown;
}

/** `envoy.config.route.v3.VirtualHost`. */
export interface VirtualHostConfig {
  readonly name: string;
  /** As written; unique over the route configuration, letter case aside. */
  readonly domains: readonly string[];
  readonly routes: readonly RouteConfig[];
  readonly filterOverrides: FilterOverrides;
}

/** `envoy.config.route.v3.Route`. */
export interface RouteConfig {
  /** May be empty. */
  readonly name: string;
  readonly match: RouteMatchConfig;
  readonly action: RouteActionConfig | DirectResponseConfig;
  readonly filterOverrides: FilterOverrides;
}

/** `envoy.config.route.v3.RouteMatch`. */
export interface RouteMatchConfig {
  readonly path: { readonly kind: "prefix" | "path"; readonly value: string };
  readonly caseSensitive: boolean;
}

/** `envoy.config.route.v3.RouteAction`. */
export interface RouteActionConfig {
  readonly kind: "route";
  readonly cluster: string;
  /** Status when the cluster does not exist: 503, 404 or 500. */
  readonly clusterNotFoundStatus: number;
  /** Empty = no rewrite. */
  readonly prefixRewrite: string;
  /** 0 = off; Envoy's default is 15 s. */
  readonly timeoutMs: number;
}

/** `envoy.config.route.v3.DirectResponseAction`. */
export interface DirectResponseConfig {
  readonly kind: "direct_response";
  readonly status: number;
  /** Read at load when it came from a file or the environment. */
  readonly body: Uint8Array;
}
