/** `envoy.config.route.v3.VirtualHost` and its routes (spec/http.md 2.1, 2.4). */

import { z } from "zod";
import type { FilterOverrides } from "../filter_override_config.ts";
import type { RouteConfig, VirtualHostConfig } from "../route_config.ts";
import type { RetryPolicyConfig } from "../retry_config.ts";
import type { DataReader } from "./data_source.ts";
import type { RouteMatchConfig } from "../route_match_config.ts";
import { uriRewriteProblem } from "../uri_template.ts";
import { addInvalid, choice, list, text } from "./field.ts";
import { headerMutationFields, headerMutationsOf } from "./header_mutation.ts";
import { headerMatcherSchema } from "./header_matcher.ts";
import { mirrorPoliciesSchema, withMirrorPolicies } from "./mirror_policy.ts";
import { routeTracingSchema } from "./request_id.ts";
import { metadataSchema } from "./metadata.ts";
import { redirectSchema } from "./redirect.ts";
import { hedgePolicySchema, retryPolicySchema } from "./retry_policy.ts";
import { directResponseSchema, routeActionSchema } from "./route_action.ts";
import { routeMatchSchema } from "./route_match.ts";

/** `VirtualHost`. */
export function virtualHostSchema(
  readData: DataReader,
  filterOverrides: z.ZodType<FilterOverrides>,
): z.ZodType<VirtualHostConfig> {
  const route = z.strictObject({
    name: text(),
    match: routeMatchSchema,
    metadata: metadataSchema,
    route: routeActionSchema(filterOverrides).optional(),
    redirect: redirectSchema.optional(),
    non_forwarding_action: z.strictObject({}).optional(),
    direct_response: directResponseSchema(readData).optional(),
    tracing: routeTracingSchema,
    typed_per_filter_config: filterOverrides,
    ...headerMutationFields,
  }).transform((message, context): RouteConfig => {
    const { route, redirect, direct_response, non_forwarding_action } = message;
    const action = route ?? redirect ?? direct_response ??
      (non_forwarding_action === undefined ? undefined : { kind: "non_forwarding" } as const);
    if (action === undefined) {
      addInvalid(context, message, [], "no action given: wanted route, redirect or direct_response");
      return z.NEVER;
    }
    checkRewrite(message.match, action, message, context);
    return {
      name: message.name,
      match: message.match,
      metadata: message.metadata,
      action,
      sampling: message.tracing ?? null,
      filterOverrides: message.typed_per_filter_config,
      ...headerMutationsOf(message, context),
    };
  });
  return z.strictObject({
    name: text(),
    domains: list(z.string()),
    metadata: metadataSchema,
    routes: list(route),
    require_tls: choice("NONE", "EXTERNAL_ONLY", "ALL"),
    virtual_clusters: list(z.strictObject({ name: text(), headers: list(headerMatcherSchema) })),
    typed_per_filter_config: filterOverrides,
    retry_policy: retryPolicySchema.optional(),
    hedge_policy: hedgePolicySchema.optional(),
    request_mirror_policies: mirrorPoliciesSchema,
    ...headerMutationFields,
  }).transform((message, context): VirtualHostConfig => ({
    name: message.name,
    domains: message.domains,
    routes: withMirrorPolicies(
      withPolicies(message.routes, message.retry_policy ?? null, message.hedge_policy ?? null),
      message.request_mirror_policies,
    ),
    requireTls: message.require_tls,
    virtualClusters: message.virtual_clusters,
    metadata: message.metadata,
    filterOverrides: message.typed_per_filter_config,
    ...headerMutationsOf(message, context),
  }));
}

/** A route without a policy of its own takes its virtual host's, as a whole. */
function withPolicies(
  routes: readonly RouteConfig[],
  retryPolicy: RetryPolicyConfig | null,
  hedges: boolean | null,
): readonly RouteConfig[] {
  if (retryPolicy === null && hedges === null) return routes;
  return routes.map((route) => {
    const { action } = route;
    if (action.kind !== "route") return route;
    return {
      ...route,
      action: {
        ...action,
        retryPolicy: action.retryPolicy ?? retryPolicy,
        hedgesOnPerTryTimeout: action.hedgesOnPerTryTimeout ?? hedges,
      },
    };
  });
}

/** What a rewrite asks of the match it stands behind. */
function checkRewrite(
  { path }: RouteMatchConfig,
  action: RouteConfig["action"],
  message: unknown,
  context: z.core.$RefinementCtx,
): void {
  if (action.kind !== "route" || action.pathRewrite === null) return;
  const template = path.kind === "uri_template" ? path.template : null;
  if (action.pathRewrite.kind === "template") {
    const problem = uriRewriteProblem(template, action.pathRewrite.template);
    if (problem !== null) addInvalid(context, message, ["route", "path_rewrite_policy"], problem);
  } else if (action.pathRewrite.kind === "prefix" && template !== null) {
    addInvalid(context, message, ["route", "prefix_rewrite"], "Cannot use prefix_rewrite with matcher extension");
  }
}
