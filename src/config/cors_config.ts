/**
 * A CORS policy as it stands on a route or a virtual host: plain values of the snapshot, for the filter that keeps to it
 * (spec/http.md 2.12, 10.4). What is not said is null: the filter has its defaults.
 */
import type { RuntimeFractionConfig, StringMatcherConfig } from "./match_config.ts";

/** `envoy.config.route.v3.CorsPolicy`. */
export interface CorsPolicyConfig {
  readonly allowOrigins: readonly StringMatcherConfig[];
  /** Values of headers, as written; empty = the header is not sent. */
  readonly allowMethods: string;
  readonly allowHeaders: string;
  readonly exposeHeaders: string;
  readonly maxAge: string;
  readonly allowCredentials: boolean | null;
  readonly filterEnabled: RuntimeFractionConfig | null;
  readonly shadowEnabled: RuntimeFractionConfig | null;
  readonly allowPrivateNetworkAccess: boolean | null;
  readonly forwardNotMatchingPreflights: boolean | null;
}
