/** What `RetryPolicy` and `HedgePolicy` become, and what is refused of them. */
import assert from "node:assert/strict";
import type { RetryPolicyConfig } from "../retry_config.ts";
import type { RouteActionConfig } from "../route_config.ts";
import { ConfigError } from "../../base/errors.ts";
import { loadBootstrap, type LoadedBootstrap } from "../load.ts";

const PREVIOUS = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
const CANARY = "envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate";
const METADATA = "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig";
const PRIORITIES = "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig";

const DEFAULTS: RetryPolicyConfig = {
  retryOn: [],
  numRetries: 1,
  perTryTimeoutMs: 0,
  perTryIdleTimeoutMs: 0,
  backOff: null,
  rateLimitedBackOff: null,
  retriableStatusCodes: [],
  retriableHeaders: [],
  retriableRequestHeaders: [],
  hostPredicates: [],
  retryPriority: null,
  hostSelectionAttempts: 1,
};

/** A configuration of one route with what stands in it, in its virtual host and in the cluster. */
function load({ route = "", host = "", cluster = "" }): LoadedBootstrap {
  const text = `
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 10000}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts:
            - {name: all, domains: ["*"], ${host} routes: [{match: {prefix: /}, route: {cluster: web, ${route}}}]}
  clusters:
  - name: web
    ${cluster}
    load_assignment: {cluster_name: web, endpoints: []}
`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } });
}

function actionOf({ snapshot }: LoadedBootstrap): RouteActionConfig {
  const { action } = snapshot.listeners[0]!.filterChains[0]!.filters[0]!.routeConfig.virtualHosts[0]!.routes[0]!;
  assert.equal(action.kind, "route");
  return action as RouteActionConfig;
}

const policy = (fields: string) => ({ route: `retry_policy: {${fields}}` });

const READ: readonly (readonly [fields: string, read: Partial<RetryPolicyConfig>])[] = [
  ["", {}],
  ['retry_on: " 5xx,reset , cancelled,5xx, nonsense,"', { retryOn: ["5xx", "reset", "cancelled"] }],
  ["num_retries: 0", { numRetries: 0 }],
  ["per_try_timeout: 0.2s, per_try_idle_timeout: 3s", { perTryTimeoutMs: 200, perTryIdleTimeoutMs: 3000 }],
  ["retry_back_off: {base_interval: 0.1s}", { backOff: { baseMs: 100, maxMs: 1000 } }],
  ["retry_back_off: {base_interval: 0.1s, max_interval: 0.1s}", { backOff: { baseMs: 100, maxMs: 100 } }],
  ["retry_back_off: {base_interval: 0.0001s, max_interval: 0.0002s}", { backOff: { baseMs: 1, maxMs: 1 } }],
  [
    "rate_limited_retry_back_off: {reset_headers: [{name: Retry-After}, {name: x-at, format: UNIX_TIMESTAMP}]}",
    {
      rateLimitedBackOff: {
        resetHeaders: [{ name: "retry-after", format: "SECONDS" }, { name: "x-at", format: "UNIX_TIMESTAMP" }],
        maxMs: 300_000,
      },
    },
  ],
  ["retriable_status_codes: [404, 418]", { retriableStatusCodes: [404, 418] }],
  ["host_selection_retry_max_attempts: 5", { hostSelectionAttempts: 5 }],
  [
    `retry_host_predicate: [{name: a, typed_config: {"@type": type.googleapis.com/${PREVIOUS}}}, ` +
    `{name: b, typed_config: {"@type": type.googleapis.com/${CANARY}}}, ` +
    `{name: c, typed_config: {"@type": type.googleapis.com/${METADATA}, ` +
    `metadata_match: {filter_metadata: {envoy.lb: {stage: beta}, other: {x: 1}}}}}]`,
    {
      hostPredicates: [
        { kind: "previous_hosts" },
        { kind: "omit_canary_hosts" },
        { kind: "omit_host_metadata", labels: { stage: "beta" } },
      ],
    },
  ],
];

for (const [fields, read] of READ) {
  Deno.test(`a retry policy is read: {${fields.slice(0, 80)}}`, () => {
    assert.deepEqual(actionOf(load(policy(fields))).retryPolicy, { ...DEFAULTS, ...read });
  });
}

Deno.test("a retry policy's header matchers are read", () => {
  const { retryPolicy } = actionOf(
    load(policy("retriable_headers: [{name: X-Again}], retriable_request_headers: [{name: x-safe}]")),
  );
  assert.deepEqual([retryPolicy?.retriableHeaders[0]?.name, retryPolicy?.retriableRequestHeaders[0]?.name], [
    "x-again",
    "x-safe",
  ]);
});

const REFUSED: readonly (readonly [fields: string, reason: RegExp])[] = [
  [
    "retry_back_off: {base_interval: 1s, max_interval: 0.5s}",
    /max_interval .*max_interval must greater than or equal to the base_interval/,
  ],
  ["retry_back_off: {base_interval: 0s}", /base_interval/],
  ["retry_back_off: {}", /base_interval/],
  ["rate_limited_retry_back_off: {}", /reset_headers/],
  [
    `retry_priority: {name: p, typed_config: {"@type": type.googleapis.com/${PRIORITIES}, update_frequency: 0}}`,
    /update_frequency/,
  ],
  [`retry_priority: {name: p, typed_config: {"@type": type.googleapis.com/${PRIORITIES}}}`, /update_frequency/],
  [
    `retry_priority: {name: p, typed_config: {"@type": type.googleapis.com/${PREVIOUS}}}`,
    /Didn't find a registered implementation .*PreviousHostsPredicate/,
  ],
  ["retry_priority: {name: p}", /Didn't find a registered implementation for 'p'/],
  [
    `retry_options_predicates: [{name: p, typed_config: {"@type": type.googleapis.com/${PREVIOUS}}}]`,
    /Didn't find a registered implementation .*PreviousHostsPredicate/,
  ],
  [
    `retry_host_predicate: [{name: p, typed_config: {"@type": type.googleapis.com/${PRIORITIES}, update_frequency: 2}}]`,
    /Didn't find a registered implementation/,
  ],
];

for (const [fields, reason] of REFUSED) {
  Deno.test(`a retry policy is refused: {${fields.slice(0, 80)}}`, () => {
    assert.throws(() => load(policy(fields)), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, reason);
      return true;
    });
  });
}

Deno.test("retries by priority have their update frequency", () => {
  const settings = policy(
    `retry_priority: {name: p, typed_config: {"@type": type.googleapis.com/${PRIORITIES}, update_frequency: 2}}`,
  );
  assert.deepEqual(actionOf(load(settings)).retryPolicy, { ...DEFAULTS, retryPriority: { updateFrequency: 2 } });
});

Deno.test("an early data policy is checked, and there is no early data", () => {
  const refusal = (fields: string) => {
    try {
      load({ route: `early_data_policy: {name: e${fields}}` });
      return "";
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.message;
    }
  };
  const typed = (name: string) => `, typed_config: {"@type": type.googleapis.com/${name}}`;
  assert.equal(refusal(typed("envoy.extensions.early_data.v3.DefaultEarlyDataPolicy")), "");
  assert.match(refusal(""), /typed_config/);
  assert.match(refusal(typed(PREVIOUS)), /Didn't find a registered implementation .*it is no early data policy/);
});

Deno.test("words that name no retry condition are a warning", () => {
  const { warnings } = load(policy('retry_on: "5xx,never"'));
  assert.deepEqual(warnings.map(({ reason }) => reason), ["no condition is named 'never': ignored, as in Envoy"]);
});

Deno.test("a route's retry and hedge policies replace its virtual host's, whole", () => {
  const host = "retry_policy: {retry_on: reset, num_retries: 4}, hedge_policy: {hedge_on_per_try_timeout: true},";
  const inherited = actionOf(load({ host }));
  assert.deepEqual([inherited.retryPolicy?.numRetries, inherited.hedgesOnPerTryTimeout], [4, true]);
  const own = actionOf(load({ host, route: "retry_policy: {retry_on: 5xx}, hedge_policy: {}" }));
  assert.deepEqual([own.retryPolicy, own.hedgesOnPerTryTimeout], [{ ...DEFAULTS, retryOn: ["5xx"] }, false]);
  const none = actionOf(load({}));
  assert.deepEqual([none.retryPolicy, none.hedgesOnPerTryTimeout], [null, null]);
});

Deno.test("a cluster has a retry policy, a retry budget and hosts with metadata", () => {
  const cluster =
    `typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {"@type": ` +
    `type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, ` +
    `explicit_http_config: {http_protocol_options: {}}, retry_policy: {retry_on: 5xx}}}\n    ` +
    `circuit_breakers: {thresholds: [{retry_budget: {}}, {priority: HIGH, retry_budget: {budget_percent: {value: 5}, ` +
    `min_retry_concurrency: 0, budget_interval: 1.5009s}}]}`;
  const { http, circuitBreakers } = load({ cluster }).snapshot.clusters[0]!;
  assert.deepEqual(http.retryPolicy, { ...DEFAULTS, retryOn: ["5xx"] });
  assert.deepEqual(circuitBreakers.default.retryBudget, { percent: 20, minConcurrency: 3, intervalMs: 0 });
  assert.deepEqual(circuitBreakers.high.retryBudget, { percent: 5, minConcurrency: 0, intervalMs: 1501 });
});
