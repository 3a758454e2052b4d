/** `envoy.config.core.v3.Metadata`: what is said under `filter_metadata`. */

import { z } from "zod";
import type { FilterMetadata, JsonObject } from "../metadata_config.ts";

/** A struct, as it is. */
export const structSchema = z.record(z.string(), z.unknown()).transform((struct) => struct as JsonObject);

/** A `metadata` field; empty when absent. */
export const metadataSchema: z.ZodType<FilterMetadata> = z.strictObject({
  filter_metadata: z.record(z.string(), structSchema).optional(),
}).optional().transform((metadata): FilterMetadata => metadata?.filter_metadata ?? {});
