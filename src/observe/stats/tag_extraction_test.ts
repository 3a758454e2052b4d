import assert from "node:assert/strict";
import type { TagSpan } from "./definitions.ts";
import { extractTags } from "./tag_extraction.ts";

type Expected = [name: string, extracted: string, tags: Record<string, string>];

const cases: Expected[] = [
  ["cluster.web.upstream_rq_200", "cluster.upstream_rq", { response_code: "200", cluster_name: "web" }],
  ["cluster.web.upstream_rq_2xx", "cluster.upstream_rq_xx", { response_code_class: "2", cluster_name: "web" }],
  ["cluster.cluster.upstream_rq_total", "cluster.upstream_rq_total", { cluster_name: "cluster" }],
  ["http.http.downstream_rq_total", "http.downstream_rq_total", { http_conn_manager_prefix: "http" }],
  ["cluster_manager.active_clusters", "cluster_manager.active_clusters", {}],
  ["server.live", "server.live", {}],
  ["server.worker_0.watchdog_miss", "server.worker_watchdog_miss", { worker_id: "0" }],
  [
    "listener.0.0.0.0_10000.worker_12.downstream_cx_total",
    "listener.worker_downstream_cx_total",
    { worker_id: "12", listener_address: "0.0.0.0_10000" },
  ],
  ["listener.[__1]_80.downstream_cx_total", "listener.downstream_cx_total", { listener_address: "[__1]_80" }],
  [
    "listener.edge.http.ingress.downstream_rq_5xx",
    "listener.http.downstream_rq_xx",
    { response_code_class: "5", http_conn_manager_prefix: "ingress", listener_address: "edge" },
  ],
  ["listener.admin.downstream_cx_total", "listener.admin.downstream_cx_total", {}],
  [
    "listener.0.0.0.0_443.ssl.ciphers.ECDHE-RSA-AES128-GCM-SHA256",
    "listener.ssl.ciphers",
    { ssl_cipher: "ECDHE-RSA-AES128-GCM-SHA256", listener_address: "0.0.0.0_443" },
  ],
  ["cluster.web.ssl.versions.TLSv1_3", "cluster.ssl.versions", { ssl_version: "TLSv1_3", cluster_name: "web" }],
  [
    "http.ingress.rds.routes.v2.update_success",
    "http.rds.update_success",
    { rds_route_config: "routes.v2", http_conn_manager_prefix: "ingress" },
  ],
  [
    "vhost.all.vcluster.users.upstream_rq_404",
    "vhost.vcluster.upstream_rq",
    { response_code: "404", virtual_cluster: "users", virtual_host: "all" },
  ],
  ["cluster.a.grpc.pkg.Echo.success", "cluster.grpc.success", {
    grpc_bridge_method: "Echo",
    grpc_bridge_service: "pkg",
    cluster_name: "a",
  }],
  ["tcp.db.downstream_cx_total", "tcp.downstream_cx_total", { tcp_prefix: "db" }],
  ["edge.http_local_rate_limit.enabled", "http_local_rate_limit.enabled", { local_http_ratelimit_prefix: "edge" }],
];

for (const [name, extracted, tags] of cases) {
  Deno.test(`extractTags() takes ${name} apart`, () => {
    const result = extractTags(name, []);
    assert.equal(result.name, extracted);
    const expected = Object.entries(tags).map(([tag, value]) => ({ name: `envoy.${tag}`, value }));
    assert.deepEqual(result.tags, expected);
  });
}

function span(full: string, value: string, name: string, written = value): TagSpan {
  const start = full.indexOf(written);
  return { name, value, start, end: start + written.length };
}

Deno.test("extractTags() keeps a dotted value whole where its place is known", () => {
  const name = "cluster.a.b.upstream_rq_200";
  const result = extractTags(name, [span(name, "a.b", "envoy.cluster_name")]);
  assert.deepEqual(result, {
    name: "cluster.upstream_rq",
    tags: [{ name: "envoy.response_code", value: "200" }, { name: "envoy.cluster_name", value: "a.b" }],
  });
});

Deno.test("extractTags() gives an endpoint's value with its colon", () => {
  const name = "cluster.web.endpoint.127.0.0.1_8080.rq_total";
  const result = extractTags(name, [
    span(name, "web", "envoy.cluster_name"),
    span(name, "127.0.0.1:8080", "envoy.endpoint_address", "127.0.0.1_8080"),
  ]);
  assert.deepEqual(result, {
    name: "cluster.endpoint.rq_total",
    tags: [{ name: "envoy.cluster_name", value: "web" }, { name: "envoy.endpoint_address", value: "127.0.0.1:8080" }],
  });
});

Deno.test("extractTags() cuts a known value that no rule names", () => {
  const name = "plugin.my.plugin.calls";
  const result = extractTags(name, [span(name, "my.plugin", "denvoy.plugin")]);
  assert.deepEqual(result, { name: "plugin.calls", tags: [{ name: "denvoy.plugin", value: "my.plugin" }] });
});
