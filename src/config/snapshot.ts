/**
 * The configuration as the data path sees it: plain, frozen, clonable values with a rising generation.
 *
 * Envoy's names, in camelCase and with their units; every default is filled in, every reference checked. It crosses
 * to the workers by structured clone, so it holds no functions, classes or regular expressions: each worker compiles
 * it into live objects. Sources: spec/http.md 1, 2 and 8, spec/upstream.md 2 and 11, spec/xds.md 10.
 */
import type { AccessLogConfig } from "./access_log_config.ts";
import type { ClusterConfig } from "./cluster_config.ts";
import type { HttpConnectionManagerConfig } from "./http_config.ts";

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
