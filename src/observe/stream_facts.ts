/**
 * What one stream leaves behind for access logs and the console: times, sizes, peers, where it went and how it ended. The
 * heads themselves stay with the stream and are read beside it. One object lives as long as its stream does and is used
 * again for the next.
 *
 * It holds numbers and references: what belongs to a route, a host or a connection is theirs, and texts are made of it by
 * whoever logs.
 */
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { HttpVersion } from "../http/request_head.ts";
import type { UpstreamConnectionFacts } from "./connection_facts.ts";
import type { FilterState } from "./filter_state.ts";
import { TraceReason, type TraceReasonValue } from "../http/request_id.ts";
import type { ResponseFlag } from "./response_flags.ts";
import type { ClusterFacts, HostFacts, RouteFacts, VirtualHostFacts } from "./upstream_facts.ts";

export class StreamFacts {
  /** Wall time of the request's first byte, ms since 1970. */
  startWallMs = 0;
  /** Monotonic times in ms; -1 = has not happened. */
  startMs = 0;
  requestEndMs = -1;
  upstreamRequestStartMs = -1;
  upstreamRequestEndMs = -1;
  upstreamResponseStartMs = -1;
  upstreamBodyStartMs = -1;
  upstreamResponseEndMs = -1;
  responseStartMs = -1;
  responseEndMs = -1;
  endMs = -1;
  /** How long the last try waited for its connection; -1 = none was asked for. */
  poolWaitMs = -1;
  /** Body bytes. */
  bytesReceived = 0;
  bytesSent = 0;
  /** Bytes on the wire, head and framing included; of field lines, name, value and what stands round them. */
  wireBytesReceived = 0;
  wireBytesSent = 0;
  headerBytesSent = 0;
  requestTrailerBytes = 0;
  upstreamWireBytesSent = 0;
  upstreamWireBytesReceived = 0;
  upstreamHeaderBytesSent = 0;
  upstreamTrailerBytes = 0;
  /** 0 = not known yet. */
  protocol: HttpVersion | 0 = 11;
  /** 0 = nothing was sent. */
  responseCode = 0;
  /** `%RESPONSE_CODE_DETAILS%`: `via_upstream`, `route_not_found`; spaces as `_`. Empty = none. */
  details = "";
  /** In the order in which they were set; null = none. */
  flags: ResponseFlag[] | null = null;
  /** What filters add to it, joined by commas. */
  customFlags = "";
  /** `%UPSTREAM_HOST%`; empty = none was picked. */
  upstreamHost = "";
  upstreamCluster = "";
  upstreamTransportFailure = "";
  routeName = "";
  route: RouteFacts | null = null;
  /** Of a request that has no route: the virtual host that has none for it. */
  routelessHost: VirtualHostFacts | null = null;
  virtualCluster = "";
  cluster: ClusterFacts | null = null;
  /** Of the last try. */
  host: HostFacts | null = null;
  upstreamConnection: UpstreamConnectionFacts | null = null;
  /** How often the request was tried. */
  attempts = 0;
  /** The trusted client address (spec/http.md 1.12), without a port. */
  downstreamAddress = "";
  /** The head has what every request must have: from then on it has a scheme. */
  isAdmitted = false;
  /** The request came from inside: it has `x-envoy-internal`. */
  isInternal = false;
  traceReason: TraceReasonValue = TraceReason.notTraceable;
  /** Value of the header sent upstream-to-downstream; -1 = none. */
  upstreamServiceTimeMs = -1;
  /** A health checker asks, and no user: such a stream is not counted among the answers. */
  isHealthCheck = false;
  /** Empty = no tracing. */
  traceId = "";
  spanId = "";
  dynamicMetadata: FilterMetadata | null = null;
  filterState: FilterState | null = null;
  upstreamFilterState: FilterState | null = null;

  /** Makes the object new for another stream. */
  reset(startMs: number, startWallMs: number): void {
    this.startWallMs = startWallMs;
    this.startMs = startMs;
    this.requestEndMs =
      this.upstreamRequestStartMs =
      this.upstreamRequestEndMs =
      this.upstreamResponseStartMs =
      this.upstreamBodyStartMs =
      this.upstreamResponseEndMs =
      this.responseStartMs =
      this.responseEndMs =
      this.endMs =
      this.poolWaitMs =
        -1;
    this.bytesReceived =
      this.bytesSent =
      this.wireBytesReceived =
      this.wireBytesSent =
      this.headerBytesSent =
      this.requestTrailerBytes =
      this.upstreamWireBytesSent =
      this.upstreamWireBytesReceived =
      this.upstreamHeaderBytesSent =
      this.upstreamTrailerBytes =
      this.attempts =
        0;
    this.protocol = 11;
    this.responseCode = 0;
    this.flags = null;
    this.details =
      this.customFlags =
      this.upstreamHost =
      this.upstreamCluster =
      this.upstreamTransportFailure =
      this.routeName =
      this.virtualCluster =
      this.traceId =
      this.spanId =
        "";
    this.route =
      this.routelessHost =
      this.cluster =
      this.host =
        null;
    this.upstreamConnection = null;
    this.isAdmitted = this.isHealthCheck = this.isInternal = false;
    this.traceReason = TraceReason.notTraceable;
    this.downstreamAddress = "";
    this.upstreamServiceTimeMs = -1;
    this.dynamicMetadata = this.filterState = this.upstreamFilterState = null;
  }

  /** Makes the object new for the same request, complete as it is, on its way to another route: what the client sent stays. */
  beginAgain(nowMs: number): void {
    const { protocol, downstreamAddress, isAdmitted, isInternal, traceReason, traceId, spanId } = this;
    const { bytesReceived, wireBytesReceived } = this;
    this.reset(this.startMs, this.startWallMs);
    Object.assign(this, { protocol, downstreamAddress, isAdmitted, isInternal, traceReason, traceId, spanId });
    this.bytesReceived = bytesReceived;
    this.wireBytesReceived = wireBytesReceived;
    this.requestEndMs = nowMs;
  }

  /** Sets a flag, once. */
  flag(flag: ResponseFlag): void {
    if (this.flags === null) this.flags = [flag];
    else if (!this.flags.includes(flag)) this.flags.push(flag);
  }

  /** The try came to no host after all. */
  forgetHost(): void {
    this.host = null;
    this.upstreamHost = "";
  }

  /** Another try begins, at this host. */
  beginAttempt(host: HostFacts): void {
    this.attempts++;
    this.host = host;
    this.upstreamHost = host.addressText;
    this.upstreamConnection = null;
    this.poolWaitMs =
      this.upstreamRequestStartMs =
      this.upstreamRequestEndMs =
      this.upstreamResponseStartMs =
      this.upstreamBodyStartMs =
      this.upstreamResponseEndMs =
        -1;
  }
}
