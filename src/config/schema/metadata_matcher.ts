/** `MetadataMatcher` and `ValueMatcher` of `envoy.type.matcher.v3`. */

import { z } from "zod";
import type { MetadataMatcherConfig, ValueMatcherConfig } from "../match_config.ts";
import { flag, list, text } from "./field.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

/** Doubles that JSON has no number for are text in the canonical form: `NaN`, `Infinity`. */
const double = z.union([z.number(), z.string()]).transform(Number);

const doubleMatcherSchema = z.strictObject({
  range: z.strictObject({ start: double.default(0), end: double.default(0) }).optional(),
  exact: double.optional(),
}).transform(({ range, exact }): ValueMatcherConfig =>
  range === undefined ? { kind: "double", exact: exact ?? 0 } : { kind: "double_range", ...range }
);

/** `ValueMatcher`; the descriptors' check has seen to it that it has one pattern. */
export const valueMatcherSchema: z.ZodType<ValueMatcherConfig> = z.lazy(() =>
  z.strictObject({
    null_match: z.strictObject({}).optional(),
    double_match: doubleMatcherSchema.optional(),
    string_match: stringMatcherSchema.optional(),
    bool_match: z.boolean().optional(),
    present_match: z.boolean().optional(),
    list_match: z.strictObject({ one_of: valueMatcherSchema.optional() }).optional(),
    or_match: z.strictObject({ value_matchers: list(valueMatcherSchema) }).optional(),
  })
).transform((message): ValueMatcherConfig => {
  if (message.double_match !== undefined) return message.double_match;
  if (message.string_match !== undefined) return { kind: "string", matcher: message.string_match };
  if (message.bool_match !== undefined) return { kind: "bool", value: message.bool_match };
  if (message.present_match !== undefined) return { kind: "present", isPresent: message.present_match };
  if (message.or_match !== undefined) return { kind: "or", matchers: message.or_match.value_matchers };
  if (message.list_match?.one_of !== undefined) return { kind: "list", oneOf: message.list_match.one_of };
  return { kind: "null" };
});

/** `MetadataMatcher`. */
export const metadataMatcherSchema = z.strictObject({
  filter: text(),
  path: list(z.strictObject({ key: text() })),
  value: valueMatcherSchema,
  invert: flag(false),
}).transform(({ filter, path, value, invert }): MetadataMatcherConfig => ({
  filter,
  path: path.map(({ key }) => key),
  value,
  invert,
}));
