/**
 * What `/config_dump` shows of resources that came from outside (spec/operations.md 6.4.2, 6.4.3): which version of each is
 * in force, which one warms, and what was refused last and why.
 *
 * Differs from Envoy: `client_status` is always said, and clusters and routes have an `error_state` as listeners do; so has
 * a listener whose name is there twice.
 */
import { TYPE_URL_PREFIX } from "../config/type_url.ts";
import type { ConfigDumpComponent, Json, JsonObject } from "../admin/source.ts";
import { ResourceType } from "../config/load_resource.ts";
import type { CanonicalMessage } from "../config/source_map.ts";
import type { ManagedCluster } from "../control/cluster/managed_cluster.ts";
import type { ControlSide } from "../control/control_side.ts";
import type { ListenerVersion } from "../control/listener/listener_version.ts";
import { tidied } from "./config_dump.ts";

/** Adds it to the components of the bootstrap. */
export function withDynamic(components: readonly ConfigDumpComponent[], control: ControlSide): ConfigDumpComponent[] {
  const added: Readonly<Record<string, JsonObject>> = {
    clusters: clustersDump(control),
    listeners: listenersDump(control),
    routes: routesDump(control),
  };
  return components.map((component) => {
    const { version_info, ...lists } = added[component.key] ?? {};
    if (version_info === undefined && Object.keys(lists).length === 0) return component;
    // Fields stand in proto order: the version before all lists, what is dynamic behind what is static.
    return { ...component, dump: { ...withText("version_info", version_info), ...component.dump, ...lists } };
  });
}

function clustersDump({ clusters, cds }: ControlSide): JsonObject {
  const active: Json[] = [], warming: Json[] = [];
  const refused = new Map((cds?.refused ?? []).map((one) => [one.name, one]));
  const errorOf = (name: string): JsonObject => {
    const error = refused.get(name);
    refused.delete(name);
    return error === undefined
      ? {}
      : { error_state: failure(ResourceType.cluster, error.message, error.atMs, error.details) };
  };
  const dumped = (
    { resource: { version, message } }: ManagedCluster,
    updatedMs: number,
    error: JsonObject,
    status: string,
  ) => ({
    ...withText("version_info", version),
    get cluster() {
      return packed(ResourceType.cluster, message);
    },
    last_updated: timestamp(updatedMs),
    ...error,
    client_status: "error_state" in error ? "NACKED" : status,
  });
  for (const entry of clusters.entries) {
    if (entry.isStatic) continue;
    const error = errorOf(entry.name);
    if (entry.active !== null) active.push(dumped(entry.active, entry.updatedMs, error, "ACKED"));
    if (entry.warming !== null) warming.push(dumped(entry.warming, entry.warming.startedMs, error, "REQUESTED"));
  }
  // Those that were never taken have nothing but the error.
  for (const { message, atMs, details } of refused.values()) {
    active.push({ error_state: failure(ResourceType.cluster, message, atMs, details), client_status: "NACKED" });
  }
  return {
    ...withText("version_info", cds?.version),
    ...withList("dynamic_active_clusters", active),
    ...withList("dynamic_warming_clusters", warming),
  };
}

function listenersDump({ listening }: ControlSide): JsonObject {
  if (listening === null || listening === undefined) return {};
  const { manager, lds } = listening;
  const dumped = new Map<string, { [field: string]: Json }>();
  const entryOf = (name: string) => {
    let entry = dumped.get(name);
    if (entry === undefined) dumped.set(name, entry = { name });
    return entry;
  };
  const state = ({ version, resource: { message }, updatedMs }: ListenerVersion): JsonObject => ({
    ...withText("version_info", version),
    get listener() {
      return packed(ResourceType.listener, message);
    },
    last_updated: timestamp(updatedMs),
  });
  for (const { name, isStatic, active, warming } of manager.entries) {
    if (isStatic) continue;
    const entry = entryOf(name);
    if (active !== null) entry["active_state"] = state(active);
    if (warming !== null) entry["warming_state"] = state(warming);
  }
  for (const version of manager.draining) {
    if (dumped.has(version.config.name)) entryOf(version.config.name)["draining_state"] = state(version);
  }
  for (const { name, message, attemptMs, details } of lds?.errors ?? []) {
    entryOf(name)["error_state"] = failure(ResourceType.listener, message, attemptMs, details);
  }
  for (const entry of dumped.values()) {
    entry["client_status"] = "error_state" in entry ? "NACKED" : "active_state" in entry ? "ACKED" : "REQUESTED";
  }
  return { ...withText("version_info", lds?.version), ...withList("dynamic_listeners", [...dumped.values()]) };
}

function routesDump({ listening }: ControlSide): JsonObject {
  const routes = (listening?.routes.states ?? []).map(({ active, error }): Json => ({
    ...withText("version_info", active?.version),
    ...active === null ? {} : {
      route_config: packed(ResourceType.routes, active.message),
      last_updated: timestamp(active.updatedMs),
    },
    ...error === "" ? {} : { error_state: { details: error } },
    client_status: error !== "" ? "NACKED" : active === null ? "REQUESTED" : "ACKED",
  }));
  return withList("dynamic_route_configs", routes);
}

function failure(messageName: string, message: CanonicalMessage, atMs: number, details: string): JsonObject {
  return { failed_configuration: packed(messageName, message), last_update_attempt: timestamp(atMs), details };
}

function packed(messageName: string, message: CanonicalMessage): JsonObject {
  const { "@type": _, ...fields } = tidied(messageName, message);
  return { "@type": TYPE_URL_PREFIX + messageName, ...fields };
}

function timestamp(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

function withText(field: string, text: Json | undefined): JsonObject {
  return text === undefined || text === "" ? {} : { [field]: text };
}

function withList(field: string, list: readonly Json[]): JsonObject {
  return list.length === 0 ? {} : { [field]: list };
}
