/** Lines of the event log, checked against Envoy 1.40 but for their times. */
import assert from "node:assert/strict";
import { HealthStage, TIMES } from "../../../test/support/health_checks.ts";

const PATH = "/health.log";
const LOGGED = `${TIMES}, event_log_path: ${PATH}`;
const HTTP = "http_health_check: {path: /, retriable_statuses: [{start: 429, end: 430}]}";

const HOST = '"host":{"socket_address":{"protocol":"TCP","address":"127.0.0.1","port_value":80,"resolver_name":"",' +
  '"ipv4_compat":false,"network_namespace_filepath":""}},"cluster_name":"web"';
const NOWHERE = '"locality":{"region":"","zone":"","sub_zone":""}';

/** The lines so far, without what all have in common. */
function lines(stage: HealthStage, checker = "HTTP"): string[] {
  const head = `{"health_checker_type":"${checker}",${HOST},`;
  return stage.logs.sinkFor({ path: PATH }).take().split("\n").slice(0, -1).map((line) => {
    assert.ok(line.startsWith(head), line);
    return line.slice(head.length);
  });
}

function at(ms: number): string {
  return `"timestamp":"${new Date(Date.UTC(2026, 0, 1) + ms).toISOString()}"`;
}

function started(check: string): HealthStage {
  const stage = new HealthStage(`{${check}}`);
  stage.listen();
  stage.start();
  return stage;
}

Deno.test("changes of health are logged, and the first failure", () => {
  const stage = started(`${LOGGED}, ${HTTP}`);
  const next = (status: number, fields = "") => {
    stage.answer(status, fields);
    stage.advance(10_010);
    return lines(stage);
  };
  assert.deepEqual(next(200), [`"add_healthy_event":{"first_check":true},${at(0)},${NOWHERE}}`]);
  assert.deepEqual(next(200), []);
  assert.deepEqual(next(429), []);
  assert.deepEqual(next(429), [
    `"eject_unhealthy_event":{"failure_type":"ACTIVE","http_status_code":429},${at(30_030)},${NOWHERE}}`,
  ]);
  assert.deepEqual(next(200), []);
  assert.deepEqual(next(200, "x-envoy-degraded: 1\r\n"), [
    `"add_healthy_event":{"first_check":false},${at(50_050)},${NOWHERE}}`,
    `${at(50_050)},"degraded_healthy_host":{},${NOWHERE}}`,
  ]);
  assert.deepEqual(next(200), [`${at(60_060)},"no_longer_degraded_host":{},${NOWHERE}}`]);
  stage.checks.passiveFailure(stage.hosts[0]!);
  assert.deepEqual(lines(stage), [
    `"eject_unhealthy_event":{"failure_type":"PASSIVE","http_status_code":0},${at(70_070)},${NOWHERE}}`,
  ]);
  stage.end();
});

Deno.test("a first failure is logged with its kind", () => {
  const failed = (type: string, status: number, ms: number) =>
    `${
      at(ms)
    },"health_check_failure_event":{"failure_type":"${type}","first_check":true,"http_status_code":${status}},` +
    `${NOWHERE}}`;
  const active = started(`${LOGGED}, ${HTTP}`);
  active.answer(503);
  assert.deepEqual(lines(active), [failed("ACTIVE", 503, 0)]);
  active.end();
  const network = started(`${LOGGED}, ${HTTP}`);
  network.peer.close("abort");
  network.deliver();
  assert.deepEqual(lines(network), [failed("NETWORK", 0, 0)]);
  network.end();
  const timeout = started(`${LOGGED}, tcp_health_check: {receive: [{text: "61"}]}`);
  timeout.advance(1000);
  assert.deepEqual(lines(timeout, "TCP"), [failed("NETWORK_TIMEOUT", 0, 1000)]);
  timeout.end();
});

Deno.test("every failure and every pass are logged when that is asked for", () => {
  const all = "always_log_health_check_failures: true, always_log_health_check_success: true";
  const stage = started(`${LOGGED}, ${all}, ${HTTP}`);
  const seen = [200, 200, 503, 503].map((status) => {
    stage.answer(status);
    stage.advance(10_010);
    return lines(stage).map((line) => line.replace(/"timestamp":"[^"]*",?/, ""));
  });
  const failure =
    `"health_check_failure_event":{"failure_type":"ACTIVE","first_check":false,"http_status_code":503},${NOWHERE}}`;
  assert.deepEqual(seen, [
    // Not both.
    [`"add_healthy_event":{"first_check":true},${NOWHERE}}`],
    [`${NOWHERE},"successful_health_check_event":{}}`],
    [`"eject_unhealthy_event":{"failure_type":"ACTIVE","http_status_code":503},${NOWHERE}}`, failure],
    [failure],
  ]);
  stage.end();
});

Deno.test("a unix socket and a locality are logged as they are", () => {
  const stage = new HealthStage(`{${LOGGED}, tcp_health_check: {}}`, {
    endpoints: ["{address: {pipe: {path: /none}}}"],
  });
  Object.assign(stage.hosts[0]!, {
    endpoint: {
      ...stage.hosts[0]!.endpoint,
      locality: { region: "r", zone: "z", subZone: "s", weight: 0, metadata: {} },
    },
  });
  stage.start();
  assert.equal(
    stage.logs.sinkFor({ path: PATH }).take(),
    `{"health_checker_type":"TCP","host":{"pipe":{"path":"/none","mode":0}},"cluster_name":"web",${at(0)},` +
      `"health_check_failure_event":{"failure_type":"NETWORK","first_check":true,"http_status_code":0},` +
      `"locality":{"region":"r","zone":"z","sub_zone":"s"}}\n`,
  );
  stage.end();
});

Deno.test("events go to each of several files", () => {
  const sink = "type.googleapis.com/envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink";
  const loggers = ["/a", "/b"].map((path) => `{name: f, typed_config: {"@type": ${sink}, event_log_path: ${path}}}`);
  const stage = started(`${TIMES}, tcp_health_check: {}, event_logger: [${loggers}]`);
  const written = ["/a", "/b"].map((path) => stage.logs.sinkFor({ path }).take());
  assert.match(written[0]!, /"add_healthy_event":\{"first_check":true\}.*\n$/);
  assert.equal(written[1], written[0]);
  stage.end();
});
