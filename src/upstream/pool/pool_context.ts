/** What a pool needs of its cluster and of its host: made by the cluster, handed down. */
import type { ByteSink } from "../../base/byte_sink.ts";
import { H1ClientCodec } from "../../codec/h1/client_codec.ts";
import type { H1ClientOptions } from "../../codec/h1/options.ts";
import type { ClientCodec, ClientCodecEvents } from "../../codec/http_codec.ts";
import { RawClientCodec } from "../../codec/raw/client_codec.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HostFacts } from "../../observe/upstream_facts.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { Dialer, TransportAddress } from "../../transport/transport.ts";
import type { CircuitBreaker } from "../circuit_breaker.ts";
import type { ClusterStats, HostStats } from "../cluster_stats.ts";
import type { HostCounts } from "../shared_hosts.ts";

/** The same for every pool of a cluster, but for the breaker: that is of the priority of its requests. */
export interface PoolContext {
  readonly config: ClusterConfig;
  readonly codecOptions: H1ClientOptions;
  readonly stats: ClusterStats;
  readonly breaker: CircuitBreaker;
  readonly dialer: Dialer;
  readonly loop: EventLoop;
}

/** Where a pool's connections go. */
export interface PoolTarget {
  readonly address: TransportAddress;
  readonly host: HostFacts;
  readonly stats: HostStats;
  readonly counts: HostCounts;
}

/** What is spoken on a pool's connections. */
export interface PoolProtocol {
  /** No protocol: the bytes of tunnels that end here. A connection carries one, and requests are not limited in number. */
  readonly isRaw: boolean;
  makeCodec(events: ClientCodecEvents, sink: ByteSink, context: PoolContext): ClientCodec;
}

/** Requests and responses. */
export const HTTP1: PoolProtocol = {
  isRaw: false,
  makeCodec: (events, sink, { codecOptions }) => new H1ClientCodec(events, sink, codecOptions),
};

/** Tunnels that end here (spec/http.md 7). */
export const RAW: PoolProtocol = {
  isRaw: true,
  makeCodec: (events, sink) => new RawClientCodec(events, sink),
};
