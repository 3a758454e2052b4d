/** `envoy.config.accesslog.v3.AccessLogFilter` (spec/http.md 8.3). */

import { z } from "zod";
import { compileCel } from "../../base/cel/cel.ts";
import { CelProblem } from "../../base/cel/expression.ts";
import type { AccessLogFilterConfig, ComparisonConfig } from "../access_log_config.ts";
import { descriptorPool } from "../descriptor/descriptor_pool.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { celConfigSchema } from "./cel_config.ts";
import { extension, noImplementation } from "./extension.ts";
import { addInvalid, choice, flag, list, number, text } from "./field.ts";
import { headerMatcherSchema } from "./header_matcher.ts";
import { metadataMatcherSchema } from "./metadata_matcher.ts";
import { fractionalPercentSchema } from "./runtime_fraction.ts";

const comparisonSchema = z.strictObject({
  comparison: z.strictObject({
    op: choice("EQ", "GE", "LE", "NE"),
    value: z.strictObject({ default_value: number(0), runtime_key: text() }),
  }),
}).transform(({ comparison: { op, value } }): ComparisonConfig => ({
  op,
  value: value.default_value,
  runtimeKey: value.runtime_key,
}));

const NEVER = { numerator: 0, denominator: 100 } as const;

const GRPC_STATUSES = descriptorPool.requireEnum("envoy.config.accesslog.v3.GrpcStatusFilter.Status").values;

/** By name, as the canonical form has them. */
const grpcStatusSchema = z.string().transform((name) =>
  GRPC_STATUSES.find((status) => status.name === name)?.number ?? -1
);

const EXPRESSION_FILTER = `${TYPE_URL_PREFIX}envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter`;

/** `ExpressionFilter`: a stream is logged when the expression is true of it. */
const expressionFilterSchema = z.strictObject({ expression: text(), cel_config: celConfigSchema })
  .transform(({ expression, cel_config: options }, context): AccessLogFilterConfig => {
    try {
      compileCel(expression, options, {});
    } catch (error) {
      if (!(error instanceof CelProblem)) throw error;
      const what = error.isSyntax ? "Not able to parse filter expression" : "failed to create an expression";
      addInvalid(context, expression, ["expression"], `${what}: ${error.message}`);
    }
    return { kind: "cel", expression, options };
  });

/** `AccessLogFilter`; the descriptors' check has seen to it that it is of one kind. */
export const accessLogFilterSchema: z.ZodType<AccessLogFilterConfig> = z.lazy(() => filterSchema);

const filterSchema: z.ZodType<AccessLogFilterConfig> = z.strictObject({
  status_code_filter: comparisonSchema.optional(),
  duration_filter: comparisonSchema.optional(),
  not_health_check_filter: z.strictObject({}).optional(),
  traceable_filter: z.strictObject({}).optional(),
  runtime_filter: z.strictObject({
    runtime_key: text(),
    percent_sampled: fractionalPercentSchema.optional(),
    use_independent_randomness: flag(false),
  }).optional(),
  and_filter: z.strictObject({ filters: list(accessLogFilterSchema) }).optional(),
  or_filter: z.strictObject({ filters: list(accessLogFilterSchema) }).optional(),
  header_filter: z.strictObject({ header: headerMatcherSchema }).optional(),
  response_flag_filter: z.strictObject({ flags: list(z.string()) }).optional(),
  grpc_status_filter: z.strictObject({ statuses: list(grpcStatusSchema), exclude: flag(false) }).optional(),
  metadata_filter: z.strictObject({
    matcher: metadataMatcherSchema.optional(),
    match_if_key_not_found: flag(true),
  }).optional(),
  log_type_filter: z.strictObject({ types: list(z.string()), exclude: flag(false) }).optional(),
  extension_filter: z.strictObject({
    name: text(),
    typed_config: extension({
      what: "access log filter",
      packagePrefix: "envoy.extensions.access_loggers.filters.",
      schemas: new Map([[EXPRESSION_FILTER, { schema: expressionFilterSchema, isTerminal: false }]]),
    }).optional(),
  }).optional(),
}).transform((message, context): AccessLogFilterConfig => {
  const { status_code_filter, duration_filter, runtime_filter, and_filter, or_filter, header_filter } = message;
  const { response_flag_filter, grpc_status_filter, metadata_filter, log_type_filter, extension_filter } = message;
  if (status_code_filter !== undefined) return { kind: "status_code", comparison: status_code_filter };
  if (duration_filter !== undefined) return { kind: "duration", comparison: duration_filter };
  if (message.not_health_check_filter !== undefined) return { kind: "not_health_check" };
  if (runtime_filter !== undefined) {
    return {
      kind: "runtime",
      runtimeKey: runtime_filter.runtime_key,
      sampled: runtime_filter.percent_sampled ?? NEVER,
      useIndependentRandomness: runtime_filter.use_independent_randomness,
    };
  }
  if (and_filter !== undefined) return { kind: "and", filters: and_filter.filters };
  if (or_filter !== undefined) return { kind: "or", filters: or_filter.filters };
  if (header_filter !== undefined) return { kind: "header", header: header_filter.header };
  if (response_flag_filter !== undefined) return { kind: "response_flag", flags: response_flag_filter.flags };
  if (grpc_status_filter !== undefined) return { kind: "grpc_status", ...grpc_status_filter };
  if (metadata_filter !== undefined) {
    return {
      kind: "metadata",
      matcher: metadata_filter.matcher ?? null,
      matchIfKeyNotFound: metadata_filter.match_if_key_not_found,
    };
  }
  if (log_type_filter !== undefined) return { kind: "log_type", ...log_type_filter };
  if (extension_filter !== undefined) {
    if (extension_filter.typed_config !== undefined) {
      return extension_filter.typed_config.config as AccessLogFilterConfig;
    }
    addInvalid(context, message, ["extension_filter"], noImplementation(extension_filter.name, ""));
    return z.NEVER;
  }
  return { kind: "traceable" };
});
