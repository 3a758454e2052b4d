/** Clusters that change under load, by files, with real processes: spec/upstream.md 18, lines 1 to 4 and 6. */
import assert from "node:assert/strict";
import { KeepAliveLoad } from "../load/keep_alive_load.ts";
import { CheckedOrigin } from "../support/checked_origin.ts";
import { startDnsServer } from "../support/dns_server.ts";
import {
  dnsCluster,
  dnsResolver,
  DynamicFiles,
  type Fields,
  healthChecks,
  route,
  staticCluster,
} from "../support/dynamic_files.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw } from "../support/raw_h1.ts";
import { startOrigin } from "../support/origin.ts";
import { differences, settledCounts } from "../soak/process_counts.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
const WARMING = "cluster_manager.warming_clusters";

function portOf(proxy: RunningProxy): number {
  return Number(new URL(proxy.listenerUrl("web")).port);
}

/** So many more requests have been answered. */
function more(proxy: RunningProxy, load: KeepAliveLoad, count: number): Promise<void> {
  const answered = () => [...load.outcome.statuses.values()].reduce((sum, each) => sum + each, 0);
  const wanted = answered() + count;
  return proxy.until(`${count} more answers`, () => answered() >= wanted);
}

/** All requests were answered with 200. */
function assertNoneFailed(load: KeepAliveLoad): void {
  const { statuses, lost, refused } = load.outcome;
  assert.deepEqual([[...statuses.keys()], [...lost], refused], [[200], [], 0]);
}

Deno.test("18.1: another connect_timeout at 1000 requests a second fails none, and the cluster warms once", async () => {
  await using dns = startDnsServer();
  await using origin = startOrigin();
  using files = new DynamicFiles();
  dns.set("web.test", { a: ["127.0.0.1"] });
  const web = (timeout: string) =>
    dnsCluster("web", "STRICT_DNS", "web.test", origin.port, { connect_timeout: timeout });
  files.clusters(web("1s"));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({
    config: files.bootstrap({ typed_dns_resolver_config: dnsResolver(dns.port) }),
    concurrency: 2,
  });
  const load = new KeepAliveLoad(portOf(proxy), 16, 1000);
  await more(proxy, load, 200);
  dns.set("web.test", { a: ["127.0.0.1"], isHeld: true });
  files.clusters(web("2s"));
  await proxy.until("the cluster warms", async () => await proxy.stat(WARMING) === 1);
  assert.equal(await proxy.stat("cluster.web.warming_state"), 1);
  await more(proxy, load, 200);
  await dns.release("web.test");
  await proxy.until("the cluster is warm", async () => await proxy.stat(WARMING) === 0);
  await more(proxy, load, 500);
  await load.stop();
  assertNoneFailed(load);
  assert.equal(await proxy.stat("cluster_manager.cluster_modified"), 1);
  assert.match(await proxy.admin("/config_dump?resource=dynamic_active_clusters"), /"connect_timeout": "2s"/);
});

Deno.test("18.1: another connect_timeout drains the old connections once, and the new ones stay", async () => {
  await using origin = startOrigin();
  using files = new DynamicFiles();
  files.clusters(staticCluster("web", [origin.port]));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  await using client = await connectRaw(proxy.listenerUrl("web"));
  const ask = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await client.send(GET);
      assert.equal((await client.readMessage()).status, 200);
    }
  };
  const counts =
    async () => [await proxy.stat("cluster.web.upstream_cx_total"), await proxy.stat("cluster.web.upstream_cx_active")];
  await ask(20);
  assert.deepEqual(await counts(), [1, 1]);
  files.clusters(staticCluster("web", [origin.port], { connect_timeout: "2s" }));
  await proxy.until("the old connection is gone", async () => await proxy.stat("cluster.web.upstream_cx_active") === 0);
  await ask(20);
  assert.deepEqual(await counts(), [2, 1]);
  // The same file once more is nothing new.
  files.clusters(staticCluster("web", [origin.port], { connect_timeout: "2s" }));
  await proxy.until("the file was read", async () => await proxy.stat("cluster_manager.cds.update_success") === 3);
  await ask(20);
  assert.deepEqual(await counts(), [2, 1]);
});

Deno.test("18.2: the old object of a checked EDS cluster serves until the first checks of the new one are in", async () => {
  await using one = new CheckedOrigin("one");
  await using two = new CheckedOrigin("two", "held");
  using files = new DynamicFiles();
  files.hosts("svc-1", one.port);
  files.hosts("svc-2", two.port);
  files.clusters(files.edsCluster("web", "svc-1", healthChecks()));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({ config: files.bootstrap(), concurrency: 2 });
  const load = new KeepAliveLoad(portOf(proxy), 8, 1000);
  await more(proxy, load, 100);
  files.clusters(files.edsCluster("web", "svc-2", healthChecks()));
  await proxy.until("the new hosts are asked", () => two.checks > 0);
  assert.equal(await proxy.stat(WARMING), 1);
  await more(proxy, load, 500);
  assert.equal(two.requests, 0);
  // What comes for the old object meanwhile reaches it.
  const before = one.checks;
  await proxy.until("the old object is checked on", () => one.checks > before);
  two.decide("passing");
  await proxy.until("the new object serves", () => two.requests > 0);
  await more(proxy, load, 200);
  await load.stop();
  assertNoneFailed(load);
  const after = one.requests;
  assert.equal((await askRaw(proxy.listenerUrl("web"), GET)).body, "two");
  assert.equal(one.requests, after);
});

for (const [word, code] of [["SERVICE_UNAVAILABLE", 503], ["NOT_FOUND", 404]] as const) {
  Deno.test(`18.3: a cluster and its route that come together give ${code} NC until it is warm, then 200, never UH`, async () => {
    await using origin = new CheckedOrigin("new", "held");
    using files = new DynamicFiles();
    files.serve("routes", { match: { prefix: "/" }, direct_response: { status: 204 } });
    await using proxy = await startProxy({ config: files.bootstrap() });
    files.hosts("svc", origin.port);
    files.clusters(files.edsCluster("web", "svc", healthChecks()));
    files.routes("routes", route("/", "web", { cluster_not_found_response_code: word }));
    await using client = await connectRaw(proxy.listenerUrl("web"));
    const answers: string[] = [];
    const ask = async () => {
      await client.send(GET);
      const { status, body } = await client.readMessage();
      const answer = `${status} ${body}`;
      if (answers.at(-1) !== answer) answers.push(answer);
      return answer;
    };
    const notFound = `${code} ${code} NC cluster_not_found`;
    await proxy.until("the route is there", async () => await ask() === notFound);
    await proxy.until("the host is asked", () => origin.checks > 0);
    for (let i = 0; i < 50; i++) await ask();
    origin.decide("passing");
    await proxy.until("the cluster serves", async () => await ask() === "200 new");
    for (let i = 0; i < 50; i++) await ask();
    assert.deepEqual(answers.filter((answer) => answer !== "204 "), [notFound, "200 new"]);
  });
}

Deno.test("18.4: re-added, updated and removed while it warms, a cluster leaves nothing behind", async () => {
  await using steady = new CheckedOrigin("steady");
  await using held = new CheckedOrigin("held", "held");
  using files = new DynamicFiles();
  files.hosts("steady", steady.port);
  files.folder.makeFolder("other");
  files.hosts("other/held", held.port);
  const always = files.edsCluster("always", "steady", healthChecks({ interval: "60s", no_traffic_interval: "60s" }));
  const warming = (timeout: string) => files.edsCluster("web", "other/held", healthChecks({ timeout }));
  files.clusters(always);
  files.serve("routes", route("/", "always"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  const step = async (what: string, isDone: () => Promise<boolean>, ...clusters: Fields[]) => {
    files.clusters(...clusters);
    await proxy.until(what, isDone);
  };
  const count = (name: string) => proxy.stat(`cluster_manager.${name}`);
  // Each object asks its host before the next takes its place.
  const warmStep = (what: string, timeout: string, isDone: () => Promise<boolean>) => {
    const checks = held.checks;
    return step(what, async () => await isDone() && held.checks > checks, always, warming(timeout));
  };
  // Once through all of it, so that everything there can be has been made.
  await step("web warms", async () => await count("warming_clusters") === 1, always, warming("60s"));
  await proxy.until(
    "two directories are watched",
    async () => await proxy.stat("server.main_thread.watched_directories") === 2,
  );
  await step("web is gone", async () => await count("cluster_removed") === 1, always);
  await askRaw(proxy.listenerUrl("web"), GET);
  const before = await settledCounts(proxy);
  assert.equal(before["server.main_thread.watched_directories"], 1);
  const checksBefore = held.checks;

  for (let round = 0; round < 3; round++) {
    const added = await count("cluster_added"), modified = await count("cluster_modified");
    const removed = await count("cluster_removed");
    await warmStep("web warms", "60s", async () => await count("cluster_added") === added + 1);
    for (const [i, timeout] of ["61s", "62s", "63s"].entries()) {
      await warmStep(
        "web warms anew",
        timeout,
        async () => await count("cluster_modified") === modified + i + 1 && await count("warming_clusters") === 1,
      );
    }
    await step("web is gone", async () => await count("cluster_removed") === removed + 1, always);
    await warmStep("web is back", "60s", async () => await count("cluster_added") === added + 2);
    await step("web is gone again", async () => await count("cluster_removed") === removed + 2, always);
  }
  assert.ok(held.checks - checksBefore >= 15, "each object asked its host");
  held.decide("passing");
  assert.deepEqual(differences(before, await settledCounts(proxy)), []);
});

Deno.test("18.6: a host that discovery dropped serves while its checks pass, and is gone with the first that fails", async () => {
  await using one = new CheckedOrigin("one");
  await using two = new CheckedOrigin("two");
  using files = new DynamicFiles();
  files.hosts("svc", one.port, two.port);
  files.clusters(files.edsCluster("web", "svc", { ...healthChecks(), lb_policy: "ROUND_ROBIN" }));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  const bodies = async () => {
    const found = new Set<string>();
    for (let i = 0; i < 8; i++) found.add((await askRaw(proxy.listenerUrl("web"), GET)).body);
    return [...found].sort();
  };
  const flagsOf = async (port: number) =>
    new RegExp(`127.0.0.1:${port}::health_flags::(.*)`).exec(await proxy.admin("/clusters"))?.[1] ?? "gone";
  assert.deepEqual(await bodies(), ["one", "two"]);
  files.hosts("svc", two.port);
  await proxy.until("the host is kept", async () => await flagsOf(one.port) === "/pending_dynamic_removal");
  assert.deepEqual(await bodies(), ["one", "two"]);
  one.decide("failing");
  await proxy.until("the host is gone", async () => await flagsOf(one.port) === "gone");
  await proxy.until("workers know", async () => (await bodies()).join() === "two");
  assert.equal(await proxy.stat("cluster.web.membership_total"), 1);
});
