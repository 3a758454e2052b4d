/** `QueryParameterMatcher` and `CookieMatcher` of `envoy.config.route.v3` (spec/http.md 2.3). */

import { z } from "zod";
import type { CookieMatcherConfig, QueryParameterMatcherConfig } from "../match_config.ts";
import { flag, text } from "./field.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

/** `QueryParameterMatcher`; without a specifier the parameter must be there. */
export const queryParameterMatcherSchema = z.strictObject({
  name: text(),
  string_match: stringMatcherSchema.optional(),
  present_match: z.boolean().optional(),
}).transform(({ name, string_match, present_match }): QueryParameterMatcherConfig => ({
  name,
  test: string_match === undefined
    ? { kind: "present", isPresent: present_match ?? true }
    : { kind: "string", matcher: string_match },
}));

/** `CookieMatcher`. */
export const cookieMatcherSchema = z.strictObject({
  name: text(),
  string_match: stringMatcherSchema,
  invert_match: flag(false),
}).transform(({ name, string_match, invert_match }): CookieMatcherConfig => ({
  name,
  matcher: string_match,
  invert: invert_match,
}));
