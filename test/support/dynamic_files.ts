/**
 * A proxy's configuration in files, for tests that change it while it serves: clusters, their hosts, listeners, routes and a
 * runtime layer, each in a file of its own, which a change replaces by a move unless the test writes otherwise.
 *
 * ```ts
 * using files = new DynamicFiles();
 * files.clusters(staticCluster("web", [origin.port]));
 * files.serve("routes", route("/", "web"));
 * await using proxy = await startProxy({ config: files.bootstrap() });
 * files.clusters();                                   // and there is no cluster any more
 * ```
 */
import { ResourceFolder } from "./resource_files.ts";

/** Fields of a message, as JSON has them. */
export type Fields = Readonly<Record<string, unknown>>;

const CONFIG = "type.googleapis.com/envoy.config";
const EXTENSIONS = "type.googleapis.com/envoy.extensions";
const ANY_PORT = { socket_address: { address: "127.0.0.1", port_value: 0 } };

/** What local replies of {@link DynamicFiles.serve}'s listener say: `503 NC cluster_not_found`. */
const REPLY_BODY = "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%";

/** How often gauges of the process itself are renewed. */
const FLUSH = "0.050s";

export class DynamicFiles implements Disposable {
  readonly folder = new ResourceFolder();
  #version = 0;

  /** Without any resource yet. */
  constructor() {
    this.clusters();
    this.listeners();
  }

  /** A bootstrap that reads clusters and listeners from here. `more`: further fields of it. */
  bootstrap(more: Fields = {}): string {
    return JSON.stringify({
      node: { id: "test", cluster: "test" },
      admin: { address: ANY_PORT },
      stats_flush_interval: FLUSH,
      dynamic_resources: { cds_config: this.source("cds"), lds_config: this.source("lds") },
      ...more,
    });
  }

  /** A `ConfigSource` that is one of the files. */
  source(name: string, more: Fields = {}): Fields {
    return { path_config_source: { path: this.path(name) }, resource_api_version: "V3", ...more };
  }

  path(name: string): string {
    return this.folder.at(`${name}.yaml`);
  }

  /** These are all clusters from now on. */
  clusters(...clusters: readonly Fields[]): void {
    this.move("cds", this.response("cluster.v3.Cluster", clusters));
  }

  /** These are all listeners from now on. */
  listeners(...listeners: readonly Fields[]): void {
    this.move("lds", this.response("listener.v3.Listener", listeners));
  }

  /** One listener, `web`, whose routes are those of the file `name`: these. */
  serve(name: string, ...routes: readonly Fields[]): void {
    this.routes(name, ...routes);
    this.listeners(this.listener("web", name));
  }

  routes(name: string, ...routes: readonly Fields[]): void {
    const virtual_hosts = [{ name: "all", domains: ["*"], routes }];
    this.move(name, this.response("route.v3.RouteConfiguration", [{ name, virtual_hosts }]));
  }

  /** The assignment of the service `name`: hosts on these ports of loopback. */
  hosts(name: string, ...ports: readonly number[]): void {
    this.move(name, this.response("endpoint.v3.ClusterLoadAssignment", [assignment(name, ports)]));
  }

  /** A layer of runtime. */
  runtime(name: string, layer: Fields): void {
    const text = JSON.stringify({
      version_info: `${++this.#version}`,
      resources: [{ "@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime", name, layer }],
    });
    this.move(name, text);
  }

  /** A listener on any port, with routes of the file `routes`. */
  listener(name: string, routes: string, manager: Fields = {}): Fields {
    const typed_config = {
      "@type": `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: name,
      rds: { route_config_name: routes, config_source: this.source(routes) },
      local_reply_config: { body_format: { text_format_source: { inline_string: REPLY_BODY } } },
      http_filters: [{ name: "router", typed_config: { "@type": `${EXTENSIONS}.filters.http.router.v3.Router` } }],
      ...manager,
    };
    return { name, address: ANY_PORT, filter_chains: [{ filters: [{ name: "hcm", typed_config }] }] };
  }

  /** A cluster whose hosts are those of the file `service`. */
  edsCluster(name: string, service: string, more: Fields = {}): Fields {
    const eds_cluster_config = { service_name: service, eds_config: this.source(service) };
    return { name, type: "EDS", connect_timeout: "1s", eds_cluster_config, ...more };
  }

  /** The text of a file with these resources, of the next version. */
  response(message: string, resources: readonly Fields[]): string {
    return JSON.stringify({
      version_info: `${++this.#version}`,
      resources: resources.map((fields) => ({ "@type": `${CONFIG}.${message}`, ...fields })),
    });
  }

  /** Replaces the file by another, in one step. */
  move(name: string, text: string): void {
    this.folder.move(`${name}.yaml`, text);
  }

  [Symbol.dispose](): void {
    this.folder.remove();
  }
}

/** A STATIC cluster with hosts on these ports of loopback. */
export function staticCluster(name: string, ports: readonly number[], more: Fields = {}): Fields {
  return { name, type: "STATIC", connect_timeout: "1s", load_assignment: assignment(name, ports), ...more };
}

/** A cluster of type `type` whose host is that port of a name. */
export function dnsCluster(name: string, type: string, host: string, port: number, more: Fields = {}): Fields {
  const endpoint = { address: { socket_address: { address: host, port_value: port } } };
  const load_assignment = { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] };
  return { name, type, connect_timeout: "1s", dns_lookup_family: "V4_ONLY", load_assignment, ...more };
}

/** Names are asked of the server on that port of loopback. `more`: how long and how often. */
export function dnsResolver(port: number, more: Fields = {}): Fields {
  const typed_config = {
    "@type": `${EXTENSIONS}.network.dns_resolver.cares.v3.CaresDnsResolverConfig`,
    resolvers: [{ socket_address: { address: "127.0.0.1", port_value: port } }],
    ...more,
  };
  return { name: "envoy.network.dns_resolver.cares", typed_config };
}

/** HTTP checks of `/health`, one after the other; `more` changes them. */
export function healthChecks(more: Fields = {}): Fields {
  const check = {
    timeout: "5s",
    interval: "0.050s",
    no_traffic_interval: "0.050s",
    unhealthy_threshold: 1,
    healthy_threshold: 1,
    http_health_check: { path: "/health" },
    ...more,
  };
  return { health_checks: [check] };
}

/** A route of a prefix to a cluster. */
export function route(prefix: string, cluster: string, action: Fields = {}, match: Fields = {}): Fields {
  return { match: { prefix, ...match }, route: { cluster, ...action } };
}

function assignment(cluster_name: string, ports: readonly number[]): Fields {
  const lb_endpoints = ports.map((port_value) => ({
    endpoint: { address: { socket_address: { address: "127.0.0.1", port_value } } },
  }));
  return { cluster_name, endpoints: [{ lb_endpoints }] };
}
