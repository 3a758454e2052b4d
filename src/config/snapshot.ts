/**
 * The configuration as the data path sees it: plain, frozen, clonable values with a rising generation.
 *
 * Envoy's names, in camelCase and with their units; every default is filled in, every reference checked. It crosses
 * to the workers by structured clone, so it holds no functions, classes or regular expressions: each worker compiles
 * it into live objects. Sources: spec/http.md 1, 2 and 8, spec/upstream.md 2 and 11, spec/xds.md 10.
 */

/** Everything a worker needs to serve. */
export interface ConfigSnapshot {
  /** Rises by one with every snapshot that is published. */
  readonly generation: number;
  readonly node: NodeIdentity;
  readonly listeners: readonly ListenerConfig[];
  readonly clusters: readonly ClusterConfig[];
}

/** Who this proxy says it is. */
export interface NodeIdentity {
  readonly id: string;
  readonly cluster: string;
  readonly zone: string;
}

/** Where to listen or connect. `port` 0 in a listener: the kernel picks one. */
export type SocketAddress =
  | { readonly kind: "ip"; readonly host: string; readonly port: number }
  | { readonly kind: "pipe"; readonly path: string; readonly mode: number };

// ---- listeners

/** `envoy.config.listener.v3.Listener`. */
export interface ListenerConfig {
  /** Given, or made from the address: never empty. */
  readonly name: string;
  /** Root of `listener.<prefix>.` stats: `stat_prefix`, or the address with `:` as `_`. */
  readonly statPrefix: string;
  /** `address` and then `additional_addresses`. */
  readonly addresses: readonly SocketAddress[];
  readonly perConnectionBufferLimitBytes: number;
  /** False: one socket for the process, in worker 0. */
  readonly enableReusePort: boolean;
  readonly trafficDirection: "UNSPECIFIED" | "INBOUND" | "OUTBOUND";
  /** Until filter chain matching comes there is exactly one. */
  readonly filterChains: readonly FilterChainConfig[];
  readonly accessLogs: readonly AccessLogConfig[];
}

/** `envoy.config.listener.v3.FilterChain`. */
export interface FilterChainConfig {
  readonly name: string;
  /** Network filters in order; the last one is terminal. */
  readonly filters: readonly NetworkFilterConfig[];
}

/** A network filter, told apart by its type URL. */
export type NetworkFilterConfig = HttpConnectionManagerConfig;

// ---- HTTP connection manager

/** `…http_connection_manager.v3.HttpConnectionManager`. */
export interface HttpConnectionManagerConfig {
  readonly typeUrl:
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  readonly codecType: "AUTO" | "HTTP1";
  readonly statPrefix: string;
  readonly routeConfig: RouteConfiguration;
  readonly httpFilters: readonly HttpFilterConfig[];
  readonly serverName: string;
  readonly serverHeaderTransformation: "OVERWRITE" | "APPEND_IF_ABSENT" | "PASS_THROUGH";
  readonly http1: Http1Options;
  readonly maxRequestHeadersKb: number;
  readonly maxHeadersCount: number;
  /** 0 = no limit. */
  readonly maxRequestsPerConnection: number;
  /** All in milliseconds; 0 = off. */
  readonly idleTimeoutMs: number;
  readonly streamIdleTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly requestHeadersTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly delayedCloseTimeoutMs: number;
  readonly useRemoteAddress: boolean;
  readonly skipXffAppend: boolean;
  readonly xffNumTrustedHops: number;
  readonly generateRequestId: boolean;
  readonly preserveExternalRequestId: boolean;
  readonly alwaysSetRequestIdInResponse: boolean;
  readonly proxy100Continue: boolean;
  readonly streamErrorOnInvalidHttpMessage: boolean;
  readonly accessLogs: readonly AccessLogConfig[];
}

/** One entry of `http_filters`. */
export interface HttpFilterConfig {
  readonly name: string;
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  /** What the extension's own schema made of `typed_config`: plain data. */
  readonly config: unknown;
}

/** `envoy.extensions.filters.http.router.v3.Router`. */
export interface RouterConfig {
  readonly suppressEnvoyHeaders: boolean;
  readonly dynamicStats: boolean;
  readonly respectExpectedRqTimeout: boolean;
}

/** `core.v3.Http1ProtocolOptions`, for either side. */
export interface Http1Options {
  readonly allowAbsoluteUrl: boolean;
  readonly acceptHttp10: boolean;
  readonly defaultHostForHttp10: string;
  readonly enableTrailers: boolean;
  readonly allowChunkedLength: boolean;
  readonly allowCustomMethods: boolean;
  readonly sendFullyQualifiedUrl: boolean;
  /** `header_key_format.proper_case_words`. */
  readonly properCaseWords: boolean;
}

// ---- routes

/** `envoy.config.route.v3.RouteConfiguration`. */
export interface RouteConfiguration {
  readonly name: string;
  readonly virtualHosts: readonly VirtualHostConfig[];
  readonly ignorePortInHostMatching: boolean;
}

/** `envoy.config.route.v3.VirtualHost`. */
export interface VirtualHostConfig {
  readonly name: string;
  /** As written; unique over the route configuration, letter case aside. */
  readonly domains: readonly string[];
  readonly routes: readonly RouteConfig[];
}

/** `envoy.config.route.v3.Route`. */
export interface RouteConfig {
  /** May be empty. */
  readonly name: string;
  readonly match: RouteMatchConfig;
  readonly action: RouteActionConfig | DirectResponseConfig;
}

/** `envoy.config.route.v3.RouteMatch`. */
export interface RouteMatchConfig {
  readonly path: { readonly kind: "prefix" | "path"; readonly value: string };
  readonly caseSensitive: boolean;
}

/** `envoy.config.route.v3.RouteAction`. */
export interface RouteActionConfig {
  readonly kind: "route";
  readonly cluster: string;
  /** Status when the cluster does not exist: 503, 404 or 500. */
  readonly clusterNotFoundStatus: number;
  /** Empty = no rewrite. */
  readonly prefixRewrite: string;
  /** 0 = off; Envoy's default is 15 s. */
  readonly timeoutMs: number;
}

/** `envoy.config.route.v3.DirectResponseAction`. */
export interface DirectResponseConfig {
  readonly kind: "direct_response";
  readonly status: number;
  /** Read at load when it came from a file or the environment. */
  readonly body: Uint8Array;
}

// ---- clusters

/** `envoy.config.cluster.v3.Cluster`. */
export interface ClusterConfig {
  readonly name: string;
  /** `alt_stat_name`, or the name. */
  readonly observabilityName: string;
  readonly type: "STATIC";
  readonly connectTimeoutMs: number;
  readonly perConnectionBufferLimitBytes: number;
  readonly lbPolicy: "ROUND_ROBIN";
  readonly endpoints: readonly EndpointConfig[];
  readonly circuitBreakers: { readonly default: CircuitBreakerLimits; readonly high: CircuitBreakerLimits };
  readonly http: ClusterHttpOptions;
  /** Seconds; null leaves it to the system. Any 0 in the configuration switches keepalive off. */
  readonly tcpKeepalive: boolean;
}

/** One host of a cluster, with what its locality says. */
export interface EndpointConfig {
  readonly address: SocketAddress;
  readonly hostname: string;
  readonly weight: number;
  readonly priority: number;
  readonly locality: { readonly region: string; readonly zone: string; readonly subZone: string };
  readonly healthStatus: "UNKNOWN" | "HEALTHY" | "UNHEALTHY" | "DRAINING" | "TIMEOUT" | "DEGRADED";
}

/** `envoy.config.cluster.v3.CircuitBreakers.Thresholds`, of one priority. */
export interface CircuitBreakerLimits {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
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
}

// ---- access logs

/** One access logger, in the default format. */
export interface AccessLogConfig {
  readonly sink: "file" | "stdout" | "stderr";
  /** Set for `file`. */
  readonly path: string;
}
