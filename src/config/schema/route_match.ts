/** `envoy.config.route.v3.RouteMatch` (spec/http.md 2.2). */

import { z } from "zod";
import type { FilterStateMatcherConfig, PathSpecifierConfig, RouteMatchConfig } from "../route_match_config.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { flag, list, text } from "./field.ts";
import { headerMatcherSchema } from "./header_matcher.ts";
import { metadataMatcherSchema } from "./metadata_matcher.ts";
import { cookieMatcherSchema, queryParameterMatcherSchema } from "./query_matcher.ts";
import { regexSchema } from "./regex.ts";
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
  prefix: z.string().optional(),
  path: z.string().optional(),
  safe_regex: regexSchema.optional(),
  path_separated_prefix: z.string().optional(),
  connect_matcher: z.strictObject({}).optional(),
  case_sensitive: flag(true),
  runtime_fraction: runtimeFractionSchema.optional(),
  headers: list(headerMatcherSchema),
  query_parameters: list(queryParameterMatcherSchema),
  cookies: list(cookieMatcherSchema),
  grpc: z.strictObject({}).optional(),
  tls_context: tlsContextMatchSchema.optional(),
  dynamic_metadata: list(metadataMatcherSchema),
  filter_state: list(filterStateSchema),
}).transform((message): RouteMatchConfig => ({
  path: pathOf(message),
  caseSensitive: message.case_sensitive,
  runtimeFraction: message.runtime_fraction ?? null,
  isGrpc: message.grpc !== undefined,
  headers: message.headers,
  queryParameters: message.query_parameters,
  cookies: message.cookies,
  tlsContext: message.tls_context ?? null,
  dynamicMetadata: message.dynamic_metadata,
  filterState: message.filter_state,
}));

/** The descriptors' check has seen to it that one of them is set. */
function pathOf(message: {
  readonly prefix?: string | undefined;
  readonly path?: string | undefined;
  readonly safe_regex?: { readonly regex: string } | undefined;
  readonly path_separated_prefix?: string | undefined;
  readonly connect_matcher?: object | undefined;
}): PathSpecifierConfig {
  if (message.path !== undefined) return { kind: "path", value: message.path };
  if (message.path_separated_prefix !== undefined) {
    return { kind: "path_separated_prefix", value: message.path_separated_prefix };
  }
  if (message.safe_regex !== undefined) return { kind: "safe_regex", value: message.safe_regex.regex };
  if (message.connect_matcher !== undefined) return { kind: "connect" };
  return { kind: "prefix", value: message.prefix ?? "" };
}
