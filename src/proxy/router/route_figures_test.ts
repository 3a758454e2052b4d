/** What routes and virtual hosts ask the router to count and to tell, on the memory data path (spec/http.md 2.12). */
import assert from "node:assert/strict";
import { DEFAULT_CIRCUIT_BREAKERS } from "../../config/schema/circuit_breakers.ts";
import { assertClean, DataPath, type DataPathOptions } from "../../../test/support/data_path.ts";

const GET = (path = "/", fields = "") => `GET ${path} HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n`;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** One virtual host with these fields and routes. */
function pathWith(fields: string, routes: string, options: DataPathOptions = {}): DataPath {
  return new DataPath({
    ...options,
    routes: `{ virtual_hosts: [{ name: v, domains: ["*"], ${fields} routes: [${routes}] }] }`,
  });
}

/** A request and, where it gets there, the origin's answer. Returns the client's and the origin's bytes. */
function exchange(path: DataPath, request: string, answer = OK): { readonly answer: string; readonly request: string } {
  const client = path.connect();
  client.send(request);
  path.deliver();
  const received = path.origins.length === 0 ? "" : path.origin.take();
  if (received !== "" && answer !== "") {
    path.origin.send(answer);
    path.deliver();
  }
  return { answer: client.take(), request: received };
}

const ALL = "{ match: { prefix: / }, stat_prefix: all, route: { cluster: web, timeout: 1s } }";
const TWO = `virtual_clusters: [{ name: writes, headers: [{ name: ":method", string_match: { exact: POST } }] }, ` +
  "{ name: marked, headers: [{ name: x-a, present_match: true }] }],";

/** Every figure of a tally that is not 0. */
function tally(path: DataPath, prefix: string): Record<string, number> {
  const names = ["total", "completed", "2xx", "200", "5xx", "503", "504", "timeout", "retry", "retry_success"];
  return Object.fromEntries(
    names.map((name) => [name, path.counter(`vhost.v.${prefix}.upstream_rq_${name}`)] as const)
      .filter(([, count]) => count !== 0),
  );
}

/** All names under `vhost.`. */
function names(path: DataPath): string[] {
  return path.statNames().filter((name) => name.startsWith("vhost."));
}

Deno.test("an answer is counted for the route's prefix and for the virtual cluster, and nowhere else", () => {
  const path = pathWith(TWO, ALL);
  assert.match(exchange(path, GET("/", "x-a: 1\r\n")).answer, /^HTTP\/1.1 200/);
  const once = { total: 1, completed: 1, "2xx": 1, "200": 1 };
  assert.deepEqual(tally(path, "route.all"), once);
  assert.deepEqual(tally(path, "vcluster.marked"), once);
  assert.deepEqual([tally(path, "vcluster.writes"), tally(path, "vcluster.other")], [{}, {}]);
  assertClean(path);
});

Deno.test("a request that is of no virtual cluster is of the others", () => {
  const path = pathWith(TWO, ALL);
  exchange(path, GET());
  assert.deepEqual(tally(path, "vcluster.other"), { total: 1, completed: 1, "2xx": 1, "200": 1 });
  assertClean(path);
});

Deno.test("a timeout is counted with its answer", () => {
  const path = pathWith(TWO, ALL);
  exchange(path, GET(), "");
  path.advance(1_000);
  assert.deepEqual(tally(path, "vcluster.other"), { total: 1, completed: 1, "5xx": 1, "504": 1, timeout: 1 });
  assertClean(path);
});

Deno.test("an answer in a cluster's name is counted, a request that no host got is not", () => {
  const path = pathWith(TWO, ALL);
  path.stopOrigin();
  assert.match(exchange(path, GET()).answer, /^HTTP\/1.1 503/);
  assert.deepEqual(tally(path, "route.all"), { completed: 1, "5xx": 1, "503": 1 });
  assertClean(path);
});

Deno.test("a retry is counted, and its success", () => {
  const path = pathWith(
    "",
    "{ match: { prefix: / }, stat_prefix: all, route: { cluster: web, " +
      "retry_policy: { retry_on: 5xx } } }",
  );
  const client = path.connect();
  client.send(GET());
  path.deliver();
  path.origin.send("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
  path.deliver();
  path.advance(300);
  path.origin.send(OK);
  path.deliver();
  assert.match(client.take(), /^HTTP\/1.1 200/);
  assert.deepEqual(tally(path, "route.all"), {
    total: 2,
    completed: 1,
    "2xx": 1,
    "200": 1,
    retry: 1,
    retry_success: 1,
  });
  assertClean(path);
});

Deno.test("there are no figures where none are asked for, and codes and times only once there is an answer", () => {
  assert.deepEqual(names(pathWith("", "{ match: { prefix: / }, route: { cluster: web } }")), []);
  const path = pathWith(TWO, ALL), own = (prefix: string) => names(path).filter((name) => name.startsWith(prefix));
  const always = ["retry", "retry_limit_exceeded", "retry_overflow", "retry_success", "timeout", "total"];
  const full = (prefix: string, ends: readonly string[]) => ends.map((end) => `${prefix}upstream_rq_${end}`).sort();
  for (const prefix of ["vhost.v.route.all.", "vhost.v.vcluster.marked.", "vhost.v.vcluster.other."]) {
    assert.deepEqual(own(prefix), full(prefix, always));
  }
  exchange(path, GET());
  assert.deepEqual(
    own("vhost.v.route.all."),
    full("vhost.v.route.all.", [...always, "200", "2xx", "completed", "time"]),
  );
});

// ---- attempts

const TELLING = "include_request_attempt_count: true, include_attempt_count_in_response: true,";

Deno.test("hosts and clients hear of the attempt, whatever the client said", () => {
  const path = pathWith(TELLING, ALL);
  const { answer, request } = exchange(path, GET("/", "x-envoy-attempt-count: 7\r\n"));
  assert.match(request, /\r\nx-envoy-attempt-count: 1\r\n/);
  assert.doesNotMatch(request, /: 7\r\n/);
  assert.match(answer, /^HTTP\/1.1 200[^]*\r\nx-envoy-attempt-count: 1\r\n/);
  assertClean(path);
});

Deno.test("each of the two is told where it is asked for, and neither where it is not", () => {
  const told = (fields: string) => {
    const { answer, request } = exchange(pathWith(fields, ALL), GET());
    return [request.includes("x-envoy-attempt-count"), answer.includes("x-envoy-attempt-count")];
  };
  assert.deepEqual(told("include_request_attempt_count: true,"), [true, false]);
  assert.deepEqual(told("include_attempt_count_in_response: true,"), [false, true]);
  assert.deepEqual(told(""), [false, false]);
});

Deno.test("the router's own replies tell of the attempt, others do not", () => {
  const failing = pathWith(TELLING, ALL);
  failing.stopOrigin();
  assert.match(exchange(failing, GET()).answer, /^HTTP\/1.1 503[^]*\r\nx-envoy-attempt-count: 1\r\n/);
  const routes = `{ match: { path: /d }, direct_response: { status: 200 } }, ` +
    "{ match: { path: /c }, route: { cluster_header: x-c } }";
  for (const path of ["/d", "/c", "/none"]) {
    assert.doesNotMatch(exchange(pathWith(TELLING, routes), GET(path)).answer, /attempt-count/, path);
  }
});

Deno.test("a header list of the route sees the attempt", () => {
  const add = "request_headers_to_add: [{ header: { key: x-seen, value: '%REQ(x-envoy-attempt-count)%' } }],";
  const path = pathWith(TELLING, `{ match: { prefix: / }, ${add} route: { cluster: web } }`);
  assert.match(exchange(path, GET()).request, /\r\nx-seen: 1\r\n/);
});

// ---- priorities

const LIMITS = {
  ...DEFAULT_CIRCUIT_BREAKERS.default,
  maxConnections: 10,
  maxPendingRequests: 10,
  maxRequests: 1,
  maxRetries: 3,
  retryBudget: null,
};
const BY_PRIORITY = "{ match: { path: /high }, route: { cluster: web, priority: HIGH } }, " +
  "{ match: { prefix: / }, route: { cluster: web } }";

Deno.test("each priority has limits, gauges and connections of its own", () => {
  const path = pathWith("", BY_PRIORITY, { cluster: { circuitBreakers: { default: LIMITS, high: LIMITS } } });
  const open = (priority: string) => path.gauge(`cluster.web.circuit_breakers.${priority}.rq_open`);
  const clients = ["/high", "/low", "/high", "/low"].map((target) => {
    const client = path.connect();
    client.send(GET(target));
    path.deliver();
    return client;
  });
  assert.deepEqual([open("high"), open("default")], [1, 1]);
  assert.deepEqual(clients.map((client) => /^HTTP\/1.1 \d+/.exec(client.take())?.[0] ?? ""), [
    "",
    "",
    "HTTP/1.1 503",
    "HTTP/1.1 503",
  ]);
  for (const origin of path.origins) if (origin.take() !== "") origin.send(OK);
  path.deliver();
  assert.match(clients[0]!.take(), /^HTTP\/1.1 200/);
  assert.match(clients[1]!.take(), /^HTTP\/1.1 200/);
  assert.deepEqual([open("high"), open("default")], [0, 0]);
  assertClean(path);
});

Deno.test("a connection of one priority is not used for the other", () => {
  const path = pathWith("", BY_PRIORITY);
  exchange(path, GET("/low"));
  exchange(path, GET("/low"));
  assert.equal(path.origins.length, 1);
  exchange(path, GET("/high"));
  assert.equal(path.origins.length, 2);
  assertClean(path);
});

const ALT = "x-envoy-upstream-alt-stat-name: a\r\n";

Deno.test("an answer is counted under the name that a request from inside brings, once", () => {
  const path = pathWith("", ALL, {
    managerFields: ["internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }"],
  });
  const inside = "x-forwarded-for: 10.1.2.3\r\n";
  assert.ok(!exchange(path, GET("/", inside + ALT)).request.includes("alt-stat-name"));
  assert.equal(path.counter("cluster.web.a.upstream_rq_200"), 1);
  assert.equal(path.counter("cluster.web.a.internal.upstream_rq_completed"), 1);
  assert.equal(path.counter("cluster.web.upstream_rq_200"), 1);
  exchange(path, GET("/", inside));
  assert.equal(path.counter("cluster.web.a.upstream_rq_200"), 1);
  assertClean(path);
});

Deno.test("a name from outside counts nothing", () => {
  const path = pathWith("", ALL);
  assert.ok(!exchange(path, GET("/", ALT)).request.includes("alt-stat-name"));
  assert.deepEqual(path.statNames().filter((name) => name.startsWith("cluster.web.a.")), []);
  assertClean(path);
});
