/** `envoy.config.cluster.v3.Cluster`: STATIC and EDS, HTTP/1 (spec/upstream.md 2.1). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { ClusterConfig, ClusterHttpOptions, DiscoveryConfig } from "../cluster_config.ts";
import { circuitBreakersSchema, DEFAULT_CIRCUIT_BREAKERS } from "./circuit_breakers.ts";
import { edsClusterConfigSchema, edsDiscovery, refuseEdsConfig } from "./eds_cluster.ts";
import { loadAssignmentSchema, NO_ASSIGNMENT, refuseHostNames } from "./endpoint.ts";
import { extension, type ExtensionSchemas, namedExtension } from "./extension.ts";
import { choice, duration, extensionList, number, text } from "./field.ts";
import { commonHashingSchema, lbConfigOf, lbPolicyFields } from "./lb_policy.ts";
import { healthChecksSchema } from "./health_check.ts";
import { metadataSchema } from "./metadata.ts";
import { outlierDetectionSchema } from "./outlier_detection.ts";
import { clusterHttpOptions, http1Schema, upstreamCommonSchema, upstreamHttpSchema } from "./protocol_options.ts";
import { transportSocketSchema } from "./transport_socket.ts";

const HTTP_PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

const DEFAULT_BUFFER_LIMIT = 1024 * 1024;

/** The upstream protocol options that work. */
export const protocolOptions: ExtensionSchemas = new Map([
  [TYPE_URL_PREFIX + HTTP_PROTOCOL_OPTIONS, { schema: upstreamHttpSchema, isTerminal: false }],
]);

const tcpKeepaliveSchema = z.strictObject({
  keepalive_probes: z.number().optional(),
  keepalive_time: z.number().optional(),
  keepalive_interval: z.number().optional(),
}).transform((keepalive) => !Object.values(keepalive).includes(0));

/** `Cluster`. */
export const clusterSchema = z.strictObject({
  name: text(),
  alt_stat_name: text(),
  metadata: metadataSchema,
  type: choice("STATIC", "EDS"),
  eds_cluster_config: edsClusterConfigSchema.optional(),
  connect_timeout: duration(5_000),
  per_connection_buffer_limit_bytes: number(DEFAULT_BUFFER_LIMIT),
  ...lbPolicyFields,
  common_lb_config: z.strictObject({ consistent_hashing_lb_config: commonHashingSchema.optional() }).optional(),
  load_assignment: loadAssignmentSchema.optional(),
  health_checks: healthChecksSchema,
  circuit_breakers: circuitBreakersSchema.optional(),
  outlier_detection: outlierDetectionSchema.optional(),
  transport_socket: transportSocketSchema.optional(),
  typed_extension_protocol_options: z.strictObject({
    [HTTP_PROTOCOL_OPTIONS]: extension({
      what: "set of upstream protocol options",
      packagePrefix: "envoy.extensions.upstreams.",
      schemas: protocolOptions,
    }).optional(),
  }).optional(),
  http_protocol_options: http1Schema.optional(),
  common_http_protocol_options: upstreamCommonSchema.optional(),
  max_requests_per_connection: z.number().optional(),
  // Only inert ones get as far as being left out.
  filters: extensionList(namedExtension({
    what: "upstream network filter",
    packagePrefix: "envoy.extensions.filters.network.",
    schemas: new Map(),
  })),
  upstream_connection_options: z.strictObject({ tcp_keepalive: tcpKeepaliveSchema.optional() }).optional(),
}).transform((message, context): ClusterConfig => {
  const isEds = message.type === "EDS";
  const assignment = isEds ? NO_ASSIGNMENT : message.load_assignment ?? NO_ASSIGNMENT;
  refuseHostNames(assignment, ["load_assignment"], context);
  if (!isEds) refuseEdsConfig(message, context);
  const discovery: DiscoveryConfig | null = isEds ? edsDiscovery(message, context) : { kind: "static" };
  if (discovery === null) return z.NEVER;
  const http = message.typed_extension_protocol_options?.[HTTP_PROTOCOL_OPTIONS];
  return {
    name: message.name,
    observabilityName: message.alt_stat_name === "" ? message.name : message.alt_stat_name,
    discovery,
    connectTimeoutMs: message.connect_timeout,
    perConnectionBufferLimitBytes: message.per_connection_buffer_limit_bytes,
    lb: lbConfigOf(message, message.common_lb_config?.consistent_hashing_lb_config, context),
    assignment: { endpoints: assignment.localities.flat(), policy: assignment.policy },
    healthChecks: message.health_checks,
    circuitBreakers: message.circuit_breakers ?? DEFAULT_CIRCUIT_BREAKERS,
    http: http === undefined ? deprecatedHttpOptions(message) : http.config as ClusterHttpOptions,
    outlierDetection: message.outlier_detection ?? null,
    metadata: message.metadata,
    tcpKeepalive: message.upstream_connection_options?.tcp_keepalive ?? false,
  };
});

/** The fields from before `HttpProtocolOptions`, which counts alone when it is given. */
function deprecatedHttpOptions(message: {
  readonly common_http_protocol_options?: z.output<typeof upstreamCommonSchema> | undefined;
  readonly http_protocol_options?: z.output<typeof http1Schema> | undefined;
  readonly max_requests_per_connection?: number | undefined;
}): ClusterHttpOptions {
  const options = clusterHttpOptions(message.common_http_protocol_options, message.http_protocol_options);
  const limit = message.max_requests_per_connection;
  return limit === undefined ? options : { ...options, maxRequestsPerConnection: limit };
}
