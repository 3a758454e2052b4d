/**
 * Scoped routes as the data path sees them: a request's key says which of several route configurations routes it
 * (spec/http.md 1.1, spec/xds.md 9.5). Plain values of the snapshot.
 */
import type { RouteConfiguration } from "./route_config.ts";

/** `…http_connection_manager.v3.ScopedRoutes`, with its scopes written down in it. */
export interface ScopedRoutesConfig {
  /** What a request's key is made of: one value for each. */
  readonly fragments: readonly ScopeFragmentConfig[];
  /** Those that can be found: no two have the same key. */
  readonly scopes: readonly RouteScopeConfig[];
}

/** `ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor`: which part of which field is the value. */
export interface ScopeFragmentConfig {
  /** In lower case, the authority as `host`. */
  readonly header: string;
  /** Stands between two elements of the field; empty = the field is one element. */
  readonly elementSeparator: string;
  readonly choice: ScopeElementChoice;
}

/** Which element counts: the one with a number, or what follows a key in the first that has it. */
export type ScopeElementChoice =
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "element"; readonly separator: string; readonly key: string };

/** `envoy.config.route.v3.ScopedRouteConfiguration`. */
export interface RouteScopeConfig {
  readonly name: string;
  /** Values of the fragments, in their order; never found where there are more or fewer of them. */
  readonly key: readonly string[];
  readonly routeConfig: RouteConfiguration;
}
