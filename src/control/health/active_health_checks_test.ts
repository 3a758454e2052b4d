/** Thresholds, intervals and flags, over checks that are really made (spec/upstream.md 5.2, 5.4, 5.6). */
import assert from "node:assert/strict";
import { endpointAt, HealthStage, portOf, type StageOptions, TIMES } from "../../../test/support/health_checks.ts";
import { ControlHost } from "../cluster/control_host.ts";
import { HealthFlag } from "../../config/host_health.ts";

const HTTP = `{${TIMES}, http_health_check: {path: /up}}`;

/** A stage whose only host listens, and has been asked once. */
function started(checks = HTTP, options: StageOptions = {}): HealthStage {
  const stage = new HealthStage(checks, options);
  stage.listen();
  stage.start();
  return stage;
}

Deno.test("a host is unhealthy until its first result, and one pass is then enough", () => {
  const stage = started();
  assert.equal(stage.flags, "failed_active_hc");
  assert.deepEqual(stage.counts, { attempt: 1 });
  assert.deepEqual(stage.checks.waitingHosts, stage.hosts);
  stage.answer(200);
  assert.equal(stage.flags, "healthy");
  assert.deepEqual(stage.counts, { attempt: 1, success: 1, healthy: 1 });
  assert.deepEqual(stage.first, [1]);
  assert.deepEqual(stage.checks.waitingHosts, []);
  assert.deepEqual(stage.checks.results(stage.hosts[0]!), stage.results);
  stage.end();
});

Deno.test("a host that failed first needs healthy_threshold passes", () => {
  const stage = started();
  for (const [status, flags] of [[503, "failed_active_hc"], [200, "failed_active_hc"], [200, "healthy"]] as const) {
    stage.answer(status);
    assert.equal(stage.flags, flags);
    stage.advance(10_010);
  }
  assert.deepEqual(stage.first, [1], "only once");
  stage.end();
});

Deno.test("an active failure fails a host at once, a retriable status and the network by the threshold", () => {
  const retriable = `{${TIMES}, http_health_check: {path: /, retriable_statuses: [{start: 429, end: 430}]}}`;
  const stage = started(retriable);
  const next = (answer: () => void) => {
    stage.advance(10_010);
    answer();
    stage.deliver();
    return stage.flags;
  };
  stage.answer(200);
  assert.equal(next(() => stage.answer(429)), "healthy");
  assert.equal(next(() => stage.answer(200)), "healthy", "the count begins anew");
  assert.equal(next(() => stage.answer(429)), "healthy");
  assert.equal(next(() => stage.peer.close("abort")), "failed_active_hc", "both kinds count together");
  assert.equal(next(() => stage.answer(200)), "failed_active_hc");
  assert.equal(next(() => stage.answer(200)), "healthy");
  assert.equal(next(() => stage.answer(503)), "failed_active_hc");
  assert.deepEqual(stage.counts, { attempt: 8, success: 4, failure: 4, network_failure: 1 });
  stage.end();
});

Deno.test("a check that takes longer than timeout fails, and says so while the host is down", () => {
  const stage = started();
  stage.advance(990);
  assert.deepEqual(stage.results, []);
  stage.advance(20);
  assert.equal(stage.flags, "failed_active_hc active_hc_timeout");
  assert.deepEqual(stage.counts, { attempt: 1, failure: 1, network_failure: 1 });
  assert.equal(stage.peer.hasEnded, true);
  stage.advance(10_010);
  assert.equal(stage.peers.length, 2, "with a new connection");
  stage.answer(500);
  assert.equal(stage.flags, "failed_active_hc");
  stage.end();
});

Deno.test("the time limit covers the connecting", () => {
  const stage = new HealthStage(HTTP);
  const address = { kind: "ip", host: "127.0.0.1", port: 80 } as const;
  stage.listen();
  stage.network.silence(address, true);
  stage.start();
  stage.advance(1010);
  assert.equal(stage.flags, "failed_active_hc active_hc_timeout");
  stage.network.silence(address, false);
  stage.deliver();
  assert.equal(stage.peers.length, 0, "it was given up");
  stage.end();
});

/** Results of checks in a row, and how long after the last of them the next begins. */
const INTERVAL_CASES: readonly (readonly [hasHadTraffic: boolean, statuses: number[], ms: number])[] = [
  [false, [200], 3000],
  [false, [503], 2000],
  [false, [503, 200], 2000],
  [true, [200], 1000],
  [true, [503], 4000],
  [true, [200, 429], 5000],
  [true, [503, 200], 6000],
  [true, [503, 200, 200], 1000],
  [true, [200, 429, 429], 4000],
];

Deno.test("the next check begins after the interval that the state asks for", () => {
  for (const [hasHadTraffic, statuses, ms] of INTERVAL_CASES) {
    const stage = started(
      "{timeout: 0.5s, unhealthy_threshold: 2, healthy_threshold: 2, interval: 1s, no_traffic_interval: 2s, " +
        "no_traffic_healthy_interval: 3s, unhealthy_interval: 4s, unhealthy_edge_interval: 5s, " +
        "healthy_edge_interval: 6s, http_health_check: {path: /, retriable_statuses: [{start: 429, end: 430}]}}",
    );
    stage.hasHadTraffic = hasHadTraffic;
    for (const status of statuses) {
      if (stage.results.length > 0) stage.advance(stage.results.at(-1)!.nextDueMs - stage.clock.wallMs() + 10);
      stage.answer(status);
    }
    const last = stage.results.at(-1)!;
    assert.equal(last.nextDueMs - last.atMs, ms, `${hasHadTraffic} ${statuses}`);
    const before = stage.stat("health_check.attempt");
    stage.advance(ms - 10);
    assert.equal(stage.stat("health_check.attempt"), before);
    stage.advance(20);
    assert.equal(stage.stat("health_check.attempt"), before + 1);
    stage.end();
  }
});

Deno.test("x-envoy-degraded makes a passing host degraded until it passes without", () => {
  const stage = started();
  for (const [lines, flags] of [["x-envoy-degraded: no\r\n", "degraded_active_hc"], ["", "healthy"]] as const) {
    stage.answer(200, lines);
    assert.equal(stage.flags, flags);
    assert.equal(stage.results.at(-1)!.hasChanged, true);
    stage.advance(10_010);
  }
  stage.answer(200, "x-envoy-degraded: yes\r\n");
  assert.deepEqual(stage.counts, { attempt: 3, success: 3, healthy: 1, degraded: 1 });
  stage.end();
});

Deno.test("x-envoy-immediate-health-check-fail on a failing answer excludes the host until it recovers", () => {
  const stage = started();
  stage.answer(200, "x-envoy-immediate-health-check-fail: true\r\n");
  assert.equal(stage.flags, "healthy", "it passes all the same");
  const answers = [[503, "x-envoy-immediate-health-check-fail: true\r\n"], [503, ""], [200, ""], [200, ""]] as const;
  const seen = answers.map(([status, lines]) => {
    stage.advance(10_010);
    stage.answer(status, lines);
    return stage.flags;
  });
  const excluded = "failed_active_hc excluded_via_immediate_hc_fail";
  assert.deepEqual(seen, [excluded, excluded, excluded, "healthy"]);
  stage.end();
});

Deno.test("a passive failure fails and excludes a host at once, and moves no timer", () => {
  const stage = started();
  stage.answer(200);
  stage.advance(5000);
  stage.checks.passiveFailure(stage.hosts[0]!);
  assert.equal(stage.flags, "failed_active_hc excluded_via_immediate_hc_fail");
  assert.deepEqual(stage.counts, { attempt: 1, success: 1, failure: 1, passive_failure: 1 });
  assert.deepEqual([stage.results[1]!.failure, stage.results[1]!.tookMs], ["PASSIVE", 0]);
  assert.equal(stage.results[1]!.nextDueMs, stage.results[0]!.nextDueMs);
  stage.advance(5010);
  assert.equal(stage.stat("health_check.attempt"), 2);
  stage.answer(200);
  stage.advance(10_010);
  stage.answer(200);
  assert.equal(stage.flags, "healthy");
  stage.end();
});

Deno.test("a passive failure means nothing for a host that is not checked", () => {
  const stage = new HealthStage(HTTP, {
    endpoints: [endpointAt(80, "health_check_config: {disable_active_health_check: true}")],
  });
  assert.equal(stage.checks.add(stage.hosts[0]!), false);
  stage.checks.passiveFailure(stage.hosts[0]!);
  assert.equal(stage.flags, "healthy");
  assert.deepEqual([stage.counts, stage.results, stage.checks.waitingHosts], [{}, [], []]);
  stage.end();
});

Deno.test("a new host that is to be ignored is so until any first result", () => {
  for (const status of [200, 503]) {
    const stage = started(HTTP, { ignoresNewHosts: true });
    assert.equal(stage.flags, "failed_active_hc pending_active_hc");
    stage.answer(status);
    assert.equal(stage.flags, status === 200 ? "healthy" : "failed_active_hc");
    stage.end();
  }
});

const TWO =
  `{${TIMES}, name: one, http_health_check: {path: /one}}, {${TIMES}, name: two, http_health_check: {path: /two}}`;

/** Two checks whose statuses are read from `statuses` by path. */
function startedTwo(statuses: Record<string, string>, options: StageOptions = {}): HealthStage {
  const stage = new HealthStage(TWO, options);
  stage.listen(80, (received) => {
    const status = statuses[received.split(" ")[1]!]!;
    return status === "" ? null : `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`;
  });
  stage.start();
  return stage;
}

Deno.test("of several checks all must pass, and each has its own thresholds and counters", () => {
  const statuses = { "/one": "200 a", "/two": "503 a" };
  const stage = startedTwo(statuses);
  assert.equal(stage.flags, "failed_active_hc");
  assert.deepEqual(stage.first, [1]);
  assert.deepEqual(stage.counts, {
    "name.one.attempt": 1,
    "name.one.success": 1,
    "name.one.healthy": 1,
    "name.two.attempt": 1,
    "name.two.failure": 1,
  });
  assert.equal(stage.peers.length, 2, "they share no connection");
  statuses["/two"] = "200 a";
  stage.advance(10_010);
  assert.equal(stage.flags, "failed_active_hc");
  stage.advance(10_010);
  assert.equal(stage.flags, "healthy");
  assert.equal(stage.stat("health_check.healthy"), 1);
  statuses["/one"] = "200 a\r\nx-envoy-degraded: 1";
  stage.advance(10_010);
  assert.equal(stage.flags, "degraded_active_hc");
  assert.equal(stage.stat("health_check.degraded"), 1);
  assert.deepEqual(stage.checks.results(stage.hosts[0]!).map((result) => result!.check), ["one", "two"]);
  stage.end();
});

Deno.test("a host with several checks has its first result when each has one", () => {
  const statuses = { "/one": "200 a", "/two": "" };
  const stage = startedTwo(statuses, { ignoresNewHosts: true });
  assert.deepEqual([stage.first, stage.flags], [[], "failed_active_hc"]);
  stage.advance(1010);
  assert.deepEqual([stage.first, stage.flags], [[1], "failed_active_hc active_hc_timeout"]);
  stage.end();
});

Deno.test("a passive failure is the last check's", () => {
  const stage = startedTwo({ "/one": "200 a", "/two": "200 a" });
  stage.checks.passiveFailure(stage.hosts[0]!);
  assert.equal(stage.stat("health_check.name.two.passive_failure"), 1);
  assert.equal(stage.stat("health_check.name.one.passive_failure"), 0);
  assert.equal(stage.stat("health_check.healthy"), 0);
  stage.end();
});

Deno.test("thresholds of 0 are never reached, as in Envoy", () => {
  const stage = started(
    "{timeout: 1s, interval: 1s, no_traffic_interval: 1s, unhealthy_threshold: 0, " +
      "healthy_threshold: 0, http_health_check: {path: /, retriable_statuses: [{start: 500, end: 501}]}}",
  );
  stage.answer(200);
  for (let round = 0; round < 5; round++) {
    stage.advance(1010);
    stage.answer(500);
  }
  assert.equal(stage.flags, "healthy");
  stage.end();
});

Deno.test("a host that is removed is asked no more, and whoever hears of a flag may remove it", () => {
  const stage = started();
  stage.checks.remove(stage.hosts[0]!);
  stage.deliver();
  assert.equal(stage.peer.hasEnded, true);
  stage.advance(30_000);
  assert.deepEqual([stage.results, stage.first, stage.peers.length], [[], [], 1]);
  stage.end();

  const other = started();
  other.onFlags = (host) => other.checks.remove(host);
  other.answer(200);
  assert.deepEqual([other.results, other.first, other.counts], [[], [], { attempt: 1, success: 1 }]);
  other.advance(30_000);
  assert.equal(other.stat("health_check.attempt"), 1);
  other.end();
});

Deno.test("a host that takes another's place starts from that one's flags", () => {
  const stage = started();
  stage.answer(200);
  const [old] = stage.hosts;
  const heir = new ControlHost(9, 9, old!.endpoint, old!.flags | HealthFlag.FAILED_OUTLIER_CHECK, 0);
  stage.checks.remove(old!);
  stage.checks.add(heir);
  stage.deliver();
  assert.equal(stage.stat("health_check.healthy"), 1);
  stage.peer.close("abort");
  stage.deliver();
  assert.equal(heir.flags, HealthFlag.FAILED_OUTLIER_CHECK, "one failure of two, and others' flags stay");
  stage.checks.remove(heir);
  stage.end();
});

Deno.test("initial_jitter delays the first check, and adding a host twice does nothing", () => {
  const stage = started(`{${TIMES}, initial_jitter: 5s, tcp_health_check: {}}`);
  assert.deepEqual(stage.counts, {});
  assert.equal(stage.checks.add(stage.hosts[0]!), true);
  stage.advance(5010);
  assert.deepEqual(stage.counts, { attempt: 1, success: 1, healthy: 1 });
  stage.end();
});

Deno.test("first checks of more than 100 hosts are spread over timeout", () => {
  const ports = Array.from({ length: 150 }, (_, index) => 1000 + index);
  const stage = new HealthStage(`{${TIMES}, http_health_check: {path: /}}`, {
    endpoints: ports.map((port) => endpointAt(port)),
  });
  stage.start();
  const begun = [stage.stat("health_check.attempt")];
  for (let step = 0; step < 4; step++) {
    stage.advance(260);
    begun.push(stage.stat("health_check.attempt"));
  }
  assert.equal(begun[0], 100);
  assert.equal(begun[4], 150);
  assert.ok(begun.every((count, index) => index === 0 || count > begun[index - 1]!), `${begun}`);
  // Nobody listens: all have failed by now, and one that comes later need not wait.
  const late = new ControlHost(999, 999, stage.hosts[0]!.endpoint, HealthFlag.FAILED_ACTIVE_HC, 0);
  stage.checks.add(late);
  assert.equal(stage.stat("health_check.attempt"), 151);
  assert.equal(portOf(late.endpoint), 1000);
  stage.end();
});

Deno.test("firstResultMs is the jitter and the time of the slowest check, and of a crowd that time twice", () => {
  for (const [hosts, mostMs] of [[1, 7000], [100, 7000], [101, 9000]] as const) {
    const slow = `{name: b, ${TIMES.replace("timeout: 1s", "timeout: 2s")}, initial_jitter: 5s, tcp_health_check: {}}`;
    const stage = new HealthStage(`{name: a, ${TIMES}, tcp_health_check: {}}, ${slow}`, {
      endpoints: Array.from({ length: hosts }, (_, index) => endpointAt(1000 + index)),
    });
    for (const host of stage.hosts) stage.checks.add(host);
    assert.equal(stage.checks.firstResultMs, mostMs, `${hosts} hosts`);
    stage.checks.close();
  }
});

Deno.test("results say what people want to know", () => {
  const stage = started();
  stage.advance(30);
  stage.answer(503);
  stage.advance(10_010);
  stage.answer(404);
  const [first, second] = stage.results;
  const start = stage.clock.wallMs() - stage.clock.nowMs;
  assert.deepEqual(first, {
    check: "",
    isPass: false,
    failure: "ACTIVE",
    text: "HTTP 503",
    atMs: start + 30,
    tookMs: 30,
    nextDueMs: start + 10_030,
    consecutive: 1,
    hasChanged: false,
  });
  assert.deepEqual([second!.text, second!.consecutive], ["HTTP 404", 2]);
  stage.end();
});
