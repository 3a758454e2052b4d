/**
 * Clusters as the data path sees them: plain values of the snapshot, every default filled in (spec/upstream.md 2 and 11).
 */
import type { ConfigSource } from "./config_source.ts";
import type { DnsDiscoveryConfig } from "./dns_config.ts";
import type { FilterMetadata } from "./metadata_config.ts";
import type { HashPolicyConfig } from "./hash_policy_config.ts";
import type { EndpointHealthCheckConfig, HealthCheckConfig } from "./health_check_config.ts";
import type { HealthStatus } from "./host_health.ts";
import type { Http1Options } from "./http_config.ts";
import type { CommonLbConfig } from "./locality_lb_config.ts";
import type { AssignmentPolicy } from "./assignment_policy.ts";
import type { LbConfig } from "./lb_config.ts";
import type { MirrorPolicyConfig } from "./mirror_policy_config.ts";
import type { ErrorMatcherConfig, OutlierConfig } from "./outlier_config.ts";
import type { RetryBudgetConfig, RetryPolicyConfig } from "./retry_config.ts";
import type { SocketAddress } from "./socket_address.ts";
import type { SubsetConfig } from "./subset_config.ts";

/** `envoy.config.cluster.v3.Cluster`. */
export interface ClusterConfig {
  readonly name: string;
  /** `alt_stat_name`, or the name. */
  readonly observabilityName: string;
  /** How its hosts are found. */
  readonly discovery: DiscoveryConfig;
  readonly connectTimeoutMs: number;
  readonly perConnectionBufferLimitBytes: number;
  /** Who is next of the hosts there are to choose among. Nobody asks that of an aggregate. */
  readonly lb: LbConfig;
  readonly commonLb: CommonLbConfig;
  /** Null = the hosts are not divided into subsets. */
  readonly subsets: SubsetConfig | null;
  /** `load_assignment`: the hosts, or the names that hosts are found under. */
  readonly assignment: LoadAssignment;
  /** `health_checks`: a host is healthy when it passes all of them. */
  readonly healthChecks: readonly HealthCheckConfig[];
  /** A host that discovery names no longer goes at once, whatever health checks say of it. */
  readonly ignoresHealthOnHostRemoval: boolean;
  readonly circuitBreakers: { readonly default: CircuitBreakerLimits; readonly high: CircuitBreakerLimits };
  readonly http: ClusterHttpOptions;
  /** Null = nobody looks for outliers. */
  readonly outlierDetection: OutlierConfig | null;
  readonly connections: UpstreamConnectionPolicy;
  /** Any 0 in the configuration switches keepalive off; how it is done is the system's. */
  readonly tcpKeepalive: boolean;
  readonly metadata: FilterMetadata;
}

/** How a cluster comes by its connections, and when it lets go of them (spec/upstream.md 2.1, 10.5 to 10.7). */
export interface UpstreamConnectionPolicy {
  /** Connections that exist or are made for each that is wanted; 1 = none is made ahead. */
  readonly preconnectRatio: number;
  /** No two downstream connections share an upstream one. */
  readonly perDownstreamConnection: boolean;
  /** A host that turns unhealthy loses the tunnels that end there as well. */
  readonly closeOnHostHealthFailure: boolean;
  /** Hosts that come or go make every host's connections end. */
  readonly closeOnHostSetChange: boolean;
  /** Of a raw connection that nobody has; 0 = off. */
  readonly rawIdleTimeoutMs: number;
  readonly happyEyeballs: HappyEyeballsConfig;
}

/** In which order the addresses of a host are tried. */
export interface HappyEyeballsConfig {
  /** Null: that of the first address. */
  readonly firstFamily: AddressFamily | null;
  /** So many of it before each of another one. */
  readonly firstFamilyCount: number;
}

/** What kind of address one is. Nothing here has an `internal` one. */
export type AddressFamily = "v4" | "v6" | "pipe" | "internal";

/** How the hosts of a cluster are found. */
export type DiscoveryConfig =
  /** They are those of `load_assignment`. */
  | { readonly kind: "static" }
  /** They are those of the assignment of this name. */
  | { readonly kind: "eds"; readonly serviceName: string; readonly source: ConfigSource }
  /** Under the names in it. */
  | DnsDiscoveryConfig
  /** They are those of these clusters, in this order. */
  | { readonly kind: "aggregate"; readonly clusters: readonly string[] };

/** `ClusterLoadAssignment`: its endpoints with what their localities say, in order. */
export interface LoadAssignment {
  readonly endpoints: readonly EndpointConfig[];
  readonly policy: AssignmentPolicy;
}

/** One host of a cluster, with what its locality says. */
export interface EndpointConfig {
  readonly address: SocketAddress;
  /** Where the host is found as well. */
  readonly additionalAddresses: readonly SocketAddress[];
  /** Within its cluster, what it is known by from one result of discovery to the next; absent = its address. */
  readonly identity?: string;
  readonly hostname: string;
  readonly weight: number;
  readonly priority: number;
  readonly locality: LocalityConfig;
  readonly healthStatus: HealthStatus;
  readonly healthCheck: EndpointHealthCheckConfig;
  readonly metadata: FilterMetadata;
}

/** Where hosts are, and what is said of all that are there. */
export interface LocalityConfig {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
  /** `load_balancing_weight`; 0 = none given. */
  readonly weight: number;
  readonly metadata: FilterMetadata;
}

/** `envoy.config.cluster.v3.CircuitBreakers.Thresholds`, of one priority. */
export interface CircuitBreakerLimits {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  /** Takes the place of `maxRetries`; null = there is none. */
  readonly retryBudget: RetryBudgetConfig | null;
  /** {@link UNLIMITED} unless given. */
  readonly maxConnectionPools: number;
  /** Of one host. {@link UNLIMITED} unless given. */
  readonly maxConnectionsPerHost: number;
  /** `remaining_*` gauges are kept. */
  readonly tracksRemaining: boolean;
}

/** More than there can be; Envoy's own bound is one less. */
export const UNLIMITED: number = 2 ** 64;

/** `HttpProtocolOptions` of the upstream side. */
export interface ClusterHttpOptions {
  readonly http1: Http1Options;
  /** 0 = off; Envoy's default is 1 h. */
  readonly idleTimeoutMs: number;
  /** 0 = off. */
  readonly maxConnectionDurationMs: number;
  /** 0 = no limit. */
  readonly maxRequestsPerConnection: number;
  readonly maxHeadersCount: number;
  readonly maxResponseHeadersKb: number;
  /** Of one try. 0 = off. */
  readonly maxStreamDurationMs: number;
  /** Take the place of the route's; null = the route's count. */
  readonly mirrorPolicies: readonly MirrorPolicyConfig[] | null;
  /** Take the place of the route's; empty = the route's count. */
  readonly hashPolicies: readonly HashPolicyConfig[];
  /** Takes the place of the route's; null = there is none. */
  readonly retryPolicy: RetryPolicyConfig | null;
  /** The answers that count as errors for outlier detection; null = those with a 5xx. */
  readonly outlierErrors: ErrorMatcherConfig | null;
}
