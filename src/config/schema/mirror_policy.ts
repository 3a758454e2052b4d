/**
 * `envoy.config.route.v3.RouteAction.RequestMirrorPolicy` (spec/http.md 2.13). Of routes, virtual hosts and route
 * configurations, the innermost list that is not empty counts.
 */

import { z } from "zod";
import type { MirrorPolicyConfig } from "../mirror_policy_config.ts";
import type { RouteConfig, VirtualHostConfig } from "../route_config.ts";
import { addInvalid, flag, list, text } from "./field.ts";
import { headerStepSchema } from "./header_mutation.ts";
import { headerName } from "./header_matcher.ts";
import { changeRoutes } from "./route_matcher.ts";
import { runtimeFractionSchema } from "./runtime_fraction.ts";

const mirrorPolicySchema = z.strictObject({
  cluster: text(),
  cluster_header: text(),
  runtime_fraction: runtimeFractionSchema.optional(),
  // Says something about spans, and none is made yet.
  trace_sampled: z.boolean().optional(),
  disable_shadow_host_suffix_append: flag(false),
  request_headers_mutations: list(headerStepSchema),
  host_rewrite_literal: text(),
}).transform((message, context): MirrorPolicyConfig => {
  const { cluster, cluster_header, host_rewrite_literal } = message;
  if (cluster !== "" && cluster_header !== "") {
    addInvalid(context, message, [], "Only one of cluster or cluster_header in request mirror policy can be specified");
  } else if (cluster === "" && cluster_header === "") {
    addInvalid(
      context,
      message,
      [],
      "Exactly one of cluster or cluster_header in request mirror policy need to be specified",
    );
  }
  return {
    cluster,
    clusterHeader: headerName(cluster_header),
    fraction: message.runtime_fraction ?? null,
    mutations: message.request_headers_mutations,
    addsShadowSuffix: !message.disable_shadow_host_suffix_append,
    hostRewriteLiteral: host_rewrite_literal,
  };
});

/** A `request_mirror_policies` field. */
export const mirrorPoliciesSchema = list(mirrorPolicySchema);

/** Routes without policies of their own take `policies`. */
export function withMirrorPolicies(
  routes: readonly RouteConfig[],
  policies: readonly MirrorPolicyConfig[],
): readonly RouteConfig[] {
  if (policies.length === 0) return routes;
  return routes.map((route) => {
    const { action } = route;
    if (action.kind !== "route" || action.mirrorPolicies.length > 0) return route;
    return { ...route, action: { ...action, mirrorPolicies: policies } };
  });
}

/** Likewise virtual hosts, whose routes have taken their own virtual host's before. */
export function withHostMirrorPolicies(
  hosts: readonly VirtualHostConfig[],
  policies: readonly MirrorPolicyConfig[],
): readonly VirtualHostConfig[] {
  if (policies.length === 0) return hosts;
  const withPolicies = (routes: readonly RouteConfig[]) => withMirrorPolicies(routes, policies);
  return hosts.map((host) => ({
    ...host,
    routes: withPolicies(host.routes),
    matcher: host.matcher === null ? null : changeRoutes(host.matcher, withPolicies),
  }));
}
