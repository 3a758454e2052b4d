/** `envoy.config.route.v3.RouteConfiguration` (spec/http.md 2, 2.1, 2.11). */

import { z } from "zod";
import type { FilterOverrides } from "../filter_override_config.ts";
import type { RouteConfig, RouteConfiguration, VirtualHostConfig } from "../route_config.ts";
import type { DataReader } from "./data_source.ts";
import { addInvalid, flag, list, number, text } from "./field.ts";
import { headerMutationFields, headerMutationsOf } from "./header_mutation.ts";
import { headerName } from "./header_matcher.ts";
import { mirrorPoliciesSchema, withHostMirrorPolicies } from "./mirror_policy.ts";
import { routesOfMatcher } from "./route_matcher.ts";
import { virtualHostSchema } from "./virtual_host.ts";

/** `RouteConfiguration`. `validate_clusters` is looked at in references.ts, where the clusters are known. */
export function routeConfigurationSchema(
  readData: DataReader,
  filterOverrides: z.ZodType<FilterOverrides>,
): z.ZodType<RouteConfiguration> {
  return z.strictObject({
    name: text(),
    virtual_hosts: list(virtualHostSchema(readData, filterOverrides)),
    typed_per_filter_config: filterOverrides,
    ...headerMutationFields,
    most_specific_header_mutations_wins: flag(false),
    validate_clusters: flag(true),
    max_direct_response_body_size_bytes: number(4096),
    ignore_port_in_host_matching: flag(false),
    vhost_header: text(),
    ignore_path_parameters_in_path_matching: flag(false),
    internal_only_headers: list(z.string()),
    request_mirror_policies: mirrorPoliciesSchema,
  }).transform((message, context): RouteConfiguration => {
    checkDomains(message.name, message.virtual_hosts, context);
    checkBodies(message.max_direct_response_body_size_bytes, message.virtual_hosts, context);
    return {
      name: message.name,
      virtualHosts: withHostMirrorPolicies(message.virtual_hosts, message.request_mirror_policies),
      ignorePortInHostMatching: message.ignore_port_in_host_matching,
      vhostHeader: headerName(message.vhost_header === "" ? "host" : message.vhost_header),
      ignorePathParametersInPathMatching: message.ignore_path_parameters_in_path_matching,
      mostSpecificHeaderMutationsWins: message.most_specific_header_mutations_wins,
      internalOnlyHeaders: message.internal_only_headers.map(headerName),
      filterOverrides: message.typed_per_filter_config,
      ...headerMutationsOf(message, context),
    };
  });
}

function checkDomains(name: string, hosts: readonly VirtualHostConfig[], context: z.core.$RefinementCtx): void {
  const seen = new Set<string>();
  hosts.forEach((host, hostIndex) => {
    host.domains.forEach((domain, domainIndex) => {
      const key = domain.toLowerCase();
      const path = ["virtual_hosts", hostIndex, "domains", domainIndex];
      if (seen.has(key) && key === "*") {
        addInvalid(context, domain, path, `Only a single wildcard domain is permitted in route ${name}`);
      } else if (seen.has(key)) {
        addInvalid(
          context,
          domain,
          path,
          `Only unique values for domains are permitted. Duplicate entry of domain ${domain} in route ${name}`,
        );
      }
      seen.add(key);
    });
  });
}

function checkBodies(limit: number, hosts: readonly VirtualHostConfig[], context: z.core.$RefinementCtx): void {
  hosts.forEach(({ routes, matcher }, hostIndex) => {
    const path = ["virtual_hosts", hostIndex];
    routes.forEach((route, index) => check(route, [...path, "routes", index, "direct_response", "body"]));
    if (matcher !== null) { for (const route of routesOfMatcher(matcher)) check(route, [...path, "matcher"]); }
  });

  function check(route: RouteConfig, path: readonly PropertyKey[]): void {
    if (route.action.kind !== "direct_response" || route.action.body.length <= limit) return;
    addInvalid(context, route, path, `response body size is ${route.action.body.length} bytes; maximum is ${limit}`);
  }
}
