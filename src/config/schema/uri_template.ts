/** `path_match_policy` and `path_rewrite_policy`: URI templates, the one kind of either (spec/http.md 2.2, 2.6). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { parseUriRewrite, parseUriTemplate, type UriRewriteConfig, type UriTemplateConfig } from "../uri_template.ts";
import { namedExtension } from "./extension.ts";
import { addInvalid, text } from "./field.ts";

const MATCHER = `${TYPE_URL_PREFIX}envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig`;
const REWRITER = `${TYPE_URL_PREFIX}envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig`;

const matchSchema = z.strictObject({ path_template: text() })
  .transform(({ path_template }, context): UriTemplateConfig => {
    const template = parseUriTemplate(path_template);
    if (typeof template !== "string") return template;
    addInvalid(context, path_template, ["path_template"], template);
    return z.NEVER;
  });

const rewriteSchema = z.strictObject({ path_template_rewrite: text() })
  .transform(({ path_template_rewrite }, context): UriRewriteConfig => {
    const template = parseUriRewrite(path_template_rewrite);
    if (typeof template !== "string") return template;
    addInvalid(context, path_template_rewrite, ["path_template_rewrite"], template);
    return z.NEVER;
  });

/** `RouteMatch.path_match_policy`. */
export const pathMatchPolicySchema: z.ZodType<UriTemplateConfig> = namedExtension({
  what: "path matcher",
  packagePrefix: "envoy.extensions.path.match.",
  schemas: new Map([[MATCHER, { schema: matchSchema, isTerminal: false }]]),
}).transform(({ config }) => config as UriTemplateConfig);

/** `RouteAction.path_rewrite_policy`; its variables are held against the match by `uriRewriteProblem`. */
export const pathRewritePolicySchema: z.ZodType<UriRewriteConfig> = namedExtension({
  what: "path rewriter",
  packagePrefix: "envoy.extensions.path.rewrite.",
  schemas: new Map([[REWRITER, { schema: rewriteSchema, isTerminal: false }]]),
}).transform(({ config }) => config as UriRewriteConfig);
