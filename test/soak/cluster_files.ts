/**
 * Configuration files for a soak of size: one static cluster that carries a load, and by files as many clusters and
 * endpoints as are wanted, whose addresses nobody connects to.
 */

const CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
const ASSIGNMENT = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
const HCM = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** The one cluster that fetches its endpoints from {@link ClusterFiles.writeBig}. */
export const BIG_CLUSTER = "big";

/** How clusters come by their endpoints. */
export type EndpointSource = "eds" | "inline";

export class ClusterFiles {
  readonly #directory: string;
  readonly #originPort: number;
  #version = 0;
  #moves = 0;

  /** `originPort`: of the host that answers the load. */
  constructor(directory: string, originPort: number) {
    this.#directory = directory;
    this.#originPort = originPort;
    this.writeClusters(0, "inline", false);
  }

  /** The bootstrap that reads them. */
  get bootstrap(): string {
    const endpoint = endpointOf("127.0.0.1", this.#originPort);
    return JSON.stringify({
      node: { id: "soak", cluster: "soak" },
      admin: { address: address("127.0.0.1", 0) },
      stats_flush_interval: "0.2s",
      dynamic_resources: { cds_config: this.#source("cds") },
      static_resources: {
        clusters: [{
          name: "web",
          type: "STATIC",
          load_assignment: { cluster_name: "web", endpoints: [{ lb_endpoints: [endpoint] }] },
        }],
        listeners: [{
          name: "web",
          address: address("127.0.0.1", 0),
          filter_chains: [{
            filters: [{
              name: "hcm",
              typed_config: {
                "@type": HCM,
                stat_prefix: "web",
                route_config: {
                  name: "routes",
                  virtual_hosts: [{
                    name: "all",
                    domains: ["*"],
                    routes: [{ match: { prefix: "/" }, route: { cluster: "web" } }],
                  }],
                },
                http_filters: [{ name: "router", typed_config: { "@type": ROUTER } }],
              },
            }],
          }],
        }],
      },
    });
  }

  /** The endpoints of so many clusters, each in a file of its own. */
  writeAssignments(count: number): void {
    for (let index = 0; index < count; index++) this.#write(`eds-${nameOf(index)}`, [assignmentOf(index)]);
  }

  /** So many clusters with ten endpoints each, and the big one where it is wanted. */
  writeClusters(count: number, source: EndpointSource, hasBig: boolean): void {
    const many = Array.from({ length: count }, (_, index) => {
      if (source === "eds") return this.#edsCluster(nameOf(index));
      const { "@type": _type, ...assignment } = assignmentOf(index);
      return {
        "@type": CLUSTER,
        name: nameOf(index),
        type: "STATIC",
        connect_timeout: "1s",
        load_assignment: assignment,
      };
    });
    this.#write("cds", hasBig ? [...many, this.#edsCluster(BIG_CLUSTER)] : many);
  }

  /** Endpoints of the big cluster; `change` says how the one in the middle looks: another one of each is another one. */
  writeBig(count: number, change: { readonly weight: number; readonly port: number }): void {
    const endpoints = Array.from({ length: count }, (_, index) => {
      const isChanged = index === count >> 1;
      const endpoint = endpointOf(
        `10.${100 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
        isChanged ? change.port : 8080,
      );
      return { ...endpoint, load_balancing_weight: isChanged ? change.weight : 1 };
    });
    this.#write(`eds-${BIG_CLUSTER}`, [{
      "@type": ASSIGNMENT,
      cluster_name: BIG_CLUSTER,
      endpoints: [{ locality: { region: "r", zone: "z" }, lb_endpoints: endpoints }],
    }]);
  }

  #edsCluster(name: string): unknown {
    return {
      "@type": CLUSTER,
      name,
      type: "EDS",
      connect_timeout: "1s",
      eds_cluster_config: { eds_config: this.#source(`eds-${name}`) },
    };
  }

  #source(name: string): unknown {
    return { path_config_source: { path: `${this.#directory}/${name}.json` } };
  }

  #write(name: string, resources: readonly unknown[]): void {
    const next = `${this.#directory}/next-${++this.#moves}.json`;
    Deno.writeTextFileSync(next, JSON.stringify({ version_info: String(++this.#version), resources }));
    Deno.renameSync(next, `${this.#directory}/${name}.json`);
  }
}

function nameOf(index: number): string {
  return `many-${index}`;
}

function assignmentOf(index: number): Record<string, unknown> {
  const endpoints = Array.from(
    { length: 10 },
    (_, host) => endpointOf(`10.${index >> 8}.${index & 255}.${host + 1}`, 8080),
  );
  return { "@type": ASSIGNMENT, cluster_name: nameOf(index), endpoints: [{ lb_endpoints: endpoints }] };
}

function endpointOf(host: string, port: number): Record<string, unknown> {
  return { endpoint: { address: address(host, port) } };
}

function address(host: string, port: number): unknown {
  return { socket_address: { address: host, port_value: port } };
}
