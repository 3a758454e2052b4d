/** `envoy.config.cluster.v3.Cluster`: STATIC and aggregate, ROUND_ROBIN, HTTP/1 (spec/upstream.md 2.1). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { ClusterConfig, ClusterHttpOptions, DiscoveryConfig, EndpointConfig } from "../cluster_config.ts";
import { DEFAULT_COMMON_LB } from "../locality_lb_config.ts";
import { isIpAddress } from "./address.ts";
import { circuitBreakersSchema, DEFAULT_CIRCUIT_BREAKERS } from "./circuit_breakers.ts";
import { clusterTypeSchema } from "./cluster_type.ts";
import { loadAssignmentSchema, NO_ASSIGNMENT } from "./endpoint.ts";
import { extension, type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, choice, duration, extensionList, number, text } from "./field.ts";
import { commonLbSchema } from "./locality_lb.ts";
import { metadataSchema } from "./metadata.ts";
import { clusterHttpOptions, http1Schema, upstreamCommonSchema, upstreamHttpSchema } from "./protocol_options.ts";
import { lbSubsetSchema } from "./subset.ts";
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
  type: choice("STATIC"),
  cluster_type: clusterTypeSchema.optional(),
  connect_timeout: duration(5_000),
  per_connection_buffer_limit_bytes: number(DEFAULT_BUFFER_LIMIT),
  lb_policy: choice("ROUND_ROBIN", "CLUSTER_PROVIDED"),
  round_robin_lb_config: z.strictObject({}).optional(),
  common_lb_config: commonLbSchema.optional(),
  lb_subset_config: lbSubsetSchema.optional(),
  load_assignment: loadAssignmentSchema.optional(),
  circuit_breakers: circuitBreakersSchema.optional(),
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
  const discovery = message.cluster_type ?? { kind: "static" };
  // An aggregate has no hosts of its own.
  const assignment = discovery.kind === "aggregate" ? NO_ASSIGNMENT : message.load_assignment ?? NO_ASSIGNMENT;
  checkProvidedPolicy(message, discovery, context);
  checkHosts(assignment.localities, context);
  const http = message.typed_extension_protocol_options?.[HTTP_PROTOCOL_OPTIONS];
  return {
    name: message.name,
    observabilityName: message.alt_stat_name === "" ? message.name : message.alt_stat_name,
    discovery,
    connectTimeoutMs: message.connect_timeout,
    perConnectionBufferLimitBytes: message.per_connection_buffer_limit_bytes,
    lbPolicy: message.lb_policy,
    commonLb: message.common_lb_config ?? DEFAULT_COMMON_LB,
    subsets: message.lb_subset_config ?? null,
    assignment: { endpoints: assignment.localities.flat(), policy: assignment.policy },
    circuitBreakers: message.circuit_breakers ?? DEFAULT_CIRCUIT_BREAKERS,
    http: http === undefined ? deprecatedHttpOptions(message) : http.config as ClusterHttpOptions,
    metadata: message.metadata,
    tcpKeepalive: message.upstream_connection_options?.tcp_keepalive ?? false,
  };
});

/** Some types of cluster choose their hosts themselves, and only they do. */
function checkProvidedPolicy(
  message: { readonly name: string; readonly lb_policy: string; readonly lb_subset_config?: unknown },
  discovery: DiscoveryConfig,
  context: z.core.$RefinementCtx,
): void {
  const isProvided = message.lb_policy === "CLUSTER_PROVIDED", provides = discovery.kind === "aggregate";
  if (isProvided && message.lb_subset_config !== undefined) {
    const reason = "cluster: LB policy CLUSTER_PROVIDED cannot be combined with lb_subset_config";
    addInvalid(context, message, ["lb_policy"], reason);
  } else if (isProvided !== provides) {
    const what = provides
      ? `cluster provided LB not specified but cluster '${message.name}' provided one`
      : `cluster provided LB specified but cluster '${message.name}' did not provide one`;
    addInvalid(context, message, ["lb_policy"], `cluster manager: ${what}. Check cluster documentation.`);
  }
}

/** A STATIC cluster resolves no names. */
function checkHosts(endpoints: readonly (readonly EndpointConfig[])[], context: z.core.$RefinementCtx): void {
  endpoints.forEach((locality, localityIndex) =>
    locality.forEach(({ address }, index) => {
      if (address.kind !== "ip" || isIpAddress(address.host)) return;
      const path = ["load_assignment", "endpoints", localityIndex, "lb_endpoints", index, "endpoint", "address"];
      addInvalid(
        context,
        address,
        [...path, "socket_address", "address"],
        `malformed IP address: ${address.host}. Consider setting resolver_name or setting cluster type to ` +
          `'STRICT_DNS' or 'LOGICAL_DNS'`,
      );
    })
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
