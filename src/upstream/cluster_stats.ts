/**
 * The stats of one cluster (`cluster.<name>.`) and of one host, as handles that the request path touches without a look-up
 * (spec/upstream.md 16). What every worker sees alike (membership, discovery) is main's to count. A name whose feature is not there yet exists too and stays 0, as it does in Envoy while the
 * feature is unused: dashboards find every name they ask for.
 */
import { Http1CodecStats } from "../observe/stats/codec_stats.ts";
import { ResponseCodeCounters } from "../observe/stats/response_codes.ts";
import type { Counter, Gauge, Histogram } from "../observe/stats/metric.ts";
import { StatShape, type StatSource } from "../observe/stats/stat_shape.ts";
import { type StatScope, StatStore } from "../observe/stats/store.ts";
import { HostSetStats } from "./host_set/host_set_stats.ts";
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
  readonly hostSet: HostSetStats;
  readonly breakers: { readonly default: BreakerStats; readonly high: BreakerStats };
  readonly #scope: StatScope;
  #alt: AltStats | null = null;
  #hasHttp1 = false;
  /** By the host's zone. */
  #zones: Map<string, OriginStats> | null = null;
  #external: OriginStats | null = null;
  #internal: OriginStats | null = null;
  #retry: RetriedStats | null = null;

  /** `scope`: for what comes with the first answer of its kind. */
  constructor(source: StatSource, scope: StatScope) {
    this.#scope = scope;
    for (const name of RESTING_COUNTERS) source.counter(name);
    for (const name of RESTING_GAUGES) source.gauge(name);
    this.cxTotal = source.counter("upstream_cx_total");
    this.cxHttp1Total = source.counter("upstream_cx_http1_total");
    this.cxActive = source.gauge("upstream_cx_active");
    this.cxConnectFail = source.counter("upstream_cx_connect_fail");
    this.cxConnectTimeout = source.counter("upstream_cx_connect_timeout");
    this.cxConnectMs = source.histogram("upstream_cx_connect_ms", "milliseconds");
    this.cxLengthMs = source.histogram("upstream_cx_length_ms", "milliseconds");
    this.cxIdleTimeout = source.counter("upstream_cx_idle_timeout");
    this.cxMaxDurationReached = source.counter("upstream_cx_max_duration_reached");
    this.cxMaxRequests = source.counter("upstream_cx_max_requests");
    this.cxOverflow = source.counter("upstream_cx_overflow");
    this.cxPoolOverflow = source.counter("upstream_cx_pool_overflow");
    this.cxNoneHealthy = source.counter("upstream_cx_none_healthy");
    this.cxProtocolError = source.counter("upstream_cx_protocol_error");
    this.cxDestroy = source.counter("upstream_cx_destroy");
    this.cxDestroyLocal = source.counter("upstream_cx_destroy_local");
    this.cxDestroyRemote = source.counter("upstream_cx_destroy_remote");
    this.cxDestroyWithActiveRq = source.counter("upstream_cx_destroy_with_active_rq");
    this.cxDestroyLocalWithActiveRq = source.counter("upstream_cx_destroy_local_with_active_rq");
    this.cxDestroyRemoteWithActiveRq = source.counter("upstream_cx_destroy_remote_with_active_rq");
    this.cxRxBytesTotal = source.counter("upstream_cx_rx_bytes_total");
    this.cxTxBytesTotal = source.counter("upstream_cx_tx_bytes_total");
    this.rqPerCx = source.histogram("upstream_rq_per_cx", "unspecified");
    this.rqTotal = source.counter("upstream_rq_total");
    this.rqActive = source.gauge("upstream_rq_active");
    this.rqActiveOverflow = source.counter("upstream_rq_active_overflow");
    this.rqPendingTotal = source.counter("upstream_rq_pending_total");
    this.rqPendingActive = source.gauge("upstream_rq_pending_active");
    this.rqPendingOverflow = source.counter("upstream_rq_pending_overflow");
    this.rqPendingFailureEject = source.counter("upstream_rq_pending_failure_eject");
    this.rqCancelled = source.counter("upstream_rq_cancelled");
    this.rqMaintenanceMode = source.counter("upstream_rq_maintenance_mode");
    this.rqTimeout = source.counter("upstream_rq_timeout");
    this.rqPerTryTimeout = source.counter("upstream_rq_per_try_timeout");
    this.rqPerTryIdleTimeout = source.counter("upstream_rq_per_try_idle_timeout");
    this.rqMaxDurationReached = source.counter("upstream_rq_max_duration_reached");
    this.internalRedirectSucceeded = source.counter("upstream_internal_redirect_succeeded_total");
    this.internalRedirectFailed = source.counter("upstream_internal_redirect_failed_total");
    this.rqRetry = source.counter("upstream_rq_retry");
    this.rqRetrySuccess = source.counter("upstream_rq_retry_success");
    this.rqRetryLimitExceeded = source.counter("upstream_rq_retry_limit_exceeded");
    this.rqRetryOverflow = source.counter("upstream_rq_retry_overflow");
    this.rqRetryBackoffExponential = source.counter("upstream_rq_retry_backoff_exponential");
    this.rqRetryBackoffRatelimited = source.counter("upstream_rq_retry_backoff_ratelimited");
    this.retryOrShadowAbandoned = source.counter("retry_or_shadow_abandoned");
    this.rqCompleted = source.counter("upstream_rq_completed");
    this.rqCodes = new ResponseCodeCounters(scope, "upstream_rq_");
    this.rqTime = source.histogram("upstream_rq_time", "milliseconds");
    this.flowControlPausedReading = source.counter("upstream_flow_control_paused_reading_total");
    this.flowControlResumedReading = source.counter("upstream_flow_control_resumed_reading_total");
    this.flowControlBackedUp = source.counter("upstream_flow_control_backed_up_total");
    this.flowControlDrained = source.counter("upstream_flow_control_drained_total");
    this.hostSet = new HostSetStats(source, scope);
    this.breakers = {
      default: new BreakerStats(source.scope("circuit_breakers.default"), scope.scope("circuit_breakers.default")),
      high: new BreakerStats(source.scope("circuit_breakers.high"), scope.scope("circuit_breakers.high")),
    };
  }

  /** Those of the cluster that the scope is of. */
  static under(scope: StatScope): ClusterStats {
    return SHAPE.make((source) => new ClusterStats(source, scope), scope);
  }

  /** The same answers again under names that requests bring. */
  get alt(): AltStats {
    return this.#alt ??= new AltStats(this.#scope);
  }

  /** A connection that speaks HTTP/1 is opened: the first one brings the codec's stats. */
  onHttp1Connection(): void {
    this.cxHttp1Total.inc();
    if (this.#hasHttp1) return;
    this.#hasHttp1 = true;
    new Http1CodecStats(this.#scope);
  }

  /** The same answers again under `zone.FROM.TO.`: what hosts of one zone gave to this proxy, whose zone never changes. */
  zone(from: string, to: string): OriginStats {
    const zones = this.#zones ??= new Map();
    let stats = zones.get(to);
    if (stats === undefined) zones.set(to, stats = new OriginStats(this.#scope.scope(`zone.${from}.${to}`)));
    return stats;
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

  /** `scope`: for what only some clusters have. */
  constructor(source: StatSource, scope: StatScope) {
    this.#scope = scope;
    this.cxOpen = source.gauge("cx_open", "max");
    this.cxPoolOpen = source.gauge("cx_pool_open", "max");
    this.rqOpen = source.gauge("rq_open", "max");
    this.rqPendingOpen = source.gauge("rq_pending_open", "max");
    this.rqRetryOpen = source.gauge("rq_retry_open", "max");
  }

  /** What is left of one limit: there only where `track_remaining` asks for it. */
  remaining(name: "cx" | "cx_pools" | "pending" | "rq" | "retries"): Gauge {
    return this.#scope.gauge(`remaining_${name}`);
  }
}

/** There may be very many clusters, and each has all of these. */
const SHAPE = new StatShape((source) => new ClusterStats(source, new StatStore(() => {}).scope("cluster")));

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
