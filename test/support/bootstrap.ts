/** Small bootstraps for integration tests: what most of them share, so that a test shows only what it is about. */

/** A listener named `web` with one HTTP connection manager and these routes (YAML flow style), on port 0. */
export interface SmallBootstrap
  extends Pick<HttpListener, "routes" | "virtualHosts" | "managerFields" | "routerFields"> {
  /** Clusters by name: ports of their hosts on loopback. */
  readonly clusters?: Readonly<Record<string, readonly number[]>>;
  /** More fields of every one of these clusters, flow style: `circuit_breakers: { … }`. */
  readonly clusterFields?: readonly string[];
  /** More clusters, whole, flow style. */
  readonly moreClusters?: readonly string[];
  /** More listeners: names and fields like those of `web`. They share its connection manager's configuration. */
  readonly moreListeners?: Readonly<Record<string, readonly string[]>>;
  /** Of the listener; `127.0.0.1`, port 0 unless given. */
  readonly address?: string;
  /** More fields of the listener, as YAML lines. */
  readonly listenerFields?: readonly string[];
}

/** A listener with one HTTP connection manager. */
export interface HttpListener {
  /** Fields of the listener, its address among them, as YAML lines; port 0 of loopback unless given. */
  readonly fields?: readonly string[];
  /** More fields of the connection manager, as YAML lines. */
  readonly managerFields?: readonly string[];
  /** `{ match: { prefix: / }, route: { cluster: origin } }` each. */
  readonly routes?: readonly string[];
  /** Instead of routes: whole virtual hosts, flow style. */
  readonly virtualHosts?: readonly string[];
  /** More fields of the route configuration, as YAML lines. */
  readonly routeConfigFields?: readonly string[];
  /** Instead of a route configuration: a whole `ScopedRoutes`, flow style. */
  readonly scopedRoutes?: string;
  /** HTTP filters before the router, whole, flow style. */
  readonly httpFilters?: readonly string[];
  /** Fields of the router, flow style. */
  readonly routerFields?: readonly string[];
}

const MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";
const ANY_PORT = "address: { socket_address: { address: 127.0.0.1, port_value: 0 } }";

/** A bootstrap with admin and listener on ports that the kernel picks. */
export function bootstrap(small: SmallBootstrap): string {
  const { address, listenerFields = [], clusters = {}, clusterFields, moreClusters = [], moreListeners = {} } = small;
  const fields = [address === undefined ? ANY_PORT : `address: ${address}`, ...listenerFields];
  return bootstrapOf(
    [["web", fields] as const, ...Object.entries(moreListeners)].map(([name, fields]) =>
      httpListener(name, { ...small, fields })
    ),
    [...Object.entries(clusters).map(([name, ports]) => staticCluster(name, ports, clusterFields)), ...moreClusters],
  );
}

/**
 * A bootstrap of these listeners and clusters, with its admin on a port that the kernel picks. `fields`: more of its
 * fields, as YAML lines.
 */
export function bootstrapOf(
  listeners: readonly (readonly string[])[],
  clusters: readonly string[],
  fields: readonly string[] = [],
): string {
  const lines = [
    `admin: { ${ANY_PORT} }`,
    ...fields,
    "static_resources:",
    "  listeners:",
    ...listeners.flat(),
    "  clusters:",
    ...clusters.map((cluster) => `  - ${cluster}`),
  ];
  return lines.join("\n") + "\n";
}

/** The lines of an element of `listeners`. */
export function httpListener(name: string, listener: HttpListener): string[] {
  const { fields = [ANY_PORT], routes = [], httpFilters = [], routerFields = [] } = listener;
  const hosts = listener.virtualHosts ?? [`{ name: all, domains: ["*"], routes: [${routes.join(", ")}] }`];
  const router = [`"@type": ${ROUTER}`, ...routerFields].join(", ");
  return [
    `  - name: ${name}`,
    ...fields.map((line) => `    ${line}`),
    "    filter_chains:",
    "    - filters:",
    "      - name: envoy.filters.network.http_connection_manager",
    "        typed_config:",
    `          "@type": ${MANAGER}`,
    `          stat_prefix: ${name}`,
    ...(listener.managerFields ?? []).map((line) => `          ${line}`),
    ...listener.scopedRoutes === undefined
      ? [
        "          route_config:",
        "            name: routes",
        ...(listener.routeConfigFields ?? []).map((line) => `            ${line}`),
        `            virtual_hosts: [${hosts.join(", ")}]`,
      ]
      : [`          scoped_routes: ${listener.scopedRoutes}`],
    "          http_filters:",
    ...httpFilters.map((filter) => `          - ${filter}`),
    `          - { name: envoy.filters.http.router, typed_config: { ${router} } }`,
  ];
}

/** A STATIC cluster with hosts on these ports of loopback, unless `fields` have other ones; in flow style. */
export function staticCluster(name: string, ports: readonly number[], fields: readonly string[] = []): string {
  const hosts = ports.map((port) =>
    `{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } } }`
  );
  const policies = fields.filter((field) => field.startsWith("policy:"));
  const ofCluster = fields.filter((field) => !policies.includes(field));
  const connects = fields.some((field) => field.startsWith("connect_timeout:")) ? [] : ["connect_timeout: 1s"];
  const assignment = `{ cluster_name: ${name}, endpoints: [{ lb_endpoints: [${hosts.join(", ")}] }]${
    policies.map((policy) => `, ${policy}`).join("")
  } }`;
  const assignments = ofCluster.some((field) => field.startsWith("load_assignment:"))
    ? []
    : [`load_assignment: ${assignment}`];
  return `{ ${[`name: ${name}`, "type: STATIC", ...connects, ...ofCluster, ...assignments].join(", ")} }`;
}

/** A route that answers by itself. */
export function directRoute(prefix: string, body: string): string {
  return `{ match: { prefix: ${prefix} }, direct_response: { status: 200, body: { inline_string: "${body}" } } }`;
}
