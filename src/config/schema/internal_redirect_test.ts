/** What routes say of internal redirects and mirrors: defaults, deprecated fields, refusals. */
import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import { loadBootstrap } from "../load.ts";
import type { RouteActionConfig } from "../route_config.ts";

function actionOf(fields: string): RouteActionConfig {
  const text = `
static_resources:
  clusters: [{name: web, load_assignment: {cluster_name: web}}]
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 10000}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          route_config: {virtual_hosts: [{name: a, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: web, ${fields}}}]}]}
`;
  const { snapshot } = loadBootstrap({ file: { text, fileName: "test.yaml" } });
  return snapshot.listeners[0]!.filterChains[0]!.filters[0]!.routeConfig.virtualHosts[0]!.routes[0]!
    .action as RouteActionConfig;
}

function refusalOf(fields: string): string {
  try {
    actionOf(fields);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ reason }) => reason).join("; ");
    throw error;
  }
  return "";
}

const DEFAULTS = {
  maxRedirects: 1,
  statuses: [302],
  predicates: [],
  allowsCrossScheme: false,
  responseHeadersToCopy: [],
};

Deno.test("internal redirects are off unless a policy or the old action is there", () => {
  const old = "internal_redirect_action: HANDLE_INTERNAL_REDIRECT";
  assert.equal(actionOf("").internalRedirect, null);
  assert.equal(actionOf("max_internal_redirects: 3").internalRedirect, null);
  assert.deepEqual(actionOf(old).internalRedirect, DEFAULTS);
  assert.deepEqual(actionOf(`${old}, max_internal_redirects: 3`).internalRedirect, { ...DEFAULTS, maxRedirects: 3 });
  assert.deepEqual(actionOf("internal_redirect_policy: {}").internalRedirect, DEFAULTS);
});

Deno.test("only statuses with a location to follow count", () => {
  const statuses = (codes: string) =>
    actionOf(`internal_redirect_policy: {redirect_response_codes: [${codes}]}`).internalRedirect!.statuses;
  assert.deepEqual(statuses("301, 303, 307, 308"), [301, 303, 307, 308]);
  assert.deepEqual(statuses("304, 200"), []);
});

Deno.test("what an internal redirect may not do is refused", () => {
  const copying = (name: string) => refusalOf(`internal_redirect_policy: {response_headers_to_copy: ["${name}"]}`);
  assert.match(copying("Host"), /:-prefixed headers or Hosts may not be specified here/);
  assert.equal(copying("x-a"), "");
  const type = "type.googleapis.com/envoy.extensions.internal_redirect.filter_state.v3.FilterStateConfig";
  const predicate = `{name: p, typed_config: {"@type": ${type}, redirect_enabled_key: a}}`;
  assert.match(
    refusalOf(`internal_redirect_policy: {predicates: [${predicate}]}`),
    /known to Envoy, not supported yet/,
  );
});

Deno.test("a mirror policy names its cluster in one of two ways", () => {
  const one = (fields: string) => actionOf(`request_mirror_policies: [{${fields}}]`).mirrorPolicies;
  assert.deepEqual(one("cluster: web"), [
    {
      cluster: "web",
      clusterHeader: "",
      fraction: null,
      mutations: [],
      addsShadowSuffix: true,
      hostRewriteLiteral: "",
    },
  ]);
  assert.equal(one("cluster_header: X-To, trace_sampled: false")[0]!.clusterHeader, "x-to");
  assert.match(refusalOf("request_mirror_policies: [{cluster: web, cluster_header: x}]"), /Only one of cluster/);
  assert.match(refusalOf("request_mirror_policies: [{}]"), /Exactly one of cluster/);
  const mutating = (steps: string) => `cluster: web, request_headers_mutations: [${steps}]`;
  assert.deepEqual(one(mutating("{remove: X-A}, {append: {header: {key: X-B, value: b}}}"))[0]!.mutations, [
    { kind: "remove", name: "x-a" },
    {
      kind: "append",
      header: { name: "x-b", value: ["b"], action: "APPEND_IF_EXISTS_OR_ADD", keepsEmpty: false },
    },
  ]);
  assert.match(
    refusalOf(`request_mirror_policies: [{${mutating("{append: {header: {key: host, value: b}}}")}}]`),
    /:-prefixed or host headers may not be modified/,
  );
});
