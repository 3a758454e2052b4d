/**
 * The components of `/config_dump` (spec/operations.md 6.4): the bootstrap as it was given, and its parts again by kind.
 * Fields stand in proto order, defaults are left out, secrets are made unreadable.
 */

import { walkMessages } from "../config/message_walk.ts";
import { tidyMessage } from "../config/readable_message.ts";
import { type CanonicalMessage, isMessage } from "../config/source_map.ts";
import type { ConfigDumpComponent, Json, JsonObject } from "../admin/source.ts";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
const HTTP_CONNECTION_MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const TYPE_URL = "type.googleapis.com/";
const SCOPE = `${TYPE_URL}envoy.config.route.v3.ScopedRouteConfiguration`;

/** Holds the place of the node, which is field 1, so that one made from flags alone stands there too. */
const NODE_FIRST = { node: {} };

/** The dump of a process that has only its bootstrap. `node` is as `/server_info` has it. */
export function configDumpOf(
  canonicalBootstrap: Readonly<CanonicalMessage>,
  node: JsonObject,
  loadedAt: Date,
): ConfigDumpComponent[] {
  const bootstrap = structuredClone(canonicalBootstrap) as CanonicalMessage;
  walkMessages(BOOTSTRAP, bootstrap, tidyMessage);
  const last_updated = loadedAt.toISOString();
  const statics = (bootstrap["static_resources"] ?? {}) as {
    readonly [list: string]: readonly JsonObject[] | undefined;
  };
  const listeners = statics["listeners"] ?? [];
  const routes = listeners.flatMap(routeConfigsOf);
  const scopes = listeners.flatMap(scopedRoutesOf);
  return [
    component("bootstrap", "BootstrapConfigDump", {
      bootstrap: { ...NODE_FIRST, ...bootstrap as JsonObject, node: withoutDefaults(node) },
      last_updated,
    }),
    component("clusters", "ClustersConfigDump", {
      static_clusters: packed(statics["clusters"] ?? [], "cluster", "envoy.config.cluster.v3.Cluster", last_updated),
    }),
    component("listeners", "ListenersConfigDump", {
      static_listeners: packed(listeners, "listener", "envoy.config.listener.v3.Listener", last_updated),
    }),
    component("route_scopes", "ScopedRoutesConfigDump", {
      inline_scoped_route_configs: scopes.map((scoped) => ({ ...scoped, last_updated })),
    }),
    component("routes", "RoutesConfigDump", {
      static_route_configs: packed(routes, "route_config", "envoy.config.route.v3.RouteConfiguration", last_updated),
    }),
    component("secrets", "SecretsConfigDump", {}),
  ];
}

/** Empty lists are left out, as in every dump. */
function component(key: string, message: string, fields: JsonObject): ConfigDumpComponent {
  const dump = Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmptyList(value)));
  return { key, message, dump };
}

function packed(resources: readonly JsonObject[], field: string, message: string, last_updated: string): Json[] {
  return resources.map((resource) => ({ [field]: { "@type": TYPE_URL + message, ...resource }, last_updated }));
}

/** The route tables written inside a listener's HTTP connection managers, but for those of scopes. */
function routeConfigsOf(listener: JsonObject): JsonObject[] {
  return managersOf(listener).flatMap(({ route_config: routes }) => isMessage(routes) ? [routes as JsonObject] : []);
}

/** The scopes written there, by the name that they have together. */
function scopedRoutesOf(listener: JsonObject): JsonObject[] {
  return managersOf(listener).flatMap(({ scoped_routes: scoped }) => {
    const { name, scoped_route_configurations_list: list } = (scoped ?? {}) as JsonObject;
    if (!isMessage(list)) return [];
    const scopes = list["scoped_route_configurations"] as readonly JsonObject[];
    return [{ name: name!, scoped_route_configs: scopes.map((scope) => ({ "@type": SCOPE, ...scope })) }];
  });
}

function managersOf(listener: JsonObject): CanonicalMessage[] {
  const found: CanonicalMessage[] = [];
  walkMessages("envoy.config.listener.v3.Listener", listener as CanonicalMessage, (descriptor, message) => {
    if (descriptor.name === HTTP_CONNECTION_MANAGER) found.push(message);
  });
  return found;
}

/** A message as dumps show it: its own copy, tidy, with secrets unreadable. */
export function tidied(messageName: string, message: CanonicalMessage): JsonObject {
  const copy = structuredClone(message);
  walkMessages(messageName, copy, tidyMessage);
  return copy as JsonObject;
}

function withoutDefaults(node: JsonObject): JsonObject {
  const kept = Object.entries(node).filter(([, value]) =>
    value !== "" && value !== false && value !== 0 && !isEmpty(value!)
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, tidyJson(value!)]));
}

function tidyJson(value: Json): Json {
  if (Array.isArray(value)) return value.map(tidyJson);
  return value !== null && typeof value === "object" ? withoutDefaults(value as JsonObject) : value;
}

function isEmpty(value: Json): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}

function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}
