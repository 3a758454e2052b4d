/** What admin pages say, as lines that can be compared: in an order of their own, without times and chance ports. */
import type { Message } from "./resources.ts";

/** `clusters` text: these fields of each of a cluster's hosts, sorted; of a cluster that is not there, that. */
export function clusterLines(text: string, cluster: string, fields: readonly string[]): string[] {
  const hosts = new Map<string, string[]>();
  let isThere = false;
  for (const line of text.split("\n")) {
    if (!line.startsWith(`${cluster}::`)) continue;
    isThere = true;
    const [, host, field, value] = line.split("::");
    if (host === undefined || !host.includes(":") || field === undefined || !fields.includes(field)) continue;
    hosts.set(host, [...hosts.get(host) ?? [], `${field} ${value}`]);
  }
  if (!isThere) return [`${cluster}: none`];
  const lines = [...hosts].map(([host, values]) => `${cluster} ${host}: ${values.join(", ")}`).sort();
  return lines.length === 0 ? [`${cluster}: no hosts`] : lines;
}

interface ListenerStatuses {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: { readonly socket_address?: { readonly address: string } };
  }[];
}

/** `/listeners`: names with their addresses, but for the port. */
export function listenerLines(text: string): string[] {
  const { listener_statuses = [] } = JSON.parse(text) as ListenerStatuses;
  return listener_statuses.map(({ name, local_address }) =>
    `listener ${name} at ${local_address.socket_address?.address ?? "?"}`
  ).sort();
}

/** Lists of resources in `/config_dump`, by the words that scenarios name them by. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  clusters: ["static_clusters", "dynamic_active_clusters", "dynamic_warming_clusters"],
  listeners: ["static_listeners", "dynamic_listeners"],
  routes: ["dynamic_route_configs"],
};

/** The resources of `/config_dump` of these kinds, one a line, with their versions and states. */
export function dumpLines(dump: unknown, kinds: readonly string[]): string[] {
  const { configs } = dump as { configs: readonly Message[] };
  const lines: string[] = [];
  for (const key of kinds.flatMap((kind) => LISTS[kind] ?? [])) {
    // What was refused of clusters and routes is denvoy's own addition.
    const entries = configs.flatMap((config) => (config[key] ?? []) as readonly Message[])
      .filter((entry) => "cluster" in entry || "route_config" in entry || "listener" in entry || "name" in entry);
    const told = entries.map((entry) => {
      const text = key === "dynamic_listeners" ? listenerText(entry) : textOf(entry);
      return `dump ${key} ${text}`;
    });
    lines.push(...told.sort());
  }
  return lines;
}

function textOf(entry: Message): string {
  const inner = (entry.cluster ?? entry.listener ?? entry.route_config ?? {}) as Message;
  return `${inner.name} ${entry.version_info ?? "without version"}`;
}

function listenerText(entry: Message): string {
  const states = ["active_state", "warming_state", "draining_state"].flatMap((key) => {
    const state = entry[key] as Message | undefined;
    return state === undefined ? [] : [`${key} ${state.version_info ?? "without version"}`];
  });
  return `${entry.name}: ${states.join(", ")}${errorText(entry)}`;
}

/** That there is an error; its words are each side's own. */
function errorText({ error_state }: Message): string {
  if (error_state === undefined) return "";
  const { version_info, failed_configuration } = error_state as Message;
  return ` error ${version_info ?? ""}${failed_configuration === undefined ? " without configuration" : ""}`;
}
