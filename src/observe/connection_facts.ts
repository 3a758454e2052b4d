/**
 * What is known of a connection for as long as it lives: made once for each, read by access logs and header formats of
 * every stream on it. Texts are made by whoever asks; here are the values themselves.
 */
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { TrafficDirection } from "../config/listener_config.ts";
import type { HttpVersion } from "../http/request_head.ts";
import type { HostFacts } from "./upstream_facts.ts";
import type { TlsFacts } from "./tls_facts.ts";

/** One end of a connection. */
export type EndAddress =
  | { readonly kind: "ip"; readonly host: string; readonly port: number }
  | { readonly kind: "pipe"; readonly path: string };

/** How a connection ended, as far as it was noticed (`%DOWNSTREAM_DETECTED_CLOSE_TYPE%`). */
export type CloseType = "Normal" | "LocalReset" | "RemoteReset";

/** What a listener says about all of its connections of one filter chain. */
export interface ListenerFacts {
  readonly name: string;
  readonly filterChainName: string;
  readonly trafficDirection: TrafficDirection;
  readonly metadata: FilterMetadata;
  readonly filterChainMetadata: FilterMetadata;
}

/** A listener that says nothing. */
export const SILENT_LISTENER: ListenerFacts = {
  name: "",
  filterChainName: "",
  trafficDirection: "UNSPECIFIED",
  metadata: {},
  filterChainMetadata: {},
};

/** A downstream connection. What listener filters and TLS find out is set when they do. */
export class ConnectionFacts {
  /** Unique in the process. */
  readonly id: number;
  /** Monotonic time, and milliseconds since 1970. */
  readonly startMs: number;
  readonly startWallMs: number;
  /** -1 while it lives. */
  endMs = -1;
  readonly listener: ListenerFacts;
  /** As the socket has them. */
  readonly directPeer: EndAddress;
  readonly directLocal: EndAddress;
  /** As a listener filter says; else the same. */
  peer: EndAddress;
  local: EndAddress;
  /** SNI; empty = none was sent or looked for. */
  requestedServerName = "";
  ja3 = "";
  ja4 = "";
  /** Null: no TLS. */
  tls: TlsFacts | null = null;
  /** Monotonic; -1 = there was none. */
  handshakeEndMs = -1;
  transportFailure = "";
  /** Why it was closed here, in Envoy's words; empty: it was not. */
  localCloseReason = "";
  closeType: CloseType = "Normal";
  /** `%CONNECTION_TERMINATION_DETAILS%`; empty = none. */
  terminationDetails = "";
  /** The peer sent what is no HTTP. */
  hasProtocolError = false;
  /** What it spoke first; 0 = nothing yet. */
  protocol: HttpVersion | 0 = 0;

  constructor(
    id: number,
    peer: EndAddress,
    local: EndAddress,
    listener: ListenerFacts,
    startMs: number,
    startWallMs: number,
  ) {
    this.id = id;
    this.peer = this.directPeer = peer;
    this.local = this.directLocal = local;
    this.listener = listener;
    this.startMs = startMs;
    this.startWallMs = startWallMs;
  }
}

/** An upstream connection that stands. */
export class UpstreamConnectionFacts {
  /** Unique in the process. */
  readonly id: number;
  readonly host: HostFacts;
  readonly remote: EndAddress;
  /** Null: this end has none, as with pipes. */
  readonly local: EndAddress | null;
  /** 0 = none: the bytes of a tunnel. */
  readonly protocol: HttpVersion | 0;
  /** Monotonic times of the attempt. */
  readonly connectStartMs: number;
  readonly connectEndMs: number;
  /** -1: no TLS. */
  handshakeEndMs = -1;
  tls: TlsFacts | null = null;
  localCloseReason = "";
  closeType: CloseType = "Normal";

  constructor(
    id: number,
    host: HostFacts,
    remote: EndAddress,
    local: EndAddress | null,
    protocol: HttpVersion | 0,
    connectStartMs: number,
    connectEndMs: number,
  ) {
    this.id = id;
    this.host = host;
    this.remote = remote;
    this.local = local;
    this.protocol = protocol;
    this.connectStartMs = connectStartMs;
    this.connectEndMs = connectEndMs;
  }
}
