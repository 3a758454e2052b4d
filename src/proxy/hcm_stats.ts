/**
 * The stats of one connection manager (`http.<stat_prefix>.`) and of its listener, as handles (spec/http.md 1.2,
 * spec/operations.md 12.3 and 12.4). Names whose feature is not there yet exist and stay 0, as they do in Envoy.
 */
import type { Counter, Gauge, Histogram } from "../observe/stats/metric.ts";
import type { StatScope, StatStore } from "../observe/stats/store.ts";

const RESTING_COUNTERS = ("downstream_cx_http2_total downstream_cx_http3_total downstream_cx_ssl_total " +
  "downstream_rq_http2_total downstream_rq_http3_total downstream_rq_too_many_premature_resets " +
  "rq_overload_local_reply").split(" ");

const RESTING_GAUGES = ("downstream_cx_http2_active downstream_cx_http3_active " +
  "downstream_cx_rx_bytes_buffered downstream_cx_ssl_active downstream_cx_tx_bytes_buffered").split(" ");

/** `downstream_rq_completed` and its classes, which exist twice: for the manager and for its listener. */
export class ResponseClassStats {
  readonly #completed: Counter;
  readonly #classes: readonly Counter[];

  constructor(scope: StatScope) {
    this.#completed = scope.counter("downstream_rq_completed");
    this.#classes = [1, 2, 3, 4, 5].map((first) => scope.counter(`downstream_rq_${first}xx`));
  }

  count(status: number): void {
    this.#completed.inc();
    this.#classes[((status / 100) | 0) - 1]?.inc();
  }
}

export class HcmStats {
  readonly scope: StatScope;
  readonly cxTotal: Counter;
  readonly cxHttp1Total: Counter;
  readonly cxActive: Gauge;
  readonly cxHttp1Active: Gauge;
  readonly cxHttp1SoftDrain: Gauge;
  readonly cxDestroy: Counter;
  readonly cxDestroyLocal: Counter;
  readonly cxDestroyRemote: Counter;
  readonly cxDestroyActiveRq: Counter;
  readonly cxDestroyLocalActiveRq: Counter;
  readonly cxDestroyRemoteActiveRq: Counter;
  readonly cxDelayedCloseTimeout: Counter;
  readonly cxDrainClose: Counter;
  readonly cxIdleTimeout: Counter;
  readonly cxMaxDurationReached: Counter;
  readonly cxMaxRequestsReached: Counter;
  readonly cxOverloadDisableKeepalive: Counter;
  readonly cxProtocolError: Counter;
  readonly cxLengthMs: Histogram;
  readonly cxRxBytesTotal: Counter;
  readonly cxTxBytesTotal: Counter;
  readonly cxUpgradesTotal: Counter;
  readonly cxUpgradesActive: Gauge;
  readonly flowControlPausedReading: Counter;
  readonly flowControlResumedReading: Counter;
  readonly rqTotal: Counter;
  readonly rqHttp1Total: Counter;
  readonly rqActive: Gauge;
  readonly rqClasses: ResponseClassStats;
  readonly rqTime: Histogram;
  readonly rqHeaderTimeout: Counter;
  readonly rqTimeout: Counter;
  readonly rqIdleTimeout: Counter;
  readonly rqMaxDurationReached: Counter;
  readonly rqNonRelativePath: Counter;
  readonly rqFailedPathNormalization: Counter;
  readonly rqRedirectedWithNormalizedPath: Counter;
  readonly rqRejectedViaIpDetection: Counter;
  readonly rqOverloadClose: Counter;
  readonly rqResponseBeforeRqComplete: Counter;
  readonly rqRxReset: Counter;
  readonly rqTxReset: Counter;
  readonly rqWsOnNonWsRoute: Counter;
  readonly rqHealthCheck: Counter;
  /** By `TraceReason`. */
  readonly rqTraced: readonly Counter[];
  readonly rqTooLarge: Counter;
  readonly rsTooLarge: Counter;

  constructor(scope: StatScope) {
    this.scope = scope;
    for (const name of RESTING_COUNTERS) scope.counter(name);
    for (const name of RESTING_GAUGES) scope.gauge(name);
    this.cxTotal = scope.counter("downstream_cx_total");
    this.cxHttp1Total = scope.counter("downstream_cx_http1_total");
    this.cxActive = scope.gauge("downstream_cx_active");
    this.cxHttp1Active = scope.gauge("downstream_cx_http1_active");
    this.cxHttp1SoftDrain = scope.gauge("downstream_cx_http1_soft_drain");
    this.cxDestroy = scope.counter("downstream_cx_destroy");
    this.cxDestroyLocal = scope.counter("downstream_cx_destroy_local");
    this.cxDestroyRemote = scope.counter("downstream_cx_destroy_remote");
    this.cxDestroyActiveRq = scope.counter("downstream_cx_destroy_active_rq");
    this.cxDestroyLocalActiveRq = scope.counter("downstream_cx_destroy_local_active_rq");
    this.cxDestroyRemoteActiveRq = scope.counter("downstream_cx_destroy_remote_active_rq");
    this.cxDelayedCloseTimeout = scope.counter("downstream_cx_delayed_close_timeout");
    this.cxDrainClose = scope.counter("downstream_cx_drain_close");
    this.cxIdleTimeout = scope.counter("downstream_cx_idle_timeout");
    this.cxMaxDurationReached = scope.counter("downstream_cx_max_duration_reached");
    this.cxMaxRequestsReached = scope.counter("downstream_cx_max_requests_reached");
    this.cxOverloadDisableKeepalive = scope.counter("downstream_cx_overload_disable_keepalive");
    this.cxProtocolError = scope.counter("downstream_cx_protocol_error");
    this.cxLengthMs = scope.histogram("downstream_cx_length_ms", "milliseconds");
    this.cxRxBytesTotal = scope.counter("downstream_cx_rx_bytes_total");
    this.cxTxBytesTotal = scope.counter("downstream_cx_tx_bytes_total");
    this.cxUpgradesTotal = scope.counter("downstream_cx_upgrades_total");
    this.cxUpgradesActive = scope.gauge("downstream_cx_upgrades_active");
    this.flowControlPausedReading = scope.counter("downstream_flow_control_paused_reading_total");
    this.flowControlResumedReading = scope.counter("downstream_flow_control_resumed_reading_total");
    this.rqTotal = scope.counter("downstream_rq_total");
    this.rqHttp1Total = scope.counter("downstream_rq_http1_total");
    this.rqActive = scope.gauge("downstream_rq_active");
    this.rqClasses = new ResponseClassStats(scope);
    this.rqTime = scope.histogram("downstream_rq_time", "milliseconds");
    this.rqHeaderTimeout = scope.counter("downstream_rq_header_timeout");
    this.rqTimeout = scope.counter("downstream_rq_timeout");
    this.rqIdleTimeout = scope.counter("downstream_rq_idle_timeout");
    this.rqMaxDurationReached = scope.counter("downstream_rq_max_duration_reached");
    this.rqNonRelativePath = scope.counter("downstream_rq_non_relative_path");
    this.rqFailedPathNormalization = scope.counter("downstream_rq_failed_path_normalization");
    this.rqRedirectedWithNormalizedPath = scope.counter("downstream_rq_redirected_with_normalized_path");
    this.rqRejectedViaIpDetection = scope.counter("downstream_rq_rejected_via_ip_detection");
    this.rqOverloadClose = scope.counter("downstream_rq_overload_close");
    this.rqResponseBeforeRqComplete = scope.counter("downstream_rq_response_before_rq_complete");
    this.rqRxReset = scope.counter("downstream_rq_rx_reset");
    this.rqTxReset = scope.counter("downstream_rq_tx_reset");
    this.rqWsOnNonWsRoute = scope.counter("downstream_rq_ws_on_non_ws_route");
    this.rqHealthCheck = scope.counter("tracing.health_check");
    this.rqTraced = ["not_traceable", "random_sampling", "service_forced", "client_enabled"]
      .map((name) => scope.counter(`tracing.${name}`));
    this.rqTooLarge = scope.counter("downstream_rq_too_large");
    this.rsTooLarge = scope.counter("rs_too_large");
  }
}

const LISTENER_RESTING_COUNTERS = ("downstream_cx_overflow " +
  "downstream_cx_transport_socket_connect_timeout downstream_global_cx_overflow downstream_listener_filter_error " +
  "downstream_listener_filter_remote_close downstream_pre_cx_timeout extension_config_missing " +
  "network_extension_config_missing no_filter_chain_match").split(" ");

/** `listener.<prefix>.`, and the part of it that is this worker's own. */
export class ListenerStats {
  readonly scope: StatScope;
  readonly cxTotal: Counter;
  readonly cxDestroy: Counter;
  readonly cxOverloadReject: Counter;
  readonly cxActive: Gauge;
  readonly cxLengthMs: Histogram;
  /** The platform hands connections over one by one. */
  readonly cxPerSocketEvent: Histogram;
  readonly workerCxTotal: Counter;
  readonly workerCxActive: Gauge;

  constructor(store: StatStore, statPrefix: string, workerIndex: number) {
    const scope = store.scope(`listener.${statPrefix}`, { name: "envoy.listener_address", value: statPrefix });
    this.scope = scope;
    for (const name of LISTENER_RESTING_COUNTERS) scope.counter(name);
    scope.gauge("downstream_pre_cx_active");
    this.cxTotal = scope.counter("downstream_cx_total");
    this.cxDestroy = scope.counter("downstream_cx_destroy");
    this.cxOverloadReject = scope.counter("downstream_cx_overload_reject");
    this.cxActive = scope.gauge("downstream_cx_active");
    this.cxLengthMs = scope.histogram("downstream_cx_length_ms", "milliseconds");
    this.cxPerSocketEvent = scope.histogram("connections_accepted_per_socket_event", "unspecified");
    const worker = scope.scope(`worker_${workerIndex}`);
    this.workerCxTotal = worker.counter("downstream_cx_total");
    this.workerCxActive = worker.gauge("downstream_cx_active");
  }
}
