/**
 * What the admin counts of its requests: `http.admin.downstream_rq_` and `listener.admin.http.admin.` (spec/operations.md
 * 4.2, 12.3, 12.4). Names of what cannot happen here exist and stay 0, as in Envoy.
 */
import type { Counter, Gauge, Histogram } from "../observe/stats/metric.ts";
import type { StatStore } from "../observe/stats/store.ts";

const RESTING_COUNTERS =
  ("downstream_flow_control_paused_reading_total downstream_flow_control_resumed_reading_total " +
    "downstream_rq_failed_path_normalization downstream_rq_header_timeout downstream_rq_http2_total " +
    "downstream_rq_http3_total downstream_rq_idle_timeout downstream_rq_max_duration_reached " +
    "downstream_rq_non_relative_path downstream_rq_overload_close downstream_rq_redirected_with_normalized_path " +
    "downstream_rq_rejected_via_ip_detection downstream_rq_response_before_rq_complete downstream_rq_rx_reset " +
    "downstream_rq_timeout downstream_rq_too_large downstream_rq_too_many_premature_resets downstream_rq_tx_reset " +
    "downstream_rq_ws_on_non_ws_route rs_too_large").split(" ");

export class AdminStats {
  readonly #total: readonly Counter[];
  readonly #completed: readonly Counter[];
  /** By the first digit of the status, from 1. */
  readonly #classes: readonly (readonly Counter[])[];
  readonly #active: Gauge;
  readonly #time: Histogram;

  constructor(store: StatStore) {
    const scope = store.scope("http.admin", { name: "envoy.http_conn_manager_prefix", value: "admin" });
    const listener = store.scope("listener.admin").scope("http.admin", {
      name: "envoy.http_conn_manager_prefix",
      value: "admin",
    });
    for (const name of RESTING_COUNTERS) scope.counter(name);
    const twice = (name: string) => [scope, listener].map((scope) => scope.counter(name));
    this.#total = [scope.counter("downstream_rq_total"), scope.counter("downstream_rq_http1_total")];
    this.#completed = twice("downstream_rq_completed");
    this.#classes = [1, 2, 3, 4, 5].map((first) => twice(`downstream_rq_${first}xx`));
    this.#active = scope.gauge("downstream_rq_active");
    this.#time = scope.histogram("downstream_rq_time", "milliseconds");
  }

  started(): void {
    for (const counter of this.#total) counter.inc();
    this.#active.inc();
  }

  /** The head of an answer is ready, `ms` after the request came. */
  answered(status: number, ms: number): void {
    this.#active.dec();
    for (const counter of this.#completed) counter.inc();
    for (const counter of this.#classes[((status / 100) | 0) - 1] ?? []) counter.inc();
    this.#time.record(ms);
  }
}
