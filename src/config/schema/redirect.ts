/** `envoy.config.route.v3.RedirectAction` (spec/http.md 2.10). */

import { z } from "zod";
import type { RedirectConfig } from "../route_action_config.ts";
import type { TextTemplate } from "../format/format_config.ts";
import { choice, flag, number, text } from "./field.ts";
import { formatRewrites, regexRewriteSchema } from "./rewrite.ts";
import { formatTextSchema } from "./substitution_format.ts";

const STATUSES = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
} as const;

/** `RedirectAction`. */
export const redirectSchema = z.strictObject({
  https_redirect: flag(false),
  scheme_redirect: text(),
  host_redirect: text(),
  port_redirect: number(0),
  path_redirect: text(),
  prefix_rewrite: text(),
  regex_rewrite: regexRewriteSchema.optional(),
  path_rewrite: formatTextSchema.optional(),
  strip_query: flag(false),
  response_code: choice("MOVED_PERMANENTLY", "FOUND", "SEE_OTHER", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT"),
}).transform((message): RedirectConfig => ({
  kind: "redirect",
  status: STATUSES[message.response_code],
  scheme: message.https_redirect ? "https" : message.scheme_redirect || null,
  host: message.host_redirect || null,
  port: message.port_redirect || null,
  path: pathOf(message),
  stripsQuery: message.strip_query,
}));

function pathOf(message: {
  readonly path_redirect: string;
  readonly prefix_rewrite: string;
  readonly regex_rewrite?: { readonly regex: string; readonly substitution: string } | undefined;
  readonly path_rewrite?: TextTemplate | undefined;
}): RedirectConfig["path"] {
  if (message.path_redirect !== "") return { kind: "path", value: message.path_redirect };
  if (message.regex_rewrite !== undefined) return { kind: "regex", ...message.regex_rewrite };
  if (message.prefix_rewrite !== "") return { kind: "prefix", value: message.prefix_rewrite };
  return formatRewrites(message.path_rewrite)[0] ?? null;
}
