import assert from "node:assert/strict";
import { ConfigError, problemText } from "../base/errors.ts";
import { loadBootstrap, type LoadOptions } from "./load.ts";
import { unread } from "./runtime_text.ts";
import { NO_NODE } from "./snapshot.ts";

const PREFIX = "type.googleapis.com/envoy.extensions.filters";
const ROUTER = `{name: router, typed_config: {"@type": ${PREFIX}.http.router.v3.Router}}`;
const ROUTES = '{virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: a}}]}]}';

/** One listener, one connection manager, one cluster; lines are counted in tests. */
function bootstrap(changes: { hcm?: string; filters?: string; routes?: string; cluster?: string; root?: string } = {}) {
  return `static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 10000}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": ${PREFIX}.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          ${changes.hcm ?? "codec_type: AUTO"}
          http_filters: [${changes.filters ?? ROUTER}]
          route_config: ${changes.routes ?? ROUTES}
  clusters:
  - name: a
    ${changes.cluster ?? "type: STATIC"}
${changes.root ?? ""}`;
}

const HCM = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config";

function load(text: string, options: LoadOptions = {}) {
  return loadBootstrap({ file: { text, fileName: "bootstrap.yaml" } }, options);
}

/** The problems of a refused document, the connection manager's path and type cut short. */
function refusals(text: string, options: LoadOptions = {}): string[] {
  try {
    load(text, options);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map((problem) => problemText(problem).replace(HCM, "HCM").replace(/ \[[^\]]*\]$/, ""));
    }
    throw error;
  }
  return [];
}

Deno.test("loadBootstrap fills in Envoy's defaults", () => {
  const { snapshot, admin, runtime, statsFlushIntervalMs, warnings } = load(bootstrap());
  const listener = snapshot.listeners[0]!, cluster = snapshot.clusters[0]!;
  assert.equal(listener.name, "127.0.0.1:10000");
  assert.equal(listener.statPrefix, "127.0.0.1_10000");
  assert.equal(listener.perConnectionBufferLimitBytes, 1048576);
  const manager = listener.filterChains[0]!.filters[0]!;
  assert.deepEqual(
    [manager.idleTimeoutMs, manager.streamIdleTimeoutMs, manager.requestTimeoutMs, manager.delayedCloseTimeoutMs],
    [3_600_000, 300_000, 0, 1_000],
  );
  assert.deepEqual([manager.maxRequestHeadersKb, manager.maxHeadersCount, manager.serverName], [60, 100, "envoy"]);
  assert.deepEqual([manager.generateRequestId, manager.http1.allowAbsoluteUrl], [true, true]);
  assert.deepEqual(manager.routeConfig.virtualHosts[0]!.routes[0]!.action, {
    kind: "route",
    cluster: { kind: "cluster", name: "a" },
    clusterNotFoundStatus: 503,
    pathRewrite: null,
    hostRewrite: null,
    appendXForwardedHost: false,
    priority: "DEFAULT",
    hashPolicies: [],
    metadataMatch: null,
    rateLimits: [],
    includeVirtualHostRateLimits: false,
    cors: null,
    timeouts: {
      timeoutMs: 15_000,
      idleTimeoutMs: null,
      maxStreamDuration: null,
      maxGrpcTimeoutMs: null,
      grpcTimeoutOffsetMs: 0,
    },
    retryPolicy: null,
    hedgesOnPerTryTimeout: null,
    upgrades: [],
    connect: null,
    internalRedirect: null,
    mirrorPolicies: [],
  });
  assert.deepEqual([cluster.connectTimeoutMs, cluster.http.maxResponseHeadersKb], [5_000, 80]);
  assert.equal(cluster.circuitBreakers.high.maxRetries, 3);
  assert.deepEqual([admin.address, statsFlushIntervalMs, warnings], [null, 5_000, []]);
  assert.deepEqual(runtime.layers, [{ name: "admin", kind: "admin" }]);
});

Deno.test("loadBootstrap tells zero from unset", () => {
  const { snapshot } = load(bootstrap({
    hcm: "common_http_protocol_options: {idle_timeout: 0s}\n          stream_idle_timeout: 0s\n" +
      "          generate_request_id: false",
    cluster: "circuit_breakers: {thresholds: [{max_retries: 0}, {priority: HIGH, max_connections: 4294967295}]}\n" +
      "    upstream_connection_options: {tcp_keepalive: {keepalive_time: 0}}",
    routes: ROUTES.replace("cluster: a", "cluster: a, timeout: 0s"),
  }));
  const manager = snapshot.listeners[0]!.filterChains[0]!.filters[0]!;
  assert.deepEqual([manager.idleTimeoutMs, manager.streamIdleTimeoutMs, manager.generateRequestId], [0, 0, false]);
  const { circuitBreakers, tcpKeepalive } = snapshot.clusters[0]!;
  assert.deepEqual([circuitBreakers.default.maxRetries, circuitBreakers.default.maxConnections], [0, 1024]);
  assert.deepEqual([circuitBreakers.high.maxRetries, circuitBreakers.high.maxConnections], [3, 4294967295]);
  assert.equal(tcpKeepalive, false);
});

Deno.test("loadBootstrap freezes what it returns, and what it returns can be cloned", () => {
  const { snapshot, canonicalBootstrap } = load(bootstrap());
  assert.ok(Object.isFrozen(snapshot.listeners[0]!.filterChains[0]!.filters[0]!.routeConfig.virtualHosts));
  assert.ok(Object.isFrozen(canonicalBootstrap["static_resources"]));
  assert.deepEqual(structuredClone(snapshot), snapshot);
});

Deno.test("loadBootstrap keeps the bootstrap as written, canonical", () => {
  const { canonicalBootstrap } = load(
    "node: {id: n, cluster: ~}\nadmin: {accessLogPath: ''}\nstats_flush_interval: 1.5s",
  );
  assert.deepEqual(canonicalBootstrap, { node: { id: "n" }, admin: {}, stats_flush_interval: "1.500s" });
});

Deno.test("loadBootstrap says in one go what is not supported, with places", () => {
  const text = bootstrap({
    hcm:
      "codec_type: HTTP2\n          tracing: {provider: {name: zipkin}}\n          record_route_resolution_stats: true",
    filters: `{name: lua, typed_config: {"@type": ${PREFIX}.http.lua.v3.Lua}}, ${ROUTER}`,
    cluster:
      "type: ORIGINAL_DST\n    load_balancing_policy: {policies: [{typed_extension_config: {name: lb, typed_config: " +
      '{"@type": type.googleapis.com/envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst}}}]}' +
      "\n    health_checks: [{timeout: 1s, interval: 1s, " +
      "unhealthy_threshold: 1, healthy_threshold: 1, custom_health_check: {name: envoy.health_checkers.thrift}}]",
    root: "dynamic_resources: {lds_config: {ads: {}}}\nnode: {id: n, cluster: c}",
  });
  const manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  assert.deepEqual(refusals(text).sort(), [
    `HCM.codec_type (line 10, column 11): value HTTP2 is known to Envoy, not supported yet, wanted AUTO or HTTP1`,
    `HCM.http_filters[0].typed_config (line 13, column 38): extension type envoy.extensions.filters.http.lua.v3.Lua is ` +
    `known to Envoy, not supported yet`,
    `HCM.record_route_resolution_stats (line 12, column 11): field of ${manager} is known to Envoy, not supported yet`,
    `HCM.tracing.provider (line 11, column 21): field of ${manager}.Tracing is known to Envoy, not supported yet`,
    "dynamic_resources.lds_config.ads (line 20, column 34): field of envoy.config.core.v3.ConfigSource is known to " +
    "Envoy, not supported yet",
    "static_resources.clusters[0].health_checks[0].custom_health_check (line 19, column 95): field of " +
    "envoy.config.core.v3.HealthCheck is known to Envoy, not supported yet",
    "static_resources.clusters[0].load_balancing_policy (line 18, column 5): extension type " +
    "envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst is known to Envoy, not supported yet",
    "static_resources.clusters[0].type (line 17, column 5): value ORIGINAL_DST is known to Envoy, not supported yet, " +
    "wanted STATIC or STRICT_DNS or LOGICAL_DNS or EDS",
  ]);
});

Deno.test("loadBootstrap leaves out what is not supported when told to, and warns", () => {
  const lua = `{name: lua, typed_config: {"@type": ${PREFIX}.http.lua.v3.Lua}}`;
  const fault = `{name: f, typed_config: {"@type": ${PREFIX}.http.fault.v3.HTTPFault}}`;
  const text = bootstrap({
    hcm: "record_route_resolution_stats: true",
    filters: `${fault}, ${ROUTER}`,
    cluster: "load_balancing_policy: {policies: [{typed_extension_config: {name: lb, typed_config: " +
      '{"@type": type.googleapis.com/envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst}}}]}',
  });
  const { snapshot, warnings } = load(text, { allowUnsupported: true });
  assert.equal(snapshot.listeners[0]!.filterChains[0]!.filters[0]!.httpFilters.length, 1);
  assert.equal(snapshot.clusters[0]!.lb.kind, "ROUND_ROBIN");
  assert.deepEqual(warnings.map(({ path }) => path.replace(HCM, "HCM")).sort(), [
    "HCM.http_filters[0].typed_config",
    "HCM.record_route_resolution_stats",
    "static_resources.clusters[0].load_balancing_policy",
  ]);
  assert.ok(warnings.every(({ reason }) => reason.endsWith("not supported yet: left out")));
  // What guards, chooses or encrypts is never left out.
  const kept = (changes: Parameters<typeof bootstrap>[0]) =>
    refusals(bootstrap(changes), { allowUnsupported: true }).length;
  assert.equal(kept({ filters: `${lua}, ${ROUTER}` }), 1);
  assert.equal(kept({ cluster: "type: EDS" }), 1);
  assert.equal(kept({ hcm: "codec_type: HTTP2" }), 1);
  assert.equal(kept({ filters: fault }), 0);
});

Deno.test("loadBootstrap refuses in Envoy's words", () => {
  const cases: [Parameters<typeof bootstrap>[0], string][] = [
    [
      { routes: ROUTES.replace("cluster: a", "cluster: zz") },
      "HCM.route_config.virtual_hosts[0].routes[0].route.cluster (line 12): route: unknown cluster 'zz'",
    ],
    [
      { routes: ROUTES.replace('["*"]', '["A", "a"]') },
      "HCM.route_config.virtual_hosts[0].domains[1] (line 12): Only unique values for domains are " +
      "permitted. Duplicate entry of domain a in route ",
    ],
    [
      { routes: ROUTES.replace('["*"]', '["*", "*"]') },
      "HCM.route_config.virtual_hosts[0].domains[1] (line 12): Only a single wildcard domain is permitted " +
      "in route ",
    ],
    [
      { filters: `${ROUTER}, ${ROUTER}` },
      "HCM.http_filters[0] (line 11): Error: terminal filter named router of type " +
      "envoy.filters.http.router must be the last filter in a http filter chain.",
    ],
    [
      { filters: "{name: router}" },
      "HCM.http_filters[0] (line 11): Didn't find a registered implementation for 'router' with type URL: ''",
    ],
    [
      { cluster: "type: STATIC\n  - name: a" },
      "static_resources.clusters[1].name (line 16): cluster manager: duplicate cluster 'a'",
    ],
    [
      { hcm: "common_http_protocol_options: {max_response_headers_kb: 1}" },
      "HCM.common_http_protocol_options.max_response_headers_kb (line 10): Error: " +
      "max_response_headers_kb cannot be set on http_connection_manager.",
    ],
    [
      {
        routes: ROUTES.replace("route: {cluster: a}", "direct_response: {status: 200, body: {inline_string: abc}}")
          .replace("{virtual_hosts", "{max_direct_response_body_size_bytes: 2, virtual_hosts"),
      },
      "HCM.route_config.virtual_hosts[0].routes[0].direct_response.body (line 12): response body size is 3 " +
      "bytes; maximum is 2",
    ],
    [
      {
        cluster: "load_assignment: {cluster_name: a, endpoints: {lb_endpoints: {endpoint: {address: " +
          "{socket_address: {address: web.local, port_value: 1}}}}}}",
      },
      "static_resources.clusters[0].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address." +
      "address (line 15): malformed IP address: web.local. Consider setting resolver_name or setting " +
      "cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'",
    ],
    [
      { root: "layered_runtime: {layers: [{name: s, static_layer: {a: {b: [1]}}}]}" },
      "layered_runtime.layers[0].static_layer.a.b (line 16): Invalid runtime entry value for a.b",
    ],
    [
      { cluster: "typed_extension_protocol_options: {foo: {}}" },
      "static_resources.clusters[0].typed_extension_protocol_options.foo (line 15): Didn't find a " +
      "registered network or http filter or protocol options implementation for name: 'foo'",
    ],
  ];
  for (const [changes, wanted] of cases) {
    assert.deepEqual(refusals(bootstrap(changes)).map((line) => line.replace(/, column \d+/, "")), [wanted]);
  }
});

Deno.test("loadBootstrap lists problems of every stage together", () => {
  const text = bootstrap({
    hcm: "stat_prefx: x\n          record_route_resolution_stats: true",
    routes: ROUTES.replace("cluster: a", "cluster: zz").replace("name: all", 'name: ""'),
    cluster: "connect_timeout: 5",
  });
  assert.deepEqual(refusals(text).map((line) => line.replace(/ \(line.*?\)/, "")), [
    "HCM.stat_prefx: unknown field of envoy.extensions.filters.network.http_connection_manager.v3." +
    'HttpConnectionManager, did you mean "stat_prefix"',
    'static_resources.clusters[0].connect_timeout: found 5, wanted a duration in seconds such as "5s" or "0.25s"',
    "HCM.route_config.virtual_hosts[0].name: value length must be at least 1 characters: found 0",
    "HCM.route_config.virtual_hosts[0].routes[0].route.cluster: route: unknown cluster 'zz'",
    "HCM.record_route_resolution_stats: field of envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager is known " +
    "to Envoy, not supported yet",
  ]);
});

Deno.test("loadBootstrap reads bodies from files and the environment through what it is given", () => {
  const body = (source: string) =>
    bootstrap({ routes: ROUTES.replace("route: {cluster: a}", `direct_response: {status: 200, body: {${source}}}`) });
  const options: LoadOptions = {
    readFile: (path) => {
      if (path !== "/body") throw new Error("no such file");
      return new TextEncoder().encode("from file");
    },
    env: (name) => name === "BODY" ? "from env" : undefined,
  };
  const bodyOf = (source: string) => {
    const { snapshot } = load(body(source), options);
    const { action } = snapshot.listeners[0]!.filterChains[0]!.filters[0]!.routeConfig.virtualHosts[0]!.routes[0]!;
    assert.equal(action.kind, "direct_response");
    return action.kind === "direct_response" ? new TextDecoder().decode(action.body) : "";
  };
  assert.equal(bodyOf("filename: /body"), "from file");
  assert.equal(bodyOf("environment_variable: BODY"), "from env");
  assert.equal(bodyOf("inline_bytes: aGk"), "hi");
  assert.equal(bodyOf('inline_string: ""'), "");
  assert.match(refusals(body("filename: /x"), options)[0]!, /cannot read file "\/x": no such file/);
  assert.match(refusals(body("environment_variable: X"), options)[0]!, /Environment variable doesn't exist: X/);
});

Deno.test("loadBootstrap merges --config-yaml over the file", () => {
  const { snapshot, node } = loadBootstrap({
    file: { text: bootstrap({ root: "node: {id: file, cluster: c}" }), fileName: "b.yaml" },
    overlayYaml: "node: {id: overlay, locality: {zone: z}}\nstatic_resources: {clusters: [{name: b}]}",
  });
  assert.deepEqual(node, { ...NO_NODE, id: "overlay", cluster: "c", zone: "z" });
  assert.deepEqual(snapshot.clusters.map(({ name }) => name), ["a", "b"]);
  assert.throws(() => loadBootstrap({}), /At least one of --config-path or --config-yaml/);
});

Deno.test("loadBootstrap lets the command line win over the node", () => {
  const { snapshot } = load("node: {id: a, cluster: b}", { node: { id: "flag" } });
  assert.deepEqual(snapshot.node, { ...NO_NODE, id: "flag", cluster: "b" });
});

Deno.test("loadBootstrap keeps listeners apart by name and address", () => {
  const listener = (name: string, port: number) =>
    `{name: ${name}, address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}, filter_chains: ` +
    `[{filters: [{name: h, typed_config: {"@type": ${PREFIX}.network.http_connection_manager.v3.` +
    `HttpConnectionManager, stat_prefix: x, route_config: {}, http_filters: [${ROUTER}]}}]}]}`;
  const all = (...listeners: string[]) => `static_resources: {listeners: [${listeners.join(", ")}]}`;
  const loaded = load(all(listener("a", 1), listener("a", 2), listener("''", 0), listener("''", 0)));
  assert.deepEqual(loaded.snapshot.listeners.map(({ name }) => name), ["a", "127.0.0.1:0", "127.0.0.1:0#2"]);
  assert.match(loaded.warnings[0]!.reason, /second listener named 'a'/);
  assert.match(refusals(all(listener("a", 1), listener("b", 1)))[0]!, /duplicate address '127.0.0.1:1'/);
});

Deno.test("loadBootstrap warns of what a route says of no filter of its chain", () => {
  const off = '{"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}';
  const named = (...names: string[]) =>
    `typed_per_filter_config: {${names.map((name) => `${name}: ${off}`).join(", ")}}`;
  const routes = `{${named("router", "outer")}, virtual_hosts: [{name: all, domains: ["*"], ${named("host")}, ` +
    `routes: [{match: {prefix: /}, route: {cluster: a}, ${named("inner", "router")}}]}]}`;
  const { warnings } = load(bootstrap({ routes }));
  const found = Object.fromEntries(
    warnings.map(({ path, reason }) => [path.replace(`${HCM}.route_config.`, ""), reason]),
  );
  const text = (name: string) => `no HTTP filter of this chain is named '${name}', wanted router: has no effect`;
  assert.deepEqual(found, {
    "typed_per_filter_config.outer": text("outer"),
    "virtual_hosts[0].typed_per_filter_config.host": text("host"),
    "virtual_hosts[0].routes[0].typed_per_filter_config.inner": text("inner"),
  });
  assert.ok(warnings.every(({ line }) => line !== undefined));
});

Deno.test("loadBootstrap warns of two filters of one name, which routes cannot tell apart", () => {
  const inert = "{name: router, typed_config: {'@type': type.googleapis.com/udpa.type.v1.TypedStruct, " +
    "type_url: type.googleapis.com/stats.PluginConfig, value: {}}}";
  const { warnings } = load(bootstrap({ filters: `${inert}, ${ROUTER}` }));
  const found = warnings.map(({ path, reason }) => `${path.replace(HCM, "HCM")}: ${reason}`);
  const wanted = "HCM.http_filters[1].name: second HTTP filter named 'router' in this chain: " +
    "what a route says of one it says of both";
  assert.ok(found.includes(wanted), found.join("\n"));
});

Deno.test("loadBootstrap passes by Istio's own extensions and warns", () => {
  const stats = "{name: istio.stats, typedConfig: {'@type': type.googleapis.com/udpa.type.v1.TypedStruct, " +
    "typeUrl: type.googleapis.com/stats.PluginConfig, value: {}}}";
  const { snapshot, warnings } = load(bootstrap({ filters: `${stats}, ${ROUTER}` }));
  assert.equal(snapshot.listeners[0]!.filterChains[0]!.filters[0]!.httpFilters.length, 1);
  assert.match(warnings[0]!.reason, /stats\.PluginConfig.* not enforced/);
});

Deno.test("loadBootstrap reads a filter through a TypedStruct", () => {
  const typed = `{name: r, typed_config: {"@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: ` +
    `${PREFIX}.http.router.v3.Router, value: {suppressEnvoyHeaders: yes}}}`;
  const { snapshot } = load(bootstrap({ filters: typed }));
  assert.deepEqual(snapshot.listeners[0]!.filterChains[0]!.filters[0]!.httpFilters[0], {
    name: "r",
    isDisabled: false,
    typeUrl: `${PREFIX}.http.router.v3.Router`,
    config: {
      suppressEnvoyHeaders: true,
      dynamicStats: true,
      respectExpectedRqTimeout: false,
      strictCheckHeaders: [],
      rejectConnectRequestEarlyData: false,
      upstreamLogs: [],
      upstreamLogTimes: { flushIntervalMs: 0, flushOnStart: false, flushOnTunnel: false },
    },
  });
});

Deno.test("loadBootstrap reads old and new HTTP options of a cluster", () => {
  const cluster = (text: string) => load(bootstrap({ cluster: text })).snapshot.clusters[0]!.http;
  const old = "max_requests_per_connection: 7\n    http_protocol_options: {enable_trailers: true}";
  assert.deepEqual([cluster(old).maxRequestsPerConnection, cluster(old).http1.enableTrailers], [7, true]);
  const name = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const options = `typed_extension_protocol_options: {${name}: {"@type": type.googleapis.com/${name}, ` +
    "explicit_http_config: {http_protocol_options: {header_key_format: {proper_case_words: {}}}}, " +
    "common_http_protocol_options: {idle_timeout: 2s}}}";
  const both = cluster(`${options}\n    max_requests_per_connection: 7`);
  assert.deepEqual([both.http1.properCaseWords, both.idleTimeoutMs, both.maxRequestsPerConnection], [true, 2000, 0]);
});

Deno.test("loadBootstrap reads admin, access logs and runtime layers", () => {
  const { admin, runtime } = load(`admin:
  address: {socket_address: {address: 127.0.0.1, port_value: 9901}}
  access_log: {name: f, typed_config: {"@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /log}}
  allow_paths: [{prefix: /stats, ignore_case: true}]
layered_runtime:
  layers:
  - {name: s, static_layer: {a: {b: 1}}}
  - {name: adm, admin_layer: {}}
`);
  assert.deepEqual(admin, {
    address: { kind: "ip", host: "127.0.0.1", port: 9901 },
    accessLogs: [{ sink: "file", path: "/log", format: null, filter: null }],
    allowPaths: [{ kind: "prefix", value: "/stats", ignoreCase: true }],
    profilePath: "/var/log/envoy/envoy.prof",
  });
  assert.deepEqual(runtime.layers, [
    { name: "s", kind: "static", values: { a: { b: 1 } } },
    { name: "adm", kind: "admin" },
  ]);
});

Deno.test("loadBootstrap() merges the runtime layers into the snapshot", () => {
  const text = `
layered_runtime:
  layers:
  - { name: low, static_layer: { a: { b: 1, c: two }, share: { numerator: 5, denominator: MILLION } } }
  - { name: admin, admin_layer: {} }
  - { name: high, static_layer: { "a.b": true } }
`;
  const { snapshot } = loadBootstrap({ file: { text, fileName: "a.yaml" } });
  const share = {
    ...unread('{"numerator":5,"denominator":"MILLION"}'),
    fraction: { numerator: 5, denominator: 1_000_000 },
  };
  assert.deepEqual(snapshot.runtime, { "a.b": true, "a.c": "two", share });
  assert.deepEqual(loadBootstrap({ file: { text: "{}", fileName: "a.yaml" } }).snapshot.runtime, {});
});

Deno.test("loadBootstrap reads what stats are shown, their tags and buckets, and when they are flushed", () => {
  const { stats, statsFlushIntervalMs } = load(`stats_flush_on_admin: true
stats_config:
  use_all_default_tags: false
  stats_tags:
  - {tag_name: a, fixed_value: b}
  - {tag_name: c, regex: "x((y))"}
  - {tag_name: envoy.cluster_name}
  stats_matcher: {inclusion_list: {patterns: [{prefix: cluster.}]}}
  histogram_bucket_settings: [{match: {suffix: _time}, buckets: [5, 1]}]
`);
  assert.equal(statsFlushIntervalMs, null);
  assert.deepEqual(stats, {
    usesDefaultTags: false,
    tags: [
      { kind: "fixed", name: "a", value: "b" },
      { kind: "regex", name: "c", regex: "x((y))" },
      { kind: "default", name: "envoy.cluster_name" },
    ],
    shown: { base: "none", but: [{ kind: "prefix", value: "cluster.", ignoreCase: false }] },
    buckets: [{ match: { kind: "suffix", value: "_time", ignoreCase: false }, bounds: [1, 5] }],
  });
  assert.deepEqual(load("stats_config: {stats_matcher: {reject_all: true}}").stats.shown, { base: "none", but: [] });
});
