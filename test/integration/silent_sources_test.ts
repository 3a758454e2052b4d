/**
 * Sources that say nothing, with time by hand (spec/upstream.md 8 and 9.2, spec/xds.md 8.4, 16.5 and 16.9): what waits, on
 * what, since when and until when; and that what comes late is taken.
 */
import assert from "node:assert/strict";
import { ResourceType } from "../../src/config/load_resource.ts";
import { warmingFacts } from "../../src/control/warming_facts.ts";
import { CheckedOrigin } from "../support/checked_origin.ts";
import { type Fields, healthChecks, staticCluster } from "../support/dynamic_files.ts";
import { TOLD, ToldControl, toldSource } from "../support/told_control.ts";

const CDS = { dynamic_resources: { cds_config: TOLD } };

/** A cluster whose hosts a test tells, or does not. */
function edsCluster(name: string, initialFetchTimeout = "1s", more: Fields = {}): Fields {
  const eds_cluster_config = { service_name: `${name}-svc`, eds_config: toldSource("eds", initialFetchTimeout) };
  return { name, type: "EDS", eds_cluster_config, ...more };
}

/** Says whether it has resolved, once all that can happen at once has. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let isOver = false;
  promise.then(() => isOver = true);
  await new Promise((resolve) => setTimeout(resolve));
  return isOver;
}

Deno.test("16.9: a silent CDS is waited for as long as it may take; the start goes on without it, and what it says later counts", async () => {
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  control.loop.pass(400);
  assert.deepEqual(control.waits, ["server  initializing: cds  of file /told, 0.4s so far, 0.6s more"]);
  control.loop.pass(600);
  await started;
  assert.deepEqual(control.waits, []);
  assert.equal(control.stat("cluster_manager.cds.init_fetch_timeout"), 1);
  assert.equal(control.clusters(staticCluster("web", [80])), null);
  assert.deepEqual(control.served, { web: [80] });
});

Deno.test("16.9: a silent RTDS, and a silent LDS, are waited for likewise", async () => {
  await using control = new ToldControl({
    layered_runtime: { layers: [{ name: "base", rtds_layer: { name: "base", rtds_config: TOLD } }] },
    dynamic_resources: { lds_config: TOLD },
  });
  const started = control.start();
  assert.equal(await isOver(started), false);
  assert.deepEqual(control.waits, ["server  initializing: rtds base of file /told, 0s so far, 1s more"]);
  control.loop.pass(1000);
  await started;
  assert.equal(control.stat("runtime.init_fetch_timeout"), 1);
  const listening = control.listen();
  assert.equal(await isOver(listening), false);
  assert.deepEqual(control.waits, ["server  initializing: lds  of file /told, 0s so far, 1s more"]);
  control.loop.pass(1000);
  await listening;
  assert.deepEqual(control.waits, []);
  assert.equal(control.stat("listener_manager.lds.init_fetch_timeout"), 1);
});

Deno.test("with initial_fetch_timeout 0s a silent source is waited for for ever", async () => {
  await using control = new ToldControl({ dynamic_resources: { cds_config: toldSource("told", "0s") } });
  const started = control.start();
  assert.equal(await isOver(started), false);
  control.loop.pass(86_400_000);
  assert.equal(await isOver(started), false);
  assert.deepEqual(control.waits, ["server  initializing: cds  of file /told, 86400s so far, for ever"]);
  control.clusters(edsCluster("web", "0s"));
  assert.equal(await isOver(started), false);
  assert.deepEqual(control.waits, ["cluster web discovery: eds web-svc of file /eds, 0s so far, for ever"]);
  control.loop.pass(86_400_000);
  assert.equal(await isOver(started), false);
  assert.equal(control.stat("cluster.web.warming_state"), 1);
  control.hosts("web-svc", 80);
  await started;
  assert.deepEqual(control.served, { web: [80] });
});

Deno.test("a cluster of a silent EDS warms until its time is over, then has no hosts, and takes those that come later", async () => {
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  control.clusters(staticCluster("other", [81]), edsCluster("web"));
  assert.equal(await isOver(started), false, "the start waits for the clusters of the first response");
  control.loop.pass(250);
  assert.deepEqual(control.waits, ["cluster web discovery: eds web-svc of file /eds, 0.25s so far, 0.75s more"]);
  assert.deepEqual([control.served, control.stat("cluster_manager.warming_clusters")], [{ other: [81] }, 1]);
  control.loop.pass(750);
  await started;
  assert.deepEqual(control.waits, []);
  assert.deepEqual(control.served, { other: [81], web: [] });
  const counts = ["init_fetch_timeout", "warming_state", "membership_total"].map((name) =>
    control.stat(`cluster.web.${name}`)
  );
  assert.deepEqual(counts, [1, 0, 0]);
  control.hosts("web-svc", 80);
  assert.deepEqual(control.served, { other: [81], web: [80] });
});

Deno.test("16.5: another version of a cluster whose EDS says nothing more has its hosts at once", async () => {
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  control.clusters(edsCluster("web"));
  control.hosts("web-svc", 80, 81);
  await started;
  control.clusters(edsCluster("web", "1s", { connect_timeout: "2s" }));
  assert.deepEqual(control.waits, []);
  assert.deepEqual(control.served, { web: [80, 81] });
  assert.equal(control.stat("cluster.web.assignment_use_cached"), 1);
  assert.equal(control.stat("cluster_manager.cluster_modified"), 1);
  assert.equal(control.subscriptions(ResourceType.endpoints).length, 1);
  control.hosts("web-svc", 82);
  assert.deepEqual(control.served, { web: [82] });
});

Deno.test("18.2: without kept hosts the old version serves until EDS speaks, or has been waited for", async () => {
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  control.clusters(staticCluster("web", [80]));
  await started;
  control.clusters(edsCluster("web"));
  assert.deepEqual(control.served, { web: [80] });
  control.hosts("web-svc", 81);
  assert.deepEqual(control.served, { web: [81] });
  control.clusters(staticCluster("web", [80]));
  assert.deepEqual(control.served, { web: [80] });
  control.clusters(edsCluster("web"));
  control.loop.pass(999);
  assert.deepEqual(control.served, { web: [80] });
  assert.equal(control.side.clusters.find("web")!.warming!.phase, "discovery");
  control.loop.pass(1);
  assert.deepEqual(control.served, { web: [] });
});

Deno.test("a health check without an answer is waited for as long as it may take, from the hosts on", async () => {
  await using origin = new CheckedOrigin("one", "held");
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  const checks = healthChecks({ timeout: "3s", interval: "60s", no_traffic_interval: "60s" });
  control.clusters(edsCluster("web", "1s", checks));
  control.loop.pass(500);
  control.hosts("web-svc", origin.port);
  assert.deepEqual(control.waits, ["cluster web health_checking: health_check 0/1 of its hosts, 0s so far, 3s more"]);
  await origin.untilAsked();
  control.loop.pass(1000);
  assert.deepEqual(control.waits, ["cluster web health_checking: health_check 0/1 of its hosts, 1s so far, 2s more"]);
  assert.deepEqual(control.served, {});
  assert.equal(await isOver(started), false);
  control.loop.pass(2000);
  await started;
  assert.deepEqual(control.waits, []);
  assert.deepEqual(control.served, { web: [origin.port] });
  assert.equal(control.stat("cluster.web.membership_healthy"), 0);
});

Deno.test("18.4: what is removed, replaced or replaced again while its hosts are checked never serves, and is gone", async () => {
  await using origin = new CheckedOrigin("one", "held");
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  control.clusters();
  await started;
  // What was received is written down for admin a while later.
  const timers = () => {
    for (let minutes = 0; minutes < 5; minutes++) control.loop.pass(60_000);
    return control.side.armedTimers;
  };
  assert.equal(timers(), 0);
  const checked = (timeout: string) => edsCluster("web", "1s", healthChecks({ timeout }));
  for (const timeout of ["3s", "4s", "5s"]) {
    control.clusters(checked(timeout));
    control.hosts("web-svc", origin.port);
    assert.equal(control.waits.length, 1);
    assert.deepEqual(control.served, {});
    assert.equal(control.subscriptions(ResourceType.endpoints).length, 1);
  }
  assert.equal(control.side.unready()[0]!.superseded, 2);
  control.clusters();
  assert.deepEqual([control.waits, control.served, timers()], [[], {}, 0]);

  // The same beside a version that serves.
  control.clusters(staticCluster("web", [80]));
  for (const timeout of ["3s", "4s", "5s"]) {
    control.clusters(checked(timeout));
    control.hosts("web-svc", origin.port);
    assert.deepEqual(control.served, { web: [80] });
    assert.equal(control.stat("cluster.web.membership_total"), 1);
  }
  control.clusters();
  assert.deepEqual([control.waits, control.served, timers()], [[], {}, 0]);
  assert.equal(control.book.find("cluster.web.membership_total"), undefined);
});

Deno.test("a cluster that EDS was silent about is said to be ready without an answer, and what the timeline and swaps say of it fits", async () => {
  await using control = new ToldControl(CDS);
  const started = control.start();
  assert.equal(await isOver(started), false);
  const checks = healthChecks({ timeout: "3s" });
  control.clusters(edsCluster("web", "1s"), edsCluster("api", "0s", checks));
  const facts = () => warmingFacts(control.side);
  const [web] = facts().unready;
  assert.deepEqual([web!.activeVersion, web!.phases.map(({ id, tookMs }) => [id, tookMs])], [null, [[
    "discovery",
    null,
  ]]]);
  assert.deepEqual(facts().dependentsOf(web!).map(({ kind }) => kind), ["server"]);
  assert.deepEqual(facts().steps.map(({ state }) => state), ["done", "done", "done", "waiting", "todo"]);
  control.loop.pass(1000);
  const ended = facts().transitions.at(-1)!;
  assert.deepEqual([ended.name, ended.from, ended.to], ["web", "warming", "active"]);
  assert.match(ended.reason, /^ready without an answer: initial fetch timed out for .*ClusterLoadAssignment$/);
  assert.deepEqual(facts().swaps.map(({ name, from, to, warmedMs }) => [name, from, to, warmedMs]), [[
    "web",
    "",
    "1",
    1000,
  ]]);
  await using origin = new CheckedOrigin("api", "held");
  control.hosts("api-svc", origin.port);
  const [api] = facts().unready;
  assert.deepEqual(api!.phases.map(({ id, tookMs, progress }) => [id, tookMs, progress]), [
    ["discovery", 1000, undefined],
    ["health_checking", null, { done: 0, total: 1 }],
  ]);
  assert.deepEqual(api!.checks!.waits.map(({ subject, attempts }) => [subject, attempts]), [[
    `127.0.0.1:${origin.port}`,
    1,
  ]]);
  control.loop.pass(3000);
  await started;
  assert.deepEqual(facts().steps.map(({ state, tookMs }) => [state, tookMs]).slice(3), [["done", 4000], [
    "todo",
    null,
  ]]);
  await control.listen();
  assert.deepEqual(facts().transitions.filter(({ kind }) => kind === "server").map(({ to }) => to), [
    "primary_clusters",
    "rtds",
    "secondary_clusters",
    "cds",
    "listeners",
    "active",
  ]);
});
