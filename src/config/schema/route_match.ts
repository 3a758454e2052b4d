/** `envoy.config.route.v3.RouteMatch` (spec/http.md 2.2). */

import { z } from "zod";
import type { FilterStateMatcherConfig, RouteMatchConfig } from "../route_match_config.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { flag, list, text } from "./field.ts";
import { headerMatcherSchema } from "./header_matcher.ts";
import { metadataMatcherSchema } from "./metadata_matcher.ts";
import { pathSpecifierFields, pathSpecifierOf } from "./path_specifier.ts";
import { cookieMatcherSchema, queryParameterMatcherSchema } from "./query_matcher.ts";
import { runtimeFractionSchema } from "./runtime_fraction.ts";
import { stringMatcherSchema } from "./string_matcher.ts";
import { tlsContextMatchSchema } from "./tls_context_match.ts";

const filterStateSchema = z.strictObject({
  key: text(),
  string_match: stringMatcherSchema.optional(),
  address_match: z.strictObject({ ranges: list(cidrRangeSchema), invert_match: flag(false) }).optional(),
}).transform(({ key, string_match, address_match }): FilterStateMatcherConfig => ({
  key,
  // The descriptors' check has seen to it that one of them is set.
  test: address_match === undefined
    ? { kind: "string", matcher: string_match! }
    : { kind: "address", ranges: address_match.ranges, invert: address_match.invert_match },
}));

/** `RouteMatch`. */
export const routeMatchSchema = z.strictObject({
  ...pathSpecifierFields,
  connect_matcher: z.strictObject({}).optional(),
  runtime_fraction: runtimeFractionSchema.optional(),
  headers: list(headerMatcherSchema),
  query_parameters: list(queryParameterMatcherSchema),
  cookies: list(cookieMatcherSchema),
  grpc: z.strictObject({}).optional(),
  tls_context: tlsContextMatchSchema.optional(),
  dynamic_metadata: list(metadataMatcherSchema),
  filter_state: list(filterStateSchema),
}).transform((message): RouteMatchConfig => ({
  // The descriptors' check has seen to it that one of them is set.
  path: pathSpecifierOf(message) ?? { kind: "connect" },
  runtimeFraction: message.runtime_fraction ?? null,
  isGrpc: message.grpc !== undefined,
  headers: message.headers,
  queryParameters: message.query_parameters,
  cookies: message.cookies,
  tlsContext: message.tls_context ?? null,
  dynamicMetadata: message.dynamic_metadata,
  filterState: message.filter_state,
}));
