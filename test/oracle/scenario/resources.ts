/** Resources of discovery files as plain data: what most scenarios share, so that one shows only what it is about. */

/** A message as proto3 JSON. */
export type Message = Readonly<Record<string, unknown>>;

const TYPE = "type.googleapis.com/";

/** Type URLs of what files may hold. */
export const TYPE_OF = {
  cds: `${TYPE}envoy.config.cluster.v3.Cluster`,
  eds: `${TYPE}envoy.config.endpoint.v3.ClusterLoadAssignment`,
  lds: `${TYPE}envoy.config.listener.v3.Listener`,
  rds: `${TYPE}envoy.config.route.v3.RouteConfiguration`,
  rtds: `${TYPE}envoy.service.runtime.v3.Runtime`,
} as const;

/** What every line of a scenario's access log says. */
const LOG_FORMAT = "%REQ(:PATH)% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_CLUSTER% %UPSTREAM_HOST%\n";

/** Where an endpoint is: a port of loopback, or whatever has one. */
export type Place = number | { readonly port: number };

/** An address of loopback. */
export function address(port: number, host = "127.0.0.1"): Message {
  return { socket_address: { address: host, port_value: port } };
}

/** One endpoint of an assignment. `fields` are the endpoint's own beside `endpoint`; `inner` those of `endpoint`. */
export function endpoint(place: Place, fields: Message = {}, inner: Message = {}): Message {
  return { endpoint: { address: address(typeof place === "number" ? place : place.port), ...inner }, ...fields };
}

/** An assignment whose endpoints are in one locality. */
export function assignment(name: string, endpoints: readonly Message[], fields: Message = {}): Message {
  return localities(name, [{ lb_endpoints: endpoints }], fields);
}

/** An assignment of localities. */
export function localities(name: string, groups: readonly Message[], fields: Message = {}): Message {
  return { "@type": TYPE_OF.eds, cluster_name: name, endpoints: groups, ...fields };
}

/** A cluster without a type: changes of its hosts are seen at once. */
export function cluster(name: string, fields: Message = {}): Message {
  const common = { update_merge_window: "0s", ...fields.common_lb_config as Message | undefined };
  return { "@type": TYPE_OF.cds, name, connect_timeout: "1s", ...fields, common_lb_config: common };
}

/** A STATIC cluster with these hosts. */
export function staticCluster(name: string, places: readonly Place[], fields: Message = {}): Message {
  const { "@type": _, ...load_assignment } = assignment(name, places.map((place) => endpoint(place)));
  return cluster(name, { type: "STATIC", load_assignment, ...fields });
}

/** An EDS cluster whose assignment is in a file at this path. */
export function edsCluster(name: string, path: string, fields: Message = {}): Message {
  return cluster(name, { type: "EDS", eds_cluster_config: { eds_config: fileSource(path) }, ...fields });
}

/** A source of resources in a file. */
export function fileSource(path: string): Message {
  return { resource_api_version: "V3", path_config_source: { path } };
}

/** An HTTP check of `/health`, over and over as fast as it goes, with thresholds of 1. */
export function httpCheck(fields: Message = {}, http: Message = {}): Message {
  return {
    timeout: "5s",
    interval: "0.05s",
    no_traffic_interval: "0.05s",
    unhealthy_threshold: 1,
    healthy_threshold: 1,
    http_health_check: { path: "/health", ...http },
    ...fields,
  };
}

/** A route of a prefix to a cluster. */
export function routeTo(clusterName: string, prefix = "/", action: Message = {}): Message {
  return { match: { prefix }, route: { cluster: clusterName, ...action } };
}

/** A route that answers by itself. */
export function direct(body: string, prefix = "/"): Message {
  return { match: { prefix }, direct_response: { status: 200, body: { inline_string: body } } };
}

/** A route configuration with one virtual host. */
export function routes(name: string, list: readonly Message[], fields: Message = {}): Message {
  return { "@type": TYPE_OF.rds, name, virtual_hosts: [{ name: "all", domains: ["*"], routes: list }], ...fields };
}

/** What a listener answers by: routes of its own, or of a file. */
export interface ListenerFields {
  readonly routes?: readonly Message[];
  readonly rds?: { readonly path: string; readonly name: string };
  /** Of the connection manager. */
  readonly manager?: Message;
  /** Of the listener. */
  readonly listener?: Message;
}

/** A listener on any port of loopback with one HTTP connection manager that logs to `logPath`. */
export function httpListener(name: string, logPath: string, fields: ListenerFields): Message {
  const { "@type": _, ...route_config } = routes("local", fields.routes ?? []);
  const manager = {
    "@type": `${TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: name,
    access_log: [{
      name: "file",
      typed_config: {
        "@type": `${TYPE}envoy.extensions.access_loggers.file.v3.FileAccessLog`,
        path: logPath,
        log_format: { text_format_source: { inline_string: LOG_FORMAT } },
      },
    }],
    http_filters: [{
      name: "router",
      typed_config: { "@type": `${TYPE}envoy.extensions.filters.http.router.v3.Router` },
    }],
    ...fields.rds === undefined
      ? { route_config: { validate_clusters: false, ...route_config } }
      : { rds: { route_config_name: fields.rds.name, config_source: fileSource(fields.rds.path) } },
    ...fields.manager,
  };
  return {
    "@type": TYPE_OF.lds,
    name,
    address: address(0),
    filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }],
    ...fields.listener,
  };
}

/** A runtime layer. */
export function runtimeLayer(name: string, layer: Message): Message {
  return { "@type": TYPE_OF.rtds, name, layer };
}
