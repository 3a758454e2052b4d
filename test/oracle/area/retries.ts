/**
 * Retries and hedging (spec/http.md 5): which answers and failures are tried again, how often, what is sent again, and what
 * the client and the access log are told when it was in vain. Routes have no timeout unless it matters: what a retry is told of
 * the time that is left depends on its back-off.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { answers, area, arrived, CLOCK, get, inTurn, open, post } from "../oracle_case.ts";
import { FROM_INSIDE, INTERNAL_ADDRESSES } from "../protocol_options.ts";
import type { Variant } from "../variant.ts";

const LINES = { accessLog: [textLog(`${USUAL_LINE} %UPSTREAM_REQUEST_ATTEMPT_COUNT%`)] };
const logged = (fields: Omit<Variant, "accessLog">): Variant => ({ ...LINES, ...fields });

/** Short waits, for many cases. */
const SOON = "retry_back_off: { base_interval: 0.001s }";
const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const SMALL_BUFFER = ["per_connection_buffer_limit_bytes: 1024"];

/** A route with a retry policy. */
const tried = (prefix: string, policy: string, { cluster = "origin", fields = "timeout: 0s" } = {}) =>
  `{ match: { prefix: ${prefix} }, route: { cluster: ${cluster}, ${fields}, retry_policy: { ${SOON}, ${policy} } } }`;

const CONDITIONS = [
  "5xx",
  "gateway-error",
  "reset",
  "reset-before-request",
  "connect-failure",
  "refused-stream",
  "retriable-4xx",
  "retriable-status-codes",
  "retriable-headers",
  "envoy-ratelimited",
  "cancelled",
  "deadline-exceeded",
  "resource-exhausted",
  "internal",
  "unavailable",
] as const;

/** What each condition is shown: the first answer. */
const HTTP_ANSWERS = [
  "500",
  "502",
  "503",
  "504",
  "505",
  "409",
  "404",
  "425",
  "again",
  "again-not",
  "limited",
  "limited-503",
];
const FAILURES = ["close", "nonsense", "cut-head", "bad-length", "cut"];
const GRPC_ANSWERS = ["grpc-1", "grpc-4", "grpc-8", "grpc-13", "grpc-14", "grpc-99", "grpc-x", "grpc-ok"];
const GRPC_CONDITIONS = CONDITIONS.slice(10);

const RETRIABLE =
  'retriable_status_codes: [404], retriable_headers: [{ name: X-Again, string_match: { exact: "yes" } }]';

const from = (path: string, behaviours: string, fields = "") => get(path, `x-origin: ${behaviours}\r\n${fields}`);

const LATER = "rate_limited_retry_back_off: { reset_headers: [{ name: Retry-After }] }";
const EARLY = "early_data_policy: { name: early, typed_config: " +
  '{ "@type": type.googleapis.com/envoy.extensions.early_data.v3.DefaultEarlyDataPolicy } }';
const HEDGED = "hedge_policy: { hedge_on_per_try_timeout: true }";
const BIG = "0123456789".repeat(500);

/** Limits that runtime has. */
const LIVE: readonly (readonly [cluster: string, values: Readonly<Record<string, string>>])[] = [
  ["retries", { max_retries: "0" }],
  ["text", { max_retries: '"nothing"' }],
  ["pending", { max_pending_requests: "0" }],
  ["requests", { max_requests: "0" }],
  ["connections", { max_connections: "0" }],
  ["share", { max_retries: "0", "retry_budget.budget_percent": "100.0" }],
  ["least", { "retry_budget.min_retry_concurrency": "0" }],
  ["useless", { max_retries: "0", "retry_budget.budget_percent": '"x"' }],
  ["interval", { max_retries: "0", "retry_budget.budget_interval": "1000" }],
  ["lowered", { "retry_budget.budget_percent": "0", "retry_budget.min_retry_concurrency": "0" }],
];

export const RETRIES = area("retries", {
  conditions: logged({ routes: CONDITIONS.map((name) => tried(`/on-${name}`, `retry_on: ${name}, ${RETRIABLE}`)) }),
  policy: logged({
    routes: [
      tried("/none", "num_retries: 3"),
      tried("/zero", "retry_on: 5xx, num_retries: 0"),
      tried("/three", "retry_on: 5xx, num_retries: 3"),
      tried("/words", 'retry_on: " nonsense , 5xx ,,reset"'),
      tried("/safe", "retry_on: 5xx, retriable_request_headers: [{ name: X-Safe }]"),
      tried(
        "/post",
        "retry_on: 5xx, retriable_request_headers: " +
          '[{ name: ":method", string_match: { exact: POST } }]',
      ),
      tried(
        "/hosts",
        "retry_on: 5xx, retry_host_predicate: [{ name: envoy.retry_host_predicates.previous_hosts, " +
          'typed_config: { "@type": ' +
          "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate } }], " +
          "host_selection_retry_max_attempts: 3",
      ),
      tried(
        "/priorities",
        "retry_on: 5xx, num_retries: 2, retry_priority: { name: envoy.retry_priorities.previous_priorities, " +
          'typed_config: { "@type": ' +
          "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig, " +
          "update_frequency: 1 } }",
      ),
      tried("/early", "retry_on: 5xx", { fields: `timeout: 0s, ${EARLY}` }),
      tried("/early-code", "retry_on: retriable-status-codes, retriable_status_codes: [425]", {
        fields: `timeout: 0s, ${EARLY}`,
      }),
      tried("/per-try", "retry_on: 5xx, per_try_timeout: 0.2s"),
      tried("/per-try-reset", "retry_on: reset, per_try_timeout: 0.2s"),
      tried("/per-try-connect", "retry_on: connect-failure, per_try_timeout: 0.2s"),
      tried("/idle", "retry_on: 5xx, per_try_idle_timeout: 0.2s"),
      tried("/later", `retry_on: 5xx, ${LATER}`),
      tried("/late", `retry_on: 5xx, ${LATER}`, { fields: "timeout: 0.2s" }),
    ],
  }),
  dead: logged({
    routes: [
      tried("/connect", "retry_on: connect-failure, num_retries: 2", { cluster: "dead" }),
      tried("/before", "retry_on: reset-before-request", { cluster: "dead" }),
      tried("/reset", "retry_on: reset", { cluster: "dead" }),
      tried("/5xx", "retry_on: 5xx", { cluster: "dead" }),
      tried("/refused", "retry_on: refused-stream", { cluster: "dead" }),
      tried("/none", "retry_on: 5xx", { cluster: "none" }),
      tried("/stuck", "retry_on: connect-failure", { cluster: "stuck" }),
    ],
    clusters: { stuck: ["connect_timeout: 0.1s"] },
  }),
  levels: logged({
    virtualHosts: [
      "{ name: all, domains: ['*'], retry_policy: { retry_on: 5xx, num_retries: 2, " + SOON + " }, routes: [" +
      "{ match: { prefix: /own }, route: { cluster: origin, timeout: 0s, retry_policy: { num_retries: 3 } } }, " +
      "{ match: { prefix: /cluster }, route: { cluster: eager, timeout: 0s } }, " +
      "{ match: { prefix: /both }, route: { cluster: eager, timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 3 } } }, " +
      "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s } }] }",
    ],
    clusters: {
      eager: [
        `typed_extension_protocol_options: { ${HTTP_OPTIONS}: { "@type": type.googleapis.com/${HTTP_OPTIONS}, ` +
        `explicit_http_config: { http_protocol_options: {} }, ` +
        `retry_policy: { retry_on: retriable-4xx, num_retries: 1, ${SOON} } } }`,
      ],
    },
  }),
  limits: logged({
    routes: [
      tried("/breaker", "retry_on: 5xx", { cluster: "broken" }),
      tried("/high", "retry_on: 5xx", { cluster: "broken", fields: "timeout: 0s, priority: HIGH" }),
      tried("/budget", "retry_on: 5xx", { cluster: "thrifty" }),
      tried("/generous", "retry_on: 5xx", { cluster: "generous" }),
    ],
    clusters: {
      broken: ["circuit_breakers: { thresholds: [{ max_retries: 0 }] }"],
      thrifty: [
        "circuit_breakers: { thresholds: [{ retry_budget: { budget_percent: { value: 0 }, min_retry_concurrency: 0 } }] }",
      ],
      generous: ["circuit_breakers: { thresholds: [{ max_retries: 0, retry_budget: {} }] }"],
    },
    stats: "^cluster\\.retries_limits\\..*(overflow|rq_retry|_open$)",
  }),
  recent: logged({
    routes: [tried("/", "retry_on: 5xx", { cluster: "recent" })],
    clusters: {
      recent: [
        "circuit_breakers: { thresholds: [{ retry_budget: " +
        "{ budget_percent: { value: 25 }, min_retry_concurrency: 0, budget_interval: 300s } }] }",
      ],
    },
  }),
  live: logged({
    routes: LIVE.map(([cluster]) => tried(`/${cluster}`, "retry_on: 5xx", { cluster })),
    clusters: { lowered: ["circuit_breakers: { thresholds: [{ max_retries: 2, retry_budget: {} }] }"] },
    runtime: Object.fromEntries(
      LIVE.flatMap(([cluster, values]) =>
        Object.entries(values).map(([key, value]) => [`circuit_breakers.retries_live.${cluster}.default.${key}`, value])
      ),
    ),
    stats: "^cluster\\.retries_live\\..*(overflow|rq_retry|_open$)",
  }),
  headers: logged({
    managerFields: [INTERNAL_ADDRESSES],
    routes: [
      tried("/policy", "retry_on: 5xx, num_retries: 1"),
      tried("/codes", "retry_on: retriable-status-codes, num_retries: 1, retriable_status_codes: [404]"),
      "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s } }",
    ],
  }),
  small: logged({
    listenerFields: SMALL_BUFFER,
    routes: [tried("/later", `retry_on: 5xx, ${LATER}`), tried("/", "retry_on: 5xx")],
  }),
  hedged: logged({
    routes: [
      tried("/once", "retry_on: 5xx, per_try_timeout: 0.2s", { fields: `timeout: 0s, ${HEDGED}` }),
      tried("/twice", "retry_on: 5xx, num_retries: 2, per_try_timeout: 0.2s", { fields: `timeout: 0s, ${HEDGED}` }),
      tried("/bare", "per_try_timeout: 0.2s", { fields: `timeout: 0.3s, ${HEDGED}` }),
    ],
  }),
  hedged_late: logged({
    routerFields: ["suppress_envoy_headers: true"],
    routes: [
      tried("/", "retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s", { fields: `timeout: 0.5s, ${HEDGED}` }),
    ],
  }),
  upgrades: logged({
    managerFields: ["upgrade_configs: [{ upgrade_type: websocket }]"],
    routes: [tried("/", "retry_on: 5xx")],
  }),
  counted: logged({
    virtualHosts: [
      "{ name: all, domains: ['*'], include_request_attempt_count: true, include_attempt_count_in_response: true, " +
      "include_is_timeout_retry_header: true, retry_policy: { retry_on: 5xx, num_retries: 2, " + SOON +
      " }, routes: [" +
      "{ match: { prefix: /per-try }, route: { cluster: origin, timeout: 0s, " +
      "retry_policy: { retry_on: 5xx, per_try_timeout: 0.2s } } }, " +
      "{ match: { prefix: /hedged }, route: { cluster: origin, timeout: 0s, " + HEDGED +
      ", retry_policy: { retry_on: 5xx, num_retries: 2, per_try_timeout: 0.2s } } }, " +
      "{ match: { prefix: /dead }, route: { cluster: dead, timeout: 0s } }, " +
      "{ match: { prefix: /none }, route: { cluster: none, timeout: 0s } }, " +
      "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s } }] }",
    ],
  }),
  limit: logged({
    virtualHosts: [
      "{ name: all, domains: ['*'], request_body_buffer_limit: 100, retry_policy: { retry_on: 5xx, " + SOON +
      " }, routes: [{ match: { prefix: /own }, request_body_buffer_limit: 200, route: { cluster: origin, timeout: 0s } }, " +
      "{ match: { prefix: /old }, per_request_buffer_limit_bytes: 50, route: { cluster: origin, timeout: 0s } }, " +
      "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s } }] }",
    ],
  }),
  plain: logged({}),
}, [
  // ---- conditions
  ...CONDITIONS.flatMap((name) =>
    (GRPC_CONDITIONS.includes(name) ? GRPC_ANSWERS : [...HTTP_ANSWERS, ...FAILURES]).map((first) => ({
      name: `${name} after ${first}`,
      on: "conditions" as const,
      send: from(`/on-${name}`, `${first},ok`),
    }))
  ),
  { name: "unavailable after grpc-status in trailers", on: "conditions", send: from("/on-unavailable", "chunked,ok") },
  // ---- policy
  ...["/none", "/zero", "/three", "/words", "/safe", "/post", "/hosts"].map((path) => ({
    name: `503 on ${path}`,
    on: "policy" as const,
    send: from(path, "503"),
  })),
  { name: "a safe request", on: "policy", send: from("/safe", "503,ok", "x-safe: 1\r\n") },
  { name: "a POST where they are safe", on: "policy", send: post("/post", "body", "x-origin: 503,ok\r\n") },
  { name: "three bad answers, then a good one", on: "policy", send: from("/three", "503,502,500,ok") },
  { name: "different failures", on: "policy", send: from("/three", "503,close,nonsense,ok") },
  { name: "failures to the end", on: "policy", send: from("/three", "503,503,close,close") },
  { name: "nonsense to the end", on: "policy", send: from("/three", "nonsense") },
  { name: "HEAD", on: "policy", send: get("/three", "x-origin: 503,ok\r\n", "HEAD") },
  { name: "a body that is big, answered badly", on: "policy", send: from("/three", "big-head,ok") },
  { name: "the second try breaks off", on: "policy", send: from("/three", "503,cut") },
  { name: "a hint before a bad answer", on: "policy", send: from("/three", "hint-503,ok") },
  { name: "100 before a good answer after a bad one", on: "policy", send: from("/three", "503,continue") },
  ...["/per-try", "/per-try-reset", "/per-try-connect", "/idle"].flatMap((path) =>
    ["silent,ok", "silent"].map((behaviours) => ({
      name: `${behaviours} on ${path}`,
      on: "policy" as const,
      send: from(path, behaviours),
    }))
  ),
  { name: "an answer that stalls on /idle", on: "policy", send: from("/idle", "stall,ok") },
  { name: "retry-after", on: "policy", send: from("/later", "later,ok") },
  { name: "retry-after that is too long", on: "policy", send: from("/later", "503,ok") },
  { name: "the route's time is up during a back-off", on: "policy", send: from("/late", "much-later,ok") },
  { name: "503 with a choice of priorities", on: "policy", send: from("/priorities", "503,503,ok") },
  // ---- too early
  ...["/early", "/early-code"].flatMap((path) =>
    ["GET", "POST"].map((method) => ({
      name: `425 for ${method} on ${path}`,
      on: "policy" as const,
      send: get(path, "x-origin: 425,ok\r\n", method),
    }))
  ),
  { name: "425 without a policy", on: "plain", send: from("/x", "425,ok") },
  {
    name: "a request that says it came early",
    on: "plain",
    send: from("/x", "425,ok", "early-data: 1\r\n"),
  },
  // ---- bodies
  { name: "a body", on: "policy", send: post("/three", BIG, "x-origin: 503,close,ok\r\n") },
  {
    name: "a body in pieces",
    on: "policy",
    send: [
      "POST /three HTTP/1.1\r\nhost: a.test\r\nx-origin: 503,ok\r\ncontent-length: 10\r\n\r\nhalf",
      arrived("half"),
      "second",
    ],
  },
  {
    name: "a chunked body",
    on: "policy",
    send: "POST /three HTTP/1.1\r\nhost: a.test\r\nx-origin: 503,ok\r\ntransfer-encoding: chunked\r\n\r\n" +
      "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
  },
  {
    name: "the rest of a body after a bad answer",
    on: "policy",
    send: [
      "POST /three HTTP/1.1\r\nhost: a.test\r\nx-origin: early-503,ok\r\ncontent-length: 10\r\n\r\nhalf",
      arrived("half"),
      CLOCK,
      "second",
    ],
  },
  { name: "an empty body", on: "policy", send: post("/three", "", "x-origin: 503,ok\r\n") },
  { name: "a body past the limit", on: "small", send: post("/x", BIG, "x-origin: 503,ok\r\n") },
  { name: "a body within the limit", on: "small", send: post("/x", BIG.slice(0, 1000), "x-origin: 503,ok\r\n") },
  { name: "a body at the limit", on: "small", send: post("/x", BIG.slice(0, 1024), "x-origin: 503,ok\r\n") },
  { name: "a body one past the limit", on: "small", send: post("/x", BIG.slice(0, 1025), "x-origin: 503,ok\r\n") },
  {
    name: "past the limit during a back-off",
    on: "small",
    send: [
      "POST /later HTTP/1.1\r\nhost: a.test\r\nx-origin: early-much-later,ok\r\ncontent-length: 5000\r\n\r\n" +
      `begin${BIG.slice(0, 95)}`,
      arrived("begin"),
      CLOCK,
      BIG.slice(0, 1000),
    ],
    then: "end",
  },
  // ---- no connection
  ...["/connect", "/before", "/reset", "/5xx", "/refused", "/none", "/stuck"].map((path) => ({
    name: `nobody there on ${path}`,
    on: "dead" as const,
    send: get(path),
  })),
  { name: "nobody there for a body", on: "dead", send: post("/connect", "body") },
  // ---- levels
  ...["/host", "/own", "/cluster", "/both"].flatMap((path) =>
    ["503", "409"].map((status) => ({
      name: `${status} on ${path}`,
      on: "levels" as const,
      send: from(path, status),
    }))
  ),
  // ---- limits
  ...["/breaker", "/high", "/budget", "/generous"].map((path) => ({
    name: `503 on ${path}`,
    on: "limits" as const,
    send: from(path, "503,ok"),
  })),
  ...LIVE.map(([cluster]) => ({
    name: `503 where runtime sets ${cluster}`,
    on: "live" as const,
    send: from(`/${cluster}`, "503,ok"),
  })),
  {
    name: "the fourth request of late may be tried again",
    on: "recent",
    send: inTurn(
      from("/1", "503"),
      from("/2", "ok"),
      from("/3", "503"),
      from("/4", "503,503,503,503,ok"),
      from("/5", "503"),
    ),
    answers: 5,
    lines: 5,
  },
  // ---- what requests ask for
  ...[
    ["retry-on", "x-envoy-retry-on: 5xx\r\n", "503,503,ok"],
    ["retry-on with words", "x-envoy-retry-on: x, 5xx ,\r\n", "503,ok"],
    ["retry-on and max-retries", "x-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 3\r\n", "503,503,503,ok"],
    ["max-retries of 0", "x-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 0\r\n", "503,ok"],
    ["max-retries that is no number", "x-envoy-retry-on: 5xx\r\nx-envoy-max-retries: x\r\n", "503,503,ok"],
    ["max-retries alone", "x-envoy-max-retries: 3\r\n", "503,ok"],
    ["retry-grpc-on", "x-envoy-retry-grpc-on: unavailable,internal\r\n", "grpc-14,ok"],
    ["retry-grpc-on with a word of retry-on", "x-envoy-retry-grpc-on: 5xx\r\n", "503,ok"],
    ["retry-on with a word of retry-grpc-on", "x-envoy-retry-on: unavailable\r\n", "grpc-14,ok"],
    [
      "status codes",
      "x-envoy-retry-on: retriable-status-codes\r\nx-envoy-retriable-status-codes: 1,404, x\r\n",
      "404,ok",
    ],
    [
      "status codes with blanks",
      "x-envoy-retry-on: retriable-status-codes\r\nx-envoy-retriable-status-codes: 1, 404\r\n",
      "404,ok",
    ],
    ["status codes alone", "x-envoy-retriable-status-codes: 404\r\n", "404,ok"],
    [
      "header names",
      "x-envoy-retry-on: retriable-headers\r\nx-envoy-retriable-header-names: a, X-Again\r\n",
      "again-not,ok",
    ],
    ["header names alone", "x-envoy-retriable-header-names: x-again\r\n", "again,ok"],
    ["hedging without a policy", "x-envoy-hedge-on-per-try-timeout: true\r\n", "ok"],
  ].map(([name, fields, behaviours]) => ({
    name: `a request asks for ${name}`,
    on: "headers" as const,
    send: from("/x", behaviours!, `${FROM_INSIDE}${fields}`),
  })),
  {
    name: "a request asks for more retries than its route",
    on: "headers",
    send: from("/policy", "503,503,503,ok", `${FROM_INSIDE}x-envoy-max-retries: 4\r\n`),
  },
  {
    name: "a request asks for more codes than its route",
    on: "headers",
    send: from("/codes", "409,ok", `${FROM_INSIDE}x-envoy-retriable-status-codes: 409\r\n`),
  },
  {
    name: "a request asks for more conditions than its route",
    on: "headers",
    send: from("/policy", "409,ok", `${FROM_INSIDE}x-envoy-retry-on: retriable-4xx\r\n`),
  },
  {
    name: "a request from outside asks",
    on: "headers",
    send: from("/x", "503,ok", "x-forwarded-for: 9.9.9.9\r\nx-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 3\r\n"),
  },
  { name: "nobody asks", on: "plain", send: from("/x", "503,ok") },
  // ---- attempts that are told
  ...["ok", "503,ok", "503,500,ok", "503", "close", "503,close,close", "hint-503"].map((behaviours) => ({
    name: `${behaviours}, with attempts told`,
    on: "counted" as const,
    send: from("/x", behaviours),
  })),
  ...["/dead", "/none"].map((path) => ({
    name: `nobody on ${path}, with attempts told`,
    on: "counted" as const,
    send: get(path),
  })),
  { name: "a try's time is up, with attempts told", on: "counted", send: from("/per-try", "silent,ok") },
  { name: "all tries' time is up, with attempts told", on: "counted", send: from("/per-try", "silent") },
  { name: "the second of two tries wins, with attempts told", on: "counted", send: from("/hedged", "silent,ok") },
  {
    name: "the first of two tries wins, with attempts told",
    on: "counted",
    send: [from("/hedged", "wait,silent,silent"), arrived("x-envoy-attempt-count: 2"), open("answer")],
  },
  ...["/x", "/own", "/old"].flatMap((path) =>
    [50, 51, 100, 101, 200, 201].map((bytes) => ({
      name: `a body of ${bytes} bytes on ${path}`,
      on: "limit" as const,
      send: post(path, BIG.slice(0, bytes), "x-origin: 503,ok\r\n"),
    }))
  ),
  // ---- hedging
  { name: "the second try answers", on: "hedged", send: from("/once", "silent,ok") },
  { name: "the second try answers badly", on: "hedged", send: [from("/once", "wait,503"), CLOCK, open("answer")] },
  { name: "the first try answers", on: "hedged", send: [from("/once", "wait,silent"), CLOCK, open("answer")] },
  { name: "the first try answers in time", on: "hedged", send: from("/once", "ok,503") },
  { name: "the first try answers badly in time", on: "hedged", send: from("/once", "503,ok") },
  { name: "three tries, of which the last answers", on: "hedged", send: from("/twice", "silent,silent,ok") },
  { name: "two tries until the route's time is up", on: "hedged_late", send: from("/late", "silent") },
  { name: "hedging without retries", on: "hedged", send: from("/bare", "silent") },
  { name: "a hedged body", on: "hedged", send: post("/once", "body", "x-origin: silent,ok\r\n") },
  // ---- upgrades
  {
    name: "an upgrade that is refused first",
    on: "upgrades",
    send: [
      get("/x", "x-origin: 503,upgrade\r\nconnection: upgrade\r\nupgrade: websocket\r\n"),
      answers(1),
      "bye",
    ],
    then: "end",
  },
]);
