/**
 * What is counted of connections to the admin port: `listener.admin.` and the connection half of `http.admin.`
 * (spec/operations.md 4.2, 12.3, 12.4).
 *
 * Differs from Envoy: the platform's server shows requests, not connections. One is counted when a peer's port is first
 * seen, and is active while it has a request; its bytes and its length are not known.
 */
import type { Counter, Gauge } from "../observe/stats/metric.ts";
import type { StatScope, StatStore } from "../observe/stats/store.ts";

/** Peers that are remembered: more connections than any admin port has. */
const MAX_PEERS = 1024;

const LISTENER_COUNTERS = ("downstream_cx_overflow downstream_cx_overload_reject " +
  "downstream_cx_transport_socket_connect_timeout downstream_global_cx_overflow downstream_listener_filter_error " +
  "downstream_listener_filter_remote_close downstream_pre_cx_timeout no_filter_chain_match").split(" ");

/** Parts of `downstream_cx_`: counters, then gauges. */
const CX_COUNTERS = ("delayed_close_timeout destroy_active_rq destroy_local destroy_local_active_rq " +
  "destroy_remote_active_rq drain_close http2_total http3_total idle_timeout max_duration_reached max_requests_reached " +
  "overload_disable_keepalive protocol_error rx_bytes_total ssl_total tx_bytes_total upgrades_total").split(" ");
const CX_GAUGES = ("http1_soft_drain http2_active http3_active rx_bytes_buffered ssl_active tx_bytes_buffered " +
  "upgrades_active").split(" ");

export class AdminConnections {
  readonly #total: readonly Counter[];
  readonly #destroyed: readonly Counter[];
  readonly #active: readonly Gauge[];
  /** Requests that go on, by peer; 0 = none, but its connection may still be open. */
  readonly #requests = new Map<string, number>();

  constructor(store: StatStore) {
    const listener = store.scope("listener.admin"), thread = listener.scope("main_thread");
    const http = store.scope("http.admin", { name: "envoy.http_conn_manager_prefix", value: "admin" });
    for (const name of LISTENER_COUNTERS) listener.counter(name);
    listener.gauge("downstream_pre_cx_active");
    listener.histogram("connections_accepted_per_socket_event", "unspecified");
    for (const name of CX_COUNTERS) http.counter(`downstream_cx_${name}`);
    for (const name of CX_GAUGES) http.gauge(`downstream_cx_${name}`);
    for (const scope of [listener, http]) scope.histogram("downstream_cx_length_ms", "milliseconds");
    const counters = (names: readonly (readonly [StatScope, string])[]) =>
      names.map(([scope, name]) => scope.counter(`downstream_cx_${name}`));
    this.#total = counters([[listener, "total"], [thread, "total"], [http, "total"], [http, "http1_total"]]);
    this.#destroyed = counters([[listener, "destroy"], [http, "destroy"], [http, "destroy_remote"]]);
    this.#active = [
      ...[listener, thread, http].map((scope) => scope.gauge("downstream_cx_active")),
      http.gauge("downstream_cx_http1_active"),
    ];
  }

  /** A request came from this address and port. */
  onRequest(peer: string): void {
    const requests = this.#requests.get(peer);
    if (requests === undefined) { for (const counter of this.#total) counter.inc(); }
    if (requests === undefined || requests === 0) { for (const gauge of this.#active) gauge.inc(); }
    // The peer that was heard of last stands last.
    this.#requests.delete(peer);
    this.#requests.set(peer, (requests ?? 0) + 1);
    if (requests === undefined) this.#forgetOldest();
  }

  /** Its answer is through, or nobody waits for it any more. */
  onEnd(peer: string): void {
    const requests = this.#requests.get(peer) ?? 1;
    if (requests === 1) { for (const gauge of this.#active) gauge.dec(); }
    this.#requests.set(peer, requests - 1);
  }

  /** One that has nothing under way; its connection is taken to be closed. */
  #forgetOldest(): void {
    if (this.#requests.size <= MAX_PEERS) return;
    for (const [peer, requests] of this.#requests) {
      if (requests > 0) continue;
      this.#requests.delete(peer);
      for (const counter of this.#destroyed) counter.inc();
      return;
    }
  }
}
