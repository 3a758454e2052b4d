/**
 * Conditions as the data path sees them: plain values of the snapshot, every default filled in (spec/http.md 2.2, 2.3).
 * Workers compile them with `src/match/`.
 */
import type { UriTemplateConfig } from "./uri_template.ts";

/** `envoy.type.matcher.v3.RegexMatcher`: RE2 syntax, checked at load. */
export interface RegexConfig {
  readonly regex: string;
}

/** `envoy.type.matcher.v3.StringMatcher`. */
export interface StringMatcherConfig {
  readonly kind: "exact" | "prefix" | "suffix" | "contains" | "safe_regex";
  /** The text, or the regular expression, as written. */
  readonly value: string;
  /** Letters of ASCII in either case; never with a regular expression. */
  readonly ignoreCase: boolean;
}

/** `envoy.config.route.v3.HeaderMatcher`. */
export interface HeaderMatcherConfig {
  /** In lower case; `host` for `:authority`. */
  readonly name: string;
  readonly test: HeaderTestConfig;
  readonly invert: boolean;
  readonly treatMissingAsEmpty: boolean;
}

/** What a header's values must be. */
export type HeaderTestConfig =
  | { readonly kind: "present"; readonly isPresent: boolean }
  | { readonly kind: "string"; readonly matcher: StringMatcherConfig }
  /** From `start` up to but not `end`: decimal text of 64-bit integers. */
  | { readonly kind: "range"; readonly start: string; readonly end: string };

/** `envoy.config.route.v3.QueryParameterMatcher`. */
export interface QueryParameterMatcherConfig {
  readonly name: string;
  readonly test:
    | { readonly kind: "present"; readonly isPresent: boolean }
    | { readonly kind: "string"; readonly matcher: StringMatcherConfig };
}

/** `envoy.config.route.v3.CookieMatcher`. */
export interface CookieMatcherConfig {
  readonly name: string;
  readonly matcher: StringMatcherConfig;
  readonly invert: boolean;
}

/** A path specifier of `envoy.config.route.v3.RouteMatch`. */
export type PathMatcherConfig =
  | {
    readonly kind: "prefix" | "path" | "path_separated_prefix";
    readonly value: string;
    /** Letters of ASCII in either case. */
    readonly ignoreCase: boolean;
  }
  | { readonly kind: "safe_regex"; readonly regex: string }
  | { readonly kind: "uri_template"; readonly template: UriTemplateConfig };

/** `RouteMatch.TlsContextMatchOptions`; null = either. */
export interface TlsContextMatchConfig {
  readonly presented: boolean | null;
  readonly validated: boolean | null;
}

/** `envoy.type.v3.FractionalPercent`. The numerator may be larger than the denominator: always. */
export interface FractionConfig {
  readonly numerator: number;
  readonly denominator: 100 | 10_000 | 1_000_000;
}

/** `envoy.config.core.v3.RuntimeFractionalPercent`. */
export interface RuntimeFractionConfig extends FractionConfig {
  /** Empty = the fraction as it is. */
  readonly runtimeKey: string;
}

/** `envoy.config.core.v3.CidrRange`. */
export interface CidrRangeConfig {
  /** An IP address; bits behind the prefix do not count. */
  readonly address: string;
  /** At most 32 for an IPv4 address, 128 for an IPv6 one. */
  readonly prefixLength: number;
}

/** `envoy.type.matcher.v3.MetadataMatcher`. */
export interface MetadataMatcherConfig {
  readonly filter: string;
  /** Keys from the filter's struct down to the value; at least one. */
  readonly path: readonly string[];
  readonly value: ValueMatcherConfig;
  readonly invert: boolean;
}

/** `envoy.type.matcher.v3.ValueMatcher`. */
export type ValueMatcherConfig =
  | { readonly kind: "null" }
  | { readonly kind: "double"; readonly exact: number }
  /** From `start` up to but not `end`. */
  | { readonly kind: "double_range"; readonly start: number; readonly end: number }
  | { readonly kind: "string"; readonly matcher: StringMatcherConfig }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "present"; readonly isPresent: boolean }
  | { readonly kind: "list"; readonly oneOf: ValueMatcherConfig }
  | { readonly kind: "or"; readonly matchers: readonly ValueMatcherConfig[] };
