/** `type` and `cluster_type`: how a cluster's hosts are found (spec/upstream.md 2.1, 3). */

import { z } from "zod";
import type { DiscoveryConfig } from "../cluster_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { dnsClusterSchema, dnsDiscovery, type DnsFields, ownDnsSettings, type ReadDnsCluster } from "./dns.ts";
import type { ReadAssignment } from "./endpoint.ts";
import { extension, type ExtensionSchemas } from "./extension.ts";
import { addInvalid, addUnsupported, choice, text } from "./field.ts";

const DNS_CLUSTER = `${TYPE_URL_PREFIX}envoy.extensions.clusters.dns.v3.DnsCluster`;

/** The cluster types with a message that work. */
export const clusterTypes: ExtensionSchemas = new Map([[DNS_CLUSTER, { schema: dnsClusterSchema, isTerminal: false }]]);

/** Those that Envoy has and denvoy has not, by name. */
const UNSUPPORTED_NAMES: ReadonlySet<string> = new Set([
  "envoy.cluster.eds",
  "envoy.cluster.original_dst",
  "envoy.clusters.aggregate",
  "envoy.clusters.composite",
  "envoy.clusters.dynamic_forward_proxy",
  "envoy.clusters.dynamic_modules",
  "envoy.clusters.mcp_multicluster",
  "envoy.clusters.redis",
  "envoy.clusters.reverse_connection",
]);

/** The two fields. */
export const clusterTypeFields = {
  type: choice("STATIC", "STRICT_DNS", "LOGICAL_DNS"),
  cluster_type: z.strictObject({
    name: text(),
    typed_config: extension({
      what: "cluster type",
      packagePrefix: "envoy.extensions.clusters.",
      schemas: clusterTypes,
    }).optional(),
  }).optional(),
};

type ClusterTypeFields = z.output<z.ZodObject<typeof clusterTypeFields>>;

/** The names of `cluster_type` that stand for what needs no message. */
const TYPE_NAMES: Readonly<Record<string, ClusterTypeFields["type"]>> = {
  "envoy.cluster.static": "STATIC",
  "envoy.cluster.strict_dns": "STRICT_DNS",
  "envoy.cluster.logical_dns": "LOGICAL_DNS",
};

/** How the hosts are found; `assignment` is undefined where the cluster has none. */
export function discoveryOf(
  message: ClusterTypeFields & DnsFields,
  assignment: ReadAssignment | undefined,
  context: z.core.$RefinementCtx,
): DiscoveryConfig {
  const { cluster_type: chosen, wait_for_warm_on_init: waits } = message;
  const byDns = (read: ReadDnsCluster) => dnsDiscovery(read, waits, assignment, context);
  // A message says more than the name beside it.
  if (chosen?.typed_config !== undefined) return byDns(chosen.typed_config.config as ReadDnsCluster);
  if (chosen?.name === "envoy.cluster.dns") return byDns(dnsClusterSchema.parse({}));
  const type = chosen === undefined ? message.type : TYPE_NAMES[chosen.name];
  if (type === undefined) {
    const { name } = chosen!;
    if (UNSUPPORTED_NAMES.has(name)) {
      addUnsupported(
        context,
        name,
        ["cluster_type", "name"],
        `cluster type ${name} is known to Envoy, not supported yet`,
      );
    } else {
      addInvalid(
        context,
        name,
        ["cluster_type", "name"],
        `Didn't find a registered cluster factory implementation for name: '${name}'`,
      );
    }
  }
  if (type !== "STRICT_DNS" && type !== "LOGICAL_DNS") return { kind: "static" };
  return byDns(ownDnsSettings(message, type === "LOGICAL_DNS", context));
}
