/** What the outcomes of tries are to outlier detection, on the memory data path; every row here is reported at its first failure. */
import assert from "node:assert/strict";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../../test/support/data_path.ts";
import { answer, BACK_OFF_MS, GET, OK } from "../../../test/support/retry_path.ts";
import { begin as beginTunnel, CONNECT, ENDING, TunnelPath } from "../../../test/support/tunnel_path.ts";
import { Origin, RowKind } from "../../upstream/shared_hosts.ts";

const { ERRORS, GATEWAY_FAILURES, LOCAL_FAILURES } = RowKind;
const GATEWAY = [GATEWAY_FAILURES, ERRORS];

const FIRST = "consecutive_5xx: 1, consecutive_gateway_failure: 1, consecutive_local_origin_failure: 1";
const WATCHED = [`outlier_detection: { ${FIRST} }`];
const SPLIT = [`outlier_detection: { ${FIRST}, split_external_local_origin_errors: true }`];

/** A data path whose host is watched, with these fields of its `RouteAction`. */
function watched(action = "", options: DataPathOptions = {}): DataPath {
  return new DataPath({
    clusterFields: WATCHED,
    routes: `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
      `{ match: { prefix: / }, route: { cluster: web, ${action} } }] }] }`,
    ...options,
  });
}

/** A request is at the origin, or fails on the way. */
function ask(path: DataPath, request = GET): Peer {
  const client = path.connect();
  client.send(request);
  path.deliver();
  return client;
}

function say(path: DataPath, text: string): void {
  path.origin.send(text);
  path.deliver();
}

/** Rows that were reported, in order. */
const rows = (path: DataPath) => path.outliers.map(([, row]) => row);
/** Successes and all outcomes. */
function totals(path: DataPath, origin: Origin = Origin.EXTERNAL): number[] {
  const { counts } = path.cluster.hosts[0]!;
  return [counts.successes(origin), counts.total(origin)];
}

/** Reported and counted this, and nothing is left of it. */
function finish(path: DataPath, expectedRows: readonly RowKind[], expectedTotals: readonly number[]): void {
  assert.deepEqual(rows(path), expectedRows);
  assert.deepEqual(totals(path), expectedTotals);
  assertClean(path);
}

// ---- answers

const answers: [what: string, text: string, rows: readonly RowKind[], totals: number[]][] = [
  ["a 200", OK, [], [1, 1]],
  ["a 404", answer(404), [], [1, 1]],
  ["a 500", answer(500), [ERRORS], [0, 1]],
  ["a 503", answer(503), GATEWAY, [0, 1]],
  ["a 503 after an interim answer", `HTTP/1.1 103 E\r\n\r\n${answer(503)}`, GATEWAY, [0, 1]],
  ["an interim answer alone", "HTTP/1.1 103 E\r\n\r\n", [], [0, 0]],
  ["nonsense", "SSH-2.0\r\n\r\n", GATEWAY, [0, 1]],
];

for (const [what, text, expectedRows, expectedTotals] of answers) {
  Deno.test(`${what} counts for the host`, () => {
    const path = watched();
    ask(path);
    say(path, text);
    finish(path, expectedRows, expectedTotals);
  });
}

Deno.test("an answer to gRPC counts by the grpc-status in its head, and by none in its trailers", () => {
  const request = GET.replace("\r\n\r\n", "\r\ncontent-type: application/grpc\r\n\r\n");
  const path = watched();
  ask(path, request);
  say(path, answer(200, "grpc-status: 14\r\n"));
  assert.deepEqual(rows(path), GATEWAY);
  ask(path, request);
  say(path, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\ngrpc-status: 13\r\n\r\n");
  ask(path);
  say(path, answer(200, "grpc-status: 14\r\n"));
  finish(path, GATEWAY, [2, 3]);
});

Deno.test("a cluster without outlier detection counts nothing", () => {
  const path = watched("", { clusterFields: [] });
  ask(path);
  say(path, answer(503));
  finish(path, [], [0, 0]);
});

// ---- connections

Deno.test("a host that refuses, does not answer who dials, or breaks off has failed", () => {
  const path = watched();
  path.stopOrigin();
  ask(path);
  assert.deepEqual(totals(path), [0, 1]);
  path.listenOrigin();
  path.silenceOrigin();
  ask(path);
  path.advance(5_010);
  assert.deepEqual(totals(path), [0, 2]);
  path.silenceOrigin(false);
  ask(path);
  path.origin.close("abort");
  path.deliver();
  finish(path, GATEWAY, [0, 3]);
});

Deno.test("an answer that breaks off counts as what it was, and as a failure", () => {
  const path = watched();
  ask(path);
  say(path, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  assert.deepEqual(totals(path), [1, 1]);
  path.origin.close("abort");
  path.deliver();
  finish(path, GATEWAY, [1, 2]);
});

Deno.test("a limit of our own says nothing of the host", () => {
  const limits = { maxConnections: 1, maxPendingRequests: 0, maxRequests: 1, maxRetries: 3, retryBudget: null };
  const path = watched("", { cluster: { circuitBreakers: { default: limits, high: limits } } });
  const client = ask(path);
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*overflow/);
  finish(path, [], [0, 0]);
});

Deno.test("a client that goes says nothing of the host", () => {
  const path = watched();
  ask(path).close("abort");
  path.deliver();
  finish(path, [], [0, 0]);
});

// ---- time

Deno.test("a host that is too slow has failed, unless it was not given the request or its answer has set out", () => {
  const path = watched("timeout: 0.2s");
  ask(path);
  path.advance(210);
  assert.deepEqual([rows(path), totals(path)], [GATEWAY, [0, 1]]);
  ask(path);
  say(path, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  path.advance(210);
  assert.deepEqual(totals(path), [1, 2]);
  ask(path);
  say(path, "HTTP/1.1 103 E\r\n\r\n");
  path.advance(210);
  assert.deepEqual(totals(path), [1, 3]);
  path.silenceOrigin();
  ask(path);
  path.advance(210);
  assert.deepEqual(totals(path), [1, 3]);
  path.silenceOrigin(false);
  assertClean(path);
});

Deno.test("a timeout that is answered 204 is a success", () => {
  const path = watched("timeout: 0.2s", {
    managerFields: ["internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }"],
  });
  const fields = "x-forwarded-for: 10.0.0.1\r\nx-envoy-upstream-rq-timeout-alt-response: 1";
  ask(path, GET.replace("\r\n\r\n", `\r\n${fields}\r\n\r\n`));
  path.advance(210);
  assert.deepEqual(path.logged, ["204 UT response_timeout"]);
  finish(path, [], [1, 1]);
});

Deno.test("the end of a stream's longest time says nothing of the host", () => {
  const path = watched("", {
    cluster: {},
    clusterFields: [...WATCHED, "common_http_protocol_options: { max_stream_duration: 0.2s }"],
  });
  ask(path);
  path.advance(210);
  assert.equal(path.logged.length, 1);
  finish(path, [], [0, 0]);
});

Deno.test("every try counts", () => {
  const path = watched("timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 3, per_try_timeout: 1s }");
  ask(path);
  say(path, answer(503));
  path.advance(BACK_OFF_MS);
  path.advance(1_010);
  path.advance(BACK_OFF_MS);
  path.origin.close("abort");
  path.deliver();
  path.advance(BACK_OFF_MS);
  say(path, OK);
  finish(path, GATEWAY, [1, 4]);
});

Deno.test("a try that idles counts as late, even when its answer has set out", () => {
  const path = watched("timeout: 0s, retry_policy: { retry_on: reset, per_try_idle_timeout: 0.2s }");
  ask(path);
  say(path, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  path.advance(210);
  finish(path, GATEWAY, [1, 2]);
});

Deno.test("a try that gets company counts as late once, and its answer all the same", () => {
  const path = watched(
    "timeout: 2s, hedge_policy: { hedge_on_per_try_timeout: true }, " +
      "retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s }",
  );
  ask(path);
  path.advance(210);
  assert.deepEqual(totals(path), [0, 1]);
  path.advance(BACK_OFF_MS);
  assert.equal(path.origins.length, 2);
  path.advance(210);
  assert.deepEqual(totals(path), [0, 2]);
  path.origins[0]!.send(OK);
  path.deliver();
  finish(path, GATEWAY, [1, 3]);
});

Deno.test("tries that got company and are late as a whole have been counted already", () => {
  const path = watched(
    "timeout: 1s, hedge_policy: { hedge_on_per_try_timeout: true }, " +
      "retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s }",
  );
  ask(path);
  path.advance(210);
  path.advance(BACK_OFF_MS);
  path.advance(210);
  path.advance(400);
  assert.equal(path.logged.length, 1);
  finish(path, GATEWAY, [0, 2]);
});

// ---- apart

Deno.test("with split, connections are this side's successes, and failures and timeouts its failures", () => {
  const path = watched("timeout: 0.2s", { clusterFields: SPLIT });
  ask(path);
  say(path, answer(503));
  assert.deepEqual([totals(path), totals(path, Origin.LOCAL)], [[0, 1], [1, 1]]);
  assert.deepEqual(rows(path), GATEWAY);
  ask(path);
  path.advance(210);
  assert.deepEqual([totals(path), totals(path, Origin.LOCAL)], [[0, 1], [2, 3]]);
  ask(path);
  path.origin.close("abort");
  path.deliver();
  assert.deepEqual(totals(path, Origin.LOCAL), [3, 5]);
  path.stopOrigin();
  ask(path);
  assert.deepEqual(totals(path, Origin.LOCAL), [3, 6]);
  finish(path, [...GATEWAY, LOCAL_FAILURES, LOCAL_FAILURES], [0, 1]);
});

// ---- tunnels and copies

Deno.test("a tunnel that ends here counts by its connection", () => {
  const path = new TunnelPath(ENDING, { clusterFields: WATCHED });
  beginTunnel(path, CONNECT, "");
  assert.deepEqual(totals(path), [1, 1]);
  path.origin.close("abort");
  path.deliver();
  path.stopOrigin();
  const client = path.connect();
  client.send(CONNECT);
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 503 /);
  assert.equal(rows(path)[0], GATEWAY_FAILURES);
  assert.equal(path.cluster.hosts[0]!.counts.successes(Origin.EXTERNAL), 1);
  assertClean(path);
});

const MIRRORED: DataPathOptions = {
  clusterFields: WATCHED,
  otherClusters: { main: 8081 },
  routes: `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: ` +
    `{ cluster: main, timeout: 1s, request_mirror_policies: [{ cluster: web }] } }] }] }`,
};

Deno.test("copies of requests count for the mirror's host", () => {
  const path = new DataPath(MIRRORED);
  ask(path);
  say(path, answer(503));
  assert.deepEqual([rows(path), totals(path)], [GATEWAY, [0, 1]]);
  ask(path);
  say(path, OK);
  assert.deepEqual(totals(path), [1, 2]);
  ask(path);
  path.advance(1_010);
  assert.deepEqual(totals(path), [1, 3]);
  path.stopOrigin();
  ask(path);
  assert.deepEqual(totals(path), [1, 4]);
  for (const peer of path.peersOf.get("main")!) peer.close("abort");
  path.deliver();
  assertClean(path);
});
