/**
 * What a route says about time, with what follows from it answered beforehand: a route with `max_stream_duration`, even
 * an empty one, bounds streams and has no timeout of its own (spec/http.md 4, "effective global timeout", 1). All in
 * milliseconds, 0 = off, null = not said.
 */
import type { RetryPolicyConfig } from "../config/retry_config.ts";
import type { MaxStreamDurationConfig, RouteTimeoutsConfig } from "../config/route_config.ts";

export class RouteTimeouts {
  /** From the request's end to the response's. */
  readonly timeoutMs: number;
  /** Replaces `stream_idle_timeout`. */
  readonly idleTimeoutMs: number | null;
  readonly maxStreamDuration: MaxStreamDurationConfig | null;
  /** A gRPC request's own `grpc-timeout` counts instead of `timeoutMs`, up to this; 0 = without a limit. */
  readonly maxGrpcTimeoutMs: number | null;
  readonly grpcTimeoutOffsetMs: number;
  readonly perTryTimeoutMs: number;
  readonly perTryIdleTimeoutMs: number;
  /** A try whose own time is up is not ended: it gets company. */
  readonly hedgesOnPerTryTimeout: boolean;

  constructor(config: RouteTimeoutsConfig, retryPolicy: RetryPolicyConfig | null, hedges: boolean) {
    const boundsStreams = config.maxStreamDuration !== null;
    this.timeoutMs = boundsStreams ? 0 : config.timeoutMs;
    this.idleTimeoutMs = config.idleTimeoutMs;
    this.maxStreamDuration = config.maxStreamDuration;
    this.maxGrpcTimeoutMs = boundsStreams ? null : config.maxGrpcTimeoutMs;
    this.grpcTimeoutOffsetMs = config.grpcTimeoutOffsetMs;
    this.perTryTimeoutMs = retryPolicy?.perTryTimeoutMs ?? 0;
    this.perTryIdleTimeoutMs = retryPolicy?.perTryIdleTimeoutMs ?? 0;
    this.hedgesOnPerTryTimeout = hedges;
  }
}
