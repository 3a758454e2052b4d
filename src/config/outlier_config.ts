/** Outlier detection as plain values of the snapshot, every default filled in (spec/upstream.md 6.1). */
import type { HeaderMatcherConfig } from "./match_config.ts";

/** What tells that a host is an outlier: names as in Envoy's stats. */
export type EjectionKind =
  | "consecutive_5xx"
  | "consecutive_gateway_failure"
  | "consecutive_local_origin_failure"
  | "success_rate"
  | "local_origin_success_rate"
  | "failure_percentage"
  | "local_origin_failure_percentage";

/** `envoy.config.cluster.v3.OutlierDetection`. */
export interface OutlierConfig {
  /** Of sweeps. */
  readonly intervalMs: number;
  readonly baseEjectionTimeMs: number;
  readonly maxEjectionTimeMs: number;
  readonly maxEjectionTimeJitterMs: number;
  readonly maxEjectionPercent: number;
  readonly alwaysEjectsOneHost: boolean;
  /** What happens on this side of a host counts apart from what it answers. */
  readonly splitsOrigins: boolean;
  /** A host that passes an active health check comes back at once. */
  readonly unejectsByHealthCheck: boolean;
  /** Failures in a row; 0 = never. */
  readonly consecutive5xx: number;
  readonly consecutiveGatewayFailure: number;
  readonly consecutiveLocalOriginFailure: number;
  readonly successRateMinimumHosts: number;
  readonly successRateRequestVolume: number;
  /** Thousandths of a standard deviation. */
  readonly successRateStdevFactor: number;
  readonly failurePercentageMinimumHosts: number;
  readonly failurePercentageRequestVolume: number;
  readonly failurePercentageThreshold: number;
  /** Chance in percent that what was detected is ejected. */
  readonly enforcing: Readonly<Record<EjectionKind, number>>;
}

/** `config.common.matcher.v3.MatchPredicate` over a response's head: those that match count as errors. */
export type ErrorMatcherConfig =
  | { readonly kind: "always" }
  | { readonly kind: "headers"; readonly headers: readonly HeaderMatcherConfig[] }
  | { readonly kind: "any" | "all"; readonly rules: readonly ErrorMatcherConfig[] }
  | { readonly kind: "not"; readonly rule: ErrorMatcherConfig };
