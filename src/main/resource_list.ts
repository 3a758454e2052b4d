/**
 * Every resource of the configuration as the console's tree has it: those of the bootstrap, and those that came from outside
 * with what became of them (spec/console.md 5.8).
 */
import type { ResourceStatus } from "../admin/config_source.ts";
import type { ClientStatus, ConfigState } from "../admin/contract/config.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import { ResourceType } from "../config/load_resource.ts";
import { type CanonicalMessage, isMessage, listIn, messageIn } from "../config/source_map.ts";
import { messageNameOf } from "../config/type_url.ts";
import type { ControlSide } from "../control/control_side.ts";
import type { ResourceRecord } from "../control/xds/resource_history.ts";
import type { SourceRecord } from "../control/xds/source_book.ts";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
const MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const SECRET = "envoy.extensions.transport_sockets.tls.v3.Secret";

/** What is of the bootstrap: it stands from the start, and nothing was asked for it. */
const STATIC = { is_static: true, version: "", client_status: null, error: "", source: "", warming: null } as const;

/** The resources. `control`: null = the bootstrap is all there is. */
export function* resourcesOf(
  loaded: LoadedBootstrap,
  loadedMs: number,
  control: ControlSide | null,
): Generator<ResourceStatus> {
  const bootstrap = loaded.canonicalBootstrap as CanonicalMessage, state = "active";
  const fixed = { ...STATIC, state, updated_ms: loadedMs } as const;
  yield { ...fixed, type: "bootstrap", name: "bootstrap", messageName: BOOTSTRAP, message: bootstrap };
  const statics = messageIn(bootstrap, "static_resources");
  const listeners = listIn(statics, "listeners");
  for (const [at, config] of loaded.snapshot.listeners.entries()) {
    const message = listeners[loaded.listenerIndexes[at]!]!;
    yield { ...fixed, type: "listener", name: config.name, messageName: ResourceType.listener, message };
  }
  yield* staticRoutes(loaded, listeners, fixed);
  for (const layer of listIn(messageIn(bootstrap, "layered_runtime"), "layers")) {
    if (!isMessage(layer["static_layer"])) continue;
    const name = String(layer["name"] ?? ""), message = { name, layer: layer["static_layer"] };
    yield { ...fixed, type: "runtime", name, messageName: ResourceType.runtime, message };
  }
  for (const message of listIn(statics, "secrets")) {
    yield { ...fixed, type: "secret", name: String(message["name"] ?? ""), messageName: SECRET, message };
  }
  if (control === null) {
    for (const message of listIn(statics, "clusters")) {
      const name = String(message["name"] ?? "");
      yield { ...fixed, type: "cluster", name, messageName: ResourceType.cluster, message };
    }
    return;
  }
  yield* clusters(control);
  yield* dynamicListeners(control);
  yield* fetched(control);
}

/** Tables of routes that stand in listeners; where two have one name, the listener's is added. */
function* staticRoutes(
  { snapshot, listenerIndexes }: LoadedBootstrap,
  listeners: readonly CanonicalMessage[],
  fixed: Omit<ResourceStatus, "type" | "name" | "messageName" | "message">,
): Generator<ResourceStatus> {
  const names = new Set<string>();
  for (const [at, config] of snapshot.listeners.entries()) {
    const listener = listeners[listenerIndexes[at]!]!;
    const chains = [...listIn(listener, "filter_chains"), messageIn(listener, "default_filter_chain")];
    const managers = chains.flatMap((chain) => listIn(chain, "filters")).map((filter) =>
      messageIn(filter, "typed_config")
    );
    const found = managers.flatMap(({ "@type": type, route_config: routes }) =>
      messageNameOf(String(type)) === MANAGER && isMessage(routes) ? [routes] : []
    );
    for (const [index, message] of found.entries()) {
      const own = String(message["name"] ?? "");
      let name = own === "" ? `routes of ${config.name}` : own;
      if (names.has(name)) name = `${name} of ${config.name}`;
      if (names.has(name)) name = `${name}, ${index + 1}`;
      names.add(name);
      yield { ...fixed, type: "route", name, messageName: ResourceType.routes, message };
    }
  }
}

function* clusters(control: ControlSide): Generator<ResourceStatus> {
  const seen = new Set<string>(), messageName = ResourceType.cluster, type = "cluster";
  for (const { name, isStatic, active, warming, updatedMs } of control.clusters.entries) {
    seen.add(name);
    const state = stateOf(active, warming);
    const objects = { message: active?.resource.message ?? null, warming: warming?.resource.message ?? null };
    const updated_ms = active === null ? null : updatedMs;
    if (isStatic) yield { ...STATIC, type, name, messageName, state, updated_ms, ...objects };
    else {
      const record = control.history.find(messageName, name), version = active?.resource.version ?? "";
      yield { type, name, messageName, state, is_static: false, version, updated_ms, ...told(record), ...objects };
    }
  }
  yield* others(control, messageName, type, seen);
}

function* dynamicListeners(control: ControlSide): Generator<ResourceStatus> {
  const seen = new Set<string>(), messageName = ResourceType.listener, type = "listener";
  const manager = control.listening?.manager;
  if (manager === undefined) return;
  for (const { name, isStatic, active, warming } of manager.entries) {
    seen.add(name);
    if (isStatic) continue;
    const record = control.history.find(messageName, name);
    const objects = { message: active?.resource.message ?? null, warming: warming?.resource.message ?? null };
    const version = active?.version ?? "", updated_ms = active?.updatedMs ?? null;
    const state = stateOf(active, warming);
    yield { type, name, messageName, state, is_static: false, version, updated_ms, ...told(record), ...objects };
  }
  for (const { config: { name }, version, updatedMs, resource: { message } } of manager.draining) {
    if (seen.has(name)) continue;
    seen.add(name);
    const record = control.history.find(messageName, name);
    const place = { type, name, messageName, state: "draining", is_static: false } as const;
    yield { ...place, version, updated_ms: updatedMs, ...told(record), message, warming: null };
  }
  yield* others(control, messageName, type, seen);
}

/** What is asked for by name: routes, endpoints, layers of runtime. */
function* fetched(control: ControlSide): Generator<ResourceStatus> {
  const types = [["route", ResourceType.routes], ["endpoints", ResourceType.endpoints], [
    "runtime",
    ResourceType.runtime,
  ]];
  for (const [type, messageName] of types as ["route" | "endpoints" | "runtime", string][]) {
    const seen = new Set<string>();
    for (const source of control.sources.records) {
      if (source.messageName !== messageName) continue;
      for (const name of source.names) {
        if (seen.has(name)) continue;
        seen.add(name);
        yield fetchedOne(type, name, source, control.history.find(messageName, name));
      }
    }
    yield* others(control, messageName, type, seen);
  }
}

function fetchedOne(
  type: ResourceStatus["type"],
  name: string,
  source: SourceRecord,
  record: ResourceRecord | null,
): ResourceStatus {
  const { messageName } = source, current = record?.versions.at(-1) ?? null;
  const place = { type, name, messageName, is_static: false, source: source.source };
  const error = source.nack?.error ?? source.lastError;
  if (current === null) {
    const client_status: ClientStatus = source.nack !== null
      ? "NACKED"
      : source.timeouts > 0
      ? "TIMEOUT"
      : source.accepted > 0
      ? "DOES_NOT_EXIST"
      : "REQUESTED";
    const state = source.nack === null ? "waiting" : "refused";
    return { ...place, state, version: "", updated_ms: null, client_status, error, message: null, warming: null };
  }
  const { version, receivedMs: updated_ms, message } = current;
  const client_status = source.nack === null ? "ACKED" : "NACKED";
  return { ...place, state: "active", version, updated_ms, client_status, error, message, warming: null };
}

/** What never came into force, and what is gone. */
function* others(
  { history }: ControlSide,
  messageName: string,
  type: ResourceStatus["type"],
  seen: ReadonlySet<string>,
): Generator<ResourceStatus> {
  for (const record of history.records) {
    if (record.messageName !== messageName || seen.has(record.name)) continue;
    const { name, versions, removedMs } = record;
    const state: ConfigState = versions.length === 0 && removedMs === null ? "refused" : "removed";
    const place = { type, name, messageName, state, is_static: false, version: "", updated_ms: removedMs };
    yield { ...place, ...told(record), message: null, warming: null };
  }
}

/** What its source was told of it. */
function told(record: ResourceRecord | null): Pick<ResourceStatus, "client_status" | "error" | "source"> {
  const rejected = record?.rejected ?? null, last = record?.versions.at(-1) ?? null;
  const source = rejected?.source ?? last?.source ?? "";
  if (rejected !== null) return { client_status: "NACKED", error: rejected.error, source };
  return { client_status: record?.removedMs == null ? "ACKED" : "DOES_NOT_EXIST", error: "", source };
}

function stateOf(active: object | null, warming: object | null): ConfigState {
  if (active === null) return "warming";
  return warming === null ? "active" : "active+warming";
}
