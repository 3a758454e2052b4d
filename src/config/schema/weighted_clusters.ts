/** `envoy.config.route.v3.WeightedCluster` (spec/http.md 2.5). Weights and cluster names are checked in references.ts. */

import { z } from "zod";
import type { FilterOverrides } from "../filter_override_config.ts";
import type { ClusterWeightConfig, WeightedClustersConfig } from "../route_action_config.ts";
import { addInvalid, flag, list, number, text } from "./field.ts";
import { headerMutationFields, headerMutationsOf } from "./header_mutation.ts";
import { headerName } from "./header_matcher.ts";
import { metadataMatchSchema } from "./metadata_match.ts";

/** `WeightedCluster`. */
export function weightedClustersSchema(filterOverrides: z.ZodType<FilterOverrides>): z.ZodType<WeightedClustersConfig> {
  const clusterWeight = z.strictObject({
    name: text(),
    cluster_header: text(),
    weight: number(0),
    host_rewrite_literal: z.string().optional(),
    metadata_match: metadataMatchSchema.optional(),
    typed_per_filter_config: filterOverrides,
    ...headerMutationFields,
  }).transform((message, context): ClusterWeightConfig => {
    const { name, cluster_header } = message;
    if ((name === "") === (cluster_header === "")) {
      const reason = name === ""
        ? "At least one of name or cluster_header need to be specified"
        : "Only one of name or cluster_header can be specified";
      addInvalid(context, message, [], reason);
    }
    return {
      cluster: name === "" ? { kind: "header", header: headerName(cluster_header) } : { kind: "cluster", name },
      weight: message.weight,
      hostRewriteLiteral: message.host_rewrite_literal || null,
      metadataMatch: message.metadata_match ?? null,
      filterOverrides: message.typed_per_filter_config,
      ...headerMutationsOf(message, context),
    };
  });
  return z.strictObject({
    clusters: list(clusterWeight),
    // Deprecated: the sum of the weights counts.
    total_weight: z.number().optional(),
    runtime_key_prefix: text(),
    header_name: text(),
    use_hash_policy: flag(false),
  }).transform((message): WeightedClustersConfig => ({
    kind: "weighted",
    clusters: message.clusters,
    runtimeKeyPrefix: message.runtime_key_prefix,
    headerName: message.header_name === "" ? "" : headerName(message.header_name),
    useHashPolicy: message.use_hash_policy,
  }));
}
