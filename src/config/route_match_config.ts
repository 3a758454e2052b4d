/**
 * What a route asks of a request, as the data path sees it: plain values of the snapshot, every default filled in
 * (spec/http.md 2.2).
 */
import type {
  CidrRangeConfig,
  CookieMatcherConfig,
  HeaderMatcherConfig,
  MetadataMatcherConfig,
  QueryParameterMatcherConfig,
  RuntimeFractionConfig,
  StringMatcherConfig,
  TlsContextMatchConfig,
} from "./match_config.ts";

/** `envoy.config.route.v3.RouteMatch`. All of it must hold. */
export interface RouteMatchConfig {
  readonly path: PathSpecifierConfig;
  /** For `prefix`, `path` and `path_separated_prefix`. */
  readonly caseSensitive: boolean;
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

/** What the path must be; `connect` stands for a CONNECT request, which has none. */
export type PathSpecifierConfig =
  | { readonly kind: "prefix" | "path" | "path_separated_prefix" | "safe_regex"; readonly value: string }
  | { readonly kind: "connect" };

/** `envoy.type.matcher.v3.FilterStateMatcher`. */
export interface FilterStateMatcherConfig {
  readonly key: string;
  readonly test:
    | { readonly kind: "string"; readonly matcher: StringMatcherConfig }
    | { readonly kind: "address"; readonly ranges: readonly CidrRangeConfig[]; readonly invert: boolean };
}
