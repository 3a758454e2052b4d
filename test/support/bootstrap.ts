/** Small bootstraps for integration tests: what most of them share, so that a test shows only what it is about. */

/** A listener named `web` with one HTTP connection manager and these routes (YAML flow style), on port 0. */
export interface SmallBootstrap {
  /** `{ match: { prefix: / }, route: { cluster: origin } }` each. */
  readonly routes?: readonly string[];
  /** Instead of routes: whole virtual hosts, flow style. */
  readonly virtualHosts?: readonly string[];
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
  /** More fields of the connection manager, as YAML lines. */
  readonly managerFields?: readonly string[];
}

const MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** A bootstrap with admin and listener on ports that the kernel picks. */
export function bootstrap(small: SmallBootstrap): string {
  const address = `address: ${small.address ?? "{ socket_address: { address: 127.0.0.1, port_value: 0 } }"}`;
  const { clusters = {}, clusterFields = [], moreClusters = [], moreListeners = {} } = small;
  const lines = [
    "admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }",
    "static_resources:",
    "  listeners:",
    ...listener(small, "web", [address, ...small.listenerFields ?? []]),
    ...Object.entries(moreListeners).flatMap(([name, fields]) => listener(small, name, fields)),
    "  clusters:",
    ...Object.entries(clusters).map(([name, ports]) =>
      `  - { name: ${name}, type: STATIC, connect_timeout: 1s, ${clusterFields.map((field) => `${field}, `).join("")}` +
      `load_assignment: { cluster_name: ${name}, endpoints: [${endpoints(ports)}] } }`
    ),
    ...moreClusters.map((cluster) => `  - ${cluster}`),
  ];
  return lines.join("\n") + "\n";
}

function listener(
  { routes = [], virtualHosts, managerFields = [] }: SmallBootstrap,
  name: string,
  fields: readonly string[],
): string[] {
  const hosts = virtualHosts ?? [`{ name: all, domains: ["*"], routes: [${routes.join(", ")}] }`];
  return [
    `  - name: ${name}`,
    ...fields.map((line) => `    ${line}`),
    "    filter_chains:",
    "    - filters:",
    "      - name: envoy.filters.network.http_connection_manager",
    "        typed_config:",
    `          "@type": ${MANAGER}`,
    `          stat_prefix: ${name}`,
    ...managerFields.map((line) => `          ${line}`),
    "          route_config:",
    "            name: routes",
    `            virtual_hosts: [${hosts.join(", ")}]`,
    "          http_filters:",
    `          - { name: envoy.filters.http.router, typed_config: { "@type": ${ROUTER} } }`,
  ];
}

/** A route that answers by itself. */
export function directRoute(prefix: string, body: string): string {
  return `{ match: { prefix: ${prefix} }, direct_response: { status: 200, body: { inline_string: "${body}" } } }`;
}

function endpoints(ports: readonly number[]): string {
  const hosts = ports.map((port) =>
    `{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } } }`
  );
  return `{ lb_endpoints: [${hosts.join(", ")}] }`;
}
