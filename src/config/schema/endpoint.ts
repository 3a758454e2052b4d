/** `envoy.config.endpoint.v3.ClusterLoadAssignment`: the hosts of a STATIC cluster (spec/upstream.md 3.1, 3.2). */

import { z } from "zod";
import type { EndpointConfig } from "../cluster_config.ts";
import { type AssignmentPolicy, DEFAULT_ASSIGNMENT_POLICY } from "../assignment_policy.ts";
import { addressSchema } from "./address.ts";
import { addInvalid, choice, list, number, text } from "./field.ts";
import { metadataSchema } from "./metadata.ts";

const localitySchema = z.strictObject({ region: text(), zone: text(), sub_zone: text() });

const NO_LOCALITY = localitySchema.parse({});

const lbEndpointSchema = z.strictObject({
  endpoint: z.strictObject({
    address: addressSchema.optional(),
    hostname: text(),
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
    const { address, hostname } = entry.endpoint;
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
        // As in Envoy, the weight of no locality is none.
        weight: message.locality === undefined ? 0 : message.load_balancing_weight,
        metadata: message.metadata,
      },
      healthStatus: entry.health_status,
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
}

/** What a cluster without one has. */
export const NO_ASSIGNMENT: ReadAssignment = { clusterName: "", localities: [], policy: DEFAULT_ASSIGNMENT_POLICY };

/** `ClusterLoadAssignment`. */
export const loadAssignmentSchema = z.strictObject({
  cluster_name: text(),
  endpoints: list(localityEndpointsSchema),
  policy: z.strictObject({
    overprovisioning_factor: number(DEFAULT_ASSIGNMENT_POLICY.overprovisioningFactor),
    weighted_priority_health: z.boolean().default(false),
  }).optional(),
}).transform(({ cluster_name, endpoints, policy }): ReadAssignment => ({
  clusterName: cluster_name,
  localities: endpoints,
  policy: policy === undefined ? DEFAULT_ASSIGNMENT_POLICY : {
    ...DEFAULT_ASSIGNMENT_POLICY,
    overprovisioningFactor: policy.overprovisioning_factor,
    weightedPriorityHealth: policy.weighted_priority_health,
  },
}));
