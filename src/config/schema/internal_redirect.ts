/** `envoy.config.route.v3.InternalRedirectPolicy` and the fields of a route that it replaced (spec/http.md 3). */

import { z } from "zod";
import type { InternalRedirectConfig, RedirectPredicateConfig } from "../internal_redirect_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, choice, flag, list, number } from "./field.ts";
import { headerName } from "./header_matcher.ts";

const PACKAGE = "envoy.extensions.internal_redirect.";
const PREVIOUS_ROUTES = `${TYPE_URL_PREFIX}${PACKAGE}previous_routes.v3.PreviousRoutesConfig`;
const ALLOW_LISTED_ROUTES = `${TYPE_URL_PREFIX}${PACKAGE}allow_listed_routes.v3.AllowListedRoutesConfig`;
const SAFE_CROSS_SCHEME = `${TYPE_URL_PREFIX}${PACKAGE}safe_cross_scheme.v3.SafeCrossSchemeConfig`;

const noFields = (kind: "previous_routes" | "safe_cross_scheme") =>
  z.strictObject({}).transform((): RedirectPredicateConfig => ({ kind }));

/** The predicates that work. */
export const redirectPredicates: ExtensionSchemas = new Map([
  [PREVIOUS_ROUTES, { schema: noFields("previous_routes"), isTerminal: false }],
  [ALLOW_LISTED_ROUTES, {
    schema: z.strictObject({ allowed_route_names: list(z.string()) })
      .transform((message): RedirectPredicateConfig => ({
        kind: "allow_listed_routes",
        names: message.allowed_route_names,
      })),
    isTerminal: false,
  }],
  [SAFE_CROSS_SCHEME, { schema: noFields("safe_cross_scheme"), isTerminal: false }],
]);

const predicateSchema = namedExtension({
  what: "internal redirect predicate",
  packagePrefix: PACKAGE,
  schemas: redirectPredicates,
}).transform(({ config }) => config as RedirectPredicateConfig);

/** The statuses that have a `location` to follow; others in a policy are ignored. */
const STATUSES: readonly number[] = [301, 302, 303, 307, 308];

/** What a policy without codes follows, and the action that came before policies. */
const DEFAULT_STATUSES: readonly number[] = [302];

const policySchema = z.strictObject({
  max_internal_redirects: number(1),
  redirect_response_codes: list(z.number()),
  predicates: list(predicateSchema),
  allow_cross_scheme_redirect: flag(false),
  response_headers_to_copy: list(z.string()),
}).transform((message, context): InternalRedirectConfig => {
  const names = message.response_headers_to_copy, codes = message.redirect_response_codes;
  names.forEach((name, index) => {
    if (!name.startsWith(":") && name.toLowerCase() !== "host") return;
    const reason = ":-prefixed headers or Hosts may not be specified here.";
    addInvalid(context, message, ["response_headers_to_copy", index], reason);
  });
  return {
    maxRedirects: message.max_internal_redirects,
    statuses: codes.length === 0 ? DEFAULT_STATUSES : STATUSES.filter((status) => codes.includes(status)),
    predicates: message.predicates,
    allowsCrossScheme: message.allow_cross_scheme_redirect,
    responseHeadersToCopy: names.map(headerName),
  };
});

/** The fields of a RouteAction that say what becomes of redirects; all but the first are deprecated. */
export const internalRedirectFields = {
  internal_redirect_policy: policySchema.optional(),
  internal_redirect_action: choice("PASS_THROUGH_INTERNAL_REDIRECT", "HANDLE_INTERNAL_REDIRECT"),
  max_internal_redirects: number(1),
} as const;

/** The policy, or what the action before it comes to; null = redirects are the client's to follow. */
export function internalRedirectOf(message: {
  readonly internal_redirect_policy?: InternalRedirectConfig | undefined;
  readonly internal_redirect_action: "PASS_THROUGH_INTERNAL_REDIRECT" | "HANDLE_INTERNAL_REDIRECT";
  readonly max_internal_redirects: number;
}): InternalRedirectConfig | null {
  if (message.internal_redirect_policy !== undefined) return message.internal_redirect_policy;
  if (message.internal_redirect_action === "PASS_THROUGH_INTERNAL_REDIRECT") return null;
  return {
    maxRedirects: message.max_internal_redirects,
    statuses: DEFAULT_STATUSES,
    predicates: [],
    allowsCrossScheme: false,
    responseHeadersToCopy: [],
  };
}
