/**
 * What keeps a real process, or a cluster of it, from being ready, and how it says so; and that a worker which takes the
 * place of a dead one has all that came meanwhile (spec/upstream.md 8 and 9, spec/operations.md 6.9).
 */
import assert from "node:assert/strict";
import type { WarmingView } from "../../src/admin/contract/warming.ts";
import { CheckedOrigin } from "../support/checked_origin.ts";
import { startDnsServer } from "../support/dns_server.ts";
import { dnsCluster, dnsResolver, DynamicFiles, healthChecks, route, staticCluster } from "../support/dynamic_files.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";

const NC = "503 NC cluster_not_found";

async function ask(proxy: RunningProxy, path: string): Promise<string> {
  return (await askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`)).body;
}

/** Names of managers, with what they wait for. */
async function initDump(proxy: RunningProxy): Promise<string[]> {
  const { unready_targets_dumps = [] } = JSON.parse(await proxy.admin("/init_dump"));
  return unready_targets_dumps.map(({ name, target_names = [] }: { name: string; target_names?: string[] }) =>
    `${name}: ${target_names.join()}`
  );
}

async function readiness(proxy: RunningProxy): Promise<string> {
  const response = await fetch(`${proxy.adminUrl}/ready`);
  return `${response.status} ${(await response.text()).trim()}`;
}

Deno.test("a bootstrap cluster whose name is not answered holds the start, says so, and lets it go on with the answer", async () => {
  await using dns = startDnsServer();
  await using origin = startOrigin(() => new Response("here"));
  using files = new DynamicFiles();
  dns.set("web.test", { a: ["127.0.0.1"], isHeld: true });
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({
    config: files.bootstrap({
      typed_dns_resolver_config: dnsResolver(dns.port),
      static_resources: { clusters: [dnsCluster("web", "STRICT_DNS", "web.test", origin.port)] },
    }),
    until: "admin",
  });
  await dns.untilAsked("web.test");
  assert.deepEqual(await initDump(proxy), ["init manager Cluster web: target DNS web.test"]);
  assert.equal(await readiness(proxy), "503 PRE_INITIALIZING");
  assert.equal(await proxy.stat("cluster.web.warming_state"), 1);
  await dns.release("web.test");
  await proxy.untilLive();
  assert.deepEqual(await initDump(proxy), []);
  assert.equal(await ask(proxy, "/"), "here");
});

Deno.test("a start whose name servers say nothing goes on when the question has failed, without hosts", async () => {
  await using dns = startDnsServer();
  using files = new DynamicFiles();
  dns.set("web.test", { isSilent: true });
  files.serve("routes", route("/", "web"));
  const resolver = dnsResolver(dns.port, { query_timeout_seconds: 1, query_tries: 1 });
  await using proxy = await startProxy({
    config: files.bootstrap({
      typed_dns_resolver_config: resolver,
      static_resources: { clusters: [dnsCluster("web", "LOGICAL_DNS", "web.test", 80)] },
    }),
  });
  assert.ok(await proxy.stat("cluster.web.update_failure") >= 1);
  assert.equal(await ask(proxy, "/"), "503 UH no_healthy_upstream");
});

Deno.test("while a name or a check is not answered the cluster is not found by requests, and the admin says what it waits for", async () => {
  await using dns = startDnsServer();
  await using origin = new CheckedOrigin("checked", "held");
  using files = new DynamicFiles();
  dns.set("named.test", { a: ["127.0.0.1"], isHeld: true });
  files.serve("routes", route("/named", "named"), route("/checked", "checked"));
  await using proxy = await startProxy({
    config: files.bootstrap({ typed_dns_resolver_config: dnsResolver(dns.port) }),
  });
  const sinceMs = Date.now();
  files.clusters(
    dnsCluster("named", "STRICT_DNS", "named.test", origin.port),
    staticCluster("checked", [origin.port], healthChecks({ timeout: "60s" })),
  );
  await Promise.all([dns.untilAsked("named.test"), origin.untilAsked()]);
  assert.deepEqual(await initDump(proxy), [
    "init manager Cluster named: target DNS named.test",
    "init manager Cluster checked: target HealthCheck 0/1",
  ]);
  assert.deepEqual([await ask(proxy, "/named"), await ask(proxy, "/checked")], [NC, NC]);
  const { cluster_statuses } = JSON.parse(await proxy.admin("/clusters?format=json&include_warming"));
  const [named, checked] = cluster_statuses.map(({ warming }: { readonly warming: unknown }) => warming);
  assert.deepEqual([named.phase, named.waiting_for[0].name], ["discovery", "named.test"]);
  assert.deepEqual([checked.phase, checked.waiting_for[0].name], ["health_checking", "0/1"]);
  const { since_ms, deadline_ms } = checked.waiting_for[0];
  assert.ok(since_ms >= sinceMs - 1000 && since_ms <= Date.now() + 1000, `${since_ms}`);
  assert.equal(deadline_ms - since_ms, 60_000);
  origin.decide("passing");
  await dns.release("named.test");
  await proxy.until("both serve", async () => await proxy.stat("cluster_manager.active_clusters") === 2);
  await proxy.until("workers have them", async () => await ask(proxy, "/named") === "checked");
  assert.equal(await ask(proxy, "/checked"), "checked");
  assert.deepEqual(await initDump(proxy), []);
});

Deno.test("a worker that takes the place of a dead one has the clusters, hosts, health, routes, runtime and listeners of now", async () => {
  await using one = new CheckedOrigin("one");
  await using two = new CheckedOrigin("two", "failing");
  using files = new DynamicFiles();
  files.runtime("base", { "test.on": 0 });
  const switched = { runtime_fraction: { default_value: { numerator: 0 }, runtime_key: "test.on" } };
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({
    config: files.bootstrap({
      layered_runtime: { layers: [{ name: "base", rtds_layer: { name: "base", rtds_config: files.source("base") } }] },
    }),
    env: { DENVOY_TEST_HOOKS: "1" },
  });
  assert.equal(await ask(proxy, "/"), NC);
  // All of it comes after the worker has started.
  files.hosts("svc", two.port);
  files.clusters(
    files.edsCluster("web", "svc", { ...healthChecks(), common_lb_config: { healthy_panic_threshold: {} } }),
  );
  files.routes("routes", route("/", "none", {}, switched), route("/", "web"));
  await proxy.until("the cluster is there", async () => await ask(proxy, "/") === "503 UH no_healthy_upstream");
  files.hosts("svc", one.port, two.port);
  await proxy.until("the second host is there", async () => await ask(proxy, "/") === "one");
  files.listeners(files.listener("web", "routes"), files.listener("late", "routes"));
  await proxy.until("the listener is there", async () => (await proxy.admin("/listeners")).includes("late::"));
  const late = /^late::(.*)$/m.exec(await proxy.admin("/listeners"))![1]!;

  proxy.signal("SIGUSR2");
  await proxy.untilLogged(/worker 0 serves again/);
  for (let i = 0; i < 4; i++) assert.equal(await ask(proxy, "/"), "one");
  assert.equal((await askRaw(late, "GET / HTTP/1.1\r\nhost: h\r\n\r\n")).body, "one");
  assert.equal(two.requests, 0);
  files.runtime("base", { "test.on": 100 });
  await proxy.until("the value is there", async () => await ask(proxy, "/") === NC);
  proxy.signal("SIGUSR2");
  await proxy.until("it was replaced again", async () => await proxy.stat("server.worker_restarts") === 2);
  await proxy.until("the listener serves", async () => await ask(proxy, "/").catch(() => "") !== "");
  assert.equal(await ask(proxy, "/"), NC);
});

Deno.test("/api/v1/warming has what waits, what waits behind it, what swapped and what was refused", async () => {
  await using origin = new CheckedOrigin("one", "held");
  using files = new DynamicFiles();
  files.clusters(staticCluster("web", [origin.port]));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  const warming = async () => JSON.parse(await proxy.admin("/api/v1/warming")) as WarmingView;
  const first = await warming();
  assert.deepEqual([first.total, first.server.state], [0, "LIVE"]);
  assert.deepEqual(first.server.steps.map(({ state }) => state), ["done", "done", "done", "done", "done"]);
  assert.deepEqual(first.swaps.map(({ subject, name }) => `${subject} ${name}`).sort(), [
    "cluster web",
    "listener web",
    "route_config routes",
  ]);
  files.clusters(
    staticCluster("web", [origin.port], healthChecks({ timeout: "60s" })),
    staticCluster("twin", [origin.port]),
    staticCluster("twin", [origin.port]),
  );
  await origin.untilAsked();
  const { items: [item], refused } = await warming();
  assert.deepEqual(refused.map(({ subject, name }) => [subject, name]), [["cluster", "twin"]]);
  assert.match(refused[0]!.text, /duplicate cluster twin found/);
  assert.deepEqual(item!.phases.map(({ id, done, total }) => [id, done, total]), [
    ["discovery", undefined, undefined],
    ["health_checking", 0, 1],
  ]);
  assert.deepEqual(item!.waiting_for.map(({ kind, name, hint_id }) => [kind, name, hint_id]), [
    ["health_check", `127.0.0.1:${origin.port}`, "health_check"],
  ]);
  assert.deepEqual(item!.blocks.map(({ subject, name }) => [subject, name]), [
    ["route_config", "routes"],
    ["listener", "web"],
  ]);
  origin.decide("passing");
  await proxy.until("it serves", async () => (await warming()).total === 0);
  const [swap] = (await warming()).swaps;
  assert.deepEqual([swap!.name, swap!.from === "", swap!.to], ["web", false, item!.version]);
  assert.equal(swap!.from, item!.active_version);
});
