/** `envoy.type.matcher.v3.StringMatcher` (spec/http.md 2.3). */

import { z } from "zod";
import type { StringMatcherConfig } from "../match_config.ts";
import { addInvalid, flag } from "./field.ts";
import { regexSchema } from "./regex.ts";

/** `StringMatcher`; the descriptors' check has seen to it that it has one pattern, which is not empty but for `exact`. */
export const stringMatcherSchema = z.strictObject({
  exact: z.string().optional(),
  prefix: z.string().optional(),
  suffix: z.string().optional(),
  contains: z.string().optional(),
  safe_regex: regexSchema.optional(),
  ignore_case: flag(false),
}).transform((message, context): StringMatcherConfig => {
  const { exact, prefix, suffix, contains, safe_regex, ignore_case: ignoreCase } = message;
  if (safe_regex !== undefined) {
    if (ignoreCase) addInvalid(context, message, ["ignore_case"], "ignore_case has no effect for safe_regex.");
    return { kind: "safe_regex", value: safe_regex.regex, ignoreCase: false };
  }
  if (prefix !== undefined) return { kind: "prefix", value: prefix, ignoreCase };
  if (suffix !== undefined) return { kind: "suffix", value: suffix, ignoreCase };
  if (contains !== undefined) return { kind: "contains", value: contains, ignoreCase };
  return { kind: "exact", value: exact ?? "", ignoreCase };
});
