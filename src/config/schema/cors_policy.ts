/** `envoy.config.route.v3.CorsPolicy` (spec/http.md 2.12). */

import { z } from "zod";
import type { CorsPolicyConfig } from "../cors_config.ts";
import { list, text } from "./field.ts";
import { runtimeFractionSchema } from "./runtime_fraction.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

/** `CorsPolicy`. */
export const corsPolicySchema = z.strictObject({
  allow_origin_string_match: list(stringMatcherSchema),
  allow_methods: text(),
  allow_headers: text(),
  expose_headers: text(),
  max_age: text(),
  allow_credentials: z.boolean().optional(),
  filter_enabled: runtimeFractionSchema.optional(),
  shadow_enabled: runtimeFractionSchema.optional(),
  allow_private_network_access: z.boolean().optional(),
  forward_not_matching_preflights: z.boolean().optional(),
}).transform((message): CorsPolicyConfig => ({
  allowOrigins: message.allow_origin_string_match,
  allowMethods: message.allow_methods,
  allowHeaders: message.allow_headers,
  exposeHeaders: message.expose_headers,
  maxAge: message.max_age,
  allowCredentials: message.allow_credentials ?? null,
  filterEnabled: message.filter_enabled ?? null,
  shadowEnabled: message.shadow_enabled ?? null,
  allowPrivateNetworkAccess: message.allow_private_network_access ?? null,
  forwardNotMatchingPreflights: message.forward_not_matching_preflights ?? null,
}));
