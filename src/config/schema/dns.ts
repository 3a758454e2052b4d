/** Discovery by DNS: the fields of a cluster, and `DnsCluster`, which replaced them (spec/upstream.md 3.3, 3.4). */

import { z } from "zod";
import type { DnsDiscoveryConfig, DnsLookupFamily, DnsResolverConfig } from "../dns_config.ts";
import { dnsResolverListSchema, resolverFields, resolverOf, typedResolverSchema } from "./dns_resolver.ts";
import type { ReadAssignment } from "./endpoint.ts";
import { addInvalid, choice, duration, flag } from "./field.ts";

const DEFAULT_REFRESH_RATE_MS = 5000;
/** Of the base interval, unless the longest is given. */
const LONGEST_BACKOFF = 10;

/** All but who is asked and whether to wait. */
type RefreshSettings = Omit<DnsDiscoveryConfig, "kind" | "isLogical" | "resolver" | "waitsForFirstResult">;

const failureRefreshSchema = z.strictObject({ base_interval: duration(0), max_interval: duration(0) })
  .transform(({ base_interval: baseMs, max_interval: maxMs }) => ({
    baseMs,
    maxMs: maxMs === 0 ? baseMs * LONGEST_BACKOFF : maxMs,
  }));

/** What both messages have. */
const refreshFields = {
  dns_refresh_rate: duration(DEFAULT_REFRESH_RATE_MS),
  dns_jitter: duration(0),
  dns_failure_refresh_rate: failureRefreshSchema.optional(),
  respect_dns_ttl: flag(false),
};

const FAMILIES = ["AUTO", "V4_ONLY", "V6_ONLY", "V4_PREFERRED", "ALL"] as const;

/** `DnsCluster`, read. */
export interface ReadDnsCluster {
  readonly isLogical: boolean;
  readonly settings: RefreshSettings;
  readonly resolver: DnsResolverConfig | null;
}

/** `envoy.extensions.clusters.dns.v3.DnsCluster`. */
export const dnsClusterSchema: z.ZodType<ReadDnsCluster> = z.strictObject({
  ...refreshFields,
  typed_dns_resolver_config: typedResolverSchema.optional(),
  dns_lookup_family: choice("UNSPECIFIED", ...FAMILIES),
  dns_min_refresh_rate: duration(0),
  all_addresses_in_single_endpoint: flag(false),
}).transform((message, context): ReadDnsCluster => {
  checkBackoff(message, context);
  const { dns_lookup_family: family, dns_min_refresh_rate: minRefreshRateMs } = message;
  return {
    isLogical: message.all_addresses_in_single_endpoint,
    settings: { ...refreshSettings(message, family === "UNSPECIFIED" ? "AUTO" : family), minRefreshRateMs },
    resolver: message.typed_dns_resolver_config ?? null,
  };
});

/** The fields of `Cluster`. */
export const dnsFields = {
  ...refreshFields,
  ...resolverFields,
  dns_lookup_family: choice(...FAMILIES),
  dns_resolvers: dnsResolverListSchema,
  wait_for_warm_on_init: flag(true),
};

/** Them, read. */
export type DnsFields = z.output<z.ZodObject<typeof dnsFields>>;

/** What a cluster's own fields say, of STRICT_DNS or LOGICAL_DNS. */
export function ownDnsSettings(
  message: DnsFields,
  isLogical: boolean,
  context: z.core.$RefinementCtx,
): ReadDnsCluster {
  checkBackoff(message, context);
  return { isLogical, settings: refreshSettings(message, message.dns_lookup_family), resolver: ownResolver(message) };
}

/** Envoy reads `use_tcp_for_dns_lookups` only beside `dns_resolvers`. */
function ownResolver(message: DnsFields): DnsResolverConfig | null {
  const resolver = message.typed_dns_resolver_config ?? message.dns_resolution_config;
  if (resolver !== undefined) return resolver;
  const { dns_resolvers: servers, use_tcp_for_dns_lookups } = message;
  if (servers.length === 0) return null;
  return resolverOf(servers, { use_tcp_for_dns_lookups, no_default_search_domain: false });
}

function refreshSettings(
  message: z.output<z.ZodObject<typeof refreshFields>>,
  lookupFamily: DnsLookupFamily,
): RefreshSettings {
  return {
    lookupFamily,
    refreshRateMs: message.dns_refresh_rate,
    jitterMs: message.dns_jitter,
    respectsTtl: message.respect_dns_ttl,
    minRefreshRateMs: 0,
    failureBackoff: message.dns_failure_refresh_rate ?? null,
  };
}

/** The discovery of a cluster whose hosts have names; `assignment` is undefined where it has none. */
export function dnsDiscovery(
  { isLogical, settings, resolver }: ReadDnsCluster,
  waitsForFirstResult: boolean,
  assignment: ReadAssignment | undefined,
  context: z.core.$RefinementCtx,
): DnsDiscoveryConfig {
  if (isLogical) checkSingle(assignment, context);
  checkResolverNames(assignment, isLogical ? "LOGICAL_DNS" : "STRICT_DNS", context);
  return { kind: "dns", isLogical, ...settings, waitsForFirstResult, resolver };
}

function checkBackoff(
  { dns_failure_refresh_rate: backoff }: z.output<z.ZodObject<typeof refreshFields>>,
  context: z.core.$RefinementCtx,
): void {
  if (backoff === undefined || backoff.maxMs >= backoff.baseMs) return;
  addInvalid(
    context,
    backoff,
    ["dns_failure_refresh_rate"],
    "dns_failure_refresh_rate must have max_interval greater than or equal to the base_interval",
  );
}

function checkSingle(assignment: ReadAssignment | undefined, context: z.core.$RefinementCtx): void {
  if (assignment === undefined) {
    addInvalid(context, assignment, ["load_assignment"], "LOGICAL_DNS clusters must have a single host");
  } else if (assignment.localities.length !== 1 || assignment.localities[0]!.length !== 1) {
    addInvalid(
      context,
      assignment,
      ["load_assignment"],
      "LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint",
    );
  }
}

function checkResolverNames(
  assignment: ReadAssignment | undefined,
  type: string,
  context: z.core.$RefinementCtx,
): void {
  assignment?.resolverNames.forEach((names, localityIndex) =>
    names.forEach((name, index) => {
      if (name === "") return;
      const endpoint = ["load_assignment", "endpoints", localityIndex, "lb_endpoints", index, "endpoint"];
      addInvalid(
        context,
        name,
        [...endpoint, "address", "socket_address", "resolver_name"],
        `${type} clusters must NOT have a custom resolver name set`,
      );
    })
  );
}
