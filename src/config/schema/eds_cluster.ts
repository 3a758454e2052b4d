/** `Cluster.EdsClusterConfig`: a cluster whose endpoints are told from outside (spec/upstream.md 2.1, 3.5). */

import { z } from "zod";
import type { DiscoveryConfig } from "../cluster_config.ts";
import { configSourceSchema, NO_SOURCE } from "./config_source.ts";
import { addInvalid, text } from "./field.ts";

/** `EdsClusterConfig`. */
export const edsClusterConfigSchema = z.strictObject({
  eds_config: configSourceSchema.optional(),
  service_name: text(),
});

/** What a cluster says of EDS. */
interface EdsFields {
  readonly name: string;
  readonly eds_cluster_config?: z.output<typeof edsClusterConfigSchema> | undefined;
}

/** The discovery of a cluster of the type EDS; null when it was refused. */
export function edsDiscovery(message: EdsFields, context: z.core.$RefinementCtx): DiscoveryConfig | null {
  const config = message.eds_cluster_config;
  if (config === undefined) {
    addInvalid(context, message, [], "cannot create an EDS cluster without an EDS config");
    return null;
  }
  if (config.eds_config === undefined) {
    addInvalid(context, message, ["eds_cluster_config"], NO_SOURCE);
    return null;
  }
  const serviceName = config.service_name === "" ? message.name : config.service_name;
  return { kind: "eds", serviceName, source: config.eds_config };
}

/** Refuses what only EDS reads in a cluster of another type. */
export function refuseEdsConfig(message: EdsFields, context: z.core.$RefinementCtx): void {
  if (message.eds_cluster_config === undefined) return;
  addInvalid(context, message, ["eds_cluster_config"], "eds_cluster_config set in a non-EDS cluster");
}
