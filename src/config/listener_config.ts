/**
 * Listeners and their filter chains as the data path sees them: plain values of the snapshot, every default filled in
 * (spec/xds.md 10).
 */
import type { AccessLogConfig } from "./access_log_config.ts";
import type { FilterMetadata } from "./metadata_config.ts";
import type { HttpConnectionManagerConfig } from "./http_config.ts";
import type { SocketAddress } from "./socket_address.ts";

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
  /** `drain_type: DEFAULT`: connections are told to go while `/healthcheck/fail` holds; `MODIFY_ONLY`: they stay. */
  readonly drainsOnHealthFailure: boolean;
  readonly trafficDirection: TrafficDirection;
  /** Until filter chain matching comes there is exactly one. */
  readonly filterChains: readonly FilterChainConfig[];
  /** Of connections. */
  readonly accessLogs: readonly AccessLogConfig[];
  readonly metadata: FilterMetadata;
}

/** `envoy.config.listener.v3.FilterChain`. */
export interface FilterChainConfig {
  readonly name: string;
  /** Network filters in order; the last one is terminal. */
  readonly filters: readonly NetworkFilterConfig[];
  readonly metadata: FilterMetadata;
}

/** A network filter, told apart by its type URL. */
export type NetworkFilterConfig = HttpConnectionManagerConfig;

/** `core.v3.TrafficDirection`. */
export type TrafficDirection = "UNSPECIFIED" | "INBOUND" | "OUTBOUND";
