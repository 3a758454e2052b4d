/** `envoy.type.matcher.v3.RegexMatcher`: what RE2 refuses is refused (spec/http.md 0). */

import { z } from "zod";
import { regexProblem } from "../../base/re2.ts";
import type { RegexConfig } from "../match_config.ts";
import { addInvalid, text } from "./field.ts";

/**
 * `RegexMatcher`.
 * Differs from Envoy: a program may be of any size, so `max_program_size` and `re2.max_program_size.error_level` say
 * nothing. They bound the cost of a match there; here it is linear in the text whatever the pattern.
 */
export const regexSchema = z.strictObject({
  google_re2: z.strictObject({ max_program_size: z.number().optional() }).optional(),
  regex: text(),
}).transform(({ regex }, context): RegexConfig => {
  const problem = regexProblem(regex);
  if (problem !== null) addInvalid(context, regex, ["regex"], problem);
  return { regex };
});
