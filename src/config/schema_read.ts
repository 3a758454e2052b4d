/**
 * Runs a schema over the working tree and says what it refused.
 *
 * A key or value the schemas do not know is one that Envoy knows and denvoy lacks: the descriptors have refused
 * everything else before. Such a thing is a problem by name, or, with `allowUnsupported`, a warning and left out.
 * What is left out must not open a door: see {@link KEPT_FIELDS}.
 */

import type { z } from "zod";
import { messageNameOf } from "./type_url.ts";
import { descriptorPool } from "./descriptor/descriptor_pool.ts";
import { type PathStep, pathText } from "./field_path.ts";
import { LEFT_OUT } from "./schema/field.ts";
import { type CanonicalMessage, isMessage } from "./source_map.ts";

/** Told of what was refused or left out. */
export interface SchemaReports {
  /** Envoy takes it, denvoy does not yet. */
  readonly unsupported: (path: readonly PathStep[], reason: string) => void;
  /** Envoy refuses it too. */
  readonly invalid: (path: readonly PathStep[], reason: string) => void;
  readonly warning: (path: readonly PathStep[], reason: string) => void;
}

/** Fields that may not be left out: without them more would be let through, or something else would be served. */
const KEPT_FIELDS = new Set([
  "envoy.config.cluster.v3.Cluster.type",
  "envoy.config.cluster.v3.Cluster.cluster_type",
  "envoy.config.cluster.v3.Cluster.transport_socket",
  "envoy.config.cluster.v3.Cluster.transport_socket_matches",
  "envoy.config.cluster.v3.Cluster.transport_socket_matcher",
  "envoy.config.cluster.v3.Cluster.http2_protocol_options",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.auto_config",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig.http2_protocol_options",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig.http3_protocol_options",
  "envoy.config.core.v3.HealthCheck.custom_health_check",
  "envoy.config.core.v3.HealthCheck.HttpHealthCheck.codec_client_type",
  "envoy.config.core.v3.ConfigSource.ads",
  "envoy.config.core.v3.ConfigSource.api_config_source",
  "envoy.config.core.v3.SocketAddress.protocol",
  "envoy.config.core.v3.SocketAddress.named_port",
  "envoy.config.core.v3.Address.envoy_internal_address",
  "envoy.config.listener.v3.Listener.api_listener",
  "envoy.config.listener.v3.Listener.udp_listener_config",
  "envoy.config.listener.v3.Listener.internal_listener",
  "envoy.config.listener.v3.Listener.bind_to_port",
  "envoy.config.listener.v3.FilterChain.transport_socket",
  "envoy.config.route.v3.RouteConfiguration.vhds",
  "envoy.config.route.v3.RouteAction.cluster_specifier_plugin",
  "envoy.config.route.v3.RouteAction.inline_cluster_specifier_plugin",
  "envoy.config.route.v3.WeightedCluster.use_hash_policy",
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.codec_type",
  "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.scoped_rds",
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.forward_client_cert_details",
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter.config_discovery",
]);

/** Messages of which no field may be left out: every one narrows what is let through. */
const KEPT_MESSAGES = new Set([
  "envoy.config.route.v3.RouteMatch",
  "envoy.config.listener.v3.FilterChainMatch",
  "envoy.config.route.v3.DirectResponseAction",
  "envoy.type.matcher.v3.StringMatcher",
]);

/** HTTP filters that keep requests out. */
const GUARDING_FILTERS =
  /^envoy\.extensions\.filters\.http\.(?:rbac|jwt_authn|ext_authz|ext_proc|oauth2|basic_auth|api_key_auth|csrf|credential_injector|gcp_authn|dynamic_modules|wasm|golang|lua|composite)\./;

const MAX_ROUNDS = 20;

/** One refused thing, in words. */
interface Refusal {
  readonly path: readonly PathStep[];
  readonly reason: string;
  readonly isUnsupported: boolean;
  /** Takes the thing out of the tree; null when it must not be left out. */
  readonly leaveOut: (() => void) | null;
}

/** Reads `tree` with `schema`; null when something was refused. Leaving out changes `tree`. */
export function readWithSchema<Output>(
  schema: z.ZodType<Output>,
  messageName: string,
  tree: CanonicalMessage,
  allowUnsupported: boolean,
  reports: SchemaReports,
): Output | null {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = schema.safeParse(tree);
    if (result.success) return result.data;
    const issues = withoutConsequences(result.error.issues);
    const refusals = issues.flatMap((issue) => refusalsOf(issue, messageName, tree));
    const removable = allowUnsupported ? refusals.filter((refusal) => refusal.leaveOut !== null) : [];
    if (removable.length === 0) {
      for (const { path, reason, isUnsupported } of refusals) {
        (isUnsupported ? reports.unsupported : reports.invalid)(path, reason);
      }
      return null;
    }
    for (const { path, reason, leaveOut } of removable) {
      leaveOut!();
      reports.warning(path, `${reason}: left out`);
    }
  }
  return null;
}

/** The keys a schema does not know, by either of the ways they are told. */
function unknownKeysOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === "unrecognized_keys") return issue.keys;
  return issue.code === "custom" ? issue.params?.["unknownKeys"] as readonly string[] | undefined : undefined;
}

/** What is said of a message that has unknown keys may be only because these were not looked at. */
function withoutConsequences(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const containers = new Set(
    issues.filter((issue) => unknownKeysOf(issue) !== undefined).map((issue) => pathText(issue.path as PathStep[])),
  );
  return issues.filter((issue) =>
    issue.code !== "custom" || unknownKeysOf(issue) !== undefined || !containers.has(pathText(issue.path as PathStep[]))
  );
}

function refusalsOf(issue: z.core.$ZodIssue, messageName: string, tree: CanonicalMessage): Refusal[] {
  const path = issue.path as PathStep[];
  const unknownKeys = unknownKeysOf(issue);
  if (unknownKeys !== undefined) return unknownKeys.map((key) => unsupportedField(key, path, messageName, tree));
  switch (issue.code) {
    case "invalid_value":
      return [unsupportedValue(issue.values, path, messageName, tree)];
    case "custom": {
      const isUnsupported = issue.params?.["isUnsupported"] === true;
      const leaveOut = isUnsupported ? elementRemoval(path, tree) ?? policyRemoval(path, tree) : null;
      return [{ path, reason: issue.message, isUnsupported, leaveOut }];
    }
    default:
      return [{ path, reason: issue.message, isUnsupported: false, leaveOut: null }];
  }
}

function unsupportedField(key: string, path: PathStep[], messageName: string, tree: CanonicalMessage): Refusal {
  const owner = ownerOf(messageName, tree, path);
  const isField = descriptorPool.message(owner.name)?.fieldByName.has(key) ?? false;
  const mayLeaveOut = isField && !KEPT_MESSAGES.has(owner.name) && !KEPT_FIELDS.has(`${owner.name}.${key}`);
  const container = valueAt(tree, path);
  return {
    path: [...path, key],
    reason: isField ? `field of ${owner.name} is known to Envoy, not supported yet` : unknownKeyText(key),
    isUnsupported: isField || descriptorPool.message(key) !== undefined,
    leaveOut: mayLeaveOut && isMessage(container) ? () => void delete container[key] : null,
  };
}

/** A key of `typed_extension_protocol_options`: the one map whose keys are names of ours. */
function unknownKeyText(key: string): string {
  return descriptorPool.message(key) === undefined
    ? `Didn't find a registered network or http filter or protocol options implementation for name: '${key}'`
    : `protocol options ${key} are known to Envoy, not supported yet`;
}

function unsupportedValue(
  wanted: readonly unknown[],
  path: PathStep[],
  messageName: string,
  tree: CanonicalMessage,
): Refusal {
  const field = String(path.at(-1));
  const owner = ownerOf(messageName, tree, path.slice(0, -1));
  const container = valueAt(tree, path.slice(0, -1));
  const found = valueAt(tree, path);
  const mayLeaveOut = !KEPT_FIELDS.has(`${owner.name}.${field}`) && !KEPT_MESSAGES.has(owner.name);
  return {
    path,
    reason: `value ${found} is known to Envoy, not supported yet, wanted ${wanted.join(" or ")}`,
    isUnsupported: true,
    leaveOut: mayLeaveOut && isMessage(container) ? () => void delete container[field] : null,
  };
}

/** Takes an HTTP filter or access logger out of its list, unless it guards something. */
function elementRemoval(path: readonly PathStep[], tree: CanonicalMessage): (() => void) | null {
  const index = path.at(-2), listName = path.at(-3);
  if (path.at(-1) !== "typed_config" || typeof index !== "number") return null;
  if (listName !== "http_filters" && listName !== "access_log") return null;
  const any = valueAt(tree, path), elements = valueAt(tree, path.slice(0, -2));
  if (!isMessage(any) || !Array.isArray(elements)) return null;
  if (GUARDING_FILTERS.test(messageNameOf(String(any["@type"])))) return null;
  return () => void (elements[index] = LEFT_OUT);
}

/** Without the policies that it cannot have, a cluster has that of `lb_policy`. */
function policyRemoval(path: readonly PathStep[], tree: CanonicalMessage): (() => void) | null {
  const cluster = valueAt(tree, path.slice(0, -1));
  if (path.at(-1) !== "load_balancing_policy" || !isMessage(cluster)) return null;
  return () => void delete cluster["load_balancing_policy"];
}

function valueAt(tree: CanonicalMessage, path: readonly PathStep[]): unknown {
  let value: unknown = tree;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as CanonicalMessage)[step];
  }
  return value;
}

/** Name of the message at `path`. */
function ownerOf(messageName: string, tree: CanonicalMessage, path: readonly PathStep[]): { readonly name: string } {
  let name = messageName;
  let value: unknown = tree;
  for (const step of path) {
    value = isMessage(value) || Array.isArray(value) ? (value as CanonicalMessage)[step] : undefined;
    const field = descriptorPool.message(name)?.fieldByName.get(String(step));
    if (field !== undefined && typeof step === "string" && field.kind === "message") name = field.typeName;
    if (name === "google.protobuf.Any" && isMessage(value) && typeof value["@type"] === "string") {
      name = messageNameOf(value["@type"]);
    }
  }
  return { name };
}
