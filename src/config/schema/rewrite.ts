/** What routes rewrite: paths and hosts (spec/http.md 2.6, 2.7). */

import { z } from "zod";
import type { HostRewriteConfig, PathRewriteConfig, RegexRewriteConfig } from "../route_action_config.ts";
import type { TextTemplate } from "../format/format_config.ts";
import type { UriRewriteConfig } from "../uri_template.ts";
import { addInvalid, text } from "./field.ts";
import { headerName } from "./header_matcher.ts";
import { regexSchema } from "./regex.ts";
import { formatTextSchema } from "./substitution_format.ts";
import { pathRewritePolicySchema } from "./uri_template.ts";

/** `RegexMatchAndSubstitute`. */
export const regexRewriteSchema = z.strictObject({ pattern: regexSchema, substitution: text() })
  .transform(({ pattern, substitution }): RegexRewriteConfig => ({ regex: pattern.regex, substitution }));

/** The fields of a RouteAction that rewrite the path. */
export const pathRewriteFields = {
  prefix_rewrite: text(),
  regex_rewrite: regexRewriteSchema.optional(),
  path_rewrite_policy: pathRewritePolicySchema.optional(),
  path_rewrite: formatTextSchema.optional(),
} as const;

/** The one that is set; empty texts are none. */
export function pathRewriteOf(message: {
  readonly prefix_rewrite: string;
  readonly regex_rewrite?: RegexRewriteConfig | undefined;
  readonly path_rewrite_policy?: UriRewriteConfig | undefined;
  readonly path_rewrite?: TextTemplate | undefined;
}, context: z.core.$RefinementCtx): PathRewriteConfig | null {
  const { prefix_rewrite: prefix, regex_rewrite: regex, path_rewrite_policy: template, path_rewrite } = message;
  const rewrites: PathRewriteConfig[] = [];
  if (prefix !== "") rewrites.push({ kind: "prefix", value: prefix });
  if (regex !== undefined) rewrites.push({ kind: "regex", ...regex });
  if (template !== undefined) rewrites.push({ kind: "template", template });
  rewrites.push(...formatRewrites(path_rewrite));
  if (rewrites.length > 1) {
    addInvalid(context, message, [], "Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy");
  }
  return rewrites[0] ?? null;
}

/** The rewrite that a `path_rewrite` is; an empty one is none. */
export function formatRewrites(format: TextTemplate | undefined): PathRewriteConfig[] {
  return format === undefined || format.length === 0 ? [] : [{ kind: "format", format }];
}

/** The fields of a RouteAction that rewrite the host: members of a oneof. */
export const hostRewriteFields = {
  host_rewrite_literal: z.string().optional(),
  auto_host_rewrite: z.boolean().optional(),
  host_rewrite_header: z.string().optional(),
  host_rewrite_path_regex: regexRewriteSchema.optional(),
  host_rewrite: formatTextSchema.optional(),
} as const;

/** The one that is set; false and empty ones are none. */
export function hostRewriteOf(message: {
  readonly host_rewrite_literal?: string | undefined;
  readonly auto_host_rewrite?: boolean | undefined;
  readonly host_rewrite_header?: string | undefined;
  readonly host_rewrite_path_regex?: RegexRewriteConfig | undefined;
  readonly host_rewrite?: TextTemplate | undefined;
}): HostRewriteConfig | null {
  if (message.host_rewrite_literal) return { kind: "literal", value: message.host_rewrite_literal };
  if (message.host_rewrite_header) return { kind: "header", header: headerName(message.host_rewrite_header) };
  if (message.host_rewrite_path_regex !== undefined) return { kind: "path_regex", ...message.host_rewrite_path_regex };
  if (message.host_rewrite !== undefined && message.host_rewrite.length > 0) {
    return { kind: "format", format: message.host_rewrite };
  }
  return message.auto_host_rewrite === true ? { kind: "auto" } : null;
}
