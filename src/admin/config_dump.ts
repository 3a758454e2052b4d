/**
 * The query of `/config_dump`: which components, which elements, which fields (spec/operations.md 6.4). It works on the
 * canonical JSON trees that the process hands over; what a component may hold is the table below, so that a field that
 * is empty now is told from one that does not exist.
 */
import type { SafeRegex } from "../match/safe_regex.ts";
import { FieldMask, maskMessage } from "./field_mask.ts";
import type { ConfigDumpComponent, Json, JsonObject } from "./source.ts";

const TYPE_PREFIX = "type.googleapis.com/envoy.admin.v3.";

/** What a component's field holds: a value, or elements of a message with these fields. */
type FieldShape = "one" | { readonly message: string; readonly fields: readonly string[] };

function elements(message: string, fields: string): FieldShape {
  return { message, fields: fields.split(" ") };
}

/** The fields of each component, from `envoy/admin/v3/config_dump*.proto`. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, FieldShape>>>> = {
  BootstrapConfigDump: { bootstrap: "one", last_updated: "one" },
  ClustersConfigDump: {
    version_info: "one",
    static_clusters: elements("StaticCluster", "cluster last_updated"),
    dynamic_active_clusters: elements("DynamicCluster", "version_info cluster last_updated error_state client_status"),
    dynamic_warming_clusters: elements("DynamicCluster", "version_info cluster last_updated error_state client_status"),
  },
  EndpointsConfigDump: {
    static_endpoint_configs: elements("StaticEndpointConfig", "endpoint_config last_updated"),
    dynamic_endpoint_configs: elements(
      "DynamicEndpointConfig",
      "version_info endpoint_config last_updated error_state client_status",
    ),
  },
  ListenersConfigDump: {
    version_info: "one",
    static_listeners: elements("StaticListener", "listener last_updated"),
    dynamic_listeners: elements(
      "DynamicListener",
      "name active_state warming_state draining_state error_state client_status",
    ),
  },
  RoutesConfigDump: {
    static_route_configs: elements("StaticRouteConfig", "route_config last_updated"),
    dynamic_route_configs: elements(
      "DynamicRouteConfig",
      "version_info route_config last_updated error_state client_status",
    ),
  },
  ScopedRoutesConfigDump: {
    inline_scoped_route_configs: elements("InlineScopedRouteConfigs", "name scoped_route_configs last_updated"),
    dynamic_scoped_route_configs: elements(
      "DynamicScopedRouteConfigs",
      "name version_info scoped_route_configs last_updated error_state client_status",
    ),
  },
  SecretsConfigDump: {
    static_secrets: elements("StaticSecret", "name last_updated secret"),
    dynamic_active_secrets: elements(
      "DynamicSecret",
      "name version_info last_updated secret error_state client_status",
    ),
    dynamic_warming_secrets: elements(
      "DynamicSecret",
      "name version_info last_updated secret error_state client_status",
    ),
  },
};

/** Fields of an element that hold the resource itself. */
const RESOURCE_FIELDS = ["cluster", "listener", "route_config", "endpoint_config", "secret"] as const;

/** Field of an element that holds many resources. */
const SCOPED = "scoped_route_configs";

/** A refusal: status and text, as Envoy words it. */
export interface DumpRefusal {
  readonly status: 400 | 404;
  readonly text: string;
}

/** What of the configuration is wanted. */
export interface DumpQuery {
  /** Field of a component whose elements are wanted; empty = whole components. */
  readonly resource: string;
  /** Comma-separated field paths; empty = everything. */
  readonly mask: string;
  /** Matched against the whole name of a resource; null = every one. */
  readonly name: SafeRegex | null;
}

/** The dump, `{"configs": […]}`, or why there is none; may pause at every `yield`. */
export function* selectConfigs(
  components: readonly ConfigDumpComponent[],
  query: DumpQuery,
): Generator<void, JsonObject | DumpRefusal> {
  const mask = query.mask === "" ? null : new FieldMask(query.mask);
  // Of the components, only the one that is asked for is looked through.
  const wanted = query.resource === ""
    ? components
    : components.filter(({ message }) => SHAPES[message]?.[query.resource] !== undefined).slice(0, 1);
  const named: ConfigDumpComponent[] = [];
  for (const component of wanted) {
    named.push(query.name === null ? component : yield* withNames(component, query.name));
  }
  if (query.resource !== "") return yield* elementsOf(named, query.resource, mask);
  const configs: JsonObject[] = [];
  for (const { message, dump } of named) {
    const kept = mask === null ? dump : maskComponent(message, dump, mask);
    if (kept !== null) configs.push({ "@type": TYPE_PREFIX + message, ...kept });
  }
  if (configs.length > 0 || mask === null) return { configs };
  return { status: 400, text: `FieldMask ${query.mask} could not be successfully applied to any configs.` };
}

/** Whether there is no dump but a refusal. */
export function isRefusal(result: JsonObject | DumpRefusal): result is DumpRefusal {
  return "status" in result && "text" in result;
}

/** The elements of one repeated field, each as a message of its own. */
function* elementsOf(
  components: readonly ConfigDumpComponent[],
  field: string,
  mask: FieldMask | null,
): Generator<void, JsonObject | DumpRefusal> {
  for (const { message, dump } of components) {
    const shape = SHAPES[message]?.[field];
    if (shape === undefined) continue;
    if (shape === "one") {
      const text = `${field} is not a repeated field. Use ?mask=${field} to get only this field`;
      return { status: 400, text };
    }
    const type = `${TYPE_PREFIX}${message}.${shape.message}`;
    const configs: JsonObject[] = [];
    for (const element of listOf(dump[field])) {
      const kept = mask === null ? element : maskMessage(element, mask, (name) => shape.fields.includes(name));
      if (kept === null) return { status: 400, text: `FieldMask ${mask!.debugText}\n could not be successfully used.` };
      configs.push(typed(type, kept));
      yield;
    }
    return configs.length === 0 ? {} : { configs };
  }
  return { status: 404, text: `${field} not found in config dump` };
}

/** The element as a message of its own; resources that are made when they are read are not made yet. */
function typed(type: string, element: JsonObject): JsonObject {
  return Object.defineProperties({ "@type": type }, Object.getOwnPropertyDescriptors(element)) as JsonObject;
}

/** A mask may name a list but not reach into one. Null: it does not fit this component. */
function maskComponent(message: string, dump: JsonObject, mask: FieldMask): JsonObject | null {
  const shapes = SHAPES[message] ?? {};
  const fits = mask.paths.every(([field, ...rest]) => {
    const shape = shapes[field!];
    return shape !== undefined && (shape === "one" || rest.length === 0);
  });
  return fits ? maskMessage(dump, mask, (name) => name in shapes) : null;
}

/** Leaves the elements whose resource has a matching name; the bootstrap is not filtered. */
function* withNames(component: ConfigDumpComponent, name: SafeRegex): Generator<void, ConfigDumpComponent> {
  const dump: Record<string, Json> = {};
  for (const [field, value] of Object.entries(component.dump)) {
    const shape = SHAPES[component.message]?.[field];
    if (shape === undefined || shape === "one") dump[field] = value;
    else {
      const kept: JsonObject[] = [];
      for (const element of listOf(value)) {
        if (shape.fields.includes(SCOPED)) kept.push(withScopes(element, name));
        else if (name.matches(nameOf(element))) kept.push(element);
        yield;
      }
      if (kept.length > 0) dump[field] = kept;
    }
  }
  return { ...component, dump };
}

/** What stands here are the scopes of a connection manager, which have names of their own; it is there without them too. */
function withScopes(element: JsonObject, name: SafeRegex): JsonObject {
  const { [SCOPED]: scopes, ...rest } = element;
  const kept = listOf(scopes).filter((scope) => name.matches(nameOf(scope)));
  return kept.length === 0 ? rest : { ...element, [SCOPED]: kept };
}

function nameOf(element: JsonObject): string {
  if (typeof element.name === "string") return element.name;
  for (const field of RESOURCE_FIELDS) {
    const resource = element[field];
    if (!isObject(resource)) continue;
    const name = resource.name ?? resource.cluster_name;
    return typeof name === "string" ? name : "";
  }
  return "";
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
