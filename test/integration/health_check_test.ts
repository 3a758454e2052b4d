/**
 * Health checks in real processes: what the health check filter answers beside Envoy's answers, and `/healthcheck/fail`
 * over all workers (spec/http.md 10.5, spec/operations.md 6.7).
 */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw, type RawMessage, startRawOrigin } from "../support/raw_h1.ts";

const PREFIX = "type.googleapis.com/envoy.extensions";
const FILE_LOG = `${PREFIX}.access_loggers.file.v3.FileAccessLog`;
const ROUTER = `{ name: router, typed_config: { "@type": ${PREFIX}.filters.http.router.v3.Router } }`;
const FILTER_CONFIG = `"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig`;

const AT_HC = `headers: [{ name: ":path", string_match: { exact: /hc } }]`;
const filter = (config: string, name = "one", more = "") =>
  `{ name: ${name}, ${more}typed_config: { "@type": ${PREFIX}.filters.http.health_check.v3.HealthCheck, ${config} } }`;
const clusters = (percentages: string) =>
  filter(`pass_through_mode: false, ${AT_HC}, cluster_min_healthy_percentages: { ${percentages} }`);

/** One listener each, by its name. */
const LISTENERS: Readonly<Record<string, readonly string[]>> = {
  plain: [filter(`pass_through_mode: false, ${AT_HC}`)],
  pass: [filter(`pass_through_mode: true, ${AT_HC}`)],
  pass_all: [filter("pass_through_mode: true")],
  cached: [filter(`pass_through_mode: true, cache_time: 3600s, ${AT_HC}`)],
  cached_missing: [filter("pass_through_mode: true, cache_time: 3600s")],
  all: [filter("pass_through_mode: false")],
  unknown: [clusters("ghost: {}")],
  empty: [clusters("empty: { value: 1 }")],
  empty_is_enough: [clusters("empty: { value: 0.9 }")],
  third: [clusters("mixed: { value: 33.9 }")],
  third_is_too_few: [clusters("mixed: { value: 34 }")],
  several: [clusters("empty: {}, mixed: { value: 34 }, ghost: {}")],
  pass_unknown: [filter(`pass_through_mode: true, ${AT_HC}, cluster_min_healthy_percentages: { ghost: {} }`)],
  disabled: [filter("pass_through_mode: false", "one", "disabled: true, ")],
  two: [filter(`pass_through_mode: true, ${AT_HC}`), filter("pass_through_mode: false", "two")],
  two_of_a_name: [filter("pass_through_mode: true"), filter(`pass_through_mode: false, ${AT_HC}`)],
  none: [],
  staying: [],
  staying_checked: [filter("pass_through_mode: true")],
  watched: [filter("pass_through_mode: false")],
};

const get = (path: string, fields = "") => `GET ${path} HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n`;
const post = (path: string, fields: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n${body}`;
const chunked = "transfer-encoding: chunked\r\n";

/** Asked of both proxies in this order, first while all is well, then while health checks are failed, then again. */
const REQUESTS: readonly (readonly [listener: string, request: string])[] = [
  ...Object.keys(LISTENERS).filter((name) => name !== "watched").map((name) => [name, get("/hc")] as const),
  ["plain", get("/other")],
  ["plain", get("/hc?a=b")],
  ["plain", "HEAD /hc HTTP/1.1\r\nhost: a.test\r\n\r\n"],
  ["plain", post("/hc", "content-length: 5\r\n", "hello")],
  ["plain", post("/hc", chunked, "5\r\nhello\r\n0\r\n\r\n")],
  ["plain", post("/hc", "content-type: application/grpc\r\n", "")],
  ["plain", get("/nowhere")],
  ["all", get("/nowhere")],
  ["all", get("/hc-off")],
  ["pass", get("/other")],
  ["pass", post("/hc", chunked, "5\r\nhello\r\n0\r\n\r\n")],
  ["pass_all", get("/nowhere")],
  ["pass_all", get("/oops")],
  ["pass_all", get("/direct")],
  ["pass_all", get("/degraded")],
  ["cached", get("/hc")],
  ["cached", post("/hc", "content-length: 5\r\n", "hello")],
  ["cached", get("/other")],
  ["cached_missing", get("/nowhere")],
  ["cached_missing", get("/direct")],
  ["disabled", get("/hc-on")],
  ["disabled", get("/nowhere")],
  ["two", get("/other")],
  ["two", get("/hc-off")],
  ["two_of_a_name", get("/other")],
  ["two_of_a_name", get("/hc-off")],
  ["none", get("/other")],
  ["staying", get("/other")],
  ["staying_checked", get("/other")],
];

/** Only a change of theirs lets them drain. */
const drainType = (listener: string) => listener.startsWith("staying") ? "MODIFY_ONLY" : "DEFAULT";

/** Stats that both keep, and that must agree; `LISTENER` stands for each of the listeners. */
const STATS = [
  ..."request_total ok failed cached_response failed_cluster_not_found failed_cluster_empty".split(" ")
    .map((name) => `http.LISTENER.health_check.${name}`),
  ..."failed_cluster_unhealthy degraded".split(" ").map((name) => `http.LISTENER.health_check.${name}`),
  ..."downstream_rq_total downstream_rq_completed downstream_rq_2xx downstream_rq_4xx downstream_rq_5xx".split(" ")
    .map((name) => `http.LISTENER.${name}`),
  ..."downstream_cx_drain_close rq_total no_route rq_direct_response tracing.health_check".split(" ")
    .map((name) => `http.LISTENER.${name}`),
  ..."upstream_rq_total upstream_rq_completed upstream_rq_2xx upstream_rq_5xx external.upstream_rq_completed".split(" ")
    .map((name) => `cluster.origin.${name}`),
];

/** What stays the same from run to run. */
interface Outcome {
  readonly startLine: string;
  readonly fields: readonly string[];
  readonly body: string;
  /** The client was not told to go, and the connection took another request. */
  readonly isOpen: boolean;
}

/** Everything on ports that the kernel picks. */
function config(port: number, logPath: string): string {
  const override = (value: string) => `typed_per_filter_config: { one: { ${FILTER_CONFIG}, ${value} } }`;
  const routes = [
    `{ match: { path: /hc-on }, route: { cluster: origin }, ${override("config: {}")} }`,
    `{ match: { path: /hc-off }, route: { cluster: origin }, ${override("disabled: true")} }`,
    `{ match: { path: /direct }, direct_response: { status: 200, body: { inline_string: direct } } }`,
    ...["/hc", "/other", "/oops", "/degraded"].map((path) =>
      `{ match: { prefix: ${path} }, route: { cluster: origin } }`
    ),
  ];
  const address = (port: number) => `address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }`;
  const manager = (name: string, filters: readonly string[]) =>
    `{ "@type": ${PREFIX}.filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: ${name}, ` +
    `access_log: [{ name: log, typed_config: { "@type": ${FILE_LOG}, path: "${logPath}" } }], ` +
    `route_config: { virtual_hosts: [{ name: all, domains: ["*"], routes: [${routes.join(", ")}] }] }, ` +
    `http_filters: [${[...filters, ROUTER].join(", ")}] }`;
  const cluster = (name: string, hosts: readonly string[]) =>
    `  - { name: ${name}, load_assignment: { cluster_name: ${name}, endpoints: [{ lb_endpoints: [` +
    `${hosts.map((health) => `{ health_status: ${health}, endpoint: { ${address(port)} } }`).join(", ")}] }] } }`;
  return [
    `admin: { ${address(0)} }`,
    "node: { id: node-1, cluster: front }",
    "static_resources:",
    "  listeners:",
    ...Object.entries(LISTENERS).map(([name, filters]) =>
      `  - { name: ${name}, ${address(0)}, drain_type: ${drainType(name)}, filter_chains: [{ filters: [{ name: hcm, ` +
      `typed_config: ${manager(name, filters)} }] }] }`
    ),
    "  clusters:",
    ...[cluster("origin", ["HEALTHY"]), cluster("mixed", ["HEALTHY", "UNHEALTHY", "DRAINING"])],
    "  - { name: empty }",
  ].join("\n");
}

async function ask(proxy: RunningProxy, listener: string, request: string): Promise<Outcome> {
  await using connection = await connectRaw(proxy.listenerUrl(listener));
  await connection.send(request);
  const answer = await connection.readMessage({ isHead: request.startsWith("HEAD") });
  let isOpen = answer.header("connection") !== "close";
  if (isOpen) {
    await connection.send(get("/direct"));
    isOpen = (await connection.readMessage()).status !== 0;
  }
  return { startLine: answer.startLine, fields: fieldsOf(answer), body: answer.body, isOpen };
}

function fieldsOf({ headers }: RawMessage): string[] {
  const changing: Readonly<Record<string, string>> = { date: "(now)", "x-envoy-upstream-service-time": "(ms)" };
  return headers.map(([name, value]) => `${name}: ${changing[name] ?? value}`).sort();
}

async function setHealth(proxy: RunningProxy, isFailed: boolean): Promise<void> {
  assert.equal(await proxy.admin(`/healthcheck/${isFailed ? "fail" : "ok"}`, { method: "POST" }), "OK\n");
  await proxy.until("health checks are answered accordingly", async () => {
    const { status } = await askRaw(proxy.listenerUrl("watched"), get("/watch"));
    return status === (isFailed ? 503 : 200);
  });
  const ready = await fetch(`${proxy.adminUrl}/ready`);
  assert.deepEqual([ready.status, await ready.text()], isFailed ? [503, "DRAINING\n"] : [200, "LIVE\n"]);
  assert.equal(JSON.parse(await proxy.admin("/server_info")).state, isFailed ? "DRAINING" : "LIVE");
  assert.equal(await proxy.stat("server.live"), isFailed ? 0 : 1);
}

async function statsOf(proxy: RunningProxy): Promise<Record<string, number>> {
  const lines = (await proxy.admin("/stats")).split("\n").map((line) => line.split(": "));
  const all = new Map(lines.map(([name = "", value]) => [name, Number(value)]));
  const listeners = Object.keys(LISTENERS).filter((name) => name !== "watched");
  const names = STATS.flatMap((name) => listeners.map((listener) => name.replace("LISTENER", listener)));
  const host = (await proxy.admin("/clusters?filter=%5Eorigin%24")).matchAll(/::(rq_(?:success|error|total))::(\d+)/g);
  return {
    ...Object.fromEntries(names.map((name) => [name, all.get(name) ?? 0])),
    ...Object.fromEntries(Array.from(host, ([, name, value]) => [name!, Number(value)])),
  };
}

/** Status and flags of each line of the log, in order. */
function logOf(path: string): string[] {
  const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
  return lines.map((line) => /"([A-Z]+ \S+) [^"]*" (\d+ \S+)/.exec(line)?.slice(1).join(" ") ?? line)
    .filter((text) => !text.startsWith("GET /watch "));
}

testNeeding(
  "envoy",
  `the health check filter answers ${REQUESTS.length * 3} requests as Envoy's does`,
  async (path) => {
    await using origin = startRawOrigin(async (connection) => {
      for (;;) {
        const [method, target] = (await connection.readMessage()).startLine.split(" ");
        const line = target === "/oops" ? "500 Oops" : "200 OK";
        const more = target === "/degraded" ? "x-envoy-degraded: yes\r\n" : "";
        const body = method === "HEAD" ? "" : "ok";
        await connection.send(`HTTP/1.1 ${line}\r\n${more}content-length: ${body.length}\r\n\r\n${body}`);
      }
    });
    const folder = await Deno.makeTempDir({ prefix: "denvoy-test-" });
    try {
      await using envoy = await startEnvoy(path, config(origin.port, `${folder}/envoy.log`));
      await using denvoy = await startProxy({ config: config(origin.port, `${folder}/denvoy.log`) });
      const disagreements: Record<string, unknown> = {};
      for (const [phase, isFailed] of [["before", false], ["failed", true], ["after", false]] as const) {
        for (const proxy of phase === "before" ? [] : [envoy, denvoy]) await setHealth(proxy, isFailed);
        for (const [index, [listener, request]] of REQUESTS.entries()) {
          const theirs = await ask(envoy, listener, request);
          const ours = await ask(denvoy, listener, request);
          const name = `${phase} ${index} ${listener} ${request.slice(0, request.indexOf(" HTTP"))}`;
          if (JSON.stringify(ours) !== JSON.stringify(theirs)) disagreements[name] = { ours, theirs };
        }
      }
      assert.deepEqual(disagreements, {});
      assert.deepEqual(await statsOf(denvoy), await statsOf(envoy));
      // They write out what is left of the log when they end.
      assert.deepEqual([await denvoy.stop(), await envoy.stop()], [0, 0]);
      assert.deepEqual(logOf(`${folder}/denvoy.log`), logOf(`${folder}/envoy.log`));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** A listener without filters, for what happens to all of them. */
const HELLO = bootstrap({ routes: [directRoute("/", "hello")] });

/** Whether twenty connections, which the kernel spreads over all workers, are told to go, or none is. */
function allAre(proxy: RunningProxy, isTold: boolean): Promise<void> {
  return proxy.until(`every worker ${isTold ? "tells connections to go" : "keeps its connections"}`, async () => {
    const asked = Array.from({ length: 20 }, () => askRaw(proxy.listenerUrl("web"), get("/")));
    return (await Promise.all(asked)).every((answer) => (answer.header("connection") === "close") === isTold);
  });
}

Deno.test("/healthcheck/fail reaches every worker and those that replace them, and /healthcheck/ok undoes it", async () => {
  await using proxy = await startProxy({ config: HELLO, concurrency: 2, env: { DENVOY_TEST_HOOKS: "1" } });
  await allAre(proxy, false);
  assert.equal(await proxy.admin("/healthcheck/fail", { method: "POST" }), "OK\n");
  await allAre(proxy, true);
  assert.equal(await proxy.stat("server.live"), 0);
  for (const worker of [1, 0]) {
    proxy.signal("SIGUSR2");
    await proxy.untilLogged(new RegExp(`worker ${worker} serves again`));
    const answers = await Promise.all(Array.from({ length: 20 }, () => askRaw(proxy.listenerUrl("web"), get("/"))));
    assert.ok(answers.every((answer) => answer.header("connection") === "close"), `worker ${worker} is told at once`);
  }
  assert.match(proxy.logs(), /\[info\]\[main\] .*health checks fail from now on/);
  const events = JSON.stringify(JSON.parse(await proxy.admin("/api/v1/overview")));
  assert.match(events, /An operator says: health checks fail from now on/);
  assert.equal(await proxy.admin("/healthcheck/ok", { method: "POST" }), "OK\n");
  await allAre(proxy, false);
  assert.equal(await proxy.stat("server.live"), 1);
  assert.equal(await proxy.stop(), 0);
});

Deno.test("a health check fails while the process drains, whatever the operator says then", async () => {
  await using proxy = await startProxy({ config: config(1, "/dev/null") });
  await using connection = await connectRaw(proxy.listenerUrl("plain"));
  await connection.send("GET /hc HTTP/1.1\r\nhost: a.test\r\n");
  await proxy.until("the request has begun", async () => await proxy.stat("http.plain.downstream_rq_active") === 1);
  proxy.signal("SIGTERM");
  await proxy.until("/ready is not LIVE", async () => {
    const ready = await fetch(`${proxy.adminUrl}/ready`);
    return await ready.text() === "DRAINING\n";
  });
  assert.equal(await proxy.admin("/healthcheck/ok", { method: "POST" }), "OK\n");
  assert.equal(await (await fetch(`${proxy.adminUrl}/ready`)).text(), "DRAINING\n");
  await proxy.until("the worker drains", () => isRefused(proxy.listenerUrl("plain")));
  await connection.send("\r\n");
  const answer = await connection.readMessage();
  assert.deepEqual([answer.status, answer.header("x-envoy-immediate-health-check-fail")], [503, "true"]);
  assert.equal(await proxy.untilEnded(), 0);
});

/** Nobody listens there any more. */
async function isRefused(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

Deno.test("the process says what a route says of no filter", async () => {
  const off = `{ ${FILTER_CONFIG}, disabled: true }`;
  const route =
    `{ match: { prefix: / }, direct_response: { status: 204 }, typed_per_filter_config: { gohst: ${off} } }`;
  await using proxy = await startProxy({ config: bootstrap({ routes: [route] }) });
  assert.match(proxy.logs(), /\[warning\]\[config\] .*no HTTP filter of this chain is named 'gohst'.*has no effect/);
});
