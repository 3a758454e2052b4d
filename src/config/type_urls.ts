/**
 * Which type URLs are known, and how far: supported, known to Envoy only, inert, or unknown (spec/xds.md 1.3, 14.2).
 */

import { descriptorPool } from "./descriptor/descriptor_pool.ts";
import { ACCESS_LOGGER_TYPE_URLS } from "./schema/access_log.ts";
import { bootstrapExtensions } from "./schema/bootstrap.ts";
import { protocolOptions } from "./schema/cluster.ts";
import { clusterTypes } from "./schema/cluster_type.ts";
import { dnsResolvers } from "./schema/dns_resolver.ts";
import type { ExtensionSchemas } from "./schema/extension.ts";
import { checkEventSinks } from "./schema/health_check.ts";
import { HCM_TYPE_URL } from "./schema/http_connection_manager.ts";
import { lbPolicies } from "./schema/lb_policy.ts";
import { redirectPredicates } from "./schema/internal_redirect.ts";
import { hostPredicates, retryPriorities } from "./schema/retry_policy.ts";
import { formatters } from "./schema/substitution_format.ts";
import { transportSockets } from "./schema/transport_socket.ts";
import { INERT_MESSAGES } from "./inert_messages.ts";
import { canonicalTypeUrl, factoryName, messageNameOf, TYPE_URL_PREFIX } from "./type_url.ts";

/**
 * `supported`: it does what Envoy does. `inert`: accepted and not enforced. `unsupported`: Envoy has it, denvoy does
 * not yet. `unknown`: Envoy has no such message.
 */
export type SupportLevel = "supported" | "inert" | "unsupported" | "unknown";

/** An extension that works, as a node's `extensions` list names it. */
export interface SupportedExtension {
  /** Envoy's name: `envoy.filters.http.router`. */
  readonly name: string;
  /** Envoy's category: `envoy.filters.http`. */
  readonly category: string;
  /** Empty for what a field of Envoy's chooses by name. */
  readonly typeUrl: string;
}

const HEALTH_CHECK = "envoy.config.core.v3.HealthCheck";

/** Those that are fields and not extensions, though Envoy lists them: some without a message. */
const FIELDS: readonly SupportedExtension[] = [
  ...["static", "strict_dns", "logical_dns"].map((type) => field("envoy.clusters", `envoy.cluster.${type}`, "")),
  field("envoy.health_checkers", "envoy.health_checkers.http", `${HEALTH_CHECK}.HttpHealthCheck`),
  field("envoy.health_checkers", "envoy.health_checkers.tcp", `${HEALTH_CHECK}.TcpHealthCheck`),
];

function field(category: string, name: string, messageName: string): SupportedExtension {
  return { name, category, typeUrl: messageName === "" ? "" : TYPE_URL_PREFIX + messageName };
}

/** How far the type is supported, given the HTTP filters there are. */
export function supportLevel(typeUrl: string, httpFilters: ExtensionSchemas): SupportLevel {
  const wanted = canonicalTypeUrl(typeUrl);
  if (supportedExtensions(httpFilters).some((extension) => extension.typeUrl === wanted)) return "supported";
  const name = messageNameOf(typeUrl);
  if (INERT_MESSAGES.has(name)) return "inert";
  return descriptorPool.message(name) === undefined ? "unknown" : "unsupported";
}

/** All extensions that work, in order of category and name. */
export function supportedExtensions(httpFilters: ExtensionSchemas): readonly SupportedExtension[] {
  const categories: readonly (readonly [string, Iterable<string>])[] = [
    ["envoy.access_loggers", ACCESS_LOGGER_TYPE_URLS],
    ["envoy.bootstrap", bootstrapExtensions.keys()],
    ["envoy.clusters", clusterTypes.keys()],
    ["envoy.formatter", formatters.keys()],
    ["envoy.filters.http", httpFilters.keys()],
    ["envoy.filters.network", [HCM_TYPE_URL]],
    ["envoy.health_check.event_sinks", checkEventSinks.keys()],
    ["envoy.network.dns_resolver", dnsResolvers.keys()],
    ["envoy.retry_host_predicates", hostPredicates.keys()],
    ["envoy.load_balancing_policies", lbPolicies.keys()],
    ["envoy.retry_priorities", retryPriorities.keys()],
    ["envoy.internal_redirect_predicates", redirectPredicates.keys()],
    ["envoy.transport_sockets.downstream", transportSockets.keys()],
    ["envoy.transport_sockets.upstream", transportSockets.keys()],
    ["envoy.upstream_options", protocolOptions.keys()],
  ];
  const typed = categories.flatMap(([category, typeUrls]) =>
    [...typeUrls].map((typeUrl) => ({ name: factoryName(messageNameOf(typeUrl)), category, typeUrl }))
  );
  return [...FIELDS, ...typed].sort((a, b) => sortKey(a) < sortKey(b) ? -1 : 1);
}

function sortKey({ category, name }: SupportedExtension): string {
  return `${category} ${name}`;
}
