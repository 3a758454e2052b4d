/** `envoy.config.route.v3.RateLimit` (spec/http.md 10.6): which descriptors a request is counted by. */

import { z } from "zod";
import type { MetadataKeyConfig, RateLimitActionConfig, RateLimitConfig } from "../rate_limit_config.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { namedExtension } from "./extension.ts";
import { choice, flag, list, number, text } from "./field.ts";
import { headerMatcherSchema, headerName } from "./header_matcher.ts";
import { queryParameterMatcherSchema } from "./query_matcher.ts";

const emptySchema = z.strictObject({});

const metadataKeySchema = z.strictObject({ key: text(), path: list(z.strictObject({ key: text() })) })
  .transform(({ key, path }): MetadataKeyConfig => ({ key, path: path.map((segment) => segment.key) }));

/** The fields of an action that has an entry of its own making. */
function descriptorFields(descriptorKey: string) {
  return {
    descriptor_key: text().transform((key) => key === "" ? descriptorKey : key),
    descriptor_value: text(),
    default_value: text(),
  } as const;
}

function descriptorOf(message: {
  readonly descriptor_key: string;
  readonly descriptor_value: string;
  readonly default_value: string;
}) {
  return {
    descriptorKey: message.descriptor_key,
    descriptorValue: message.descriptor_value,
    defaultValue: message.default_value,
  };
}

/** Descriptors of extensions: denvoy has none yet. */
const extensionSchema = namedExtension({
  what: "rate limit descriptor",
  packagePrefix: "envoy.extensions.rate_limit_descriptors.",
  schemas: new Map(),
});

/** The members of the oneof, each with what it becomes. */
const actionSchemas = {
  source_cluster: emptySchema.transform((): RateLimitActionConfig => ({ kind: "source_cluster" })),
  destination_cluster: emptySchema.transform((): RateLimitActionConfig => ({ kind: "destination_cluster" })),
  remote_address: emptySchema.transform((): RateLimitActionConfig => ({ kind: "remote_address" })),
  request_headers: z.strictObject({ header_name: text(), descriptor_key: text(), skip_if_absent: flag(false) })
    .transform((message): RateLimitActionConfig => ({
      kind: "request_headers",
      header: headerName(message.header_name),
      descriptorKey: message.descriptor_key,
      skipsIfAbsent: message.skip_if_absent,
    })),
  query_parameters: z.strictObject({
    query_parameter_name: text(),
    descriptor_key: text(),
    skip_if_absent: flag(false),
  }).transform((message): RateLimitActionConfig => ({
    kind: "query_parameters",
    parameter: message.query_parameter_name,
    descriptorKey: message.descriptor_key,
    skipsIfAbsent: message.skip_if_absent,
  })),
  generic_key: z.strictObject(descriptorFields("generic_key"))
    .transform((message): RateLimitActionConfig => ({ kind: "generic_key", ...descriptorOf(message) })),
  header_value_match: z.strictObject({
    ...descriptorFields("header_match"),
    expect_match: flag(true),
    headers: list(headerMatcherSchema),
  }).transform((message): RateLimitActionConfig => ({
    kind: "header_value_match",
    expects: message.expect_match,
    headers: message.headers,
    ...descriptorOf(message),
  })),
  query_parameter_value_match: z.strictObject({
    ...descriptorFields("query_match"),
    expect_match: flag(true),
    query_parameters: list(queryParameterMatcherSchema),
  }).transform((message): RateLimitActionConfig => ({
    kind: "query_parameter_value_match",
    expects: message.expect_match,
    parameters: message.query_parameters,
    ...descriptorOf(message),
  })),
  metadata: z.strictObject({
    descriptor_key: text(),
    metadata_key: metadataKeySchema,
    default_value: text(),
    source: choice("DYNAMIC", "ROUTE_ENTRY", "CLUSTER_ENTRY", "CLUSTER_LOCALITY_ENTRY"),
    skip_if_absent: flag(false),
  }).transform((message): RateLimitActionConfig => ({
    kind: "metadata",
    descriptorKey: message.descriptor_key,
    metadataKey: message.metadata_key,
    defaultValue: message.default_value,
    source: message.source,
    skipsIfAbsent: message.skip_if_absent,
  })),
  // The deprecated spelling of the one above.
  dynamic_metadata: z.strictObject({ descriptor_key: text(), metadata_key: metadataKeySchema, default_value: text() })
    .transform((message): RateLimitActionConfig => ({
      kind: "metadata",
      descriptorKey: message.descriptor_key,
      metadataKey: message.metadata_key,
      defaultValue: message.default_value,
      source: "DYNAMIC",
      skipsIfAbsent: false,
    })),
  masked_remote_address: z.strictObject({ v4_prefix_mask_len: number(32), v6_prefix_mask_len: number(128) })
    .transform((message): RateLimitActionConfig => ({
      kind: "masked_remote_address",
      v4PrefixLength: message.v4_prefix_mask_len,
      v6PrefixLength: message.v6_prefix_mask_len,
    })),
  remote_address_match: z.strictObject({
    ...descriptorFields("remote_address_match"),
    address_matcher: z.strictObject({ ranges: list(cidrRangeSchema), invert_match: flag(false) }),
  }).transform((message): RateLimitActionConfig => ({
    kind: "remote_address_match",
    ranges: message.address_matcher.ranges,
    invert: message.address_matcher.invert_match,
    ...descriptorOf(message),
  })),
} as const;

const actionSchema = z.strictObject({ ...actionSchemas, extension: extensionSchema }).partial()
  .transform(({ extension: _, ...actions }): RateLimitActionConfig =>
    // The descriptors' check has seen to it that one of them is set; an extension has been refused.
    Object.values(actions).find((action) => action !== undefined)!
  );

/** `RateLimit`. */
export const rateLimitSchema = z.strictObject({
  stage: number(0),
  disable_key: text(),
  actions: list(actionSchema),
  limit: z.strictObject({
    dynamic_metadata: z.strictObject({ metadata_key: metadataKeySchema }).optional(),
  }).optional(),
  hits_addend: z.strictObject({
    number: z.string().optional(),
    format: text(),
    is_negative_hits: flag(false),
  }).optional(),
  apply_on_stream_done: flag(false),
  x_ratelimit_option: choice("UNSPECIFIED", "OFF", "DRAFT_VERSION_03"),
}).transform((message): RateLimitConfig => ({
  stage: message.stage,
  disableKey: message.disable_key,
  actions: message.actions,
  limit: message.limit?.dynamic_metadata?.metadata_key ?? null,
  hitsAddend: message.hits_addend === undefined ? null : {
    number: message.hits_addend.number === undefined ? null : Number(message.hits_addend.number),
    format: message.hits_addend.format,
    isNegative: message.hits_addend.is_negative_hits,
  },
  appliesOnStreamDone: message.apply_on_stream_done,
  xRateLimitOption: message.x_ratelimit_option,
}));
