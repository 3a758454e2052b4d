/** `cluster_type`: cluster types that are extensions (spec/upstream.md 3.7). */

import { z } from "zod";
import type { DiscoveryConfig } from "../cluster_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { list } from "./field.ts";

const aggregateSchema = z.strictObject({ clusters: list(z.string()) }).transform((message): DiscoveryConfig => ({
  kind: "aggregate",
  clusters: message.clusters,
}));

/** Those that work; the schema of each makes a `DiscoveryConfig`. */
export const clusterTypes: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.clusters.aggregate.v3.ClusterConfig`, {
    schema: aggregateSchema,
    isTerminal: false,
  }],
]);

/** `Cluster.CustomClusterType`. */
export const clusterTypeSchema: z.ZodType<DiscoveryConfig> = namedExtension({
  what: "cluster type",
  packagePrefix: ["envoy.extensions.clusters.", "envoy.clusters."],
  schemas: clusterTypes,
}).transform(({ config }) => config as DiscoveryConfig);
