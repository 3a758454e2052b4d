/** `envoy.config.route.v3.VirtualHost` and its routes (spec/http.md 2.1, 2.4). */

import { z } from "zod";
import type { FilterOverrides } from "../filter_override_config.ts";
import type { RetryPolicyConfig } from "../retry_config.ts";
import type { BufferLimitsConfig, RouteConfig, VirtualClusterConfig, VirtualHostConfig } from "../route_config.ts";
import type { DataReader } from "./data_source.ts";
import type { RouteMatchConfig } from "../route_match_config.ts";
import { uriRewriteProblem } from "../uri_template.ts";
import { corsPolicySchema } from "./cors_policy.ts";
import { addInvalid, choice, flag, list, text } from "./field.ts";
import { headerMutationFields, headerMutationsOf } from "./header_mutation.ts";
import { headerMatcherSchema } from "./header_matcher.ts";
import { mirrorPoliciesSchema, withMirrorPolicies } from "./mirror_policy.ts";
import { metadataSchema } from "./metadata.ts";
import { rateLimitSchema } from "./rate_limit.ts";
import { routeTracingSchema } from "./request_id.ts";
import { redirectSchema } from "./redirect.ts";
import { hedgePolicySchema, retryPolicySchema } from "./retry_policy.ts";
import { directResponseSchema, routeActionSchema } from "./route_action.ts";
import { routeMatchSchema } from "./route_match.ts";
import { changeRoutes, routeMatcherSchema } from "./route_matcher.ts";

const virtualClusterSchema = z.strictObject({ name: text(), headers: list(headerMatcherSchema) })
  .transform((message, context): VirtualClusterConfig => {
    if (message.headers.length === 0) {
      addInvalid(context, message, ["headers"], "virtual clusters must define 'headers'");
    }
    return message;
  });

/** What routes and virtual hosts both say about bodies that wait. 64-bit integers are text in the canonical form. */
const bufferLimitFields = {
  per_request_buffer_limit_bytes: z.number().optional(),
  request_body_buffer_limit: z.string().optional(),
} as const;

function bufferLimitsOf({ per_request_buffer_limit_bytes: older, request_body_buffer_limit: newer }: {
  readonly per_request_buffer_limit_bytes?: number | undefined;
  readonly request_body_buffer_limit?: string | undefined;
}): BufferLimitsConfig {
  return { requestBodyBytes: newer === undefined ? null : Number(newer), perRequestBytes: older ?? null };
}

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
    stat_prefix: text(),
    ...bufferLimitFields,
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
    const { name, match, metadata, tracing, typed_per_filter_config: filterOverrides, stat_prefix: statPrefix } =
      message;
    const mutations = headerMutationsOf(message, context), bufferLimits = bufferLimitsOf(message);
    return {
      name,
      match,
      metadata,
      action,
      sampling: tracing ?? null,
      filterOverrides,
      statPrefix,
      bufferLimits,
      ...mutations,
    };
  });
  return z.strictObject({
    name: text(),
    domains: list(z.string()),
    metadata: metadataSchema,
    routes: list(route),
    require_tls: choice("NONE", "EXTERNAL_ONLY", "ALL"),
    virtual_clusters: list(virtualClusterSchema),
    typed_per_filter_config: filterOverrides,
    matcher: routeMatcherSchema(route).optional(),
    include_request_attempt_count: flag(false),
    include_attempt_count_in_response: flag(false),
    include_is_timeout_retry_header: flag(false),
    ...bufferLimitFields,
    rate_limits: list(rateLimitSchema),
    cors: corsPolicySchema.optional(),
    retry_policy: retryPolicySchema.optional(),
    hedge_policy: hedgePolicySchema.optional(),
    request_mirror_policies: mirrorPoliciesSchema,
    ...headerMutationFields,
  }).transform((message, context): VirtualHostConfig => {
    if (message.matcher !== undefined && message.routes.length > 0) {
      addInvalid(context, message, ["matcher"], "cannot set both matcher and routes on virtual host");
    }
    const withRetries = (routes: readonly RouteConfig[]) =>
      withMirrorPolicies(
        withPolicies(routes, message.retry_policy ?? null, message.hedge_policy ?? null),
        message.request_mirror_policies,
      );
    return {
      name: message.name,
      domains: message.domains,
      routes: withRetries(message.routes),
      matcher: message.matcher === undefined ? null : changeRoutes(message.matcher, withRetries),
      requireTls: message.require_tls,
      virtualClusters: message.virtual_clusters,
      includeRequestAttemptCount: message.include_request_attempt_count,
      includeAttemptCountInResponse: message.include_attempt_count_in_response,
      includeIsTimeoutRetryHeader: message.include_is_timeout_retry_header,
      bufferLimits: bufferLimitsOf(message),
      rateLimits: message.rate_limits,
      cors: message.cors ?? null,
      metadata: message.metadata,
      filterOverrides: message.typed_per_filter_config,
      ...headerMutationsOf(message, context),
    };
  });
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
