/** `envoy.config.endpoint.v3.ClusterLoadAssignment`: the hosts of a cluster (spec/upstream.md 3.1, 3.2). */

import { z } from "zod";
import type { EndpointConfig } from "../cluster_config.ts";
import { type AssignmentPolicy, DEFAULT_ASSIGNMENT_POLICY } from "../assignment_policy.ts";
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../health_check_config.ts";
import { addressSchema, isIpAddress } from "./address.ts";
import { addInvalid, choice, duration, list, number, text } from "./field.ts";
import { endpointHealthCheckSchema } from "./health_check.ts";
import { metadataSchema } from "./metadata.ts";

const localitySchema = z.strictObject({ region: text(), zone: text(), sub_zone: text() });

const NO_LOCALITY = localitySchema.parse({});

const lbEndpointSchema = z.strictObject({
  endpoint: z.strictObject({
    address: addressSchema.optional(),
    hostname: text(),
    health_check_config: endpointHealthCheckSchema.optional(),
  }),
  health_status: choice("UNKNOWN", "HEALTHY", "UNHEALTHY", "DRAINING", "TIMEOUT", "DEGRADED"),
  load_balancing_weight: number(1),
  metadata: metadataSchema,
});

const localityEndpointsSchema = z.strictObject({
  locality: localitySchema.optional(),
  lb_endpoints: list(lbEndpointSchema),
  priority: number(0),
  load_balancing_weight: number(0),
  metadata: metadataSchema,
}).transform((message, context): EndpointConfig[] => {
  const locality = message.locality ?? NO_LOCALITY;
  return message.lb_endpoints.map((entry, index): EndpointConfig => {
    const { address, hostname, health_check_config: healthCheck = DEFAULT_ENDPOINT_HEALTH_CHECK } = entry.endpoint;
    if (address?.kind === "pipe" && healthCheck.port > 0) {
      addInvalid(
        context,
        entry,
        ["lb_endpoints", index, "endpoint", "health_check_config", "port_value"],
        "Invalid host configuration: non-zero port for non-IP address",
      );
    }
    if (address === undefined) {
      addInvalid(
        context,
        entry,
        ["lb_endpoints", index, "endpoint"],
        "no address given, wanted socket_address or pipe",
      );
    }
    return {
      address: address ?? { kind: "pipe", path: "", mode: 0 },
      hostname,
      weight: entry.load_balancing_weight,
      priority: message.priority,
      locality: {
        region: locality.region,
        zone: locality.zone,
        subZone: locality.sub_zone,
        weight: message.load_balancing_weight,
        metadata: message.metadata,
      },
      healthStatus: entry.health_status,
      healthCheck,
      metadata: entry.metadata,
    };
  });
});

/** What is read of one. Its `cluster_name` is not compared when it is inline. */
export interface ReadAssignment {
  readonly clusterName: string;
  /** Hosts by entry of `endpoints`. */
  readonly localities: readonly (readonly EndpointConfig[])[];
  readonly policy: AssignmentPolicy;
  /** So long it holds unless another one comes; 0 = for ever. Only EDS goes by it. */
  readonly staleAfterMs: number;
}

/** What a cluster without one has. */
export const NO_ASSIGNMENT: ReadAssignment = {
  clusterName: "",
  localities: [],
  policy: DEFAULT_ASSIGNMENT_POLICY,
  staleAfterMs: 0,
};

/** `ClusterLoadAssignment`. */
export const loadAssignmentSchema = z.strictObject({
  cluster_name: text(),
  endpoints: list(localityEndpointsSchema),
  policy: z.strictObject({
    overprovisioning_factor: number(DEFAULT_ASSIGNMENT_POLICY.overprovisioningFactor),
    weighted_priority_health: z.boolean().default(false),
    endpoint_stale_after: duration(0),
  }).optional(),
}).transform(({ cluster_name, endpoints, policy }): ReadAssignment => ({
  clusterName: cluster_name,
  localities: endpoints,
  policy: policy === undefined ? DEFAULT_ASSIGNMENT_POLICY : {
    ...DEFAULT_ASSIGNMENT_POLICY,
    overprovisioningFactor: policy.overprovisioning_factor,
    weightedPriorityHealth: policy.weighted_priority_health,
  },
  staleAfterMs: policy?.endpoint_stale_after ?? 0,
}));

/** Where nobody resolves names. `path`: of the assignment. */
export function refuseHostNames(
  { localities }: ReadAssignment,
  path: readonly PropertyKey[],
  context: z.core.$RefinementCtx,
): void {
  localities.forEach((locality, localityIndex) =>
    locality.forEach(({ address }, index) => {
      if (address.kind !== "ip" || isIpAddress(address.host)) return;
      const addressPath = ["endpoints", localityIndex, "lb_endpoints", index, "endpoint", "address"];
      addInvalid(
        context,
        address,
        [...path, ...addressPath, "socket_address", "address"],
        `malformed IP address: ${address.host}. Consider setting resolver_name or setting cluster type to ` +
          `'STRICT_DNS' or 'LOGICAL_DNS'`,
      );
    })
  );
}

/** What comes by EDS. */
export const endpointsSchema: z.ZodType<ReadAssignment> = loadAssignmentSchema.transform((assignment, context) => {
  refuseHostNames(assignment, [], context);
  return assignment;
});
