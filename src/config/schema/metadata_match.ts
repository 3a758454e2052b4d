/** `metadata_match` of routes and of weighted clusters (spec/http.md 2.5): of the metadata only `envoy.lb` counts. */

import { LOAD_BALANCER } from "../metadata_config.ts";
import { z } from "zod";
import type { MetadataMatchConfig } from "../route_action_config.ts";
import { structSchema } from "./metadata.ts";

/** `Metadata`, as what hosts must have. */
export const metadataMatchSchema = z.strictObject({
  filter_metadata: z.record(z.string(), structSchema).default({}),
  // Balancers look at the other map alone.
  typed_filter_metadata: z.record(z.string(), z.unknown()).optional(),
}).transform(({ filter_metadata }): MetadataMatchConfig | null => {
  const wanted = filter_metadata[LOAD_BALANCER] ?? {};
  return Object.keys(wanted).length === 0 ? null : wanted;
});
