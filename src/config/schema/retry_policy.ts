/** `envoy.config.route.v3.RetryPolicy`, as far as it bounds a single try: nothing is tried again yet (spec/http.md 4, 5). */

import { z } from "zod";
import type { RetryPolicyConfig } from "../route_config.ts";
import { duration } from "./field.ts";

/** `RetryPolicy`. Conditions for another try are refused by name; so is any number of them but none. */
export const retryPolicySchema = z.strictObject({
  num_retries: z.literal(0).optional(),
  per_try_timeout: duration(0),
  per_try_idle_timeout: duration(0),
}).transform((message): RetryPolicyConfig => ({
  perTryTimeoutMs: message.per_try_timeout,
  perTryIdleTimeoutMs: message.per_try_idle_timeout,
}));
