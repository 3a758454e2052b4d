/**
 * What one stream leaves behind for access logs and the console: times, sizes, peers, where it went and how it ended. The
 * heads themselves stay with the stream and are read beside it. One object lives as long as its stream does and is used
 * again for the next.
 */
import type { HttpVersion } from "../http/request_head.ts";
import type { ResponseFlag } from "./response_flags.ts";

export class StreamFacts {
  /** Wall time of the request's first byte, ms since 1970. */
  startWallMs = 0;
  /** Monotonic times in ms; -1 = has not happened. */
  startMs = 0;
  requestEndMs = -1;
  upstreamRequestEndMs = -1;
  upstreamResponseStartMs = -1;
  endMs = -1;
  /** Body bytes. */
  bytesReceived = 0;
  bytesSent = 0;
  protocol: HttpVersion = 11;
  /** 0 = nothing was sent. */
  responseCode = 0;
  /** `%RESPONSE_CODE_DETAILS%`: `via_upstream`, `route_not_found`; spaces as `_`. Empty = none. */
  details = "";
  /** In the order in which they were set; null = none. */
  flags: ResponseFlag[] | null = null;
  /** `%UPSTREAM_HOST%`; empty = none was picked. */
  upstreamHost = "";
  upstreamCluster = "";
  upstreamTransportFailure = "";
  routeName = "";
  /** A health checker asks, and no user: such a stream is not counted among the answers. */
  isHealthCheck = false;
  /** The trusted client address (spec/http.md 1.12) and the peer's, without ports. */
  downstreamAddress = "";
  peerAddress = "";
  /** Value of the header sent upstream-to-downstream; -1 = none. */
  upstreamServiceTimeMs = -1;

  /** Makes the object new for another stream. */
  reset(startMs: number, startWallMs: number): void {
    this.startWallMs = startWallMs;
    this.startMs = startMs;
    this.requestEndMs =
      this.upstreamRequestEndMs =
      this.upstreamResponseStartMs =
      this.endMs =
        -1;
    this.bytesReceived = this.bytesSent = 0;
    this.protocol = 11;
    this.responseCode = 0;
    this.details = "";
    this.flags = null;
    this.upstreamHost =
      this.upstreamCluster =
      this.upstreamTransportFailure =
      this.routeName =
        "";
    this.isHealthCheck = false;
    this.downstreamAddress = this.peerAddress = "";
    this.upstreamServiceTimeMs = -1;
  }

  /** Makes the object new for the same request, complete as it is, on its way to another route. */
  beginAgain(nowMs: number): void {
    const { protocol, downstreamAddress, peerAddress } = this;
    this.reset(this.startMs, this.startWallMs);
    this.protocol = protocol;
    this.downstreamAddress = downstreamAddress;
    this.peerAddress = peerAddress;
    this.requestEndMs = nowMs;
  }

  /** Sets a flag, once. */
  flag(flag: ResponseFlag): void {
    if (this.flags === null) this.flags = [flag];
    else if (!this.flags.includes(flag)) this.flags.push(flag);
  }
}
