import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { subscriptionKey } from "./config_source.ts";
import { loadBootstrap, type LoadedBootstrap, type LoadOptions } from "./load.ts";

const NODE = "node: {id: n, cluster: c}\n";
const CDS = "dynamic_resources: {cds_config: {path_config_source: {path: /etc/cds.yaml}}}\n";
const NODE_TEXT = "node 'id' and 'cluster' are required. Set it either in 'node' config or via --service-node and " +
  "--service-cluster options.";

function load(text: string, options: LoadOptions = {}): LoadedBootstrap {
  return loadBootstrap({ file: { text, fileName: "b.yaml" } }, { pathExists: () => true, ...options });
}

function problemsOf(text: string, options: LoadOptions = {}): string[] {
  try {
    load(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`);
  }
}

function edsCluster(fields: string): string {
  return `${NODE}static_resources: {clusters: [{name: e, ${fields}}]}\n`;
}

function manager(fields: string): string {
  return `${NODE}static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 1}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: s
          ${fields}
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
`;
}

Deno.test("loadBootstrap reads where listeners and clusters come from", () => {
  const { dynamic } = load(`${NODE}dynamic_resources:
  lds_config: {path: /etc/lds.yaml, initial_fetch_timeout: 0s, resource_api_version: V3}
  cds_config: {path_config_source: {path: /etc/cds.yaml, watched_directory: {path: /etc}}}
`);
  assert.deepEqual(dynamic, {
    lds: { kind: "path", path: "/etc/lds.yaml", watchedDirectory: "", initialFetchTimeoutMs: 0 },
    cds: { kind: "path", path: "/etc/cds.yaml", watchedDirectory: "/etc", initialFetchTimeoutMs: 15_000 },
  });
  assert.deepEqual(load("{}").dynamic, { lds: null, cds: null });
});

Deno.test("loadBootstrap reads clusters with EDS", () => {
  const source = { kind: "path", path: "/e.yaml", watchedDirectory: "", initialFetchTimeoutMs: 15_000 };
  const config = "eds_cluster_config: {eds_config: {path: /e.yaml}";
  const named = load(edsCluster(`type: EDS, ${config}, service_name: svc}`)).snapshot.clusters[0]!;
  assert.deepEqual(named.discovery, { kind: "eds", serviceName: "svc", source });
  const endpoint = "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}";
  const assignment = `load_assignment: {cluster_name: x, endpoints: [{lb_endpoints: [${endpoint}]}]}`;
  const { snapshot, warnings } = load(edsCluster(`type: EDS, ${config}}, ${assignment}`));
  assert.deepEqual(snapshot.clusters[0]!.discovery, { kind: "eds", serviceName: "e", source });
  assert.deepEqual(snapshot.clusters[0]!.assignment.endpoints, []);
  assert.deepEqual(warnings.map(({ path }) => path), [
    "static_resources.clusters[0].eds_cluster_config.eds_config.path",
    "static_resources.clusters[0].load_assignment",
  ]);
});

Deno.test("loadBootstrap reads routes that are fetched", () => {
  const rds = "rds: {route_config_name: rc, config_source: {path_config_source: {path: /r.yaml}}}";
  const { rds: read, routeConfig } = load(manager(rds)).snapshot.listeners[0]!.filterChains[0]!.filters[0]!;
  const source = { kind: "path", path: "/r.yaml", watchedDirectory: "", initialFetchTimeoutMs: 15_000 } as const;
  assert.deepEqual(read, { key: subscriptionKey(source, "rc"), routeConfigName: "rc", source });
  assert.deepEqual(routeConfig.virtualHosts, []);
});

Deno.test("loadBootstrap reads runtime layers that are fetched", () => {
  const { runtime } = load(`${NODE}layered_runtime:
  layers:
  - {name: r, rtds_layer: {name: rt, rtds_config: {path_config_source: {path: /r.yaml}}}}
`);
  const source = { kind: "path", path: "/r.yaml", watchedDirectory: "", initialFetchTimeoutMs: 15_000 };
  assert.deepEqual(runtime.layers, [{ name: "r", kind: "rtds", rtds: { name: "rt", source } }]);
});

Deno.test("loadBootstrap wants a node with a name where anything is fetched", () => {
  const type = "type.googleapis.com/envoy";
  const rds = "rds: {route_config_name: rc, config_source: {path_config_source: {path: /r.yaml}}}";
  const cases: [document: string, problem: string][] = [
    [CDS, `dynamic_resources.cds_config: ${type}.config.cluster.v3.Cluster: ${NODE_TEXT}`],
    [`node: {id: a}\n${CDS}`, `dynamic_resources.cds_config: ${type}.config.cluster.v3.Cluster: ${NODE_TEXT}`],
    [
      edsCluster("type: EDS, eds_cluster_config: {eds_config: {path_config_source: {path: /e}}}").replace(NODE, ""),
      `static_resources.clusters[0].eds_cluster_config.eds_config: ` +
      `${type}.config.endpoint.v3.ClusterLoadAssignment: ${NODE_TEXT}`,
    ],
    [
      manager(rds).replace(NODE, ""),
      `static_resources.listeners[0].filter_chains[0].filters[0].typed_config.rds.config_source: ` +
      `${type}.config.route.v3.RouteConfiguration: ${NODE_TEXT}`,
    ],
    [
      "layered_runtime: {layers: [{name: r, rtds_layer: {rtds_config: {path_config_source: {path: /r}}}}]}",
      `layered_runtime.layers[0].rtds_layer.rtds_config: ${type}.service.runtime.v3.Runtime: ${NODE_TEXT}`,
    ],
  ];
  for (const [document, problem] of cases) assert.deepEqual(problemsOf(document), [problem]);
  assert.deepEqual(problemsOf(CDS, { node: { id: "a", cluster: "b" } }), [], "from the command line");
});

Deno.test("loadBootstrap refuses sources that Envoy refuses, in its words", () => {
  const missing = (path: string) => path !== "/etc/cds.yaml" && path !== "/none";
  const source = (text: string) => `${NODE}dynamic_resources: {cds_config: ${text}}\n`;
  const at = "dynamic_resources.cds_config",
    none = "Missing config source specifier in envoy::config::core::v3::Config";
  const cases: [document: string, problems: string[]][] = [
    [
      `${NODE}${CDS}`,
      [`${at}.path_config_source.path: paths must refer to an existing path in the system: '/etc/cds.yaml' does not exist`],
    ],
    [
      source("{path: /etc/cds.yaml}"),
      [`${at}.path: paths must refer to an existing path in the system: '/etc/cds.yaml' does not exist`],
    ],
    [
      source("{path_config_source: {path: /a, watched_directory: {path: /none}}}"),
      [
        `${at}.path_config_source.watched_directory.path: unable to add filesystem watch for file /none/: ` +
        `No such file or directory`,
      ],
    ],
    [source("{self: {}}"), [`${at}.self: ${none}Source`]],
    [edsCluster("type: EDS"), ["static_resources.clusters[0]: cannot create an EDS cluster without an EDS config"]],
    [
      edsCluster("type: EDS, eds_cluster_config: {service_name: s}"),
      [`static_resources.clusters[0].eds_cluster_config: ${none}Source`],
    ],
    [
      edsCluster("eds_cluster_config: {eds_config: {path_config_source: {path: /e}}}"),
      ["static_resources.clusters[0].eds_cluster_config: eds_cluster_config set in a non-EDS cluster"],
    ],
    [
      source("{ads: {}}"),
      [`${at}.ads: field of envoy.config.core.v3.ConfigSource is known to Envoy, not supported yet`],
    ],
    [
      source("{api_config_source: {api_type: GRPC, grpc_services: [{envoy_grpc: {cluster_name: x}}]}}"),
      [`${at}.api_config_source: field of envoy.config.core.v3.ConfigSource is known to Envoy, not supported yet`],
    ],
  ];
  for (const [document, problems] of cases) {
    assert.deepEqual(problemsOf(document, { pathExists: missing }), problems);
    assert.notDeepEqual(problemsOf(document, { pathExists: missing, allowUnsupported: true }), [], document);
  }
  const [empty] = problemsOf(source("{}"));
  assert.match(empty!, /config_source_specifier is required/);
});
