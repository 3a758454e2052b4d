/** What is tried again on the memory data path, and how often; nothing is left of it. */
import assert from "node:assert/strict";
import { DEFAULT_CIRCUIT_BREAKERS } from "../../config/schema/circuit_breakers.ts";
import type { DataPath } from "../../../test/support/data_path.ts";
import {
  answer,
  BACK_OFF_MS,
  begin,
  finish,
  GET,
  OK,
  pathWith,
  reply,
  requestsAt,
  statusOf,
} from "../../../test/support/retry_path.ts";

// ---- conditions on heads

const HEADS: readonly (readonly [retryOn: string, answer: string, isRetried: boolean])[] = [
  ["5xx", answer(500), true],
  ["5xx", answer(503), true],
  ["5xx", answer(599), true],
  ["5xx", answer(499), false],
  ["5xx", answer(200), false],
  ["gateway-error", answer(502), true],
  ["gateway-error", answer(503), true],
  ["gateway-error", answer(504), true],
  ["gateway-error", answer(500), false],
  ["gateway-error", answer(505), false],
  ["retriable-4xx", answer(409), true],
  ["retriable-4xx", answer(404), false],
  ["5xx, gateway-error, retriable-4xx, retriable-status-codes", answer(425), false],
  ["reset", answer(503), false],
  ["connect-failure", answer(503), false],
  ["refused-stream", answer(503), false],
  ["reset-before-request", answer(503), false],
  ["retriable-status-codes", answer(404), true],
  ["retriable-status-codes", answer(405), false],
  ["5xx", answer(404), false],
  ["retriable-headers", answer(200, "x-again: yes\r\n"), true],
  ["retriable-headers", answer(200, "x-again: no\r\n"), false],
  ["5xx", answer(200, "x-again: yes\r\n"), false],
  ["envoy-ratelimited", answer(429, "x-envoy-ratelimited: true\r\n"), true],
  ["envoy-ratelimited", answer(200, "x-envoy-ratelimited: true\r\n"), true],
  ["5xx", answer(503, "x-envoy-ratelimited: true\r\n"), false],
  ["envoy-ratelimited", answer(503), false],
  ["cancelled", answer(200, "grpc-status: 1\r\n"), true],
  ["deadline-exceeded", answer(200, "grpc-status: 4\r\n"), true],
  ["resource-exhausted", answer(200, "grpc-status: 8\r\n"), true],
  ["internal", answer(200, "grpc-status: 13\r\n"), true],
  ["unavailable", answer(200, "grpc-status: 14\r\n"), true],
  ["unavailable", answer(200, "grpc-status: 13\r\n"), false],
  ["internal", answer(200, "grpc-status: x\r\n"), false],
  ["cancelled", answer(200), false],
  ["nonsense, 5xx", answer(503), true],
  ["", answer(503), false],
];

const FIELDS = "retriable_status_codes: [404], retriable_headers: [{ name: x-again, string_match: { exact: yes_ } }]"
  .replace("yes_", '"yes"');

for (const [retryOn, text, isRetried] of HEADS) {
  const what = text.slice(9, 12) + (/\r\n(x-[a-z-]+: \w+|grpc-status: \w+)/.exec(text)?.[1] ?? "").padStart(1);
  Deno.test(`${retryOn || "no condition"} ${isRetried ? "tries again after" : "hands on"} ${what}`, () => {
    const { path, client } = begin({ policy: `retry_on: "${retryOn}", ${FIELDS}` });
    reply(path, text);
    assert.equal(requestsAt(path), isRetried ? 2 : 1);
    if (isRetried) reply(path, OK);
    assert.equal(statusOf(client), isRetried ? 200 : Number(text.slice(9, 12)));
    assert.equal(path.counter("cluster.web.upstream_rq_retry"), isRetried ? 1 : 0);
    assert.equal(path.counter("cluster.web.upstream_rq_retry_success"), isRetried ? 1 : 0);
    client.close();
    finish(path);
  });
}

// ---- conditions on failures

/** How a try goes wrong. */
const FAILURES = {
  "a refused connection": (path: DataPath) => void path,
  "the end of the connection": (path: DataPath) => path.origin.close(),
  "a reset": (path: DataPath) => path.origin.close("abort"),
  "nonsense": (path: DataPath) => path.origin.send("SSH-2.0\r\n\r\n"),
  "half a head": (path: DataPath) => {
    path.origin.send("HTTP/1.1 200 OK\r\nx:");
    path.deliver();
    path.origin.close();
  },
} as const;

const ON_FAILURE: readonly (readonly [retryOn: string, failure: keyof typeof FAILURES, isRetried: boolean])[] = [
  ["connect-failure", "a refused connection", true],
  ["reset-before-request", "a refused connection", true],
  ["refused-stream", "a refused connection", false],
  ["retriable-4xx", "a refused connection", false],
  ...(["5xx", "gateway-error", "reset"] as const).flatMap((retryOn) =>
    (Object.keys(FAILURES) as (keyof typeof FAILURES)[]).map((failure) => [retryOn, failure, true] as const)
  ),
  ["connect-failure", "the end of the connection", false],
  ["connect-failure", "a reset", false],
  ["reset-before-request", "the end of the connection", false],
  ["reset-before-request", "nonsense", false],
  ["retriable-status-codes", "a reset", false],
];

for (const [retryOn, failure, isRetried] of ON_FAILURE) {
  Deno.test(`${retryOn} ${isRetried ? "tries again after" : "hands on"} ${failure}`, () => {
    const path = pathWith({ policy: `retry_on: ${retryOn}` }), client = path.connect();
    const isRefused = failure === "a refused connection";
    if (isRefused) path.stopOrigin();
    client.send(GET);
    path.deliver();
    if (!isRefused) FAILURES[failure](path);
    path.deliver();
    if (isRefused) path.listenOrigin();
    path.advance(BACK_OFF_MS);
    if (isRetried) {
      reply(path, OK);
      assert.equal(statusOf(client), 200);
      assert.deepEqual(path.logged, ["200 - via_upstream"]);
    } else {
      assert.match(client.received, /reset before headers\. reset reason: /);
    }
    assert.equal(path.counter("cluster.web.upstream_rq_retry"), isRetried ? 1 : 0);
    client.close();
    finish(path);
  });
}

// ---- how often

for (const retries of [0, 1, 3]) {
  Deno.test(`a request is tried ${retries} times again, and the last answer is handed on`, () => {
    const { path, client } = begin({ policy: `retry_on: 5xx, num_retries: ${retries}` });
    for (let i = 0; i <= retries; i++) reply(path, answer(503, "", `answer ${i}`));
    assert.equal(requestsAt(path), retries + 1);
    assert.match(client.received, new RegExp(`answer ${retries}$`));
    assert.deepEqual(path.logged, ["503 URX via_upstream"]);
    assert.equal(path.counter("cluster.web.upstream_rq_retry_limit_exceeded"), 1);
    assert.equal(path.counter("cluster.web.upstream_rq_retry"), retries);
    assert.equal(path.counter("cluster.web.upstream_rq_503"), 1);
    if (retries > 0) assert.equal(path.counter("cluster.web.retry.upstream_rq_503"), retries);
    client.close();
    finish(path);
  });
}

Deno.test("a request whose every try fails is told so, with the flags in order", () => {
  const { path, client } = begin({ policy: "retry_on: reset, num_retries: 1" });
  path.origin.close();
  path.deliver();
  path.advance(BACK_OFF_MS);
  path.origin.close();
  path.deliver();
  assert.match(client.received, /before headers\. retried and the latest reset reason: connection termination$/);
  assert.deepEqual(path.logged, [
    "503 URX,UC upstream_reset_before_response_started{connection_termination}",
  ]);
  client.close();
  finish(path);
});

Deno.test("the circuit breaker for retries is the cluster's: the third request gets its answer as it is", () => {
  const limits = {
    ...DEFAULT_CIRCUIT_BREAKERS.default,
    maxConnections: 9,
    maxPendingRequests: 9,
    maxRequests: 9,
    maxRetries: 2,
    retryBudget: null,
  };
  const path = pathWith({ policy: "retry_on: 5xx", cluster: { circuitBreakers: { default: limits, high: limits } } });
  const clients = [path.connect(), path.connect(), path.connect()];
  for (const client of clients) {
    client.send(GET);
    path.deliver();
    path.origin.send(answer(503));
    path.deliver();
  }
  assert.deepEqual(path.logged, ["503 UO via_upstream"]);
  assert.equal(path.counter("cluster.web.upstream_rq_retry_overflow"), 1);
  assert.equal(path.gauge("cluster.web.circuit_breakers.default.rq_retry_open"), 1);
  path.advance(BACK_OFF_MS);
  for (const origin of path.origins) origin.send(OK);
  path.deliver();
  assert.equal(path.gauge("cluster.web.circuit_breakers.default.rq_retry_open"), 0);
  assert.deepEqual(clients.map(statusOf), [200, 200, 503]);
  finish(path);
});

Deno.test("a retry budget is a share of what goes on", () => {
  const limits = {
    ...DEFAULT_CIRCUIT_BREAKERS.default,
    maxConnections: 99,
    maxPendingRequests: 99,
    maxRequests: 99,
    maxRetries: 0,
    retryBudget: { percent: 50, minConcurrency: 1, intervalMs: 0 },
  };
  const path = pathWith({ policy: "retry_on: 5xx", cluster: { circuitBreakers: { default: limits, high: limits } } });
  const clients = Array.from({ length: 4 }, () => path.connect());
  for (const client of clients) {
    client.send(GET);
    path.deliver();
  }
  // Four are under way: two retries may be. The one that waits is under way no more, and three leave room for one.
  const [first, second] = path.origins;
  first!.send(answer(503));
  path.deliver();
  second!.send(answer(503));
  path.deliver();
  assert.equal(path.counter("cluster.web.upstream_rq_retry"), 1);
  assert.equal(path.counter("cluster.web.upstream_rq_retry_overflow"), 1);
  assert.deepEqual(path.logged, ["503 UO via_upstream"]);
  finish(path);
});

Deno.test("a retry budget with an interval is a share of the requests that were begun within it", () => {
  const limits = {
    ...DEFAULT_CIRCUIT_BREAKERS.default,
    maxConnections: 99,
    maxPendingRequests: 99,
    maxRequests: 99,
    maxRetries: 0,
    retryBudget: { percent: 25, minConcurrency: 0, intervalMs: 1000 },
  };
  const path = pathWith({ policy: "retry_on: 5xx", cluster: { circuitBreakers: { default: limits, high: limits } } });
  const client = path.connect();
  const ask = (...answers: string[]) => {
    client.send(GET);
    path.deliver();
    for (const text of answers) reply(path, text);
  };
  const figures = () => ["retry", "retry_overflow"].map((name) => path.counter(`cluster.web.upstream_rq_${name}`));
  ask(answer(503));
  assert.deepEqual(figures(), [0, 1]);
  ask(OK);
  ask(OK);
  // The fourth request of a second: a quarter of four is one.
  ask(answer(503), OK);
  assert.deepEqual(figures(), [1, 1]);
  path.advance(1_200);
  ask(answer(503));
  assert.deepEqual(figures(), [1, 2]);
  client.close();
  finish(path);
});

Deno.test("runtime has the last word on what circuit breakers are held against", () => {
  const key = "circuit_breakers.web.default.";
  const refused = (runtime: Record<string, number>, policy = "retry_on: 5xx") => {
    const { path, client } = begin({ policy, runtime });
    if (path.origins.length > 0) reply(path, answer(503));
    const [line] = path.logged;
    const overflows = ["pending_overflow", "active_overflow", "retry_overflow"].filter((name) =>
      path.counter(`cluster.web.upstream_rq_${name}`) > 0
    );
    client.close();
    finish(path);
    return [line, ...overflows];
  };
  assert.deepEqual(refused({}), [undefined]);
  assert.deepEqual(refused({ [`${key}max_retries`]: 0 }), ["503 UO via_upstream", "retry_overflow"]);
  assert.deepEqual(refused({ "circuit_breakers.web.high.max_retries": 0 }), [undefined]);
  assert.deepEqual(refused({ [`${key}retry_budget.min_retry_concurrency`]: 0 }), [
    "503 UO via_upstream",
    "retry_overflow",
  ]);
  assert.deepEqual(refused({ [`${key}max_retries`]: 0, [`${key}retry_budget.budget_percent`]: 0 }), [undefined]);
  assert.deepEqual(refused({ [`${key}max_pending_requests`]: 0 }, "num_retries: 0"), [
    "503 UO upstream_reset_before_response_started{overflow}",
    "pending_overflow",
  ]);
  assert.deepEqual(refused({ [`${key}max_requests`]: 0 }, "num_retries: 0"), [
    "503 UO upstream_reset_before_response_started{overflow}",
    "active_overflow",
  ]);
});

Deno.test("upstream.use_retry off means no retries", () => {
  const { path, client } = begin({ policy: "retry_on: 5xx", runtime: { "upstream.use_retry": 0 } });
  reply(path, answer(503));
  assert.deepEqual(path.logged, ["503 - via_upstream"]);
  assert.equal(path.counter("cluster.web.upstream_rq_retry"), 0);
  client.close();
  finish(path);
});
