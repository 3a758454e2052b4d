/**
 * Route configurations for tests: written as in Envoy's YAML and read by the configuration loader, so that a test names
 * only what it is about and every default is the real one.
 */
import { parse } from "yaml";
import { loadBootstrap } from "../../src/config/load.ts";
import type { HttpConnectionManagerConfig } from "../../src/config/http_config.ts";
import type { RouteConfiguration } from "../../src/config/route_config.ts";
import type { ScopedRoutesConfig } from "../../src/config/scoped_routes_config.ts";

const MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** A `RouteConfiguration` from YAML. Clusters need not exist. */
export function routeConfiguration(yaml: string): RouteConfiguration {
  return managerWith({ route_config: { validate_clusters: false, ...parse(yaml) } }).routeConfig;
}

/** Scopes from YAML: the extractors of the key, each a `HeaderValueExtractor`, and each scope's key and routes by its name. */
export function scopedRoutes(
  extractors: readonly string[],
  scopes: Readonly<Record<string, readonly [key: readonly string[], yaml: string]>>,
): ScopedRoutesConfig {
  const scoped_route_configurations = Object.entries(scopes).map(([name, [key, yaml]]) => ({
    name,
    key: { fragments: key.map((string_key) => ({ string_key })) },
    route_configuration: { validate_clusters: false, ...parse(yaml) },
  }));
  const fragments = extractors.map((extractor) => ({ header_value_extractor: parse(extractor) }));
  const scoped_routes = {
    name: "scopes",
    scope_key_builder: { fragments },
    scoped_route_configurations_list: { scoped_route_configurations },
  };
  return managerWith({ scoped_routes }).scopedRoutes!;
}

function managerWith(fields: Readonly<Record<string, unknown>>): HttpConnectionManagerConfig {
  const manager = {
    "@type": MANAGER,
    stat_prefix: "ingress",
    http_filters: [{ name: "router", typed_config: { "@type": ROUTER } }],
    ...fields,
  };
  const listener = {
    address: { socket_address: { address: "127.0.0.1", port_value: 10000 } },
    filter_chains: [{ filters: [{ name: "hcm", typed_config: manager }] }],
  };
  const text = JSON.stringify({ static_resources: { listeners: [listener] } });
  const { snapshot } = loadBootstrap({ file: { text, fileName: "routes.json" } });
  return snapshot.listeners[0]!.filterChains[0]!.filters[0]!;
}

/** One virtual host for every name, with these routes. */
export function routesFor(...routes: readonly string[]): RouteConfiguration {
  return routeConfiguration(`virtual_hosts: [{ name: all, domains: ["*"], routes: [${routes.join(", ")}] }]`);
}
