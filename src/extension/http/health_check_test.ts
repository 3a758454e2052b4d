/** The health check filter on the memory data path: who answers, with what, and what is counted. */
import assert from "node:assert/strict";
import { z } from "zod";
import { DataPath, type DataPathOptions, type Peer } from "../../../test/support/data_path.ts";
import { ConfigError } from "../../base/errors.ts";
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../../config/health_check_config.ts";
import type { EndpointConfig } from "../../config/cluster_config.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { HttpFilterDefinition } from "../../filter/define.ts";
import { type FilterHandle, HeadStatus, type HeadStatusValue, PassThroughFilter } from "../../filter/http_filter.ts";

const TYPE = "type.googleapis.com/envoy.extensions.filters.http.health_check.v3.HealthCheck";
const WITNESS_TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";
const WITNESS = `{ name: witness, typed_config: { "@type": ${WITNESS_TYPE} } }`;

/** A health check filter in `http_filters`. */
const filter = (config: string, name = "hc", more = "") =>
  `{ name: ${name}, ${more}typed_config: { "@type": ${TYPE}, ${config} } }`;

const AT_HC = `headers: [{ name: ":path", string_match: { exact: /hc } }]`;
const PLAIN = filter(`pass_through_mode: false, ${AT_HC}`);
const PASSING = filter(`pass_through_mode: true, ${AT_HC}`);
const CACHING = filter(`pass_through_mode: true, cache_time: 1s, ${AT_HC}`);

const get = (path: string, fields = "") => `GET ${path} HTTP/1.1\r\nhost: a\r\n${fields}\r\n`;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** A path with these filters, a client, and what the last response left in its stream. */
class Stage {
  readonly path: DataPath;
  readonly client: Peer;
  readonly #clients: Peer[] = [];
  /** Details and flags, `*` before those of a health check. */
  last = "";

  constructor(filters: readonly string[], options: DataPathOptions = {}) {
    this.path = new DataPath({ ...options, filters: [WITNESS, ...filters], definitions: [this.#witness()] });
    this.client = this.connect();
  }

  connect(): Peer {
    const client = this.path.connect();
    this.#clients.push(client);
    return client;
  }

  /** What comes of a request: status, own fields, body; where the origin is asked it gives `response`. */
  ask(request: string, response = OK, client = this.client): string {
    const asked = this.requestsAtOrigin;
    client.send(request);
    this.path.deliver();
    if (this.requestsAtOrigin > asked) {
      this.path.origin.send(response);
      this.path.deliver();
    }
    return short(client.take());
  }

  get requestsAtOrigin(): number {
    return this.path.counter("cluster.web.upstream_rq_total");
  }

  count(name: string): number {
    return this.path.counter(`http.ingress.${name}`);
  }

  /** Nothing is left: no bug, no timer, no block. */
  end(): void {
    for (const client of this.#clients) client.close();
    this.path.deliver();
    for (const origin of this.path.origins) origin.close("abort");
    this.path.deliver();
    assert.deepEqual(this.path.bugs, []);
    assert.equal(this.path.loop.timers.armedCount, 0);
    assert.equal(this.path.loop.blocks.onLoan, 0);
  }

  #witness(): HttpFilterDefinition {
    return {
      typeUrl: WITNESS_TYPE,
      schema: z.strictObject({}),
      isTerminal: false,
      createFactory: () => ({ create: (handle) => new Witness(handle, (text) => this.last = text) }),
    };
  }
}

/** Stands before all others, so it sees a response last. */
class Witness extends PassThroughFilter {
  readonly #handle: FilterHandle;
  readonly #tell: (text: string) => void;

  constructor(handle: FilterHandle, tell: (text: string) => void) {
    super();
    this.#handle = handle;
    this.#tell = tell;
  }

  override encodeHead(): HeadStatusValue {
    const { details, flags, isHealthCheck } = this.#handle.facts;
    this.#tell([isHealthCheck ? "*" : "", details, ...flags ?? []].join(" ").trim());
    return HeadStatus.continue;
  }
}

/** `503 close failed mine`, then the body: what tests look at, in few words. */
function short(response: string): string {
  const words: Record<string, string> = {
    "connection: close": "close",
    "x-envoy-immediate-health-check-fail: true": "failed",
    "x-envoy-upstream-healthchecked-cluster: front": "mine",
    "x-envoy-degraded: ": "degraded",
    "x-envoy-degraded: yes": "degraded",
  };
  const [head = "", body = ""] = response.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const found = fields.flatMap((field) => words[field] ?? []).sort();
  return [line.split(" ")[1], ...found, body].filter((word) => word !== "").join(" ");
}

for (const pieceBytes of [Infinity, 1]) {
  Deno.test(`HealthCheck answers by itself what its headers match, ${pieceBytes} bytes at a time`, () => {
    const stage = new Stage([PLAIN], { pieceBytes });
    assert.equal(stage.ask(get("/hc")), "200 mine");
    assert.equal(stage.last, "* health_check_ok");
    assert.equal(stage.ask("HEAD /hc HTTP/1.1\r\nhost: a\r\n\r\n"), "200 mine");
    assert.equal(stage.ask(get("/hc", "content-type: application/grpc\r\n")), "200 mine");
    assert.equal(stage.requestsAtOrigin, 0);
    assert.equal(stage.ask(get("/hc?x")), "200 ok");
    assert.equal(stage.last, "via_upstream");
    assert.equal(stage.requestsAtOrigin, 1);
    stage.end();
  });

  Deno.test(`HealthCheck answers when the request is complete, ${pieceBytes} bytes at a time`, () => {
    const stage = new Stage([PLAIN], { pieceBytes });
    const { client, path } = stage;
    client.send("POST /hc HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhell");
    path.deliver();
    assert.equal(client.take(), "");
    // What holds at the end counts.
    path.health.isFailed = true;
    client.send("o");
    path.deliver();
    assert.equal(short(client.take()), "503 close failed mine");
    stage.end();
    const chunked = new Stage([PLAIN], { pieceBytes });
    assert.equal(
      chunked.ask("POST /hc HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nt: 1\r\n\r\n"),
      "200 mine",
    );
    assert.equal(chunked.ask(get("/hc")), "200 mine", "the connection is used again");
    assert.equal(chunked.requestsAtOrigin, 0);
    chunked.end();
  });
}

Deno.test("HealthCheck without headers takes every request, with several only what all match", () => {
  const all = new Stage([filter("pass_through_mode: false")]);
  assert.equal(all.ask(get("/whatever")), "200 mine");
  all.end();
  const both = `headers: [{ name: ":path", string_match: { prefix: /hc } }, { name: x, present_match: true }]`;
  const two = new Stage([filter(`pass_through_mode: false, ${both}`)]);
  assert.equal(two.ask(get("/hc")), "200 ok");
  assert.equal(two.ask(get("/hc", "x: 1\r\n")), "200 mine");
  assert.equal(two.ask(get("/", "x: 1\r\n")), "200 ok");
  two.end();
});

Deno.test("HealthCheck passes on in pass-through mode and names its cluster on whatever comes back", () => {
  const routes = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: /hc }, ` +
    `route: { cluster: web } }] }] }`;
  const stage = new Stage([filter("pass_through_mode: true")], { routes });
  assert.equal(stage.ask(get("/hc")), "200 mine ok");
  assert.equal(stage.last, "* via_upstream");
  assert.equal(stage.ask(get("/hc"), OK.replace("200 OK", "500 Oops")), "500 mine ok");
  assert.equal(stage.ask(get("/none")), "404 mine");
  assert.equal(stage.last, "* route_not_found NR");
  assert.equal(stage.count("health_check.request_total"), 0);
  stage.end();
});

Deno.test("HealthCheck repeats the upstream's last answer until the piece of time it came in is over", () => {
  const stage = new Stage([CACHING]);
  const { path } = stage;
  // The hand-driven clock may begin anywhere: go to the start of a piece.
  path.advance(1000 - path.clock.nowMs % 1000);
  path.advance(800);
  assert.equal(stage.ask(get("/hc")), "200 mine ok");
  path.advance(100);
  assert.equal(stage.ask(get("/hc")), "200 mine");
  assert.equal(stage.last, "* health_check_cached");
  assert.equal(stage.ask(get("/other")), "200 ok");
  path.advance(100);
  assert.equal(
    stage.ask(get("/hc"), "HTTP/1.1 429 No\r\nx-envoy-degraded: yes\r\ncontent-length: 2\r\n\r\nno"),
    "429 degraded mine no",
  );
  path.advance(999);
  assert.equal(stage.ask(get("/hc")), "429 degraded mine");
  assert.equal(stage.last, "* health_check_cached LH");
  assert.equal(stage.requestsAtOrigin, 3);
  const counts = ["request_total", "cached_response", "ok", "failed", "degraded"];
  assert.deepEqual(counts.map((name) => stage.count(`health_check.${name}`)), [2, 2, 1, 1, 1]);
  path.advance(1);
  assert.equal(stage.ask(get("/hc")), "200 mine ok");
  assert.equal(stage.ask(get("/hc")), "200 mine");
  stage.end();
});

Deno.test("HealthCheck answers 503 in every mode while health checks are failed, and all responses say so", () => {
  for (const [name, one] of Object.entries({ PLAIN, PASSING, CACHING })) {
    const stage = new Stage([one]);
    stage.path.health.isFailed = true;
    assert.equal(stage.ask(get("/hc"), OK, stage.connect()), "503 close failed mine", name);
    assert.equal(stage.last, "* health_check_failed LH");
    assert.equal(stage.ask(get("/other"), OK, stage.connect()), "200 close failed ok", name);
    assert.equal(stage.last, "via_upstream");
    assert.equal(stage.count("downstream_cx_drain_close"), 2);
    assert.equal(stage.count("health_check.failed"), 1);
    stage.path.health.isFailed = false;
    // The failure was the last answer, so it is what a cache has, as in Envoy.
    const back = { PLAIN: "200 mine", PASSING: "200 mine ok", CACHING: "503 mine" }[name];
    assert.equal(stage.ask(get("/hc")), back, name);
    assert.equal(stage.ask(get("/other")), "200 ok", name);
    stage.end();
  }
});

Deno.test("HealthCheck says so in local replies of others too", () => {
  const stage = new Stage([PLAIN], { routes: `{ virtual_hosts: [{ name: none, domains: ["*"] }] }` });
  stage.path.health.isFailed = true;
  assert.equal(stage.ask(get("/other")), "404 close failed");
  assert.equal(stage.last, "route_not_found NR");
  stage.end();
});

const endpoint = (healthStatus: EndpointConfig["healthStatus"]): EndpointConfig => ({
  address: { kind: "ip", host: "127.0.0.1", port: 8080 },
  hostname: "",
  weight: 1,
  priority: 0,
  locality: { region: "", zone: "", subZone: "", weight: 0, metadata: {} },
  metadata: {},
  healthStatus,
  healthCheck: DEFAULT_ENDPOINT_HEALTH_CHECK,
});

const CLUSTER_CASES: readonly [
  percentages: string,
  hosts: EndpointConfig["healthStatus"][],
  status: number,
  details: string,
][] = [
  ["web: { value: 100 }", ["UNKNOWN", "HEALTHY", "DEGRADED"], 200, "ok_cluster_healthy"],
  ["web: { value: 33.9 }", ["HEALTHY", "UNHEALTHY", "DRAINING"], 200, "ok_cluster_healthy"],
  ["web: { value: 34 }", ["HEALTHY", "UNHEALTHY", "TIMEOUT"], 503, "failed_cluster_unhealthy LH"],
  ["web: { value: 66 }", ["HEALTHY", "DEGRADED", "TIMEOUT"], 200, "ok_cluster_healthy"],
  ["web: {}", ["UNHEALTHY"], 200, "ok_cluster_healthy"],
  ["web: { value: 0.9 }", [], 200, "ok_cluster_healthy"],
  ["web: { value: 1 }", [], 503, "failed_cluster_empty LH"],
  ["ghost: {}", ["HEALTHY"], 503, "failed_no_cluster_found LH"],
  ["web: { value: 1 }, ghost: {}", [], 503, "failed_no_cluster_found LH"],
  ["web: { value: 1 }, zone: {}", [], 503, "failed_cluster_empty LH"],
];

Deno.test("HealthCheck asks how much of each cluster is available", () => {
  for (const [percentages, hosts, status, details] of CLUSTER_CASES) {
    const config = `pass_through_mode: false, cluster_min_healthy_percentages: { ${percentages} }`;
    const stage = new Stage([filter(config)], {
      cluster: { assignment: { endpoints: hosts.map(endpoint), policy: DEFAULT_ASSIGNMENT_POLICY } },
    });
    assert.equal(stage.ask(get("/hc")), `${status} mine`, percentages);
    assert.equal(stage.last, `* health_check_${details}`, percentages);
    const counter = /failed_(cluster_\w+)/.exec(details)?.[1] ?? (status === 200 ? null : "cluster_not_found");
    for (const name of ["cluster_not_found", "cluster_empty", "cluster_unhealthy"]) {
      assert.equal(stage.count(`health_check.failed_${name}`), name === counter ? 1 : 0, `${percentages} ${name}`);
    }
    assert.equal(stage.count(`health_check.${status === 200 ? "ok" : "failed"}`), 1);
    stage.end();
  }
});

Deno.test("HealthCheck asks no cluster in pass-through mode", () => {
  const stage = new Stage([filter("pass_through_mode: true, cluster_min_healthy_percentages: { ghost: {} }")]);
  assert.equal(stage.ask(get("/hc")), "200 mine ok");
  stage.end();
});

Deno.test("a health check is not counted among the answers", () => {
  const stage = new Stage([PASSING]);
  stage.ask(get("/hc"));
  stage.ask(get("/hc"), OK.replace("200 OK", "500 Oops"));
  assert.deepEqual(
    ["downstream_rq_total", "downstream_rq_completed", "downstream_rq_2xx", "downstream_rq_5xx", "tracing.health_check"]
      .map((name) => stage.count(name)),
    [2, 0, 0, 0, 2],
  );
  const cluster = (name: string) => stage.path.counter(`cluster.web.${name}`);
  const host = (name: string) => cluster(`endpoint.127.0.0.1:8080.${name}`);
  assert.deepEqual(["upstream_rq_total", "upstream_rq_completed", "upstream_rq_5xx"].map(cluster), [2, 0, 0]);
  assert.deepEqual(["rq_total", "rq_success", "rq_error"].map(host), [2, 1, 0]);
  stage.ask(get("/other"));
  assert.deepEqual(["downstream_rq_completed", "tracing.health_check"].map((name) => stage.count(name)), [1, 2]);
  assert.equal(cluster("upstream_rq_completed"), 1);
  stage.end();
});

Deno.test("two health check filters each see their own", () => {
  const stage = new Stage([PASSING, filter("pass_through_mode: false", "second")]);
  assert.equal(stage.ask(get("/hc")), "200 mine");
  assert.equal(stage.ask(get("/other")), "200 mine");
  assert.equal(stage.count("health_check.request_total"), 2);
  assert.equal(stage.requestsAtOrigin, 0);
  stage.end();
});

Deno.test("routes switch the filter off and on", () => {
  const type = `"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig`;
  const route = (path: string, config: string) =>
    `{ match: { prefix: ${path} }, route: { cluster: web }, typed_per_filter_config: { hc: { ${type}, ${config} } } }`;
  const routes = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
    `${route("/on", "config: {}")}, ${route("/off", "disabled: true")}, ` +
    `{ match: { prefix: / }, route: { cluster: web } }] }] }`;
  const off = new Stage([filter("pass_through_mode: false", "hc", "disabled: true, ")], { routes });
  assert.deepEqual(["/on", "/off", "/"].map((path) => off.ask(get(path))), ["200 mine", "200 ok", "200 ok"]);
  off.end();
  const on = new Stage([filter("pass_through_mode: false")], { routes });
  assert.deepEqual(["/on", "/off", "/"].map((path) => on.ask(get(path))), ["200 mine", "200 ok", "200 mine"]);
  on.end();
});

const REFUSED: readonly [config: string, path: RegExp, reason: string][] = [
  ["cache_time: 1s", /pass_through_mode$/, "value is required"],
  [
    "pass_through_mode: false, cache_time: 1s",
    /cache_time$/,
    "cache_time_ms must not be set when path_through_mode is disabled",
  ],
  ["pass_through_mode: true, cache_time: -1s", /cache_time$/, "Expected positive duration"],
  [
    "pass_through_mode: false, cluster_min_healthy_percentages: { web: { value: 101 } }",
    /cluster_min_healthy_percentages\.web\.value$/,
    "value must be inside range [0, 100]",
  ],
  ["pass_through_mode: false, headers: [{}]", /headers\[0\]\.name$/, "value length must be at least 1 characters"],
];

Deno.test("HealthCheck's configuration is refused where Envoy refuses it", () => {
  for (const [config, path, reason] of REFUSED) {
    assert.throws(() => new DataPath({ filters: [filter(config)] }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.problems.length, 1, error.message);
      assert.match(error.problems[0]!.path, path);
      assert.ok(error.problems[0]!.reason.includes(reason), error.message);
      return true;
    });
  }
  // No cache is no contradiction.
  assert.equal(new Stage([filter("pass_through_mode: false, cache_time: 0s")]).ask(get("/")), "200 mine");
});
