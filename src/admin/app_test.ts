import assert from "node:assert/strict";
import { sampleAdmin, sampleListener } from "./sample_source.ts";

const ORACLE = `${Deno.env.get("DENVOY_SHARED") ?? "../shared"}/conformance/envoy_admin`;

function oracle(file: string): string {
  return Deno.readTextFileSync(`${ORACLE}/${file}`);
}

Deno.test("every answer carries the admin's headers", async () => {
  const { ask } = sampleAdmin();
  for (const target of ["/ready", "/nowhere", "/api/v1/overview", "/stats"]) {
    const { headers, body } = await ask(target);
    await body?.cancel();
    assert.equal(headers.get("cache-control"), "no-cache, max-age=0", target);
    assert.equal(headers.get("x-content-type-options"), "nosniff", target);
    assert.equal(headers.get("server"), "denvoy", target);
    assert.equal(headers.get("date"), "Thu, 01 Jan 2026 00:00:00 GMT", target);
  }
});

Deno.test("/ready is 200 only when LIVE", async () => {
  const { ask, source } = sampleAdmin();
  const live = await ask("/ready");
  assert.deepEqual([live.status, await live.text()], [200, oracle("ready.txt")]);
  for (const state of ["PRE_INITIALIZING", "INITIALIZING", "DRAINING"] as const) {
    source.serverState = state;
    const answer = await ask("/ready");
    assert.deepEqual([answer.status, await answer.text()], [503, `${state}\n`]);
  }
});

Deno.test("a path is matched decoded, with slashes merged, exactly", async () => {
  const { ask } = sampleAdmin();
  for (const path of ["//ready", "/%72eady", "/ready?x=1"]) {
    const answer = await ask(path);
    assert.deepEqual([answer.status, await answer.text()], [200, "LIVE\n"], path);
  }
  for (const path of ["/ready/", "/Ready", "/stats/"]) {
    const answer = await ask(path);
    assert.equal(answer.status, 404, path);
    assert.match(await answer.text(), /^invalid path\. admin commands are:\n {2}\/: Admin home page\n/);
  }
});

Deno.test("/help names what is there, in Envoy's words", async () => {
  const { ask } = sampleAdmin();
  const theirs = new Set(oracle("help.txt").split("\n"));
  const ours = (await (await ask("/help")).text()).split("\n");
  const own = ["      include_warming: Clusters that are not ready too, and what they wait for"];
  assert.deepEqual(ours.filter((line) => !theirs.has(line)), own);
  const paths = ours.filter((line) => /^ {2}\//.test(line)).map((line) => line.trim().split(/[ :]/)[0]!);
  assert.deepEqual(paths, [...paths].sort());
  const mutating = ours.filter((line) => line.includes(" (POST): ")).map((line) => line.trim().split(" ")[0]!);
  assert.ok(mutating.length >= 12 && paths.length >= 28);
  for (const path of paths) {
    const answer = await ask(path);
    await answer.body?.cancel();
    const expected = mutating.includes(path) ? 405 : path.endsWith("heap_dump") ? 501 : 200;
    assert.equal(answer.status, expected, path);
  }
});

Deno.test("/ sends a browser to the console and a script the help", async () => {
  const { ask } = sampleAdmin();
  const browser = await ask("/", { headers: { accept: "text/html,*/*" } });
  assert.deepEqual([browser.status, browser.headers.get("location")], [302, "/console/"]);
  assert.match(await (await ask("/")).text(), /^admin commands are:\n/);
  const headless = sampleAdmin({ console: null });
  assert.equal((await headless.ask("/", { headers: { accept: "text/html" } })).status, 200);
});

Deno.test("a mutating path wants POST", async () => {
  const { ask, source, errors } = sampleAdmin();
  const get = await ask("/quitquitquit");
  assert.deepEqual([get.status, await get.text()], [405, "Method GET not allowed, POST required."]);
  assert.equal(source.quits, 0);
  assert.match(errors[0]!, /admin path "\/quitquitquit" mutates state, method=GET rather than POST/);
  const post = await ask("/quitquitquit", { method: "POST" });
  assert.deepEqual([post.status, await post.text()], [200, "OK\n"]);
  assert.equal(source.quits, 1);
});

Deno.test("/healthcheck/fail and /healthcheck/ok have health checks fail, and as they find", async () => {
  const { ask, source } = sampleAdmin();
  const get = await ask("/healthcheck/fail");
  assert.deepEqual([get.status, source.isHealthFailed], [405, false]);
  for (const [path, isFailed] of [["/healthcheck/fail", true], ["/healthcheck/ok", false]] as const) {
    const post = await ask(path, { method: "POST" });
    assert.deepEqual([post.status, await post.text(), source.isHealthFailed], [200, "OK\n", isFailed]);
  }
});

Deno.test("other paths take any method, and HEAD has no body", async () => {
  const { ask } = sampleAdmin();
  for (const method of ["POST", "DELETE"]) assert.equal(await (await ask("/ready", { method })).text(), "LIVE\n");
  assert.equal(await (await ask("/ready", { method: "HEAD" })).text(), "");
});

Deno.test("/listeners answers as Envoy does", async () => {
  const { ask, source } = sampleAdmin();
  assert.equal(await (await ask("/listeners")).text(), oracle("listeners.txt"));
  assert.equal(await (await ask("/listeners?format=json")).text(), oracle("listeners.json"));
  source.listenerList = [{ ...sampleListener("late", 1), state: "warming" }];
  assert.equal(await (await ask("/listeners")).text(), "");
  assert.equal(await (await ask("/listeners?format=json")).text(), "{}\n");
});

Deno.test("/clusters answers as Envoy does", async () => {
  const { ask, source } = sampleAdmin();
  const web = [["rq_total", 12], ["rq_success", 11], ["rq_error", 1], ["cx_total", 1], ["cx_active", 1]] as const;
  for (const [name, by] of web) source.countHost("web", "127.0.0.1:8081", name, by);
  const api = [["rq_total", 5], ["rq_success", 5], ["cx_total", 1], ["cx_active", 1]] as const;
  for (const [name, by] of api) source.countHost("api", "127.0.0.1:8081", name, by);
  // Without health checks the second host of `web` is unhealthy by discovery, not by a failed check.
  const text = oracle("clusters.txt").replace("/failed_active_hc", "/failed_eds_health");
  assert.equal(await (await ask("/clusters")).text(), text);
  const json = JSON.parse(oracle("clusters.json"));
  json.cluster_statuses.reverse();
  json.cluster_statuses[0].host_statuses[1].health_status = { eds_health_status: "UNHEALTHY" };
  assert.equal(await (await ask("/clusters?format=json")).text(), `${JSON.stringify(json, null, 1)}\n`);
});

Deno.test("/clusters shows what outlier detection knows, with the digits that Envoy shows", async () => {
  const { ask, source } = sampleAdmin();
  const host = { isEjected: false, kind: null, sinceMs: null, untilMs: null, ejections: 0 };
  const web = source.clusterList[0]!;
  const figures = [
    { ...host, successRate: 200 / 3, localOriginSuccessRate: 100 },
    { ...host, successRate: 0, localOriginSuccessRate: -1 },
  ];
  source.clusterList = [{
    ...web,
    hosts: web.hosts.map((status, at) => ({ ...status, outlier: figures[at]! })),
    outliers: {
      external: { average: 200 / 3, ejectionThreshold: -12.5 },
      local: { average: 100, ejectionThreshold: 99.5 },
    },
  }];
  const lines = (await (await ask("/clusters")).text()).split("\n");
  assert.deepEqual(lines.slice(1, 5), [
    "web::outlier::success_rate_average::66.6667",
    "web::outlier::success_rate_ejection_threshold::-12.5",
    "web::outlier::local_origin_success_rate_average::100",
    "web::outlier::local_origin_success_rate_ejection_threshold::99.5",
  ]);
  assert.deepEqual(lines.filter((line) => /808\d::(local_origin_)?success_rate::/.test(line)), [
    "web::127.0.0.1:8081::success_rate::66.66666666666667",
    "web::127.0.0.1:8081::local_origin_success_rate::100",
    "web::127.0.0.1:8082::success_rate::0",
    "web::127.0.0.1:8082::local_origin_success_rate::-1",
  ]);
  const [json] = JSON.parse(await (await ask("/clusters?format=json")).text()).cluster_statuses;
  assert.equal(json.success_rate_ejection_threshold, undefined);
  assert.deepEqual(json.local_origin_success_rate_ejection_threshold, { value: 99.5 });
  const [first, second] = json.host_statuses;
  assert.deepEqual([first.success_rate, first.local_origin_success_rate], [{ value: 200 / 3 }, { value: 100 }]);
  assert.deepEqual([second.success_rate, second.local_origin_success_rate], [{}, undefined]);
});

Deno.test("/clusters keeps to a filter and refuses a bad one", async () => {
  const { ask } = sampleAdmin();
  const text = await (await ask("/clusters?filter=%5Ea")).text();
  assert.ok(text.split("\n").every((line) => line === "" || line.startsWith("api::")));
  assert.equal(await (await ask("/clusters?filter=none&format=json")).text(), "{}\n");
  const bad = await ask("/clusters?filter=%5B");
  assert.deepEqual([bad.status, await bad.text()], [400, "Invalid re2 regex"]);
});

Deno.test("/server_info prints Envoy's fields in Envoy's order", async () => {
  const { ask, clock } = sampleAdmin();
  clock.advance(8_200);
  const info = JSON.parse(await (await ask("/server_info")).text());
  const theirs = JSON.parse(oracle("server_info.json"));
  assert.deepEqual(Object.keys(info), Object.keys(theirs));
  assert.equal(info.state, "LIVE");
  assert.equal(info.uptime_current_epoch, "8s");
  assert.equal(info.version.split("/").length, theirs.version.split("/").length);
});

Deno.test("/memory prints 64-bit numbers as text", async () => {
  const { ask } = sampleAdmin();
  assert.equal(
    await (await ask("/memory")).text(),
    '{\n "allocated": "1",\n "heap_size": "2",\n "pageheap_unmapped": "0",\n "pageheap_free": "0",\n' +
      ' "total_thread_cache": "0",\n "total_physical_bytes": "3"\n}\n',
  );
});

Deno.test("/reopen_logs has log files opened anew", async () => {
  const { ask, source } = sampleAdmin();
  assert.deepEqual([(await ask("/reopen_logs")).status, source.reopenings], [405, 0]);
  assert.equal(await (await ask("/reopen_logs", { method: "POST" })).text(), "OK\n");
  assert.equal(source.reopenings, 1);
});

Deno.test("/reset_counters zeroes counters", async () => {
  const { ask, source } = sampleAdmin();
  source.stats.own.scope("a").counter("c").add(4);
  assert.equal(await (await ask("/reset_counters", { method: "POST" })).text(), "OK\n");
  assert.equal(source.stats.valueOf("a.c"), 0);
});

Deno.test("an error of an endpoint is a 500 and is told", async () => {
  const { ask, source, errors } = sampleAdmin();
  source.memory = () => {
    throw new Error("no memory");
  };
  const answer = await ask("/memory");
  assert.deepEqual([answer.status, await answer.text()], [500, "internal error\n"]);
  assert.match(errors[0]!, /admin request to \/memory failed: Error: no memory/);
});

Deno.test("the admin counts its own answers under http.admin", async () => {
  const { ask, source } = sampleAdmin();
  await ask("/ready");
  await ask("/nowhere");
  assert.equal(source.stats.valueOf("http.admin.downstream_rq_total"), 2);
  assert.equal(source.stats.valueOf("http.admin.downstream_rq_2xx"), 1);
  assert.equal(source.stats.valueOf("http.admin.downstream_rq_4xx"), 1);
  assert.equal(source.stats.valueOf("http.admin.downstream_rq_active"), 0);
});
