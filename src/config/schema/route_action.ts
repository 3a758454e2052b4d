/** What a route does: forward to a cluster, or answer by itself (spec/http.md 2.5, 2.6, 2.11). */

import { z } from "zod";
import type { FilterOverrides } from "../filter_override_config.ts";
import type { ClusterChoiceConfig, WeightedClustersConfig } from "../route_action_config.ts";
import type { ConnectConfig, DirectResponseConfig, RouteActionConfig, RouteUpgradeConfig } from "../route_config.ts";
import { corsPolicySchema } from "./cors_policy.ts";
import { type DataReader, dataSourceSchema } from "./data_source.ts";
import { earlyDataPolicySchema } from "./early_data_policy.ts";
import { addInvalid, addUnsupported, choice, flag, list, number, text } from "./field.ts";
import { hashPolicySchema } from "./hash_policy.ts";
import { headerName } from "./header_matcher.ts";
import { internalRedirectFields, internalRedirectOf } from "./internal_redirect.ts";
import { mirrorPoliciesSchema } from "./mirror_policy.ts";
import { metadataMatchSchema } from "./metadata_match.ts";
import { rateLimitSchema } from "./rate_limit.ts";
import { hedgePolicySchema, retryPolicySchema } from "./retry_policy.ts";
import { hostRewriteFields, hostRewriteOf, pathRewriteFields, pathRewriteOf } from "./rewrite.ts";
import { routeTimeoutFields, routeTimeouts } from "./route_timeouts.ts";
import { substitutionFormatSchema } from "./substitution_format.ts";
import { weightedClustersSchema } from "./weighted_clusters.ts";

const NOT_FOUND_STATUS = { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 } as const;

/** `ConnectConfig`. */
const connectSchema = z.strictObject({
  allow_post: flag(false),
  proxy_protocol_config: z.strictObject({ version: choice("V1", "V2") }).optional(),
}).transform(({ allow_post, proxy_protocol_config }): ConnectConfig => ({
  allowPost: allow_post,
  proxyProtocol: proxy_protocol_config === undefined ? null : proxy_protocol_config.version === "V1" ? 1 : 2,
}));

const upgradeSchema = z.strictObject({
  upgrade_type: text(),
  enabled: flag(true),
  connect_config: connectSchema.optional(),
});

/** `RouteAction`. */
export function routeActionSchema(filterOverrides: z.ZodType<FilterOverrides>): z.ZodType<RouteActionConfig> {
  return z.strictObject({
    cluster: z.string().optional(),
    cluster_header: z.string().optional(),
    weighted_clusters: weightedClustersSchema(filterOverrides).optional(),
    cluster_not_found_response_code: choice("SERVICE_UNAVAILABLE", "NOT_FOUND", "INTERNAL_SERVER_ERROR"),
    ...pathRewriteFields,
    ...hostRewriteFields,
    append_x_forwarded_host: flag(false),
    priority: choice("DEFAULT", "HIGH"),
    hash_policy: list(hashPolicySchema),
    metadata_match: metadataMatchSchema.optional(),
    rate_limits: list(rateLimitSchema),
    include_vh_rate_limits: flag(false),
    cors: corsPolicySchema.optional(),
    ...routeTimeoutFields,
    retry_policy: retryPolicySchema.optional(),
    hedge_policy: hedgePolicySchema.optional(),
    upgrade_configs: list(upgradeSchema),
    ...internalRedirectFields,
    request_mirror_policies: mirrorPoliciesSchema,
    early_data_policy: earlyDataPolicySchema.optional(),
  }).transform((message, context): RouteActionConfig => ({
    kind: "route",
    cluster: clusterOf(message),
    clusterNotFoundStatus: NOT_FOUND_STATUS[message.cluster_not_found_response_code],
    pathRewrite: pathRewriteOf(message, context),
    hostRewrite: hostRewriteOf(message),
    appendXForwardedHost: message.append_x_forwarded_host,
    priority: message.priority,
    hashPolicies: message.hash_policy,
    metadataMatch: message.metadata_match ?? null,
    rateLimits: message.rate_limits,
    includeVirtualHostRateLimits: message.include_vh_rate_limits,
    cors: message.cors ?? null,
    timeouts: routeTimeouts(message),
    retryPolicy: message.retry_policy ?? null,
    hedgesOnPerTryTimeout: message.hedge_policy ?? null,
    ...upgradesOf(message.upgrade_configs, context),
    internalRedirect: internalRedirectOf(message),
    mirrorPolicies: message.request_mirror_policies,
  }));
}

/** The descriptors' check has seen to it that one of them is set. */
function clusterOf(message: {
  readonly cluster?: string | undefined;
  readonly cluster_header?: string | undefined;
  readonly weighted_clusters?: WeightedClustersConfig | undefined;
}): ClusterChoiceConfig {
  if (message.weighted_clusters !== undefined) return message.weighted_clusters;
  if (message.cluster_header !== undefined) return { kind: "header", header: headerName(message.cluster_header) };
  return { kind: "cluster", name: message.cluster ?? "" };
}

function upgradesOf(
  configs: readonly z.output<typeof upgradeSchema>[],
  context: z.core.$RefinementCtx,
): Pick<RouteActionConfig, "upgrades" | "connect"> {
  const upgrades: RouteUpgradeConfig[] = [];
  let connect: ConnectConfig | null = null;
  configs.forEach(({ upgrade_type, enabled, connect_config }, index) => {
    const type = upgrade_type.toLowerCase(), path = ["upgrade_configs", index];
    if (upgrades.some((known) => known.type === type)) {
      addInvalid(context, configs, [...path, "upgrade_type"], `Duplicate upgrade ${upgrade_type}`);
    }
    upgrades.push({ type, isEnabled: enabled });
    if (connect_config === undefined) return;
    if (type === "connect") {
      connect = connect_config;
    } else if (type === "connect-udp") {
      const reason = "tunnels of UDP are known to Envoy, not supported yet";
      addUnsupported(context, configs, [...path, "connect_config"], reason);
    } else {
      addInvalid(context, configs, path, `Non-CONNECT upgrade type ${upgrade_type} has ConnectConfig`);
    }
  });
  return { upgrades, connect };
}

/** `DirectResponseAction`; files are read with `readData`. */
export function directResponseSchema(readData: DataReader): z.ZodType<DirectResponseConfig> {
  return z.strictObject({
    status: number(0),
    body: dataSourceSchema(readData).optional(),
    body_format: substitutionFormatSchema(readData).optional(),
  }).transform(({ status, body, body_format }): DirectResponseConfig => ({
    kind: "direct_response",
    status,
    body: body ?? new Uint8Array(0),
    bodyFormat: body_format ?? null,
  }));
}
