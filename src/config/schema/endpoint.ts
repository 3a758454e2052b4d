/** `envoy.config.endpoint.v3.ClusterLoadAssignment`: the hosts of a cluster (spec/upstream.md 3.1, 3.2). */

import { HEALTH_STATUSES } from "../host_health.ts";
import { z } from "zod";
import type { EndpointConfig } from "../cluster_config.ts";
import { type AssignmentPolicy, DEFAULT_ASSIGNMENT_POLICY } from "../assignment_policy.ts";
import type { SocketAddress } from "../socket_address.ts";
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../health_check_config.ts";
import { addressSchema, isIpAddress, isKnownResolver, resolvableAddressSchema } from "./address.ts";
import { addInvalid, choice, duration, list, number, text } from "./field.ts";
import { endpointHealthCheckSchema } from "./health_check.ts";
import { metadataSchema } from "./metadata.ts";
import { fractionalPercentSchema } from "./runtime_fraction.ts";

const localitySchema = z.strictObject({ region: text(), zone: text(), sub_zone: text() });

const NO_LOCALITY = localitySchema.parse({});

const lbEndpointSchema = z.strictObject({
  endpoint: z.strictObject({
    address: resolvableAddressSchema.optional(),
    hostname: text(),
    health_check_config: endpointHealthCheckSchema.optional(),
    additional_addresses: list(z.strictObject({ address: addressSchema.optional() })),
  }),
  health_status: choice(...HEALTH_STATUSES),
  load_balancing_weight: number(1),
  metadata: metadataSchema,
});

const localityEndpointsSchema = z.strictObject({
  locality: localitySchema.optional(),
  lb_endpoints: list(lbEndpointSchema),
  priority: number(0),
  load_balancing_weight: number(0),
  metadata: metadataSchema,
}).transform((message, context): ReadLocality => {
  const { region, zone, sub_zone: subZone } = message.locality ?? NO_LOCALITY;
  // As in Envoy, the weight of no locality is none.
  const weight = message.locality === undefined ? 0 : message.load_balancing_weight;
  // One for all of them: they are many, and it crosses to every worker with them.
  const locality = { region, zone, subZone, weight, metadata: message.metadata };
  const resolverNames = message.lb_endpoints.map(({ endpoint }) => endpoint.address?.resolverName ?? "");
  const endpoints = message.lb_endpoints.map((entry, index): EndpointConfig => {
    const { additional_addresses, hostname } = entry.endpoint, address = entry.endpoint.address?.address;
    const { health_check_config: healthCheck = DEFAULT_ENDPOINT_HEALTH_CHECK } = entry.endpoint;
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
      additionalAddresses: additional_addresses.flatMap(({ address }, at) => {
        if (address !== undefined) return [address];
        const path = ["lb_endpoints", index, "endpoint", "additional_addresses", at];
        addInvalid(context, entry, path, "no address given, wanted socket_address or pipe");
        return [];
      }),
      hostname,
      weight: entry.load_balancing_weight,
      priority: message.priority,
      locality,
      healthStatus: entry.health_status,
      healthCheck,
      metadata: entry.metadata,
    };
  });
  return { endpoints, resolverNames };
});

/** An entry of `endpoints`. */
interface ReadLocality {
  readonly endpoints: readonly EndpointConfig[];
  readonly resolverNames: readonly string[];
}

/** What is read of one. Its `cluster_name` is not compared when it is inline. */
export interface ReadAssignment {
  readonly clusterName: string;
  /** Hosts by entry of `endpoints`. */
  readonly localities: readonly (readonly EndpointConfig[])[];
  /** Their `resolver_name`s, in the same order; empty = none. */
  readonly resolverNames: readonly (readonly string[])[];
  readonly policy: AssignmentPolicy;
  /** So long it holds unless another one comes; 0 = for ever. Only EDS goes by it. */
  readonly staleAfterMs: number;
}

/** What a cluster without one has. */
export const NO_ASSIGNMENT: ReadAssignment = {
  clusterName: "",
  localities: [],
  resolverNames: [],
  policy: DEFAULT_ASSIGNMENT_POLICY,
  staleAfterMs: 0,
};

/** `Policy.drop_overloads`, as a percentage and its name. */
const dropOverloadsSchema = list(z.strictObject({
  category: text(),
  drop_percentage: fractionalPercentSchema.optional(),
})).transform((categories, context): Pick<AssignmentPolicy, "dropOverloadPercent" | "dropOverloadCategory"> => {
  if (categories.length > 1) {
    const reason = `Cluster drop_overloads config has ${categories.length} categories. Envoy only support one.`;
    addInvalid(context, categories, [], reason);
  }
  const { numerator, denominator } = categories[0]?.drop_percentage ?? { numerator: 0, denominator: 100 };
  if (numerator > denominator) {
    const reason = `Cluster drop_overloads config is invalid. drop_ratio=${numerator / denominator}(Numerator ` +
      `${numerator} / Denominator ${denominator}). The valid range is 0~1.`;
    addInvalid(context, categories, [0, "drop_percentage"], reason);
  }
  return { dropOverloadPercent: numerator * 100 / denominator, dropOverloadCategory: categories[0]?.category ?? "" };
});

/** `ClusterLoadAssignment`. */
export const loadAssignmentSchema = z.strictObject({
  cluster_name: text(),
  endpoints: list(localityEndpointsSchema),
  policy: z.strictObject({
    overprovisioning_factor: number(DEFAULT_ASSIGNMENT_POLICY.overprovisioningFactor),
    weighted_priority_health: z.boolean().default(false),
    endpoint_stale_after: duration(0),
    drop_overloads: dropOverloadsSchema,
  }).optional(),
}).transform(({ cluster_name, endpoints, policy }): ReadAssignment => ({
  clusterName: cluster_name,
  localities: endpoints.map((locality) => locality.endpoints),
  resolverNames: endpoints.map((locality) => locality.resolverNames),
  policy: policy === undefined ? DEFAULT_ASSIGNMENT_POLICY : {
    ...DEFAULT_ASSIGNMENT_POLICY,
    overprovisioningFactor: policy.overprovisioning_factor,
    weightedPriorityHealth: policy.weighted_priority_health,
    ...policy.drop_overloads,
  },
  staleAfterMs: policy?.endpoint_stale_after ?? 0,
}));

/** Where nobody resolves names. `path`: of the assignment. */
export function refuseHostNames(
  { localities, resolverNames }: ReadAssignment,
  path: readonly PropertyKey[],
  context: z.core.$RefinementCtx,
): void {
  localities.forEach((locality, localityIndex) =>
    locality.forEach(({ address, additionalAddresses }, index) => {
      const endpoint = [...path, "endpoints", localityIndex, "lb_endpoints", index, "endpoint"];
      refuseHostName(address, resolverNames[localityIndex]?.[index] ?? "", [...endpoint, "address"], context);
      additionalAddresses.forEach((address, at) =>
        refuseHostName(address, "", [...endpoint, "additional_addresses", at, "address"], context)
      );
    })
  );
}

function refuseHostName(
  address: SocketAddress,
  resolver: string,
  path: readonly PropertyKey[],
  context: z.core.$RefinementCtx,
): void {
  const isKnown = isKnownResolver(resolver);
  if (address.kind !== "ip" || isKnown && isIpAddress(address.host)) return;
  const found = isKnown ? `malformed IP address: ${address.host}` : `Unknown address resolver: ${resolver}`;
  addInvalid(
    context,
    address,
    [...path, "socket_address", isKnown ? "address" : "resolver_name"],
    `${found}. Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'`,
  );
}

/** What comes by EDS. */
export const endpointsSchema: z.ZodType<ReadAssignment> = loadAssignmentSchema.transform((assignment, context) => {
  refuseHostNames(assignment, [], context);
  return assignment;
});
