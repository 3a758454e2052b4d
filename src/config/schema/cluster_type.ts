/** `type` and `cluster_type`: how a cluster's hosts are found (spec/upstream.md 2.1, 3). */

import { z } from "zod";
import type { DiscoveryConfig } from "../cluster_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { dnsClusterSchema, dnsDiscovery, type DnsFields, ownDnsSettings, type ReadDnsCluster } from "./dns.ts";
import { edsDiscovery, type EdsFields, refuseEdsConfig } from "./eds_cluster.ts";
import type { ReadAssignment } from "./endpoint.ts";
import { extension, type ExtensionSchemas } from "./extension.ts";
import { addInvalid, addUnsupported, choice, list, text } from "./field.ts";

const DNS_CLUSTER = `${TYPE_URL_PREFIX}envoy.extensions.clusters.dns.v3.DnsCluster`;

const AGGREGATE = `${TYPE_URL_PREFIX}envoy.extensions.clusters.aggregate.v3.ClusterConfig`;

const aggregateSchema = z.strictObject({ clusters: list(z.string()) }).transform((message): DiscoveryConfig => ({
  kind: "aggregate",
  clusters: message.clusters,
}));

/** The cluster types with a message that work. */
export const clusterTypes: ExtensionSchemas = new Map([
  [DNS_CLUSTER, { schema: dnsClusterSchema, isTerminal: false }],
  [AGGREGATE, { schema: aggregateSchema, isTerminal: false }],
]);

/** Those that Envoy has and denvoy has not, by name. */
const UNSUPPORTED_NAMES: ReadonlySet<string> = new Set([
  "envoy.cluster.original_dst",
  "envoy.clusters.composite",
  "envoy.clusters.dynamic_forward_proxy",
  "envoy.clusters.dynamic_modules",
  "envoy.clusters.mcp_multicluster",
  "envoy.clusters.redis",
  "envoy.clusters.reverse_connection",
]);

/** The two fields. */
export const clusterTypeFields = {
  type: choice("STATIC", "STRICT_DNS", "LOGICAL_DNS", "EDS"),
  cluster_type: z.strictObject({
    name: text(),
    typed_config: extension({
      what: "cluster type",
      packagePrefix: ["envoy.extensions.clusters.", "envoy.clusters."],
      schemas: clusterTypes,
    }).optional(),
  }).optional(),
};

type ClusterTypeFields = z.output<z.ZodObject<typeof clusterTypeFields>>;

/** The names of `cluster_type` that stand for what needs no message. */
const TYPE_NAMES: Readonly<Record<string, ClusterTypeFields["type"]>> = {
  "envoy.cluster.static": "STATIC",
  "envoy.cluster.eds": "EDS",
  "envoy.cluster.strict_dns": "STRICT_DNS",
  "envoy.cluster.logical_dns": "LOGICAL_DNS",
};

/** How the hosts are found; null when that was refused. */
export function discoveryOf(
  message: ClusterTypeFields & DnsFields & EdsFields & { readonly load_assignment?: ReadAssignment | undefined },
  context: z.core.$RefinementCtx,
): DiscoveryConfig | null {
  const { cluster_type: chosen, wait_for_warm_on_init: waits, load_assignment: assignment } = message;
  const type = chosen === undefined ? message.type : TYPE_NAMES[chosen.name];
  // A message says more than the name beside it.
  const isTyped = chosen?.typed_config !== undefined;
  if (type === "EDS" && !isTyped) return edsDiscovery(message, context);
  refuseEdsConfig(message, context);
  const byDns = (read: ReadDnsCluster) => dnsDiscovery(read, waits, assignment, context);
  if (isTyped) {
    const { typeUrl, config } = chosen.typed_config!;
    return typeUrl === AGGREGATE ? config as DiscoveryConfig : byDns(config as ReadDnsCluster);
  }
  if (chosen?.name === "envoy.cluster.dns") return byDns(dnsClusterSchema.parse({}));
  if (chosen?.name === "envoy.clusters.aggregate") {
    addInvalid(context, chosen, ["cluster_type"], "clusters: value must contain at least 1 item(s): found 0");
    return null;
  }
  if (type === undefined) refuseName(chosen!.name, context);
  if (type !== "STRICT_DNS" && type !== "LOGICAL_DNS") return { kind: "static" };
  return byDns(ownDnsSettings(message, type === "LOGICAL_DNS", context));
}

function refuseName(name: string, context: z.core.$RefinementCtx): void {
  const path = ["cluster_type", "name"];
  if (UNSUPPORTED_NAMES.has(name)) {
    addUnsupported(context, name, path, `cluster type ${name} is known to Envoy, not supported yet`);
  } else {
    addInvalid(context, name, path, `Didn't find a registered cluster factory implementation for name: '${name}'`);
  }
}
