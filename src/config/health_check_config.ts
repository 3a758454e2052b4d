/** Active health checks as the control side sees them: plain values, every default filled in (spec/upstream.md 5.1). */
import type { HeaderMutationsConfig, HeaderValueConfig } from "./header_mutation_config.ts";
import type { StringMatcherConfig } from "./match_config.ts";
import type { SocketAddress } from "./socket_address.ts";

/** `envoy.config.core.v3.HealthCheck`. */
export interface HealthCheckConfig {
  /** Empty = none; names are unique in a cluster. Counters of a check that has one are under it. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
  readonly intervals: CheckIntervals;
  /** One connection to each host is kept between checks. */
  readonly reuseConnection: boolean;
  readonly checker: CheckerConfig;
  readonly eventLog: CheckEventLogConfig;
}

/** How long after a check the next one is due, in ms. */
export interface CheckIntervals {
  readonly intervalMs: number;
  readonly noTrafficIntervalMs: number;
  readonly noTrafficHealthyIntervalMs: number;
  readonly unhealthyIntervalMs: number;
  readonly unhealthyEdgeIntervalMs: number;
  readonly healthyEdgeIntervalMs: number;
  /** Before the first check. */
  readonly initialJitterMs: number;
  readonly jitterMs: number;
  readonly jitterPercent: number;
}

/** Where results are logged, and which beside changes. */
export interface CheckEventLogConfig {
  readonly paths: readonly string[];
  readonly alwaysLogFailures: boolean;
  readonly alwaysLogSuccess: boolean;
}

/** What is asked of a host. */
export type CheckerConfig = HttpCheckConfig | TcpCheckConfig | GrpcCheckConfig;

/** `HttpHealthCheck`. */
export interface HttpCheckConfig {
  readonly kind: "http";
  /** HTTP/2 with prior knowledge instead of HTTP/1.1. */
  readonly isHttp2: boolean;
  readonly method: string;
  readonly path: string;
  /** Empty = the cluster's name. */
  readonly host: string;
  readonly requestHeaders: HeaderMutationsConfig;
  /** Body of the request; null = none. */
  readonly send: Uint8Array | null;
  /** Must be in the response's body, in this order. */
  readonly receive: readonly Uint8Array[];
  /** How much of the body is looked at; 0 = all. */
  readonly responseBufferBytes: number;
  readonly expectedStatuses: readonly StatusRange[];
  readonly retriableStatuses: readonly StatusRange[];
  /** Of the cluster that the host says it belongs to; null = it need not say. */
  readonly serviceName: StringMatcherConfig | null;
}

/** Half open. */
export interface StatusRange {
  readonly start: number;
  readonly end: number;
}

/** `TcpHealthCheck`. */
export interface TcpCheckConfig {
  readonly kind: "tcp";
  readonly send: Uint8Array | null;
  /** Empty = to be connected is enough. */
  readonly receive: readonly Uint8Array[];
  /** Version of the PROXY protocol header in front of everything; null = none. */
  readonly proxyProtocol: 1 | 2 | null;
}

/** `GrpcHealthCheck`. */
export interface GrpcCheckConfig {
  readonly kind: "grpc";
  /** Empty = the server as a whole. */
  readonly serviceName: string;
  /** Empty = the cluster's name. */
  readonly authority: string;
  readonly initialMetadata: readonly HeaderValueConfig[];
}

/** `Endpoint.HealthCheckConfig`. */
export interface EndpointHealthCheckConfig {
  /** 0 = that of the address. */
  readonly port: number;
  /** Empty = as the check says. */
  readonly hostname: string;
  /** Null = the endpoint's. */
  readonly address: SocketAddress | null;
  /** The host is never checked and takes part as if it passed. */
  readonly isDisabled: boolean;
}

/** What an endpoint without one has. */
export const DEFAULT_ENDPOINT_HEALTH_CHECK: EndpointHealthCheckConfig = {
  port: 0,
  hostname: "",
  address: null,
  isDisabled: false,
};
