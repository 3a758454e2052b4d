/** `envoy.config.metrics.v3.StatsConfig` (spec/operations.md 8.4). */

import { z } from "zod";
import type { BucketSettings, ShownStats, StatsConfig, StatTagRule } from "../stats_config.ts";
import { addInvalid, flag, list, text } from "./field.ts";
import { regexProblem } from "../../base/re2.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

const tagSchema = z.strictObject({
  tag_name: text(),
  regex: z.string().optional(),
  fixed_value: z.string().optional(),
}).transform(({ tag_name: name, regex, fixed_value: value }, context): StatTagRule => {
  if (value !== undefined) return { kind: "fixed", name, value };
  if (regex === undefined || regex === "") return { kind: "default", name };
  const problem = regexProblem(regex);
  if (problem !== null) addInvalid(context, regex, ["regex"], problem);
  return { kind: "regex", name, regex };
});

const patternsSchema = z.strictObject({ patterns: list(stringMatcherSchema) });

const matcherSchema = z.strictObject({
  reject_all: z.boolean().optional(),
  exclusion_list: patternsSchema.optional(),
  inclusion_list: patternsSchema.optional(),
}).transform(({ reject_all, exclusion_list, inclusion_list }): ShownStats => {
  if (reject_all !== undefined) return { base: reject_all ? "none" : "all", but: [] };
  if (inclusion_list !== undefined) return { base: "none", but: inclusion_list.patterns };
  return { base: "all", but: exclusion_list?.patterns ?? [] };
});

const bucketsSchema = z.strictObject({ match: stringMatcherSchema, buckets: list(z.number()) })
  .transform(({ match, buckets }): BucketSettings => ({ match, bounds: buckets.toSorted((a, b) => a - b) }));

/** `StatsConfig`. */
export const statsConfigSchema = z.strictObject({
  stats_tags: list(tagSchema),
  use_all_default_tags: flag(true),
  stats_matcher: matcherSchema.optional(),
  histogram_bucket_settings: list(bucketsSchema),
}).transform((message): StatsConfig => ({
  usesDefaultTags: message.use_all_default_tags,
  tags: message.stats_tags,
  shown: message.stats_matcher ?? { base: "all", but: [] },
  buckets: message.histogram_bucket_settings,
}));
