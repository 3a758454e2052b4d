import assert from "node:assert/strict";
import { ManualClock } from "../base/clock.ts";
import { ConsoleModel } from "./console_model.ts";
import { sampleCluster, sampleEndpoint, sampleListener, SampleSource, sampleWorker } from "./sample_source.ts";

/** A model of a healthy process with one cluster of two hosts. */
function setUp() {
  const source = new SampleSource();
  source.clusterList = [sampleCluster("web", [sampleEndpoint(1), sampleEndpoint(2, { weight: 3 })])];
  const clock = new ManualClock();
  const model = new ConsoleModel(source, clock);
  const seconds = (count: number) => {
    for (let at = 0; at < count; at++) {
      clock.advance(1000);
      model.update();
    }
  };
  const problems = () => model.overview(null).health.problems.map(({ id, level }) => `${level} ${id}`);
  return { source, clock, model, seconds, problems };
}

Deno.test("overview() of a healthy process has no problems", () => {
  const { model, problems } = setUp();
  assert.deepEqual(problems(), []);
  const { health, clusters, hosts, listeners, server } = model.overview(null);
  assert.equal(health.level, "ok");
  assert.deepEqual(clusters, { total: 1, healthy: 1, degraded: 0, unhealthy: 0, panic: 0, warming: 0 });
  assert.deepEqual(hosts, { total: 2, healthy: 2, ejected: 0, pending: 0 });
  assert.deepEqual(listeners, { active: 1, warming: 0, draining: 0 });
  assert.equal(server.node.id, "node-1");
});

Deno.test("a start that takes long is a warning, then bad", () => {
  const { source, seconds, problems } = setUp();
  source.serverState = "INITIALIZING";
  seconds(15);
  assert.deepEqual(problems(), []);
  seconds(2);
  assert.deepEqual(problems(), ["warn state"]);
  seconds(60);
  assert.deepEqual(problems(), ["bad state"]);
  source.serverState = "LIVE";
  seconds(1);
  assert.deepEqual(problems(), []);
});

Deno.test("health checks that an operator fails are told as such, and are no drain", () => {
  const { source, model, seconds, problems } = setUp();
  const told = () => {
    seconds(1);
    const { health_check_failed, draining } = model.overview(null).server;
    return [health_check_failed, draining, ...problems()];
  };
  source.serverState = "DRAINING";
  assert.deepEqual(told(), [false, true, "info draining"]);
  source.failHealthChecks(true);
  assert.deepEqual(told(), [true, false, "info health"]);
  source.failHealthChecks(false);
  source.serverState = "LIVE";
  assert.deepEqual(told(), [false, false]);
});

Deno.test("hosts that take no connections make a cluster a problem, and name the time it began", () => {
  const { source, clock, model, seconds, problems } = setUp();
  source.countHost("web", "127.0.0.1:1", "cx_connect_fail", 4);
  source.countHost("web", "127.0.0.1:1", "cx_total", 4);
  seconds(1);
  const since = clock.wallMs();
  seconds(3);
  assert.deepEqual(problems(), ["warn cluster-degraded/web"]);
  const [cluster] = model.clusters;
  assert.deepEqual([cluster!.state, cluster!.hosts_healthy, cluster!.hosts_failing], ["degraded", 1, 1]);
  const [host] = model.hostsOf("web")!;
  assert.deepEqual([host!.health, host!.since_ms], ["failing", since]);
  assert.match(host!.reason, /last 4 connects failed/);
  assert.equal(model.overview(null).health.problems[0]!.since_ms, since);

  source.countHost("web", "127.0.0.1:2", "cx_connect_fail", 1);
  source.countHost("web", "127.0.0.1:2", "cx_total", 1);
  seconds(1);
  assert.deepEqual(problems(), ["bad cluster-empty/web"]);

  for (const port of [1, 2]) source.countHost("web", `127.0.0.1:${port}`, "rq_success", 1);
  seconds(1);
  assert.deepEqual(problems(), []);
});

Deno.test("an empty cluster, a listener that failed, and an open breaker are told", () => {
  const { source, seconds, problems } = setUp();
  source.clusterList.push(sampleCluster("none", []));
  source.listenerList = [{ ...sampleListener("edge", 80), state: "failed", error: "cannot bind '127.0.0.1:80'" }];
  source.stats.own.scope("cluster.web").gauge("circuit_breakers.default.rq_open").set(1);
  seconds(1);
  assert.deepEqual(problems().sort(), ["bad listener/edge", "warn breaker/web", "warn cluster-empty/none"]);
});

Deno.test("a worker that is silent, late or behind is told", () => {
  const { source, seconds, problems } = setUp();
  source.workerList = [
    { ...sampleWorker(0), state: "silent" },
    { ...sampleWorker(1), lagMs: 150 },
    { ...sampleWorker(2), ackedGeneration: 0 },
  ];
  seconds(1);
  assert.deepEqual(problems(), ["bad worker/0", "warn worker/1"]);
  seconds(2);
  assert.deepEqual(problems(), ["bad worker/0", "bad worker/2", "warn worker/1"]);
});

Deno.test("5xx of more than 1 % over a minute warn, of more than 5 % are bad", () => {
  const { source, seconds, problems } = setUp();
  const scope = source.stats.own.scope("http.ingress");
  seconds(1);
  scope.counter("downstream_rq_2xx").add(98);
  scope.counter("downstream_rq_5xx").add(2);
  seconds(1);
  // The counters are new to the model: their first look is where rates begin.
  scope.counter("downstream_rq_2xx").add(98);
  scope.counter("downstream_rq_5xx").add(2);
  seconds(1);
  assert.deepEqual(problems(), ["warn errors"]);
  scope.counter("downstream_rq_5xx").add(20);
  seconds(1);
  assert.deepEqual(problems(), ["bad errors"]);
});

Deno.test("an admin port open to other machines is a warning", () => {
  const { source, seconds, problems } = setUp();
  source.adminExposure = "readable";
  seconds(1);
  assert.deepEqual(problems(), ["warn admin"]);
});

Deno.test("a host's share of the picks stands beside what its weight promises", () => {
  const { source, model, seconds } = setUp();
  const count = (port: number, by: number) => source.countHost("web", `127.0.0.1:${port}`, "rq_total", by);
  count(1, 1);
  count(2, 1);
  seconds(1);
  count(1, 10);
  count(2, 10);
  seconds(1);
  const [first, second] = model.hostsOf("web")!;
  assert.deepEqual([first!.pick_share, first!.expected_share], [0.5, 0.25]);
  assert.deepEqual([second!.rps, second!.expected_share], [10, 0.75]);
  assert.equal(model.hostsOf("none"), null);
});

Deno.test("a cluster that panics is told, with how many of its hosts can be used", () => {
  const { source, model, seconds, problems } = setUp();
  const hosts = [1, 2, 3].map((port) => sampleEndpoint(port, port === 1 ? {} : { healthStatus: "UNHEALTHY" }));
  source.clusterList = [sampleCluster("web", hosts)];
  seconds(1);
  assert.deepEqual(problems(), ["bad cluster-degraded/web", "warn cluster-panic/web"]);
  assert.match(model.overview(null).health.problems[1]!.text, /1 of 3.*unhealthy ones too/);
  assert.equal(model.overview(null).clusters.panic, 1);
  // All of them get their part of the requests.
  assert.deepEqual(model.hostsOf("web")!.map(({ expected_share }) => expected_share), [1 / 3, 1 / 3, 1 / 3]);
});

Deno.test("a process with very many hosts is looked at in turns", () => {
  const { source, model, seconds } = setUp();
  const hosts = Array.from({ length: 120 }, (_, at) => sampleEndpoint(1000 + at));
  source.clusterList = ["a", "b", "c", "d"].map((name) => sampleCluster(name, hosts));
  seconds(1);
  assert.equal(model.clusters.length, 2);
  assert.equal(model.overview(null).clusters.total, 4);
  seconds(1);
  assert.deepEqual(model.clusters.map(({ name }) => name), ["a", "b", "c", "d"]);
  assert.equal(model.isBehind, false);
  source.countHost("a", "127.0.0.1:1000", "rq_total", 5);
  seconds(1);
  source.countHost("a", "127.0.0.1:1000", "rq_total", 8);
  seconds(1);
  assert.equal(model.hostsOf("a")![0]!.rps, 8);
});
