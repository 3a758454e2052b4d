/**
 * The times of one stream that the connection manager watches, and what it answers when one is up (spec/http.md 4):
 *
 * ```
 *   first byte ─────── head complete ─────── request complete ─────── response complete
 *   ├ request_headers_timeout ┤                     │
 *   ├ request_timeout ──────────────────────────────┤ or where the response sets out, if that is earlier
 *   ├ stream_idle_timeout, begun anew by every event, idle_timeout of the route from its choice on ──────────┤
 *   ├ max_stream_duration, that of the route from its choice on, counted from the first byte ────────────────┤
 * ```
 *
 * A time that is off has no timer. Events of a stream only note when they came; the idle timer looks when it fires, and
 * is armed again for what is left.
 */
import { Timer } from "../base/timer_wheel.ts";
import type { MaxStreamDurationConfig } from "../config/route_config.ts";
import { type LocalReply, localReply } from "../filter/local_reply.ts";
import { isGrpcRequest } from "../http/grpc.ts";
import { grpcTimeoutMs, setGrpcTimeout } from "../http/grpc_timeout.ts";
import { HeaderId } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { HcmContext } from "./hcm_context.ts";

const GRPC_DEADLINE_EXCEEDED = 4;

const HEADERS = localReply(408, "request header timeout", "request_header_timeout");
const REQUEST = localReply(408, "request timeout", "request_overall_timeout");
const IDLE_INCOMPLETE = localReply(408, "stream timeout", "stream_idle_timeout", { flag: "SI" });
const IDLE_COMPLETE = localReply(504, "stream timeout", "stream_idle_timeout", { flag: "SI" });
const DURATION_INCOMPLETE = durationReply(408);
const DURATION_COMPLETE = durationReply(504);

/** The stream, as its timers see it. */
export interface TimedStream {
  readonly loop: EventLoop;
  readonly request: RequestHead;
  readonly isRequestComplete: boolean;
  sendLocalReply(reply: LocalReply): void;
}

/** Used again for the stream's next request, from `begin` on. */
export class StreamTimers {
  readonly #stream: TimedStream;
  #context: HcmContext | null = null;
  #startMs = 0;
  /** From when the route's duration counts: the same, until another route begins anew. */
  #routeStartMs = 0;
  #lastActivityMs = 0;
  #idleMs = 0;
  /** The route's `max_stream_duration` counts. */
  #isRouteDuration = false;
  // Each is made when it is first needed: most configurations have one of them.
  #headersTimer: Timer | null = null;
  #requestTimer: Timer | null = null;
  #idleTimer: Timer | null = null;
  #durationTimer: Timer | null = null;

  constructor(stream: TimedStream) {
    this.#stream = stream;
  }

  /** The first byte has come, `headWaitMs` ago. */
  begin(context: HcmContext, headWaitMs: number): void {
    const { streamIdleTimeoutMs, requestTimeoutMs, requestHeadersTimeoutMs, maxStreamDurationMs } = context.config;
    this.#context = context;
    this.#lastActivityMs = this.#stream.loop.clock.nowMs;
    this.#startMs = this.#routeStartMs = this.#lastActivityMs - headWaitMs;
    this.#idleMs = streamIdleTimeoutMs;
    this.#isRouteDuration = false;
    if (streamIdleTimeoutMs > 0) this.#armIdle(streamIdleTimeoutMs);
    if (requestTimeoutMs > 0) this.#armRequest(requestTimeoutMs - headWaitMs);
    if (requestHeadersTimeoutMs > 0) this.#armHeaders(requestHeadersTimeoutMs - headWaitMs);
    if (maxStreamDurationMs > 0) this.#armDuration(maxStreamDurationMs - headWaitMs);
  }

  /**
   * The request sets out once more, to another route: what the route before said counts no more. The manager's own
   * duration goes on.
   */
  beginAgain(): void {
    this.#routeStartMs = this.#lastActivityMs = this.#stream.loop.clock.nowMs;
    this.#useIdle(this.#context!.config.streamIdleTimeoutMs);
    if (this.#isRouteDuration) this.#useManagersDuration();
  }

  /** Something moved, either way. Called for each piece, so it only notes the time. */
  noteActivity(): void {
    this.#lastActivityMs = this.#stream.loop.clock.nowMs;
  }

  onHeadComplete(): void {
    this.#headersTimer?.cancel();
  }

  /** The request is complete, or its answer has set out: which is as good. */
  onRequestSettled(): void {
    this.#requestTimer?.cancel();
  }

  /** The route is chosen, or chosen anew: what it says replaces what was said before. */
  useRoute(route: RouteEntry | null): void {
    if (route === null || route.action.kind !== "route") return;
    const { idleTimeoutMs, maxStreamDuration } = route.action.timeouts;
    if (idleTimeoutMs !== null) this.#useIdle(idleTimeoutMs);
    if (maxStreamDuration !== null) this.#useDuration(maxStreamDuration);
    else if (this.#isRouteDuration) this.#useManagersDuration();
  }

  /** The stream is over. */
  stop(): void {
    this.#headersTimer?.cancel();
    this.#requestTimer?.cancel();
    this.#idleTimer?.cancel();
    this.#durationTimer?.cancel();
    this.#context = null;
  }

  // ----

  #useIdle(idleMs: number): void {
    this.#idleMs = idleMs;
    if (idleMs === 0) this.#idleTimer?.cancel();
    else this.#armIdle(this.#idleLeftMs);
  }

  get #idleLeftMs(): number {
    return this.#lastActivityMs + this.#idleMs - this.#stream.loop.clock.nowMs;
  }

  /** Rule 1a: a `grpc-timeout` counts where it may, else the route's own limit, else the connection manager's. */
  #useDuration(limits: MaxStreamDurationConfig): void {
    this.#isRouteDuration = true;
    const { headers } = this.#stream.request;
    const askedMs = limits.grpcTimeoutHeaderMaxMs === null ? null : grpcTimeoutMs(headers);
    const durationMs = askedMs === null
      ? limits.maxStreamDurationMs ?? this.#context!.config.maxStreamDurationMs
      : boundedMs(askedMs, limits);
    if (askedMs === null && durationMs === 0) {
      // As in Envoy, where only a stream that was bounded before loses the header.
      if (this.#durationTimer?.isArmed && isGrpcRequest(headers)) headers.remove(HeaderId.grpcTimeout);
      this.#durationTimer?.cancel();
      return;
    }
    if (isGrpcRequest(headers)) setGrpcTimeout(headers, durationMs);
    this.#armDuration(this.#routeStartMs + durationMs - this.#stream.loop.clock.nowMs);
  }

  #useManagersDuration(): void {
    this.#isRouteDuration = false;
    const { maxStreamDurationMs } = this.#context!.config;
    if (maxStreamDurationMs === 0) this.#durationTimer?.cancel();
    else this.#armDuration(this.#startMs + maxStreamDurationMs - this.#stream.loop.clock.nowMs);
  }

  #armHeaders(delayMs: number): void {
    (this.#headersTimer ??= this.#timer(() => this.#onHeadersTimeout())).arm(delayMs);
  }

  #armRequest(delayMs: number): void {
    (this.#requestTimer ??= this.#timer(() => this.#onRequestTimeout())).arm(delayMs);
  }

  #armIdle(delayMs: number): void {
    (this.#idleTimer ??= this.#timer(() => this.#onIdle())).arm(delayMs);
  }

  #armDuration(delayMs: number): void {
    (this.#durationTimer ??= this.#timer(() => this.#onMaxDuration())).arm(delayMs);
  }

  #timer(callback: () => void): Timer {
    return new Timer(this.#stream.loop.timers, callback);
  }

  #onHeadersTimeout(): void {
    this.#context!.stats.rqHeaderTimeout.inc();
    this.#stream.sendLocalReply(HEADERS);
  }

  #onRequestTimeout(): void {
    this.#context!.stats.rqTimeout.inc();
    this.#stream.sendLocalReply(REQUEST);
  }

  #onIdle(): void {
    const leftMs = this.#idleLeftMs;
    if (leftMs > 0) return this.#armIdle(leftMs);
    this.#context!.stats.rqIdleTimeout.inc();
    this.#stream.sendLocalReply(this.#stream.isRequestComplete ? IDLE_COMPLETE : IDLE_INCOMPLETE);
  }

  #onMaxDuration(): void {
    this.#context!.stats.rqMaxDurationReached.inc();
    this.#stream.sendLocalReply(this.#stream.isRequestComplete ? DURATION_COMPLETE : DURATION_INCOMPLETE);
  }
}

/** What a `grpc-timeout` comes to: at most the configured limit, less the offset; nothing left is no time at all. */
function boundedMs(askedMs: number, limits: MaxStreamDurationConfig): number {
  const maxMs = limits.grpcTimeoutHeaderMaxMs ?? 0;
  const cappedMs = maxMs > 0 ? Math.min(askedMs, maxMs) : askedMs;
  return Math.max(0, cappedMs - limits.grpcTimeoutHeaderOffsetMs);
}

function durationReply(status: number): LocalReply {
  return localReply(status, "downstream duration timeout", "max_duration_timeout", {
    grpcStatus: GRPC_DEADLINE_EXCEEDED,
  });
}
