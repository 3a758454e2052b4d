/** The path specifiers of `RouteMatch`: what the path must be (spec/http.md 2.2). */

import { z } from "zod";
import type { PathMatcherConfig, RegexConfig } from "../match_config.ts";
import type { UriTemplateConfig } from "../uri_template.ts";
import { flag } from "./field.ts";
import { regexSchema } from "./regex.ts";
import { pathMatchPolicySchema } from "./uri_template.ts";

/** The fields, for the schema of the message that has them. */
export const pathSpecifierFields = {
  prefix: z.string().optional(),
  path: z.string().optional(),
  safe_regex: regexSchema.optional(),
  path_separated_prefix: z.string().optional(),
  path_match_policy: pathMatchPolicySchema.optional(),
  case_sensitive: flag(true),
};

interface PathSpecifiers {
  readonly prefix?: string | undefined;
  readonly path?: string | undefined;
  readonly safe_regex?: RegexConfig | undefined;
  readonly path_separated_prefix?: string | undefined;
  readonly path_match_policy?: UriTemplateConfig | undefined;
  readonly case_sensitive: boolean;
}

/** The one that is set, or null: none of these. Letter case counts always in expressions and templates. */
export function pathSpecifierOf(message: PathSpecifiers): PathMatcherConfig | null {
  const { prefix, path, safe_regex, path_separated_prefix, path_match_policy, case_sensitive } = message;
  const ignoreCase = !case_sensitive;
  if (prefix !== undefined) return { kind: "prefix", value: prefix, ignoreCase };
  if (path !== undefined) return { kind: "path", value: path, ignoreCase };
  if (path_separated_prefix !== undefined) {
    return { kind: "path_separated_prefix", value: path_separated_prefix, ignoreCase };
  }
  if (safe_regex !== undefined) return { kind: "safe_regex", regex: safe_regex.regex };
  return path_match_policy === undefined ? null : { kind: "uri_template", template: path_match_policy };
}
