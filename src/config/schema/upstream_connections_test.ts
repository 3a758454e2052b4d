/** What a cluster says of its connections, their limits and its overload, and what is refused of it. */
import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import { UNLIMITED } from "../cluster_config.ts";
import { loadBootstrap, type LoadedBootstrap } from "../load.ts";

const TCP_OPTIONS = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";
const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** A cluster with these fields, its endpoint and its assignment with theirs. */
function load({ cluster = "", endpoint = "", assignment = "" }): LoadedBootstrap {
  const text = `
static_resources:
  clusters:
  - name: web
    ${cluster}
    load_assignment:
      cluster_name: web
      ${assignment}
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: {socket_address: {address: 127.0.0.1, port_value: 80}}
            ${endpoint}
`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } });
}

const clusterOf = (parts: Parameters<typeof load>[0]) => load(parts).snapshot.clusters[0]!;

Deno.test("a cluster's connections have Envoy's defaults", () => {
  const { connections, circuitBreakers, assignment } = clusterOf({});
  assert.deepEqual(connections, {
    preconnectRatio: 1,
    perDownstreamConnection: false,
    closeOnHostHealthFailure: false,
    closeOnHostSetChange: false,
    rawIdleTimeoutMs: 600_000,
    happyEyeballs: { firstFamily: null, firstFamilyCount: 1 },
  });
  const { maxConnectionPools, maxConnectionsPerHost, tracksRemaining } = circuitBreakers.high;
  assert.deepEqual([maxConnectionPools, maxConnectionsPerHost, tracksRemaining], [UNLIMITED, UNLIMITED, false]);
  assert.deepEqual([assignment.policy.dropOverloadPercent, assignment.endpoints[0]!.additionalAddresses], [0, []]);
});

Deno.test("a cluster's connections are as it says", () => {
  const { connections } = clusterOf({
    cluster: "preconnect_policy: {per_upstream_preconnect_ratio: 2.5, predictive_preconnect_ratio: 1}\n    " +
      "connection_pool_per_downstream_connection: true\n    close_connections_on_host_health_failure: true\n    " +
      "common_lb_config: {close_connections_on_host_set_change: true}\n    upstream_connection_options: " +
      "{happy_eyeballs_config: {first_address_family_version: V6, first_address_family_count: 3}}\n    " +
      `typed_extension_protocol_options: {${TCP_OPTIONS}: {"@type": type.googleapis.com/${TCP_OPTIONS}, idle_timeout: 0s}}`,
  });
  assert.deepEqual(connections, {
    preconnectRatio: 2.5,
    perDownstreamConnection: true,
    closeOnHostHealthFailure: true,
    closeOnHostSetChange: true,
    rawIdleTimeoutMs: 0,
    happyEyeballs: { firstFamily: "v6", firstFamilyCount: 3 },
  });
});

Deno.test("limits of hosts and pools are those of the first entry of a priority", () => {
  const { circuitBreakers } = clusterOf({
    cluster: "circuit_breakers: {thresholds: [{max_connection_pools: 0, track_remaining: true}, " +
      "{max_connection_pools: 9}], per_host_thresholds: [{priority: HIGH, max_connections: 3, track_remaining: true}, " +
      "{max_connections: 0}, {max_requests: 1}]}",
  });
  const limits = (["default", "high"] as const).map((priority) => {
    const { maxConnectionPools, maxConnectionsPerHost, tracksRemaining } = circuitBreakers[priority];
    return [maxConnectionPools, maxConnectionsPerHost, tracksRemaining];
  });
  assert.deepEqual(limits, [[0, 0, true], [UNLIMITED, 3, false]]);
});

Deno.test("a host has the addresses that are listed", () => {
  const { assignment } = clusterOf({
    endpoint: "additional_addresses: [{address: {socket_address: {address: '::1', port_value: 81}}}, " +
      "{address: {pipe: {path: /x}}}]",
  });
  assert.deepEqual(assignment.endpoints[0]!.additionalAddresses, [
    { kind: "ip", host: "::1", port: 81 },
    { kind: "pipe", path: "/x", mode: 0 },
  ]);
});

Deno.test("drop_overloads are a percentage", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["", 0],
    ["{category: a}", 0],
    ["{category: a, drop_percentage: {numerator: 100}}", 100],
    ["{category: a, drop_percentage: {numerator: 5000, denominator: TEN_THOUSAND}}", 50],
    ["{category: a, drop_percentage: {numerator: 1, denominator: MILLION}}", 0.0001],
  ];
  for (const [drop, percent] of cases) {
    const { assignment } = clusterOf({ assignment: `policy: {drop_overloads: [${drop}]}` });
    assert.equal(assignment.policy.dropOverloadPercent, percent);
  }
});

Deno.test("numbers of keepalive are said to have no effect, but for 0", () => {
  const warnings = (keepalive: string) => {
    const { snapshot, warnings } = load({ cluster: `upstream_connection_options: {tcp_keepalive: {${keepalive}}}` });
    return [snapshot.clusters[0]!.tcpKeepalive, ...warnings.map(({ path }) => path.split(".").at(-1))];
  };
  assert.deepEqual(warnings(""), [true]);
  assert.deepEqual(warnings("keepalive_probes: 3, keepalive_time: 7"), [true, "keepalive_probes", "keepalive_time"]);
  assert.deepEqual(warnings("keepalive_interval: 0, keepalive_time: 7"), [false, "keepalive_time"]);
});

Deno.test("what cannot be is refused, in Envoy's words where it refuses it too", () => {
  const any = `{"@type": type.googleapis.com/${TCP_OPTIONS}}`;
  const cases: readonly (readonly [Parameters<typeof load>[0], RegExp])[] = [
    [{ cluster: "circuit_breakers: {per_host_thresholds: [{max_requests: 3}]}" }, /Unsupported field in per_host_th/],
    [
      { cluster: "circuit_breakers: {per_host_thresholds: [{priority: HIGH, retry_budget: {}}]}" },
      /Unsupported field in per_host_thresholds/,
    ],
    [
      { assignment: "policy: {drop_overloads: [{category: a}, {category: b}]}" },
      /Cluster drop_overloads config has 2 categories\. Envoy only support one\./,
    ],
    [
      { assignment: "policy: {drop_overloads: [{category: a, drop_percentage: {numerator: 200}}]}" },
      /drop_ratio=2\(Numerator 200 \/ Denominator 100\)\. The valid range is 0~1\./,
    ],
    [{ endpoint: "additional_addresses: [{}]" }, /additional_addresses\[0\].*no address given/],
    [
      { endpoint: "additional_addresses: [{address: {socket_address: {address: a.test, port_value: 1}}}]" },
      /malformed IP address: a\.test\. Consider setting resolver_name/,
    ],
    [{ cluster: "preconnect_policy: {per_upstream_preconnect_ratio: 4}" }, /per_upstream_preconnect_ratio/],
    [{ cluster: "preconnect_policy: {per_upstream_preconnect_ratio: NaN}" }, /ratio NaN .* not supported yet/],
    [{ cluster: "preconnect_policy: {predictive_preconnect_ratio: 2}" }, /not supported yet, wanted 1/],
    [{ cluster: `typed_extension_protocol_options: {${HTTP_OPTIONS}: ${any}}` }, /TcpProtocolOptions/],
    [
      { cluster: "upstream_bind_config: {source_address: {address: 127.0.0.1, port_value: 0}}" },
      /upstream_bind_config/,
    ],
    [
      { cluster: "upstream_connection_options: {set_local_interface_name_on_upstream_connections: true}" },
      /set_local_interface_name_on_upstream_connections/,
    ],
  ];
  for (const [parts, reason] of cases) {
    assert.throws(() => load(parts), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.problems.map(({ path, reason }) => `${path}: ${reason}`).join("\n"), reason);
      return true;
    });
  }
});
