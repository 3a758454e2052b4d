/** `envoy.config.cluster.v3.Cluster`: fixed hosts, names, EDS and aggregates, HTTP/1 (spec/upstream.md 2.1). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { ClusterConfig, ClusterHttpOptions } from "../cluster_config.ts";
import { circuitBreakersSchema, DEFAULT_CIRCUIT_BREAKERS } from "./circuit_breakers.ts";
import { clusterTypeFields, discoveryOf } from "./cluster_type.ts";
import { commonLbSchema, NO_COMMON_LB } from "./common_lb.ts";
import { dnsFields } from "./dns.ts";
import { edsClusterConfigSchema } from "./eds_cluster.ts";
import { loadAssignmentSchema, NO_ASSIGNMENT, refuseHostNames } from "./endpoint.ts";
import { extension, type ExtensionSchemas, namedExtension } from "./extension.ts";
import { duration, extensionList, flag, number, text } from "./field.ts";
import { lbPolicyFields, lbPolicyOf } from "./lb_policy.ts";
import { healthChecksSchema } from "./health_check.ts";
import { metadataSchema } from "./metadata.ts";
import { outlierDetectionSchema } from "./outlier_detection.ts";
import { clusterHttpOptions, http1Schema, upstreamCommonSchema, upstreamHttpSchema } from "./protocol_options.ts";
import { transportSocketSchema } from "./transport_socket.ts";
import {
  DEFAULT_HAPPY_EYEBALLS,
  DEFAULT_TCP_IDLE_TIMEOUT_MS,
  preconnectPolicySchema,
  tcpProtocolOptionsSchema,
  upstreamConnectionOptionsSchema,
} from "./upstream_connections.ts";

const HTTP_PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const TCP_PROTOCOL_OPTIONS = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";

const DEFAULT_BUFFER_LIMIT = 1024 * 1024;

/** The upstream protocol options that work. */
export const protocolOptions: ExtensionSchemas = new Map([
  [TYPE_URL_PREFIX + HTTP_PROTOCOL_OPTIONS, { schema: upstreamHttpSchema, isTerminal: false }],
  [TYPE_URL_PREFIX + TCP_PROTOCOL_OPTIONS, { schema: tcpProtocolOptionsSchema, isTerminal: false }],
]);

/** One of them, which stands under its own name. */
function protocolOptionsOf(messageName: string) {
  const typeUrl = TYPE_URL_PREFIX + messageName;
  return extension({
    what: "set of upstream protocol options",
    packagePrefix: "envoy.extensions.upstreams.",
    schemas: new Map([[typeUrl, protocolOptions.get(typeUrl)!]]),
  }).optional();
}

/** `Cluster`. */
export const clusterSchema = z.strictObject({
  name: text(),
  alt_stat_name: text(),
  metadata: metadataSchema,
  ...clusterTypeFields,
  ...dnsFields,
  eds_cluster_config: edsClusterConfigSchema.optional(),
  connect_timeout: duration(5_000),
  per_connection_buffer_limit_bytes: number(DEFAULT_BUFFER_LIMIT),
  ...lbPolicyFields,
  common_lb_config: commonLbSchema.optional(),
  load_assignment: loadAssignmentSchema.optional(),
  health_checks: healthChecksSchema,
  circuit_breakers: circuitBreakersSchema.optional(),
  outlier_detection: outlierDetectionSchema.optional(),
  transport_socket: transportSocketSchema.optional(),
  typed_extension_protocol_options: z.strictObject({
    [HTTP_PROTOCOL_OPTIONS]: protocolOptionsOf(HTTP_PROTOCOL_OPTIONS),
    [TCP_PROTOCOL_OPTIONS]: protocolOptionsOf(TCP_PROTOCOL_OPTIONS),
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
  upstream_connection_options: upstreamConnectionOptionsSchema.optional(),
  preconnect_policy: preconnectPolicySchema.optional(),
  connection_pool_per_downstream_connection: flag(false),
  close_connections_on_host_health_failure: flag(false),
  ignore_health_on_host_removal: flag(false),
}).transform((message, context): ClusterConfig => {
  const discovery = discoveryOf(message, context);
  if (discovery === null) return z.NEVER;
  const options = message.typed_extension_protocol_options;
  const http = options?.[HTTP_PROTOCOL_OPTIONS], tcp = options?.[TCP_PROTOCOL_OPTIONS];
  const written = message.load_assignment ?? NO_ASSIGNMENT;
  if (discovery.kind === "static") refuseHostNames(written, ["load_assignment"], context);
  // Theirs come from elsewhere.
  const assignment = discovery.kind === "eds" || discovery.kind === "aggregate" ? NO_ASSIGNMENT : written;
  const common = message.common_lb_config ?? NO_COMMON_LB;
  const { lb, locality, subsets } = lbPolicyOf({ message, hashing: common.hashing, discovery }, context);
  return {
    name: message.name,
    observabilityName: message.alt_stat_name === "" ? message.name : message.alt_stat_name,
    discovery,
    connectTimeoutMs: message.connect_timeout,
    perConnectionBufferLimitBytes: message.per_connection_buffer_limit_bytes,
    lb,
    commonLb: locality === null ? common.config : { ...common.config, locality },
    subsets,
    assignment: { endpoints: assignment.localities.flat(), policy: assignment.policy },
    healthChecks: message.health_checks,
    ignoresHealthOnHostRemoval: message.ignore_health_on_host_removal,
    circuitBreakers: message.circuit_breakers ?? DEFAULT_CIRCUIT_BREAKERS,
    http: http === undefined ? deprecatedHttpOptions(message) : http.config as ClusterHttpOptions,
    outlierDetection: message.outlier_detection ?? null,
    connections: {
      preconnectRatio: message.preconnect_policy ?? 1,
      perDownstreamConnection: message.connection_pool_per_downstream_connection,
      closeOnHostHealthFailure: message.close_connections_on_host_health_failure,
      closeOnHostSetChange: common.closesOnHostSetChange,
      rawIdleTimeoutMs: tcp === undefined ? DEFAULT_TCP_IDLE_TIMEOUT_MS : tcp.config as number,
      happyEyeballs: message.upstream_connection_options?.happy_eyeballs_config ?? DEFAULT_HAPPY_EYEBALLS,
    },
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
