/**
 * What a route asks of a request, as the data path sees it: plain values of the snapshot, every default filled in
 * (spec/http.md 2.2).
 */
import type {
  CidrRangeConfig,
  CookieMatcherConfig,
  HeaderMatcherConfig,
  MetadataMatcherConfig,
  PathMatcherConfig,
  QueryParameterMatcherConfig,
  RuntimeFractionConfig,
  StringMatcherConfig,
  TlsContextMatchConfig,
} from "./match_config.ts";

/** `envoy.config.route.v3.RouteMatch`. All of it must hold. */
export interface RouteMatchConfig {
  /** `connect` stands for a CONNECT request, which has no path. */
  readonly path: PathMatcherConfig | { readonly kind: "connect" };
  /** Null = always. */
  readonly runtimeFraction: RuntimeFractionConfig | null;
  readonly isGrpc: boolean;
  readonly headers: readonly HeaderMatcherConfig[];
  readonly queryParameters: readonly QueryParameterMatcherConfig[];
  readonly cookies: readonly CookieMatcherConfig[];
  /** Null = either way. */
  readonly tlsContext: TlsContextMatchConfig | null;
  readonly dynamicMetadata: readonly MetadataMatcherConfig[];
  readonly filterState: readonly FilterStateMatcherConfig[];
}

/** `envoy.type.matcher.v3.FilterStateMatcher`. */
export interface FilterStateMatcherConfig {
  readonly key: string;
  readonly test:
    | { readonly kind: "string"; readonly matcher: StringMatcherConfig }
    | { readonly kind: "address"; readonly ranges: readonly CidrRangeConfig[]; readonly invert: boolean };
}
