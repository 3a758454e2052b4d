/** `envoy.config.core.v3.Metadata`, as far as load balancing reads it: the struct of `envoy.lb`. */

import { z } from "zod";

const LOAD_BALANCER = "envoy.lb";

/** `Metadata`. Nothing reads its typed part. */
export const metadataSchema = z.strictObject({
  filter_metadata: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  typed_filter_metadata: z.unknown().optional(),
});

/** What it says to load balancers. */
export function lbMetadata({ filter_metadata }: z.output<typeof metadataSchema>): Readonly<Record<string, unknown>> {
  return filter_metadata[LOAD_BALANCER] ?? {};
}
