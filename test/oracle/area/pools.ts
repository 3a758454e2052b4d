/**
 * Limits and refusals of clusters (spec/upstream.md 3.1, 10, 11): connection pools and connections that may not be, requests that
 * a cluster under maintenance or with too much load does not take, and what is counted of it.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { area, get, inTurn, post } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

const LINES = {
  accessLog: [textLog(`${USUAL_LINE} %UPSTREAM_REQUEST_ATTEMPT_COUNT% %UPSTREAM_CLUSTER% %VIRTUAL_CLUSTER_NAME%`)],
};
const COUNTED = "(circuit_breakers|overflow|cx_total|cx_destroy|maintenance|_rq_503|_rq_5xx|rq_completed|" +
  "rq_total|none_healthy|rq_retry)";
/** Its log and counters are compared. */
const counted = (name: string, fields: Variant): Variant => ({
  ...LINES,
  stats: `^(cluster\\.pools_${name}|vhost\\.[^.]+\\.vcluster\\.pools_${name})\\..*${COUNTED}`,
  ...fields,
});

const HIGH = "{ match: { prefix: /high }, route: { cluster: origin, priority: HIGH } }";
const TRIED =
  "{ match: { prefix: /tried }, route: { cluster: origin, timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 2 } } }";
const CONNECT =
  "{ match: { connect_matcher: {} }, route: { cluster: bytes, upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }] } }";
const STRICT = "strict_check_headers: [x-envoy-max-retries]";
const SUPPRESSED = "suppress_envoy_headers: true";

/** Both priorities with these limits. */
const limits = (fields: string, more = "") =>
  `circuit_breakers: { thresholds: [{ ${fields} }, { priority: HIGH, ${fields} }]${more} }`;
const dropping = (numerator: number, denominator = "HUNDRED") =>
  `policy: { drop_overloads: [{ category: load, drop_percentage: ` +
  `{ numerator: ${numerator}, denominator: ${denominator} } }] }`;

const UNDER_MAINTENANCE = { "upstream.maintenance_mode.pools_maintenance.origin": "100" };
/** Values at the key of a cluster, and whether that makes it refuse everything. */
const SHARES: Readonly<Record<string, string>> = {
  none: "0",
  more: "250",
  text: '"100"',
  words: '"yes"',
  negative: "-5",
  fraction: "{ numerator: 100, denominator: HUNDRED }",
  truth: "true",
};

const GRPC = "content-type: application/grpc\r\n";

export const POOLS = area("pools", {
  none: counted("none", {
    routes: [HIGH, TRIED, CONNECT, "{ match: { prefix: /direct }, direct_response: { status: 204 } }"],
    clusters: { origin: [limits("max_connection_pools: 0")], bytes: [limits("max_connection_pools: 0")] },
  }),
  one: counted("one", { routes: [HIGH], clusters: { origin: [limits("max_connection_pools: 1")] } }),
  gone: counted("gone", { routes: [HIGH], clusters: { origin: [limits("max_connection_pools: 1")] } }),
  own: counted("own", {
    routes: [CONNECT],
    clusters: {
      origin: ["connection_pool_per_downstream_connection: true"],
      bytes: ["connection_pool_per_downstream_connection: true"],
    },
  }),
  runtime: counted("runtime", {
    routes: [HIGH],
    clusters: { origin: [limits("max_connection_pools: 7")] },
    runtime: { "circuit_breakers.pools_runtime.origin.default.max_connection_pools": "0" },
  }),
  host: counted("host", {
    routes: [HIGH],
    clusters: { origin: [limits("max_connections: 9", ", per_host_thresholds: [{ max_connections: 0 }]")] },
  }),
  remaining: counted("remaining", {
    routes: [HIGH, TRIED],
    clusters: {
      origin: [
        limits("max_connections: 3, max_pending_requests: 4, max_requests: 5, max_retries: 6, track_remaining: true"),
      ],
    },
  }),
  budget: counted("budget", {
    routes: [TRIED],
    clusters: { origin: [limits("max_retries: 6, track_remaining: true, retry_budget: {}")] },
  }),
  ahead: counted("ahead", {
    clusters: { origin: ["preconnect_policy: { per_upstream_preconnect_ratio: 2 }"] },
  }),
  full: counted("full", {
    routes: [HIGH, TRIED],
    clusters: { origin: [limits("max_requests: 0")] },
    routerFields: [SUPPRESSED],
  }),
  waiting: counted("waiting", { routes: [HIGH], clusters: { origin: [limits("max_pending_requests: 0")] } }),
  maintenance: counted("maintenance", {
    virtualHosts: [
      `{ name: all, domains: ["*"], include_attempt_count_in_response: true, virtual_clusters: [` +
      `{ name: pools_maintenance, headers: [{ name: ":path", string_match: { prefix: /v } }] }], ` +
      `response_headers_to_add: [{ header: { key: x-host, value: there } }], routes: [${TRIED}, ` +
      "{ match: { prefix: / }, route: { cluster: origin } }] }",
    ],
    routerFields: [STRICT],
    clusters: { origin: [dropping(100)] },
    runtime: UNDER_MAINTENANCE,
  }),
  mirrored: counted("mirrored", {
    routes: ["closed", "dropping", "poolless"].map((cluster) =>
      `{ match: { prefix: /${cluster} }, route: { cluster: origin, request_mirror_policies: [{ cluster: ${cluster} }] } }`
    ),
    clusters: { dropping: [dropping(100)], poolless: [limits("max_connection_pools: 0")] },
    runtime: { "upstream.maintenance_mode.pools_mirrored.closed": "100" },
  }),
  quiet: counted("quiet", {
    routerFields: [SUPPRESSED],
    runtime: { "upstream.maintenance_mode.pools_quiet.origin": "100" },
  }),
  ...Object.fromEntries(
    Object.entries(SHARES).map(([name, value]) => [
      name === "none" ? "zero" : name,
      counted(name === "none" ? "zero" : name, {
        runtime: { [`upstream.maintenance_mode.pools_${name === "none" ? "zero" : name}.origin`]: value },
      }),
    ]),
  ) as Record<"zero" | "more" | "text" | "words" | "negative" | "fraction" | "truth", Variant>,
  dropping: counted("dropping", {
    routes: [TRIED, "{ match: { prefix: /none }, route: { cluster: none } }"],
    routerFields: [STRICT],
    clusters: { origin: [dropping(100)], none: [dropping(1_000_000, "MILLION")] },
  }),
  dropping_quietly: counted("dropping_quietly", {
    routerFields: [SUPPRESSED],
    clusters: { origin: [dropping(10_000, "TEN_THOUSAND")] },
  }),
  dropping_nothing: counted("dropping_nothing", { clusters: { origin: [dropping(0)] } }),
}, [
  ...["/", "/high", "/tried"].map((path) => ({ name: `no pool for ${path}`, on: "none" as const, send: get(path) })),
  { name: "no pool for a request with a body", on: "none", send: post("/", "body") },
  { name: "no pool for a gRPC request", on: "none", send: get("/", GRPC) },
  { name: "no pool is needed", on: "none", send: get("/direct") },
  {
    name: "pools of tunnels are not limited",
    on: ["none", "own"],
    send: "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\n\r\n",
    then: "close",
  },
  { name: "each priority has a pool", on: "one", send: inTurn(get("/"), get("/high"), get("/")), lines: 3 },
  {
    name: "a pool without connections counts no more",
    on: "gone",
    send: inTurn(get("/close-header"), get("/high", "x-origin: close-header\r\n"), get("/close-header")),
    lines: 3,
  },
  { name: "the pool of a connection is its own", on: "own", send: inTurn(get("/a"), get("/b")), lines: 2 },
  { name: "runtime limits pools of one priority", on: "runtime", send: inTurn(get("/"), get("/high")), lines: 2 },
  {
    name: "a host's limit of connections yields to the first",
    on: "host",
    send: inTurn(get("/"), get("/high")),
    lines: 2,
  },
  { name: "what remains while nothing goes on", on: "remaining", send: inTurn(get("/"), get("/high")), lines: 2 },
  {
    name: "what remains of retries after some",
    on: ["remaining", "budget"],
    send: get("/tried", "x-origin: 503,503,ok\r\n"),
  },
  { name: "connections ahead", on: "ahead", send: inTurn(get("/"), get("/")), lines: 2 },
  { name: "too many requests, said by no field", on: "full", send: inTurn(get("/"), get("/tried")), lines: 2 },
  { name: "too many that wait", on: "waiting", send: inTurn(get("/"), get("/high")), lines: 2 },
  ...["GET", "HEAD"].map((method) => ({
    name: `${method} to a cluster that takes nothing`,
    on: ["maintenance", "quiet", "dropping", "dropping_quietly"] as const,
    send: get("/", "", method),
  })),
  { name: "a body for a cluster that takes nothing", on: ["maintenance", "dropping"], send: post("/", "body") },
  { name: "gRPC to a cluster that takes nothing", on: ["maintenance", "dropping"], send: get("/", GRPC) },
  { name: "a refusal is not tried again", on: ["maintenance", "dropping"], send: get("/tried") },
  ...["closed", "dropping", "poolless"].map((cluster) => ({
    name: `a copy for a cluster that is ${cluster}`,
    on: "mirrored" as const,
    send: get(`/${cluster}`),
  })),
  { name: "a virtual cluster counts a refusal", on: "maintenance", send: get("/v") },
  {
    name: "an alternative name counts a refusal",
    on: ["maintenance", "dropping"],
    send: get("/", "x-envoy-upstream-alt-stat-name: other\r\n"),
  },
  {
    name: "a refusal comes before strict checks",
    on: ["maintenance", "dropping"],
    send: get("/", "x-envoy-max-retries: x\r\n"),
  },
  { name: "a cluster without hosts takes nothing", on: "dropping", send: get("/none") },
  {
    name: "a request to a cluster with a share",
    on: ["zero", "more", "text", "words", "negative", "fraction", "truth", "dropping_nothing"],
    send: get("/"),
  },
]);
