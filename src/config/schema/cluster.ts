/** `envoy.config.cluster.v3.Cluster`: STATIC, ROUND_ROBIN, HTTP/1 (spec/upstream.md 2.1). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { ClusterConfig, ClusterHttpOptions, EndpointConfig } from "../cluster_config.ts";
import type { SocketAddress } from "../socket_address.ts";
import { isIpAddress } from "./address.ts";
import { circuitBreakersSchema, DEFAULT_CIRCUIT_BREAKERS } from "./circuit_breakers.ts";
import { loadAssignmentSchema, NO_ASSIGNMENT } from "./endpoint.ts";
import { extension, type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, choice, duration, extensionList, flag, number, text } from "./field.ts";
import { metadataSchema } from "./metadata.ts";
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
  type: choice("STATIC"),
  connect_timeout: duration(5_000),
  per_connection_buffer_limit_bytes: number(DEFAULT_BUFFER_LIMIT),
  lb_policy: choice("ROUND_ROBIN"),
  round_robin_lb_config: z.strictObject({}).optional(),
  common_lb_config: z.strictObject({ close_connections_on_host_set_change: flag(false) }).optional(),
  load_assignment: loadAssignmentSchema.optional(),
  circuit_breakers: circuitBreakersSchema.optional(),
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
}).transform((message, context): ClusterConfig => {
  const assignment = message.load_assignment ?? NO_ASSIGNMENT;
  checkHosts(assignment.localities, context);
  const options = message.typed_extension_protocol_options;
  const http = options?.[HTTP_PROTOCOL_OPTIONS], tcp = options?.[TCP_PROTOCOL_OPTIONS];
  return {
    name: message.name,
    observabilityName: message.alt_stat_name === "" ? message.name : message.alt_stat_name,
    discovery: { kind: "static" },
    connectTimeoutMs: message.connect_timeout,
    perConnectionBufferLimitBytes: message.per_connection_buffer_limit_bytes,
    lbPolicy: message.lb_policy,
    assignment: { endpoints: assignment.localities.flat(), policy: assignment.policy },
    circuitBreakers: message.circuit_breakers ?? DEFAULT_CIRCUIT_BREAKERS,
    http: http === undefined ? deprecatedHttpOptions(message) : http.config as ClusterHttpOptions,
    connections: {
      preconnectRatio: message.preconnect_policy ?? 1,
      perDownstreamConnection: message.connection_pool_per_downstream_connection,
      closeOnHostHealthFailure: message.close_connections_on_host_health_failure,
      closeOnHostSetChange: message.common_lb_config?.close_connections_on_host_set_change ?? false,
      rawIdleTimeoutMs: tcp === undefined ? DEFAULT_TCP_IDLE_TIMEOUT_MS : tcp.config as number,
      happyEyeballs: message.upstream_connection_options?.happy_eyeballs_config ?? DEFAULT_HAPPY_EYEBALLS,
    },
    metadata: message.metadata,
    tcpKeepalive: message.upstream_connection_options?.tcp_keepalive ?? false,
  };
});

/** A STATIC cluster resolves no names. */
function checkHosts(endpoints: readonly (readonly EndpointConfig[])[], context: z.core.$RefinementCtx): void {
  endpoints.forEach((locality, localityIndex) =>
    locality.forEach(({ address, additionalAddresses }, index) => {
      const path = ["load_assignment", "endpoints", localityIndex, "lb_endpoints", index, "endpoint"];
      checkAddress(address, [...path, "address"], context);
      additionalAddresses.forEach((address, at) =>
        checkAddress(address, [...path, "additional_addresses", at, "address"], context)
      );
    })
  );
}

function checkAddress(address: SocketAddress, path: readonly PropertyKey[], context: z.core.$RefinementCtx): void {
  if (address.kind !== "ip" || isIpAddress(address.host)) return;
  addInvalid(
    context,
    address,
    [...path, "socket_address", "address"],
    `malformed IP address: ${address.host}. Consider setting resolver_name or setting cluster type to ` +
      `'STRICT_DNS' or 'LOGICAL_DNS'`,
  );
}

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
