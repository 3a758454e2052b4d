/** What routes and virtual hosts say beside match and action: read whole, and refused where Envoy refuses it. */
import assert from "node:assert/strict";
import { routeConfiguration, routesFor } from "../../../test/support/route_configs.ts";
import { ConfigError } from "../../base/errors.ts";
import type { RouteActionConfig } from "../route_config.ts";

/** The action of a route with these fields. */
function action(fields: string): RouteActionConfig {
  const { action } = routesFor(`{ match: { prefix: / }, route: { cluster: c, ${fields} } }`).virtualHosts[0]!
    .routes[0]!;
  assert.ok(action.kind === "route");
  return action;
}

/** A virtual host with these fields. */
function host(fields: string) {
  return routeConfiguration(`virtual_hosts: [{ name: v, domains: ["*"], ${fields} }]`).virtualHosts[0]!;
}

/** What is said against it. */
function reasons(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.replace(/^.*route_config\./, "")}: ${reason}`);
  }
  return [];
}

Deno.test("routes say nothing beside match and action by default", () => {
  const { hashPolicies, metadataMatch, rateLimits, includeVirtualHostRateLimits, cors } = action("");
  assert.deepEqual([hashPolicies, metadataMatch, rateLimits, includeVirtualHostRateLimits, cors], [
    [],
    null,
    [],
    false,
    null,
  ]);
  const virtualHost = host("routes: [{ match: { prefix: / }, direct_response: { status: 200 } }]");
  const nothing = { requestBodyBytes: null, perRequestBytes: null };
  assert.deepEqual([virtualHost.bufferLimits, virtualHost.routes[0]!.bufferLimits], [nothing, nothing]);
  assert.deepEqual([virtualHost.routes[0]!.statPrefix, virtualHost.matcher, virtualHost.cors], ["", null, null]);
  assert.deepEqual(
    [
      virtualHost.includeRequestAttemptCount,
      virtualHost.includeAttemptCountInResponse,
      virtualHost.includeIsTimeoutRetryHeader,
    ],
    [false, false, false],
  );
});

Deno.test("hash policies are read, each of its kind", () => {
  const { hashPolicies } = action(`hash_policy: [
    { header: { header_name: X-A, regex_rewrite: { pattern: { regex: a }, substitution: b } }, terminal: true },
    { header: { header_name: ":authority" } },
    { cookie: { name: k, ttl: 1.9s, path: /p, attributes: [{ name: a, value: b }, { name: c }] } },
    { cookie: { name: k } }, { connection_properties: { source_ip: true } }, { connection_properties: {} },
    { query_parameter: { name: q } }, { filter_state: { key: s } }]`);
  assert.deepEqual(hashPolicies, [
    { kind: "header", name: "x-a", rewrite: { regex: "a", substitution: "b" }, isTerminal: true },
    { kind: "header", name: "host", rewrite: null, isTerminal: false },
    {
      kind: "cookie",
      name: "k",
      ttlSeconds: 1,
      path: "/p",
      attributes: [{ name: "a", value: "b" }, { name: "c", value: "" }],
      isTerminal: false,
    },
    { kind: "cookie", name: "k", ttlSeconds: null, path: "", attributes: [], isTerminal: false },
    { kind: "source_ip", isTerminal: false },
    { kind: "none", isTerminal: false },
    { kind: "query_parameter", name: "q", isTerminal: false },
    { kind: "filter_state", key: "s", isTerminal: false },
  ]);
});

Deno.test("metadata_match is what hosts must have under envoy.lb", () => {
  const match = (metadata: string) => action(`metadata_match: { filter_metadata: { ${metadata} } }`).metadataMatch;
  assert.deepEqual(match("envoy.lb: { stage: prod, n: 1 }, other: { a: b }"), { stage: "prod", n: 1 });
  assert.equal(match("other: { a: b }"), null);
  assert.equal(match("envoy.lb: {}"), null);
});

Deno.test("buffer limits are read at both levels", () => {
  const { bufferLimits, routes } = host(
    "per_request_buffer_limit_bytes: 5, routes: [{ match: { prefix: / }, request_body_buffer_limit: 9007199254740991, " +
      "direct_response: { status: 200 } }]",
  );
  assert.deepEqual(bufferLimits, { requestBodyBytes: null, perRequestBytes: 5 });
  assert.deepEqual(routes[0]!.bufferLimits, { requestBodyBytes: Number.MAX_SAFE_INTEGER, perRequestBytes: null });
});

Deno.test("rate limits are read, each action of its kind", () => {
  const { rateLimits } = action(`rate_limits: [{ stage: 2, disable_key: off, actions: [
    { source_cluster: {} }, { destination_cluster: {} }, { remote_address: {} },
    { request_headers: { header_name: X-A, descriptor_key: a, skip_if_absent: true } },
    { query_parameters: { query_parameter_name: q, descriptor_key: p } },
    { generic_key: { descriptor_value: g } },
    { header_value_match: { descriptor_value: h, expect_match: false, headers: [{ name: x-b }] } },
    { query_parameter_value_match: { descriptor_value: v, query_parameters: [{ name: q }] } },
    { metadata: { descriptor_key: m, metadata_key: { key: k, path: [{ key: a }, { key: b }] }, source: ROUTE_ENTRY } },
    { masked_remote_address: { v4_prefix_mask_len: 24 } },
    { remote_address_match: { descriptor_key: r, descriptor_value: w, address_matcher: { ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] } } }],
    limit: { dynamic_metadata: { metadata_key: { key: k, path: [{ key: l }] } } }, hits_addend: { number: 3 } }]`);
  const none = { descriptorValue: "", defaultValue: "" };
  assert.deepEqual(rateLimits.map(({ actions, ...rest }) => ({ ...rest, kinds: actions.length })), [{
    stage: 2,
    disableKey: "off",
    limit: { key: "k", path: ["l"] },
    hitsAddend: { number: 3, format: "", isNegative: false },
    appliesOnStreamDone: false,
    xRateLimitOption: "UNSPECIFIED",
    kinds: 11,
  }]);
  assert.deepEqual(rateLimits[0]!.actions.slice(3), [
    { kind: "request_headers", header: "x-a", descriptorKey: "a", skipsIfAbsent: true },
    { kind: "query_parameters", parameter: "q", descriptorKey: "p", skipsIfAbsent: false },
    { kind: "generic_key", ...none, descriptorKey: "generic_key", descriptorValue: "g" },
    {
      kind: "header_value_match",
      expects: false,
      headers: [{ name: "x-b", test: { kind: "present", isPresent: true }, invert: false, treatMissingAsEmpty: false }],
      ...none,
      descriptorKey: "header_match",
      descriptorValue: "h",
    },
    {
      kind: "query_parameter_value_match",
      expects: true,
      parameters: [{ name: "q", test: { kind: "present", isPresent: true } }],
      ...none,
      descriptorKey: "query_match",
      descriptorValue: "v",
    },
    {
      kind: "metadata",
      descriptorKey: "m",
      metadataKey: { key: "k", path: ["a", "b"] },
      defaultValue: "",
      source: "ROUTE_ENTRY",
      skipsIfAbsent: false,
    },
    { kind: "masked_remote_address", v4PrefixLength: 24, v6PrefixLength: 128 },
    {
      kind: "remote_address_match",
      ranges: [{ address: "10.0.0.0", prefixLength: 8 }],
      invert: false,
      ...none,
      descriptorKey: "r",
      descriptorValue: "w",
    },
  ]);
});

Deno.test("a CORS policy is read, with null for what it does not say", () => {
  const { cors } = host(
    "cors: { allow_origin_string_match: [{ exact: a }], allow_methods: GET, max_age: '5', " +
      "allow_credentials: false, filter_enabled: { default_value: { numerator: 50 }, runtime_key: k } }",
  );
  assert.deepEqual(cors, {
    allowOrigins: [{ kind: "exact", value: "a", ignoreCase: false }],
    allowMethods: "GET",
    allowHeaders: "",
    exposeHeaders: "",
    maxAge: "5",
    allowCredentials: false,
    filterEnabled: { numerator: 50, denominator: 100, runtimeKey: "k" },
    shadowEnabled: null,
    allowPrivateNetworkAccess: null,
    forwardNotMatchingPreflights: null,
  });
});

// ---- refusals, in Envoy's words

const PREFIX = "type.googleapis.com/envoy.type.matcher.v3";
const MATCHERS = "type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3";
const HEADER = `{ name: i, typed_config: { "@type": ${PREFIX}.HttpRequestHeaderMatchInput, header_name: x-a } }`;
const ROUTE = "type.googleapis.com/envoy.config.route.v3.Route";
const OK = "match: { prefix: / }, direct_response: { status: 200 }";
const to = (type: string, fields: string, more = "") =>
  `{ action: { name: a, typed_config: { "@type": ${type}, ${fields} } } ${more} }`;
const tree = (input: string, end: string, more = "") =>
  `matcher: { matcher_tree: { input: ${input}, exact_match_map: { map: { v: ${end} } } } ${more} }`;
const VIOLATION = "requirement violation while creating route match tree: INVALID_ARGUMENT:";
const IN_TREE = "virtual_hosts[0].matcher.matcher_tree";

const refused: Array<[what: string, fields: string, reasons: readonly string[]]> = [
  ["a matcher of headers", tree(HEADER, to(ROUTE, OK)), []],
  ["a matcher that leads nowhere", "matcher: {}", []],
  ["a list without routes", tree(HEADER, to(`${ROUTE}List`, "routes: []")), []],
  [
    "a cluster in a matcher that is not there",
    tree(HEADER, to(ROUTE, "match: { prefix: / }, route: { cluster: x }")),
    [],
  ],
  [
    "a matcher and routes",
    `${tree(HEADER, to(ROUTE, OK))}, routes: [{ ${OK} }]`,
    ["virtual_hosts[0].matcher: cannot set both matcher and routes on virtual host"],
  ],
  [
    "a matcher of response headers",
    tree(HEADER.replace("Request", "Response"), to(ROUTE, OK)),
    [
      `${IN_TREE}.input.typed_config: ${VIOLATION} Route table can only match on request headers, ` +
      `saw ${PREFIX}.HttpResponseHeaderMatchInput`,
    ],
  ],
  [
    "a matcher of addresses",
    tree(`{ name: i, typed_config: { "@type": ${MATCHERS}.SourceIPInput } }`, to(ROUTE, OK)),
    [
      `${IN_TREE}.input.typed_config: ${VIOLATION} Route table can only match on request headers, ` +
      `saw ${MATCHERS}.SourceIPInput`,
    ],
  ],
  [
    "an end to be passed over",
    `matcher: { on_no_match: ${to(ROUTE, OK, ", keep_matching: true")} }`,
    [`virtual_hosts[0].matcher.on_no_match.keep_matching: ${VIOLATION} keep_matching is not supported in this context`],
  ],
  [
    "an end that is no route",
    tree(HEADER, to(`${ROUTE}Match`, "prefix: /")),
    [
      `${IN_TREE}.exact_match_map.map.v.action.typed_config: Didn't find a registered implementation with type URL: ` +
      "'envoy.config.route.v3.RouteMatch': it is no route action, wanted one such as envoy.config.route.v3.Route or " +
      "envoy.config.route.v3.RouteList",
    ],
  ],
  [
    "a body in a matcher that is too long",
    tree(
      HEADER,
      to(ROUTE, `match: { prefix: / }, direct_response: { status: 200, body: { inline_string: ${"x".repeat(4097)} } }`),
    ),
    ["virtual_hosts[0].matcher: response body size is 4097 bytes; maximum is 4096"],
  ],
  [
    "a virtual cluster of everything",
    "virtual_clusters: [{ name: all }]",
    ["virtual_hosts[0].virtual_clusters[0].headers: virtual clusters must define 'headers'"],
  ],
];

for (const [what, fields, wanted] of refused) {
  Deno.test(`a virtual host ${wanted.length === 0 ? "may" : "may not"} have ${what}`, () => {
    assert.deepEqual(reasons(() => host(fields)), wanted);
  });
}

Deno.test("a matcher's routes take over the virtual host's retry policy", () => {
  const { matcher } = host(
    `${tree(HEADER, to(ROUTE, "match: { prefix: / }, route: { cluster: c }"))}, ` +
      "retry_policy: { retry_on: 5xx }",
  );
  assert.ok(matcher?.root?.kind === "exact_map");
  const [, end] = matcher.root.entries[0]!;
  assert.ok(end.kind === "action" && end.action[0]!.action.kind === "route");
  assert.notEqual(end.action[0]!.action.retryPolicy, null);
});

Deno.test("what denvoy cannot do with rate limits and clusters is refused by name", () => {
  const plugin = "inline_cluster_specifier_plugin: { extension: { name: p, typed_config: { " +
    '"@type": type.googleapis.com/envoy.extensions.router.cluster_specifiers.lua.v3.LuaConfig } } }';
  const extension = "rate_limits: [{ actions: [{ extension: { name: e, typed_config: { " +
    '"@type": type.googleapis.com/envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor } } }] }]';
  const of = (fields: string) => reasons(() => routesFor(`{ match: { prefix: / }, route: { ${fields} } }`)).join();
  assert.match(
    of(plugin),
    /inline_cluster_specifier_plugin: field of .*RouteAction is known to Envoy, not supported yet/,
  );
  assert.match(
    of(`cluster: c, ${extension}`),
    /extension.typed_config: extension type .*Descriptor is known to Envoy, not/,
  );
});
