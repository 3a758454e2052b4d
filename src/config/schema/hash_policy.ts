/** `envoy.config.route.v3.RouteAction.HashPolicy` (spec/http.md 2.14). */

import { z } from "zod";
import type { HashPolicyConfig, HashSourceConfig } from "../hash_policy_config.ts";
import { durationMs } from "../proto_scalar.ts";
import { flag, list, text } from "./field.ts";
import { headerName } from "./header_matcher.ts";
import { regexRewriteSchema } from "./rewrite.ts";

const headerSchema = z.strictObject({ header_name: text(), regex_rewrite: regexRewriteSchema.optional() })
  .transform(({ header_name, regex_rewrite }): HashSourceConfig => ({
    kind: "header",
    name: headerName(header_name),
    rewrite: regex_rewrite ?? null,
  }));

const cookieSchema = z.strictObject({
  name: text(),
  ttl: z.string().optional(),
  path: text(),
  attributes: list(z.strictObject({ name: text(), value: text() })),
}).transform(({ name, ttl, path, attributes }): HashSourceConfig => ({
  kind: "cookie",
  name,
  ttlSeconds: ttl === undefined ? null : Math.trunc(durationMs(ttl) / 1000),
  path,
  attributes,
}));

/** `HashPolicy`. */
export const hashPolicySchema = z.strictObject({
  header: headerSchema.optional(),
  cookie: cookieSchema.optional(),
  connection_properties: z.strictObject({ source_ip: flag(false) }).optional(),
  query_parameter: z.strictObject({ name: text() }).optional(),
  filter_state: z.strictObject({ key: text() }).optional(),
  terminal: flag(false),
}).transform((message): HashPolicyConfig => ({ isTerminal: message.terminal, ...sourceOf(message) }));

/** The descriptors' check has seen to it that one of them is set. */
function sourceOf({ header, cookie, connection_properties, query_parameter, filter_state }: {
  readonly header?: HashSourceConfig | undefined;
  readonly cookie?: HashSourceConfig | undefined;
  readonly connection_properties?: { readonly source_ip: boolean } | undefined;
  readonly query_parameter?: { readonly name: string } | undefined;
  readonly filter_state?: { readonly key: string } | undefined;
}): HashSourceConfig {
  if (header !== undefined) return header;
  if (cookie !== undefined) return cookie;
  if (query_parameter !== undefined) return { kind: "query_parameter", name: query_parameter.name };
  if (filter_state !== undefined) return { kind: "filter_state", key: filter_state.key };
  return { kind: connection_properties?.source_ip === true ? "source_ip" : "none" };
}
