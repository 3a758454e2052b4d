/** `/stats/prometheus` as a Prometheus takes it, with the names that dashboards for Envoy query (spec/operations.md 10, 12). */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { parseExposition } from "../support/exposition.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";

/** Metrics of the dashboards that are most in use, and the labels by which they pick and sum. */
const QUERIED: Readonly<Record<string, readonly string[]>> = {
  envoy_server_live: [],
  envoy_server_uptime: [],
  envoy_server_memory_allocated: [],
  envoy_server_memory_heap_size: [],
  envoy_server_total_connections: [],
  envoy_server_state: [],
  envoy_server_days_until_first_cert_expiring: [],
  envoy_workers_watchdog_miss: [],
  envoy_server_worker_watchdog_miss: ["envoy_worker_id"],
  envoy_cluster_manager_active_clusters: [],
  envoy_cluster_manager_warming_clusters: [],
  envoy_listener_manager_total_listeners_active: [],
  envoy_listener_manager_total_listeners_draining: [],
  envoy_listener_downstream_cx_total: ["envoy_listener_address"],
  envoy_listener_downstream_cx_active: ["envoy_listener_address"],
  envoy_listener_worker_downstream_cx_total: ["envoy_worker_id", "envoy_listener_address"],
  envoy_listener_http_downstream_rq_xx: [
    "envoy_response_code_class",
    "envoy_http_conn_manager_prefix",
    "envoy_listener_address",
  ],
  envoy_http_downstream_rq_total: ["envoy_http_conn_manager_prefix"],
  envoy_http_downstream_rq_active: ["envoy_http_conn_manager_prefix"],
  envoy_http_downstream_rq_xx: ["envoy_response_code_class", "envoy_http_conn_manager_prefix"],
  envoy_http_downstream_rq_time: ["envoy_http_conn_manager_prefix"],
  envoy_http_downstream_cx_active: ["envoy_http_conn_manager_prefix"],
  envoy_http_downstream_cx_rx_bytes_total: ["envoy_http_conn_manager_prefix"],
  envoy_http_downstream_cx_tx_bytes_total: ["envoy_http_conn_manager_prefix"],
  envoy_cluster_upstream_rq_total: ["envoy_cluster_name"],
  envoy_cluster_upstream_rq_active: ["envoy_cluster_name"],
  envoy_cluster_upstream_rq_pending_active: ["envoy_cluster_name"],
  envoy_cluster_upstream_rq_xx: ["envoy_response_code_class", "envoy_cluster_name"],
  envoy_cluster_upstream_rq: ["envoy_response_code", "envoy_cluster_name"],
  envoy_cluster_external_upstream_rq_xx: ["envoy_response_code_class", "envoy_cluster_name"],
  envoy_cluster_upstream_rq_time: ["envoy_cluster_name"],
  envoy_cluster_upstream_rq_retry: ["envoy_cluster_name"],
  envoy_cluster_upstream_rq_timeout: ["envoy_cluster_name"],
  envoy_cluster_upstream_rq_pending_overflow: ["envoy_cluster_name"],
  envoy_cluster_upstream_cx_active: ["envoy_cluster_name"],
  envoy_cluster_upstream_cx_connect_fail: ["envoy_cluster_name"],
  envoy_cluster_upstream_cx_connect_ms: ["envoy_cluster_name"],
  envoy_cluster_upstream_cx_rx_bytes_total: ["envoy_cluster_name"],
  envoy_cluster_membership_healthy: ["envoy_cluster_name"],
  envoy_cluster_membership_total: ["envoy_cluster_name"],
  envoy_cluster_circuit_breakers_default_rq_open: ["envoy_cluster_name"],
  envoy_cluster_circuit_breakers_high_rq_pending_open: ["envoy_cluster_name"],
};

Deno.test("/stats/prometheus is what a Prometheus takes, under the names that dashboards query", async () => {
  await using origin = startOrigin();
  const name = 'o"dd';
  const config = "stats_flush_interval: 0.1s\n" + bootstrap({
    routes: [directRoute("/direct", "hi"), "{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port], [`'${name}'`]: [] },
  });
  await using proxy = await startProxy({ config, concurrency: 2 });
  for (const path of ["/direct", "/a", "/b"]) {
    await askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
  }
  await proxy.until("the histograms have it", async () => {
    const text = await proxy.admin("/stats/prometheus?filter=upstream_rq_time$");
    return text.includes('envoy_cluster_upstream_rq_time_count{envoy_cluster_name="origin"} 2\n');
  });
  const families = parseExposition(await proxy.admin("/stats/prometheus?text_readouts"));
  for (const [metric, labels] of Object.entries(QUERIED)) {
    const sample = families.get(metric)?.samples.find((sample) => sample.name !== `${metric}_bucket`);
    assert.ok(sample !== undefined, metric);
    assert.deepEqual([...sample.labels.keys()], labels, metric);
  }
  const odd = families.get("envoy_cluster_membership_total")!.samples.map(({ labels }) =>
    labels.get("envoy_cluster_name")
  );
  assert.ok(odd.includes(name), "a name is what it is, quotes and all");
  const summary = await proxy.admin("/stats/prometheus?histogram_buckets=summary&usedonly");
  assert.match(summary, /^# TYPE envoy_cluster_upstream_rq_time summary$/m);
});
