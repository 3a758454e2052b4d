/** `envoy.config.endpoint.v3.ClusterLoadAssignment`: the hosts of a STATIC cluster (spec/upstream.md 3.1, 3.2). */

import { z } from "zod";
import type { EndpointConfig } from "../cluster_config.ts";
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
        metadata: message.metadata,
      },
      healthStatus: entry.health_status,
      metadata: entry.metadata,
    };
  });
});

/** `ClusterLoadAssignment`, hosts by entry of `endpoints`. Its `cluster_name` is not compared when it is inline. */
export const loadAssignmentSchema = z.strictObject({
  cluster_name: text(),
  endpoints: list(localityEndpointsSchema),
  policy: z.strictObject({}).optional(),
}).transform(({ endpoints }): readonly (readonly EndpointConfig[])[] => endpoints);
