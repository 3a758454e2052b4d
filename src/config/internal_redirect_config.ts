/** Which redirects of an upstream denvoy follows by itself, as the data path sees it (spec/http.md 3). */

/** `envoy.config.route.v3.InternalRedirectPolicy`. */
export interface InternalRedirectConfig {
  /** Of one request, counted over all its routes. */
  readonly maxRedirects: number;
  /** Statuses that are followed. */
  readonly statuses: readonly number[];
  /** All of them must accept the new route. */
  readonly predicates: readonly RedirectPredicateConfig[];
  readonly allowsCrossScheme: boolean;
  /** In lower case. */
  readonly responseHeadersToCopy: readonly string[];
}

/** What a redirect's target must be. */
export type RedirectPredicateConfig =
  /** No route that a redirect of this one has led to before. */
  | { readonly kind: "previous_routes" }
  | { readonly kind: "allow_listed_routes"; readonly names: readonly string[] }
  /** No `https` for a client that came without. */
  | { readonly kind: "safe_cross_scheme" };
