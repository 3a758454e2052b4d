/**
 * Route configurations as the data path sees them: plain values of the snapshot, every default filled in (spec/http.md 2).
 */
import type { CorsPolicyConfig } from "./cors_config.ts";
import type { FilterOverrides } from "./filter_override_config.ts";
import type { HashPolicyConfig } from "./hash_policy_config.ts";
import type { FormatConfig } from "./format/format_config.ts";
import type { SamplingConfig } from "./forwarding_config.ts";
import type { HeaderLevelConfig } from "./header_mutation_config.ts";
import type { InternalRedirectConfig } from "./internal_redirect_config.ts";
import type { HeaderMatcherConfig } from "./match_config.ts";
import type { MatcherConfig } from "./matcher_tree_config.ts";
import type { FilterMetadata } from "./metadata_config.ts";
import type { MirrorPolicyConfig } from "./mirror_policy_config.ts";
import type { RateLimitConfig } from "./rate_limit_config.ts";
import type {
  ClusterChoiceConfig,
  HostRewriteConfig,
  MetadataMatchConfig,
  PathRewriteConfig,
  RedirectConfig,
} from "./route_action_config.ts";
import type { RetryPolicyConfig } from "./retry_config.ts";
import type { RouteMatchConfig } from "./route_match_config.ts";

/** `envoy.config.route.v3.RouteConfiguration`. */
export interface RouteConfiguration extends HeaderLevelConfig {
  readonly name: string;
  readonly virtualHosts: readonly VirtualHostConfig[];
  readonly ignorePortInHostMatching: boolean;
  /** The header that virtual hosts are looked up by, in lower case. */
  readonly vhostHeader: string;
  readonly ignorePathParametersInPathMatching: boolean;
  /** Header lists are applied from the outside in: the route has the last word. */
  readonly mostSpecificHeaderMutationsWins: boolean;
  /** `internal_only_headers`, in lower case: removed from every external request. */
  readonly internalOnlyHeaders: readonly string[];
  readonly filterOverrides: FilterOverrides;
}

/** `envoy.config.route.v3.VirtualHost`. */
export interface VirtualHostConfig extends HeaderLevelConfig {
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
  readonly metadata: FilterMetadata;
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
export interface RouteConfig extends HeaderLevelConfig {
  /** May be empty. */
  readonly name: string;
  readonly match: RouteMatchConfig;
  readonly metadata: FilterMetadata;
  readonly action: RouteActionConfig | RedirectConfig | DirectResponseConfig | NonForwardingConfig;
  /** Its requests are counted under this name too; empty = they are not. */
  readonly statPrefix: string;
  readonly bufferLimits: BufferLimitsConfig;
  /** `tracing`, as far as it decides; null = the connection manager decides. */
  readonly sampling: SamplingConfig | null;
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
  readonly timeouts: RouteTimeoutsConfig;
  /** The route's own, or else its virtual host's; null = neither has one. */
  readonly retryPolicy: RetryPolicyConfig | null;
  /** `hedge_on_per_try_timeout`, of the route's own policy or else of its virtual host's. Null = neither has one. */
  readonly hedgesOnPerTryTimeout: boolean | null;
  readonly upgrades: readonly RouteUpgradeConfig[];
  /** `connect_config`: a CONNECT ends here, and its bytes go to a host as they are. Null = it is forwarded. */
  readonly connect: ConnectConfig | null;
  /** Null = redirects of the upstream are the client's to follow. */
  readonly internalRedirect: InternalRedirectConfig | null;
  /** The route's own, or else those of the levels above it. */
  readonly mirrorPolicies: readonly MirrorPolicyConfig[];
}

/** What a `RouteAction` says about time; all in milliseconds. */
export interface RouteTimeoutsConfig {
  /** From the request's end to the response's. 0 = off; Envoy's default is 15 s. */
  readonly timeoutMs: number;
  /** 0 = off; null = `stream_idle_timeout` goes on counting. */
  readonly idleTimeoutMs: number | null;
  /** Present, even empty, it puts `timeoutMs` and the two below out of force. */
  readonly maxStreamDuration: MaxStreamDurationConfig | null;
  /** Deprecated. A gRPC request's own `grpc-timeout` counts, up to this; 0 = without a limit, null = it does not count. */
  readonly maxGrpcTimeoutMs: number | null;
  /** Deprecated. Taken off `grpc-timeout`. */
  readonly grpcTimeoutOffsetMs: number;
}

/** `RouteAction.MaxStreamDuration`. */
export interface MaxStreamDurationConfig {
  /** 0 = off; null = the connection manager's counts. */
  readonly maxStreamDurationMs: number | null;
  /** As `maxGrpcTimeoutMs`, for the whole stream. */
  readonly grpcTimeoutHeaderMaxMs: number | null;
  /** Taken off `grpc-timeout`; what is not left then is no time at all. */
  readonly grpcTimeoutHeaderOffsetMs: number;
}

/** `RouteAction.UpgradeConfig`: whether upgrades of a type are let through. */
export interface RouteUpgradeConfig {
  /** In lower case, which is how they are compared; no two are alike. */
  readonly type: string;
  readonly isEnabled: boolean;
}

/** `RouteAction.UpgradeConfig.ConnectConfig`. */
export interface ConnectConfig {
  /** A POST is a tunnel too. */
  readonly allowPost: boolean;
  /** Version of the PROXY protocol's header before the bytes; null = none. */
  readonly proxyProtocol: 1 | 2 | null;
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
  /** Makes the body, of this one; null = it is sent as it is. */
  readonly bodyFormat: FormatConfig | null;
}
