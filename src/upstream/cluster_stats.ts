/**
 * The stats of one cluster (`cluster.<name>.`) and of one host, as handles that the request path touches without a look-up
 * (spec/upstream.md 16). What every worker sees alike (membership, discovery) is main's to count. A name whose feature is not there yet exists too and stays 0, as it does in Envoy while the
 * feature is unused: dashboards find every name they ask for.
 */
import { ResponseCodeCounters } from "../observe/stats/response_codes.ts";
import type { Counter, Gauge, Histogram } from "../observe/stats/metric.ts";
import type { StatScope } from "../observe/stats/store.ts";
import { AltStats } from "./alt_stats.ts";
import { OriginStats } from "./origin_stats.ts";

/** Counters that nothing in the data path moves yet. */
const RESTING_COUNTERS = ("bind_errors original_dst_host_invalid " +
  "upstream_cx_close_notify upstream_cx_connect_attempts_exceeded " +
  "upstream_cx_connect_with_0_rtt upstream_cx_http2_total upstream_cx_http3_total " +
  "upstream_cx_preconnect_skipped upstream_http3_broken upstream_rq_0rtt " +
  "upstream_rq_rx_reset upstream_rq_rx_reset_no_error " +
  // Resets are counted for HTTP/2 only, as in Envoy.
  "upstream_rq_tx_reset").split(" ");

const RESTING_GAUGES = ("upstream_cx_rx_bytes_buffered upstream_cx_tx_bytes_buffered " +
  "upstream_queue_overloaded").split(" ");

export class ClusterStats {
  readonly cxTotal: Counter;
  readonly cxHttp1Total: Counter;
  readonly cxActive: Gauge;
  readonly cxConnectFail: Counter;
  readonly cxConnectTimeout: Counter;
  readonly cxConnectMs: Histogram;
  readonly cxLengthMs: Histogram;
  readonly cxIdleTimeout: Counter;
  readonly cxMaxDurationReached: Counter;
  readonly cxMaxRequests: Counter;
  readonly cxOverflow: Counter;
  readonly cxPoolOverflow: Counter;
  readonly cxNoneHealthy: Counter;
  readonly cxProtocolError: Counter;
  readonly cxDestroy: Counter;
  readonly cxDestroyLocal: Counter;
  readonly cxDestroyRemote: Counter;
  readonly cxDestroyWithActiveRq: Counter;
  readonly cxDestroyLocalWithActiveRq: Counter;
  readonly cxDestroyRemoteWithActiveRq: Counter;
  readonly cxRxBytesTotal: Counter;
  readonly cxTxBytesTotal: Counter;
  readonly rqPerCx: Histogram;
  readonly rqTotal: Counter;
  readonly rqActive: Gauge;
  readonly rqActiveOverflow: Counter;
  readonly rqPendingTotal: Counter;
  readonly rqPendingActive: Gauge;
  readonly rqPendingOverflow: Counter;
  readonly rqPendingFailureEject: Counter;
  readonly rqCancelled: Counter;
  readonly rqMaintenanceMode: Counter;
  readonly rqTimeout: Counter;
  readonly rqPerTryTimeout: Counter;
  readonly rqPerTryIdleTimeout: Counter;
  readonly rqMaxDurationReached: Counter;
  readonly internalRedirectSucceeded: Counter;
  readonly internalRedirectFailed: Counter;
  readonly rqRetry: Counter;
  readonly rqRetrySuccess: Counter;
  readonly rqRetryLimitExceeded: Counter;
  readonly rqRetryOverflow: Counter;
  readonly rqRetryBackoffExponential: Counter;
  readonly rqRetryBackoffRatelimited: Counter;
  readonly retryOrShadowAbandoned: Counter;
  readonly rqCompleted: Counter;
  readonly rqCodes: ResponseCodeCounters;
  readonly rqTime: Histogram;
  readonly flowControlPausedReading: Counter;
  readonly flowControlResumedReading: Counter;
  readonly flowControlBackedUp: Counter;
  readonly flowControlDrained: Counter;
  readonly breakers: { readonly default: BreakerStats; readonly high: BreakerStats };
  readonly #scope: StatScope;
  #alt: AltStats | null = null;
  #external: OriginStats | null = null;
  #internal: OriginStats | null = null;
  #retry: RetriedStats | null = null;

  constructor(scope: StatScope) {
    this.#scope = scope;
    for (const name of RESTING_COUNTERS) scope.counter(name);
    for (const name of RESTING_GAUGES) scope.gauge(name);
    this.cxTotal = scope.counter("upstream_cx_total");
    this.cxHttp1Total = scope.counter("upstream_cx_http1_total");
    this.cxActive = scope.gauge("upstream_cx_active");
    this.cxConnectFail = scope.counter("upstream_cx_connect_fail");
    this.cxConnectTimeout = scope.counter("upstream_cx_connect_timeout");
    this.cxConnectMs = scope.histogram("upstream_cx_connect_ms", "milliseconds");
    this.cxLengthMs = scope.histogram("upstream_cx_length_ms", "milliseconds");
    this.cxIdleTimeout = scope.counter("upstream_cx_idle_timeout");
    this.cxMaxDurationReached = scope.counter("upstream_cx_max_duration_reached");
    this.cxMaxRequests = scope.counter("upstream_cx_max_requests");
    this.cxOverflow = scope.counter("upstream_cx_overflow");
    this.cxPoolOverflow = scope.counter("upstream_cx_pool_overflow");
    this.cxNoneHealthy = scope.counter("upstream_cx_none_healthy");
    this.cxProtocolError = scope.counter("upstream_cx_protocol_error");
    this.cxDestroy = scope.counter("upstream_cx_destroy");
    this.cxDestroyLocal = scope.counter("upstream_cx_destroy_local");
    this.cxDestroyRemote = scope.counter("upstream_cx_destroy_remote");
    this.cxDestroyWithActiveRq = scope.counter("upstream_cx_destroy_with_active_rq");
    this.cxDestroyLocalWithActiveRq = scope.counter("upstream_cx_destroy_local_with_active_rq");
    this.cxDestroyRemoteWithActiveRq = scope.counter("upstream_cx_destroy_remote_with_active_rq");
    this.cxRxBytesTotal = scope.counter("upstream_cx_rx_bytes_total");
    this.cxTxBytesTotal = scope.counter("upstream_cx_tx_bytes_total");
    this.rqPerCx = scope.histogram("upstream_rq_per_cx", "unspecified");
    this.rqTotal = scope.counter("upstream_rq_total");
    this.rqActive = scope.gauge("upstream_rq_active");
    this.rqActiveOverflow = scope.counter("upstream_rq_active_overflow");
    this.rqPendingTotal = scope.counter("upstream_rq_pending_total");
    this.rqPendingActive = scope.gauge("upstream_rq_pending_active");
    this.rqPendingOverflow = scope.counter("upstream_rq_pending_overflow");
    this.rqPendingFailureEject = scope.counter("upstream_rq_pending_failure_eject");
    this.rqCancelled = scope.counter("upstream_rq_cancelled");
    this.rqMaintenanceMode = scope.counter("upstream_rq_maintenance_mode");
    this.rqTimeout = scope.counter("upstream_rq_timeout");
    this.rqPerTryTimeout = scope.counter("upstream_rq_per_try_timeout");
    this.rqPerTryIdleTimeout = scope.counter("upstream_rq_per_try_idle_timeout");
    this.rqMaxDurationReached = scope.counter("upstream_rq_max_duration_reached");
    this.internalRedirectSucceeded = scope.counter("upstream_internal_redirect_succeeded_total");
    this.internalRedirectFailed = scope.counter("upstream_internal_redirect_failed_total");
    this.rqRetry = scope.counter("upstream_rq_retry");
    this.rqRetrySuccess = scope.counter("upstream_rq_retry_success");
    this.rqRetryLimitExceeded = scope.counter("upstream_rq_retry_limit_exceeded");
    this.rqRetryOverflow = scope.counter("upstream_rq_retry_overflow");
    this.rqRetryBackoffExponential = scope.counter("upstream_rq_retry_backoff_exponential");
    this.rqRetryBackoffRatelimited = scope.counter("upstream_rq_retry_backoff_ratelimited");
    this.retryOrShadowAbandoned = scope.counter("retry_or_shadow_abandoned");
    this.rqCompleted = scope.counter("upstream_rq_completed");
    this.rqCodes = new ResponseCodeCounters(scope, "upstream_rq_");
    this.rqTime = scope.histogram("upstream_rq_time", "milliseconds");
    this.flowControlPausedReading = scope.counter("upstream_flow_control_paused_reading_total");
    this.flowControlResumedReading = scope.counter("upstream_flow_control_resumed_reading_total");
    this.flowControlBackedUp = scope.counter("upstream_flow_control_backed_up_total");
    this.flowControlDrained = scope.counter("upstream_flow_control_drained_total");
    this.breakers = {
      default: new BreakerStats(scope.scope("circuit_breakers.default")),
      high: new BreakerStats(scope.scope("circuit_breakers.high")),
    };
  }

  /** The same answers again under names that requests bring. */
  get alt(): AltStats {
    return this.#alt ??= new AltStats(this.#scope);
  }

  /** The same answers again under `external.`: what came without `x-envoy-internal`. Appears with the first of them. */
  get external(): OriginStats {
    return this.#external ??= new OriginStats(this.#scope.scope("external"));
  }

  /** The others, under `internal.`. */
  get internal(): OriginStats {
    return this.#internal ??= new OriginStats(this.#scope.scope("internal"));
  }

  /** The answers that were not handed on, because the request was tried again. Appears with the first of them. */
  get retry(): RetriedStats {
    return this.#retry ??= new RetriedStats(this.#scope.scope("retry"));
  }
}

/** Answers that another try took the place of. */
export class RetriedStats {
  readonly rqCompleted: Counter;
  readonly rqCodes: ResponseCodeCounters;

  constructor(scope: StatScope) {
    this.rqCompleted = scope.counter("upstream_rq_completed");
    this.rqCodes = new ResponseCodeCounters(scope, "upstream_rq_");
  }
}

/** Which limits of one priority are reached. */
export class BreakerStats {
  readonly cxOpen: Gauge;
  readonly cxPoolOpen: Gauge;
  readonly rqOpen: Gauge;
  readonly rqPendingOpen: Gauge;
  readonly rqRetryOpen: Gauge;
  readonly #scope: StatScope;

  constructor(scope: StatScope) {
    this.#scope = scope;
    this.cxOpen = scope.gauge("cx_open", "max");
    this.cxPoolOpen = scope.gauge("cx_pool_open", "max");
    this.rqOpen = scope.gauge("rq_open", "max");
    this.rqPendingOpen = scope.gauge("rq_pending_open", "max");
    this.rqRetryOpen = scope.gauge("rq_retry_open", "max");
  }

  /** What is left of one limit: there only where `track_remaining` asks for it. */
  remaining(name: "cx" | "cx_pools" | "pending" | "rq" | "retries"): Gauge {
    return this.#scope.gauge(`remaining_${name}`);
  }
}

/** The nine figures of a host that `/clusters` shows: made when its first request comes, and 0 until then. */
export class HostStats {
  readonly cxConnectFail: Counter;
  readonly cxTotal: Counter;
  readonly rqError: Counter;
  readonly rqSuccess: Counter;
  readonly rqTimeout: Counter;
  readonly rqTotal: Counter;
  readonly cxActive: Gauge;
  readonly rqActive: Gauge;
  readonly rqPendingActive: Gauge;
  readonly #scope: StatScope;

  constructor(scope: StatScope) {
    this.#scope = scope;
    this.cxConnectFail = scope.counter("cx_connect_fail");
    this.cxTotal = scope.counter("cx_total");
    this.rqError = scope.counter("rq_error");
    this.rqSuccess = scope.counter("rq_success");
    this.rqTimeout = scope.counter("rq_timeout");
    this.rqTotal = scope.counter("rq_total");
    this.cxActive = scope.gauge("cx_active");
    this.rqActive = scope.gauge("rq_active");
    this.rqPendingActive = scope.gauge("rq_pending_active");
  }

  /** Nobody is shown them any more; they may still be counted in. */
  withdraw(): void {
    this.#scope.withdraw();
  }

  /** They must not be counted in from now on. */
  release(): void {
    this.#scope.release();
  }
}
