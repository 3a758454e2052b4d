/** When and with what requests are tried again on the memory data path, one after the other or side by side. */
import assert from "node:assert/strict";
import type { DataPath, Peer } from "../../../test/support/data_path.ts";
import {
  answer,
  BACK_OFF_MS,
  begin,
  finish,
  OK,
  pathWith,
  reply,
  requestsAt,
  statusOf,
} from "../../../test/support/retry_path.ts";

// ---- when

Deno.test("waits lie below a bound that doubles and has an end", () => {
  const bounds = [100, 200, 400, 500, 500];
  const longest = bounds.map(() => 0);
  for (let round = 0; round < 40; round++) {
    const policy = "retry_on: 5xx, num_retries: 5, retry_back_off: { base_interval: 0.1s, max_interval: 0.5s }";
    const { path, client } = begin({ policy, seed: round });
    for (const [retry, bound] of bounds.entries()) {
      path.origin.send(answer(503));
      path.deliver();
      let waitedMs = 0;
      for (; requestsAt(path) === retry + 1 && waitedMs <= bound; waitedMs += 10) path.advance(10);
      assert.equal(requestsAt(path), retry + 2, `retry ${retry} waits longer than ${bound} ms`);
      longest[retry] = Math.max(longest[retry]!, waitedMs);
    }
    client.close();
    finish(path);
  }
  for (const [retry, bound] of bounds.entries()) assert.ok(longest[retry]! > bound * 0.7, `retry ${retry}`);
});

const RATE_LIMITED =
  "retry_on: 5xx, num_retries: 2, rate_limited_retry_back_off: { max_interval: 10s, reset_headers: " +
  "[{ name: retry-after }, { name: x-reset, format: UNIX_TIMESTAMP }] }";

const RESETS: readonly (readonly [fields: (nowS: number) => string, waitMs: number | null])[] = [
  [() => "retry-after: 2\r\n", 2000],
  [(nowS) => `x-reset: ${nowS + 3}\r\n`, 3000],
  [(nowS) => `retry-after: soon\r\nx-reset: ${nowS + 1}\r\n`, 1000],
  [() => "retry-after: 11\r\n", null],
  [() => "retry-after: 0\r\n", null],
  [(nowS) => `x-reset: ${nowS - 1}\r\n`, null],
  [() => "", null],
];

for (const [fields, waitMs] of RESETS) {
  Deno.test(`an answer with ${fields(0).trim() || "no reset header"} makes a retry wait ${waitMs ?? "as usual"}`, () => {
    const { path, client } = begin({ policy: RATE_LIMITED, route: "timeout: 0s" });
    path.origin.send(answer(503, fields(Math.floor(path.clock.wallMs() / 1000))));
    path.deliver();
    path.advance(waitMs === null ? BACK_OFF_MS : waitMs - 10);
    assert.equal(requestsAt(path), waitMs === null ? 2 : 1);
    if (waitMs !== null) path.advance(waitMs / 2 + 20);
    assert.equal(requestsAt(path), 2);
    const kind = waitMs === null ? "exponential" : "ratelimited";
    assert.equal(path.counter(`cluster.web.upstream_rq_retry_backoff_${kind}`), 1);
    client.close();
    finish(path);
  });
}

Deno.test("the route's time goes on during a back-off", () => {
  const { path, client } = begin({
    policy: "retry_on: 5xx, rate_limited_retry_back_off: { reset_headers: [{ name: retry-after }] }",
    route: "timeout: 1s",
  });
  path.origin.send(answer(503, "retry-after: 5\r\n"));
  path.deliver();
  path.advance(1010);
  assert.equal(statusOf(client), 504);
  assert.deepEqual(path.logged, ["504 UT response_timeout"]);
  assert.equal(path.counter("cluster.web.upstream_rq_timeout"), 0);
  client.close();
  finish(path);
});

Deno.test("a retry is told what is left of the route's time", () => {
  const { path, client } = begin({ policy: "retry_on: 5xx", route: "timeout: 1s" });
  path.advance(400);
  path.origin.send(answer(503));
  path.deliver();
  path.origin.take();
  path.advance(BACK_OFF_MS);
  const told = Number(/x-envoy-expected-rq-timeout-ms: (\d+)/.exec(path.origin.received)?.[1]);
  assert.ok(told >= 600 - BACK_OFF_MS && told <= 600, String(told));
  client.close();
  finish(path);
});

Deno.test("a client that leaves during a back-off leaves nothing", () => {
  const { path, client } = begin({ policy: "retry_on: 5xx" });
  path.origin.send(answer(503));
  path.deliver();
  client.close("abort");
  path.deliver();
  path.advance(BACK_OFF_MS);
  assert.equal(requestsAt(path), 1);
  finish(path);
});

// ---- with what

const BODY = Array.from({ length: 5000 }, (_, at) => String.fromCharCode(97 + at % 26)).join("");
const POST = `POST /a HTTP/1.1\r\nhost: a.test\r\ncontent-length: ${BODY.length}\r\n\r\n`;

for (const pieceBytes of [undefined, 1]) {
  for (const state of ["complete", "half sent"]) {
    const how = pieceBytes === undefined ? "whole" : "byte by byte";
    Deno.test(`a body is sent again, ${how}, ${state}`, () => {
      const path = pathWith({ policy: "retry_on: reset", ...pieceBytes === undefined ? {} : { pieceBytes } });
      const client = path.connect();
      const cut = state === "complete" ? BODY.length : 2000;
      client.send(POST + BODY.slice(0, cut));
      path.deliver();
      path.origin.close("abort");
      path.deliver();
      path.advance(BACK_OFF_MS);
      client.send(BODY.slice(cut));
      path.deliver();
      assert.equal(path.origin.received.split("\r\n\r\n")[1], BODY);
      reply(path, OK);
      assert.equal(statusOf(client), 200);
      client.close();
      finish(path);
    });
  }
}

Deno.test("trailers are sent again", () => {
  const { path, client } = begin({
    policy: "retry_on: 5xx",
    managerFields: ["http_protocol_options: { enable_trailers: true }"],
    clusterFields: ["http_protocol_options: { enable_trailers: true }"],
  }, "POST /a HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 6\r\n\r\n");
  path.origin.take();
  reply(path, answer(503));
  assert.match(path.origin.received, /\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 6\r\n\r\n$/);
  reply(path, OK);
  client.close();
  finish(path);
});

Deno.test("a body that comes during a back-off is sent with the next try", () => {
  const { path, client } = begin({ policy: "retry_on: 5xx" }, POST + BODY.slice(0, 10));
  path.origin.send(answer(503));
  path.deliver();
  client.send(BODY.slice(10));
  path.deliver();
  path.advance(BACK_OFF_MS);
  assert.equal(path.origin.received.split("\r\n\r\n")[1], BODY);
  reply(path, OK);
  assert.equal(statusOf(client), 200);
  client.close();
  finish(path);
});

Deno.test("past the limit the try under way is the last", () => {
  const { path, client } = begin(
    { policy: "retry_on: 5xx", listener: { perConnectionBufferLimitBytes: 4000 } },
    POST + BODY,
  );
  assert.equal(path.counter("cluster.web.retry_or_shadow_abandoned"), 1);
  reply(path, answer(503));
  assert.equal(requestsAt(path), 1);
  assert.deepEqual(path.logged, ["503 - via_upstream"]);
  client.close();
  finish(path);
});

Deno.test("past the limit during a back-off the request is over", () => {
  const { path, client } = begin(
    { policy: "retry_on: 5xx", listener: { perConnectionBufferLimitBytes: 4000 } },
    POST + BODY.slice(0, 3000),
  );
  path.origin.send(answer(503));
  path.deliver();
  client.send(BODY.slice(3000));
  path.deliver();
  assert.equal(statusOf(client), 507);
  assert.match(client.received, /exceeded request buffer limit while retrying upstream$/);
  assert.deepEqual(path.logged, ["507 - request_payload_exceeded_retry_buffer_limit"]);
  path.advance(BACK_OFF_MS);
  assert.equal(requestsAt(path), 1);
  finish(path);
});

Deno.test("an interim answer that the client has got is the end of retries", () => {
  const { path, client } = begin({ policy: "retry_on: 5xx" });
  reply(path, `HTTP/1.1 103 Early Hints\r\na: 1\r\n\r\n${answer(503)}`);
  assert.equal(requestsAt(path), 1);
  assert.deepEqual(path.logged, ["503 - via_upstream"]);
  client.close();
  finish(path);
});

Deno.test("an answer that breaks off is not tried again", () => {
  const { path, client } = begin({ policy: 'retry_on: "5xx,reset"' });
  path.origin.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  path.deliver();
  path.origin.close("abort");
  path.deliver();
  path.advance(BACK_OFF_MS);
  assert.equal(path.origins.length, 1);
  assert.match(client.received, /half$/);
  finish(path);
});

Deno.test("a try's own time is up: the next one gets it anew", () => {
  const { path, client } = begin({ policy: "retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s" });
  path.advance(210);
  path.advance(BACK_OFF_MS);
  assert.equal(requestsAt(path), 2);
  assert.equal(statusOf(client), 0);
  path.advance(210);
  assert.deepEqual(path.logged, ["504 URX,UT upstream_per_try_timeout"]);
  assert.equal(path.counter("cluster.web.upstream_rq_per_try_timeout"), 2);
  client.close();
  finish(path);
});

Deno.test("a request may ask for retries itself, where it is believed", () => {
  const asking =
    "GET /a HTTP/1.1\r\nhost: a.test\r\nx-forwarded-for: 10.0.0.1\r\nx-envoy-retry-on: retriable-status-codes,retriable-headers\r\n" +
    "x-envoy-retriable-status-codes: 404, 410\r\nx-envoy-retriable-header-names: x-one, X-Two\r\nx-envoy-max-retries: 3\r\n\r\n";
  const { path, client } = begin({
    managerFields: ["internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }"],
  }, asking);
  assert.doesNotMatch(path.origin.received, /x-envoy-(retry|retriable|max)/);
  for (const text of [answer(410), answer(200, "x-two: 1\r\n"), answer(404)]) reply(path, text);
  assert.equal(requestsAt(path), 4);
  reply(path, answer(404));
  assert.deepEqual(path.logged, ["404 URX via_upstream"]);
  client.close();
  finish(path);
});

Deno.test("only requests that match retriable_request_headers are tried again", () => {
  for (const [field, tries] of [["", 1], ["x-safe: 1\r\n", 2]] as const) {
    const { path, client } = begin(
      { policy: "retry_on: 5xx, retriable_request_headers: [{ name: x-safe }]" },
      `GET /a HTTP/1.1\r\nhost: a.test\r\n${field}\r\n`,
    );
    reply(path, answer(503));
    assert.equal(requestsAt(path), tries);
    client.close();
    finish(path);
  }
});

// ---- hedging

const HEDGING = {
  policy: "retry_on: 5xx, num_retries: 2, per_try_timeout: 0.2s",
  route: "hedge_policy: { hedge_on_per_try_timeout: true }",
};

/** Two tries are under way. */
function beginTwo(): { readonly path: DataPath; readonly client: Peer; readonly tries: readonly [Peer, Peer] } {
  const { path, client } = begin(HEDGING);
  path.advance(210);
  path.advance(100);
  assert.equal(path.origins.length, 2);
  assert.equal(path.counter("cluster.web.upstream_rq_per_try_timeout"), 0);
  return { path, client, tries: [path.origins[0]!, path.origins[1]!] };
}

for (const winner of [0, 1] as const) {
  Deno.test(`of two tries the ${winner === 0 ? "first" : "second"} to answer wins, and the other is reset`, () => {
    const { path, client, tries } = beginTwo();
    // The loser has begun a head of its own.
    tries[1 - winner]!.send("HTTP/1.1 200 OK\r\nx-loser: 1\r\n");
    path.deliver();
    tries[winner]!.send(answer(200, `x-winner: ${winner}\r\n`, "won"));
    path.deliver();
    assert.match(client.received, new RegExp(`^HTTP/1\\.1 200 .*x-winner: ${winner}\r\n`, "s"));
    assert.match(client.received, /\r\n\r\nwon$/);
    assert.doesNotMatch(client.received, /x-loser/);
    assert.ok(tries[1 - winner]!.hasEnded || tries[1 - winner]!.closed !== null);
    assert.deepEqual(path.logged, ["200 - via_upstream"]);
    client.close();
    finish(path);
  });
}

Deno.test("a bad answer beside a try under way is dropped", () => {
  const { path, client, tries } = beginTwo();
  tries[0].send(answer(503));
  path.deliver();
  assert.equal(statusOf(client), 0);
  tries[1].send(OK);
  path.deliver();
  assert.equal(statusOf(client), 200);
  client.close();
  finish(path);
});

Deno.test("of tries that all fail the last one is told", () => {
  const { path, client, tries } = beginTwo();
  tries[0].close("abort");
  path.deliver();
  assert.equal(statusOf(client), 0);
  tries[1].send(answer(503));
  path.deliver();
  path.advance(BACK_OFF_MS);
  assert.equal(requestsAt(path), 3);
  path.origin.send(answer(500));
  path.deliver();
  assert.equal(statusOf(client), 500);
  assert.deepEqual(path.logged, ["500 URX via_upstream"]);
  client.close();
  finish(path);
});

Deno.test("the route's time ends all tries", () => {
  const { path, client } = begin({ ...HEDGING, route: `timeout: 0.5s, ${HEDGING.route}` });
  path.advance(210);
  path.advance(100);
  path.advance(200);
  assert.deepEqual(path.logged, ["504 UT response_timeout"]);
  assert.equal(path.counter("cluster.web.upstream_rq_timeout"), 2);
  client.close();
  finish(path);
});
