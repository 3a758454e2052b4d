/** What clusters and endpoints say of health checks: defaults, all fields, refusals in Envoy's words. */
import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import type { ClusterConfig } from "../cluster_config.ts";
import type { CheckerConfig } from "../health_check_config.ts";
import { loadBootstrap } from "../load.ts";

const TIMES = "timeout: 2s, interval: 5s, unhealthy_threshold: 3, healthy_threshold: 4";
const FILE_SINK = "type.googleapis.com/envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink";

/** A cluster with these health checks, and one endpoint with these fields. */
function clusterOf(checks: string, endpoint = ""): ClusterConfig {
  const text = `
static_resources:
  clusters:
  - name: web
    health_checks: [${checks}]
    load_assignment:
      cluster_name: web
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 80}}${endpoint}}}]}]
`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot.clusters[0]!;
}

function refusalsOf(checks: string, endpoint = ""): string[] {
  try {
    clusterOf(checks, endpoint);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ reason }) => reason);
    throw error;
  }
  return [];
}

function checkerOf(checker: string): CheckerConfig {
  return clusterOf(`{${TIMES}, ${checker}}`).healthChecks[0]!.checker;
}

Deno.test("a health check without options has Envoy's defaults", () => {
  assert.deepEqual(clusterOf(`{${TIMES}, http_health_check: {path: /up}}`).healthChecks, [{
    name: "",
    timeoutMs: 2000,
    unhealthyThreshold: 3,
    healthyThreshold: 4,
    intervals: {
      intervalMs: 5000,
      noTrafficIntervalMs: 60_000,
      noTrafficHealthyIntervalMs: 60_000,
      unhealthyIntervalMs: 5000,
      unhealthyEdgeIntervalMs: 5000,
      healthyEdgeIntervalMs: 5000,
      initialJitterMs: 0,
      jitterMs: 0,
      jitterPercent: 0,
    },
    reuseConnection: true,
    checker: {
      kind: "http",
      isHttp2: false,
      method: "GET",
      path: "/up",
      host: "",
      requestHeaders: { remove: [], add: [] },
      send: null,
      receive: [],
      responseBufferBytes: 1024,
      expectedStatuses: [{ start: 200, end: 201 }],
      retriableStatuses: [],
      serviceName: null,
    },
    eventLog: { paths: [], alwaysLogFailures: false, alwaysLogSuccess: false },
  }]);
  assert.deepEqual(clusterOf("").healthChecks, []);
});

Deno.test("a health check takes every interval, and each has its fallback", () => {
  const { intervals } = clusterOf(
    `{${TIMES}, tcp_health_check: {}, initial_jitter: 1s, interval_jitter: 2s, interval_jitter_percent: 10, ` +
      "no_traffic_interval: 6s, unhealthy_interval: 7s, healthy_edge_interval: 8s}",
  ).healthChecks[0]!;
  assert.deepEqual(intervals, {
    intervalMs: 5000,
    noTrafficIntervalMs: 6000,
    noTrafficHealthyIntervalMs: 6000,
    unhealthyIntervalMs: 7000,
    unhealthyEdgeIntervalMs: 7000,
    healthyEdgeIntervalMs: 8000,
    initialJitterMs: 1000,
    jitterMs: 2000,
    jitterPercent: 10,
  });
  const own = clusterOf(
    `{${TIMES}, tcp_health_check: {}, no_traffic_healthy_interval: 1s, unhealthy_edge_interval: 2s}`,
  ).healthChecks[0]!.intervals;
  assert.deepEqual([own.noTrafficHealthyIntervalMs, own.unhealthyEdgeIntervalMs], [1000, 2000]);
});

Deno.test("an HTTP check takes all its fields", () => {
  const checker = checkerOf(
    'http_health_check: {path: /x, host: h, method: PUT, codec_client_type: HTTP2, send: {text: "61Ff"}, ' +
      'receive: [{binary: "YWI="}, {binary: ""}], response_buffer_size: 2, request_headers_to_remove: [User-Agent], ' +
      "request_headers_to_add: [{header: {key: X-A, value: b}}], expected_statuses: [{start: 200, end: 300}], " +
      "retriable_statuses: [{start: 429, end: 430}], service_name_matcher: {prefix: w}}",
  );
  assert.deepEqual(checker, {
    kind: "http",
    isHttp2: true,
    method: "PUT",
    path: "/x",
    host: "h",
    requestHeaders: {
      remove: ["user-agent"],
      add: [{ name: "x-a", value: ["b"], action: "APPEND_IF_EXISTS_OR_ADD", keepsEmpty: false }],
    },
    send: Uint8Array.of(0x61, 0xff),
    receive: [Uint8Array.of(0x61, 0x62)],
    responseBufferBytes: 2,
    expectedStatuses: [{ start: 200, end: 300 }],
    retriableStatuses: [{ start: 429, end: 430 }],
    serviceName: { kind: "prefix", value: "w", ignoreCase: false },
  });
});

Deno.test("a TCP check takes payloads and a PROXY protocol header", () => {
  assert.deepEqual(checkerOf("tcp_health_check: {}"), { kind: "tcp", send: null, receive: [], proxyProtocol: null });
  assert.deepEqual(
    checkerOf('tcp_health_check: {send: {text: "70"}, receive: [{text: "71"}], proxy_protocol_config: {version: V2}}'),
    { kind: "tcp", send: Uint8Array.of(0x70), receive: [Uint8Array.of(0x71)], proxyProtocol: 2 },
  );
});

Deno.test("results are logged where event_log_path and event_logger say", () => {
  const { eventLog } = clusterOf(
    `{${TIMES}, tcp_health_check: {}, event_logger: [{name: f, typed_config: {"@type": ${FILE_SINK}, ` +
      "event_log_path: /b}}], event_log_path: /a, always_log_health_check_failures: true, " +
      "always_log_health_check_success: true}",
  ).healthChecks[0]!;
  assert.deepEqual(eventLog, { paths: ["/a", "/b"], alwaysLogFailures: true, alwaysLogSuccess: true });
});

Deno.test("an endpoint says how it is checked", () => {
  const healthCheckOf = (endpoint: string) => clusterOf("", endpoint).assignment.endpoints[0]!.healthCheck;
  assert.deepEqual(healthCheckOf(""), { port: 0, hostname: "", address: null, isDisabled: false });
  assert.deepEqual(
    healthCheckOf(
      ", health_check_config: {port_value: 81, hostname: h, disable_active_health_check: true, " +
        "address: {socket_address: {address: 127.0.0.2, port_value: 1}}}",
    ),
    { port: 81, hostname: "h", address: { kind: "ip", host: "127.0.0.2", port: 1 }, isDisabled: true },
  );
});

/** One check of each: what it is, and what is said of it. */
const REFUSED: readonly (readonly [checker: string, ...reasons: RegExp[]])[] = [
  ["", /health_checker is required/],
  ["http_health_check: {}", /value length must be at least 1 characters/],
  ["http_health_check: {path: /, method: CONNECT}", /value must not be in list 6/],
  ['http_health_check: {path: /, send: {text: "61"}}', /request payload with method 'GET'\. Only methods that support/],
  ['http_health_check: {path: /, method: HEAD, send: {text: "61"}}', /request payload with method 'HEAD'/],
  ['http_health_check: {path: /, method: PUT, send: {text: "6"}}', /invalid hex string '6'/],
  ['http_health_check: {path: /, receive: [{text: "zz"}]}', /invalid hex string 'zz'/],
  ["http_health_check: {path: /, send: {}}", /payload is required/],
  [
    'http_health_check: {path: /, response_buffer_size: 2, receive: [{text: "616161"}]}',
    /The expected response length '3' is over than http health response buffer size '2'/,
  ],
  [
    "http_health_check: {path: /, expected_statuses: [{start: 200, end: 200}]}",
    /Invalid http expected status range: expecting start < end, but found start=200 and end=200/,
  ],
  ["http_health_check: {path: /, expected_statuses: [{end: 300}]}", /expecting start >= 100, but found start=0/],
  [
    "http_health_check: {path: /, retriable_statuses: [{start: 99, end: 200}]}",
    /Invalid http retriable status range: expecting start >= 100, but found start=99/,
  ],
  [
    "http_health_check: {path: /, retriable_statuses: [{start: 300, end: 601}]}",
    /expecting end <= 600, but found end=601/,
  ],
  ["http_health_check: {path: /, codec_client_type: HTTP3}", /HTTP3 is known to Envoy, not supported yet/],
  [
    "http_health_check: {path: /, use_alpn_protocol: true}",
    /use_alpn_protocol configured .* non-ALPN transport socket/,
  ],
  [
    'http_health_check: {path: /, request_headers_to_add: [{header: {key: ":path", value: x}}]}',
    /:-prefixed or host headers may not be modified/,
  ],
  ["http_health_check: {path: /, request_headers_to_remove: [host]}", /:-prefixed or host headers may not be removed/],
  ["grpc_health_check: {}", /a cluster must support HTTP\/2 for gRPC healthchecking/],
  ["custom_health_check: {name: envoy.health_checkers.redis}", /custom_health_check|known to Envoy, not supported yet/],
  ["tcp_health_check: {}, unhealthy_interval: 0s", /value must be greater than 0s/],
  [
    "tcp_health_check: {proxy_protocol_config: {added_tlvs: [{type: 1, value: YQ==}]}}",
    /known to Envoy, not supported/,
  ],
];

Deno.test("what Envoy refuses of a health check is refused, and so is what is not there yet", () => {
  for (const [checker, ...reasons] of REFUSED) {
    const found = refusalsOf(`{${TIMES}${checker === "" ? "" : ", "}${checker}}`);
    assert.equal(found.length, reasons.length, `${checker}: ${found}`);
    reasons.forEach((reason, index) => assert.match(found[index]!, reason, checker));
  }
  assert.match(refusalsOf("{timeout: 1s, interval: 1s, tcp_health_check: {}}").join(), /value is required/);
});

Deno.test("several health checks need names of their own", () => {
  const check = (name: string) => `{${TIMES}, tcp_health_check: {}${name === "" ? "" : `, name: ${name}`}}`;
  assert.deepEqual(refusalsOf(`${check("a")}, ${check("b")}`), []);
  assert.deepEqual(refusalsOf(`${check("a")}, ${check("")}`), [
    "health check at index 1 is missing a name; all health checks must have a name when multiple health checks are " +
    "configured",
  ]);
  assert.deepEqual(refusalsOf(`${check("a")}, ${check("a")}`), [
    "duplicate health check name 'a' at index 1; all health check names must be unique within a cluster",
  ]);
});

Deno.test("an endpoint is checked at an IP address, and a unix socket has no port", () => {
  const name = ", health_check_config: {address: {socket_address: {address: localhost, port_value: 1}}}";
  assert.deepEqual(refusalsOf("", name), ["malformed IP address: localhost"]);
  const pipe = "lb_endpoints: [{endpoint: {address: {pipe: {path: /x}}, health_check_config: {port_value: 8}}}]";
  const text = `static_resources: {clusters: [{name: a, load_assignment: {cluster_name: a, endpoints: [{${pipe}}]}}]}`;
  assert.throws(
    () => loadBootstrap({ file: { text, fileName: "test.yaml" } }),
    /Invalid host configuration: non-zero port for non-IP address/,
  );
});

Deno.test("a check that is not supported is not left out: another one would take its place", () => {
  const custom = "custom_health_check: {name: envoy.health_checkers.redis}";
  for (const checker of [custom, "http_health_check: {path: /, codec_client_type: HTTP3}"]) {
    const text = `static_resources: {clusters: [{name: a, health_checks: [{${TIMES}, ${checker}}]}]}`;
    const load = () => loadBootstrap({ file: { text, fileName: "test.yaml" } }, { allowUnsupported: true });
    assert.throws(load, /known to Envoy, not supported yet/, checker);
  }
});
