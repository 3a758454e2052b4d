/**
 * Clusters as the data path sees them: plain values of the snapshot, every default filled in (spec/upstream.md 2 and 11).
 */
import type { FilterMetadata } from "./metadata_config.ts";
import type { HealthStatus } from "./health_status.ts";
import type { Http1Options } from "./http_config.ts";
import type { CommonLbConfig } from "./locality_lb_config.ts";
import type { AssignmentPolicy } from "./assignment_policy.ts";
import type { MirrorPolicyConfig } from "./mirror_policy_config.ts";
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
  readonly lbPolicy: "ROUND_ROBIN" | "CLUSTER_PROVIDED";
  readonly commonLb: CommonLbConfig;
  /** Null = the hosts are not divided into subsets. */
  readonly subsets: SubsetConfig | null;
  /** `load_assignment`: the hosts, or the names that hosts are found under. */
  readonly assignment: LoadAssignment;
  readonly circuitBreakers: { readonly default: CircuitBreakerLimits; readonly high: CircuitBreakerLimits };
  readonly http: ClusterHttpOptions;
  /** Seconds; null leaves it to the system. Any 0 in the configuration switches keepalive off. */
  readonly tcpKeepalive: boolean;
  readonly metadata: FilterMetadata;
}

/** How the hosts of a cluster are found. */
export type DiscoveryConfig =
  /** They are those of `load_assignment`. */
  | { readonly kind: "static" }
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
  readonly hostname: string;
  readonly weight: number;
  readonly priority: number;
  readonly locality: LocalityConfig;
  readonly healthStatus: HealthStatus;
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
}

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
  /** Takes the place of the route's; null = there is none. */
  readonly retryPolicy: RetryPolicyConfig | null;
}
