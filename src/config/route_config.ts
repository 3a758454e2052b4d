/**
 * Route configurations as the data path sees them: plain values of the snapshot, every default filled in (spec/http.md 2).
 */
import type { CorsPolicyConfig } from "./cors_config.ts";
import type { FilterOverrides } from "./filter_override_config.ts";
import type { HashPolicyConfig } from "./hash_policy_config.ts";
import type { HeaderMatcherConfig } from "./match_config.ts";
import type { MatcherConfig } from "./matcher_tree_config.ts";
import type { RateLimitConfig } from "./rate_limit_config.ts";
import type {
  ClusterChoiceConfig,
  HostRewriteConfig,
  MetadataMatchConfig,
  PathRewriteConfig,
  RedirectConfig,
} from "./route_action_config.ts";
import type { RouteMatchConfig } from "./route_match_config.ts";

/** `envoy.config.route.v3.RouteConfiguration`. */
export interface RouteConfiguration {
  readonly name: string;
  readonly virtualHosts: readonly VirtualHostConfig[];
  readonly ignorePortInHostMatching: boolean;
  /** The header that virtual hosts are looked up by, in lower case. */
  readonly vhostHeader: string;
  readonly ignorePathParametersInPathMatching: boolean;
  /** Taken from requests that come from outside; in lower case. */
  readonly internalOnlyHeaders: readonly string[];
  readonly filterOverrides: FilterOverrides;
}

/** `envoy.config.route.v3.VirtualHost`. */
export interface VirtualHostConfig {
  readonly name: string;
  /** As written; unique over the route configuration, letter case aside. */
  readonly domains: readonly string[];
  readonly routes: readonly RouteConfig[];
  /** In place of routes: leads to lists of them; null = the routes count. */
  readonly matcher: MatcherConfig<readonly RouteConfig[]> | null;
  readonly requireTls: "NONE" | "EXTERNAL_ONLY" | "ALL";
  readonly virtualClusters: readonly VirtualClusterConfig[];
  /** Requests, answers say how often they were tried; retries say so after a timeout. */
  readonly includeRequestAttemptCount: boolean;
  readonly includeAttemptCountInResponse: boolean;
  readonly includeIsTimeoutRetryHeader: boolean;
  readonly bufferLimits: BufferLimitsConfig;
  readonly rateLimits: readonly RateLimitConfig[];
  readonly cors: CorsPolicyConfig | null;
  readonly filterOverrides: FilterOverrides;
}

/** `envoy.config.route.v3.VirtualCluster`: requests that are counted together. */
export interface VirtualClusterConfig {
  readonly name: string;
  readonly headers: readonly HeaderMatcherConfig[];
}

/** How much of a request's body may wait, as a route or a virtual host says; null = it says nothing. */
export interface BufferLimitsConfig {
  readonly requestBodyBytes: number | null;
  /** The older one: counts where no level has the other. */
  readonly perRequestBytes: number | null;
}

/** `envoy.config.route.v3.Route`. */
export interface RouteConfig {
  /** May be empty. */
  readonly name: string;
  readonly match: RouteMatchConfig;
  readonly action: RouteActionConfig | RedirectConfig | DirectResponseConfig | NonForwardingConfig;
  /** Its requests are counted under this name too; empty = they are not. */
  readonly statPrefix: string;
  readonly bufferLimits: BufferLimitsConfig;
  readonly filterOverrides: FilterOverrides;
}

/** `envoy.config.route.v3.RouteAction`. */
export interface RouteActionConfig {
  readonly kind: "route";
  readonly cluster: ClusterChoiceConfig;
  /** Status when the cluster does not exist: 503, 404 or 500. */
  readonly clusterNotFoundStatus: number;
  /** Null = the path stays. */
  readonly pathRewrite: PathRewriteConfig | null;
  /** Null = the host stays. */
  readonly hostRewrite: HostRewriteConfig | null;
  readonly appendXForwardedHost: boolean;
  /** Which limits of the cluster count. */
  readonly priority: "DEFAULT" | "HIGH";
  readonly hashPolicies: readonly HashPolicyConfig[];
  /** Null = any host will do. */
  readonly metadataMatch: MetadataMatchConfig | null;
  readonly rateLimits: readonly RateLimitConfig[];
  readonly includeVirtualHostRateLimits: boolean;
  /** Null = the virtual host's. */
  readonly cors: CorsPolicyConfig | null;
  /** 0 = off; Envoy's default is 15 s. */
  readonly timeoutMs: number;
}

/** `envoy.config.route.v3.NonForwardingAction`: the route is for a server of another kind. */
export interface NonForwardingConfig {
  readonly kind: "non_forwarding";
}

/** `envoy.config.route.v3.DirectResponseAction`. */
export interface DirectResponseConfig {
  readonly kind: "direct_response";
  readonly status: number;
  /** Read at load when it came from a file or the environment. */
  readonly body: Uint8Array;
}
