/** Metadata and the loggers beside those of connection managers, wherever a bootstrap may have them. */
import assert from "node:assert/strict";
import { loadBootstrap } from "../load.ts";
import type { ConfigSnapshot } from "../snapshot.ts";

const MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";
const FILE = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";

/** A `metadata` field that says whose it is. */
const metadata = (owner: string) =>
  `metadata: { filter_metadata: { ns: { owner: ${owner}, list: [1, null, { a: b }] } } }`;
const said = (owner: string) => ({ ns: { owner, list: [1, null, { a: "b" }] } });
const log = (path: string) => `[{ name: l, typed_config: { "@type": ${FILE}, path: ${path} } }]`;

/** `isDescribed`: with metadata and loggers everywhere. */
function snapshot(isDescribed: boolean): ConfigSnapshot {
  const field = (text: string) => isDescribed ? text : "";
  const text = `
static_resources:
  listeners:
  - address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    ${field(metadata("listener"))}
    ${field(`access_log: ${log("/connections")}`)}
    filter_chains:
    - name: chain
      ${field(metadata("chain"))}
      filters:
      - name: hcm
        typed_config:
          "@type": ${MANAGER}
          stat_prefix: s
          http_filters:
          - name: router
            typed_config:
              "@type": ${ROUTER}
              ${field(`upstream_log: ${log("/tries")}`)}
              ${
    field(
      "upstream_log_options: { flush_upstream_log_on_upstream_stream: true, upstream_log_flush_interval: 2s }",
    )
  }
          route_config:
            virtual_hosts:
            - name: host
              domains: ["*"]
              ${field(metadata("host"))}
              routes:
              - match: { prefix: / }
                route: { cluster: c }
                ${field(metadata("route"))}
  clusters:
  - name: c
    ${field(metadata("cluster"))}
    load_assignment:
      cluster_name: c
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 1 } } }
          ${field(metadata("endpoint"))}
`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot;
}

function metadataIn({ listeners, clusters }: ConfigSnapshot) {
  const listener = listeners[0]!, chain = listener.filterChains[0]!, cluster = clusters[0]!;
  const host = chain.filters[0]!.routeConfig.virtualHosts[0]!;
  return [
    ...[listener.metadata, chain.metadata, host.metadata, host.routes[0]!.metadata, cluster.metadata],
    cluster.assignment.endpoints[0]!.metadata,
  ];
}

Deno.test("metadata is read wherever it may stand, and empty where it does not", () => {
  assert.deepEqual(
    metadataIn(snapshot(true)),
    ["listener", "chain", "host", "route", "cluster", "endpoint"].map(said),
  );
  assert.deepEqual(metadataIn(snapshot(false)), Array(6).fill({}));
});

Deno.test("listeners and routers have loggers of their own", () => {
  const read = (isDescribed: boolean) => {
    const listener = snapshot(isDescribed).listeners[0]!,
      router = listener.filterChains[0]!.filters[0]!.httpFilters[0]!;
    return {
      connections: listener.accessLogs.map(({ path }) => path),
      router: router.config as Record<string, unknown>,
    };
  };
  const described = read(true);
  assert.deepEqual(described.connections, ["/connections"]);
  assert.deepEqual(described.router["upstreamLogTimes"], {
    flushIntervalMs: 2000,
    flushOnStart: true,
    flushOnTunnel: false,
  });
  assert.deepEqual(described.router["upstreamLogs"], [{ sink: "file", path: "/tries", format: null, filter: null }]);
  const bare = read(false);
  assert.deepEqual(bare.connections, []);
  assert.deepEqual(bare.router["upstreamLogTimes"], { flushIntervalMs: 0, flushOnStart: false, flushOnTunnel: false });
  assert.deepEqual(bare.router["upstreamLogs"], []);
});
