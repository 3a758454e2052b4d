/**
 * Configuration files that a soak changes under a running proxy: two clusters by CDS, their hosts by EDS, weighted routes by
 * RDS, one listener by LDS. Each write is a new file moved onto the old one.
 */

const HCM = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** The clusters that the routes choose between. */
export const CHURNED_CLUSTERS = ["web", "alt"] as const;

/** What the files say; every field may change. */
export interface ChurnState {
  /** `connect_timeout` of both clusters. */
  connectTimeoutMs: number;
  /** Ports of the hosts of both. */
  ports: readonly number[];
  /** Percent of the requests that go to the first cluster. */
  weight: number;
  /** `server_name` of the connection manager: another one is another filter chain. */
  serverName: string;
}

/** The files in a directory of their own. */
export class ChurnFiles {
  readonly directory: string;
  readonly state: ChurnState;
  #version = 0;
  #moves = 0;

  constructor(directory: string, state: ChurnState) {
    this.directory = directory;
    this.state = state;
    for (const write of [this.writeClusters, this.writeHosts, this.writeRoutes, this.writeListeners]) write();
  }

  /** The bootstrap that reads them. */
  get bootstrap(): string {
    return `
node: { id: soak, cluster: soak }
admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }
dynamic_resources:
  cds_config: ${this.#source("cds")}
  lds_config: ${this.#source("lds")}
`;
  }

  readonly writeClusters = (): void => {
    this.write(
      "cds",
      CHURNED_CLUSTERS.map((name) => `
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: ${name}
  type: EDS
  connect_timeout: ${this.state.connectTimeoutMs / 1000}s
  eds_cluster_config: { eds_config: ${this.#source(`eds-${name}`)} }
  # With the 3 of the default both proxies refuse retries while a host is dead.
  circuit_breakers: { thresholds: [{ max_retries: 1000 }] }
  typed_extension_protocol_options:
    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
      explicit_http_config: { http_protocol_options: {} }
      common_http_protocol_options: { idle_timeout: 3s }
  health_checks:
  - { timeout: 1s, interval: 1s, no_traffic_interval: 1s, unhealthy_threshold: 2, healthy_threshold: 1,
      http_health_check: { path: / } }`),
    );
  };

  readonly writeHosts = (): void => {
    const hosts = this.state.ports.map((port) =>
      `{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } } }`
    );
    for (const name of CHURNED_CLUSTERS) {
      this.write(`eds-${name}`, [`
- "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
  cluster_name: ${name}
  endpoints: [{ lb_endpoints: [${hosts.join(", ")}] }]`]);
    }
  };

  readonly writeRoutes = (): void => {
    const { weight } = this.state;
    this.write("rds", [`
- "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
  name: routes
  virtual_hosts:
  - name: all
    domains: ["*"]
    routes:
    - match: { prefix: / }
      route:
        weighted_clusters: { clusters: [{ name: web, weight: ${weight} }, { name: alt, weight: ${100 - weight} }] }
        retry_policy:
          retry_on: connect-failure,refused-stream,reset
          num_retries: 3
          host_selection_retry_max_attempts: 5
          retry_host_predicate:
          - name: envoy.retry_host_predicates.previous_hosts
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate`]);
  };

  readonly writeListeners = (): void => {
    this.write("lds", [`
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: web
  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
  filter_chains:
  - filters:
    - name: hcm
      typed_config:
        "@type": ${HCM}
        stat_prefix: web
        server_name: ${this.state.serverName}
        access_log:
        - name: file
          filter: { status_code_filter: { comparison: { op: GE, value: { default_value: 400, runtime_key: none } } } }
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
            path: ${this.directory}/failed.log
            log_format: { text_format_source: { inline_string: "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\\n" } }
        rds: { route_config_name: routes, config_source: ${this.#source("rds")} }
        http_filters: [{ name: router, typed_config: { "@type": ${ROUTER} } }]`]);
  };

  #source(name: string): string {
    return `{ path_config_source: { path: ${this.directory}/${name}.yaml } }`;
  }

  /** Resources, each as an entry of a list in YAML, become the file of this name. */
  write(name: string, resources: readonly string[]): void {
    const next = `${this.directory}/next-${++this.#moves}.yaml`;
    Deno.writeTextFileSync(next, `version_info: "${++this.#version}"\nresources:${resources.join("")}\n`);
    Deno.renameSync(next, `${this.directory}/${name}.yaml`);
  }
}
