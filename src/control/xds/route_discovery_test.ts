import assert from "node:assert/strict";
import { countsUnder, HandLoop } from "../../../test/support/resource_files.ts";
import { ToldSubscriptions } from "../../../test/support/told_subscription.ts";
import { ResourceLoader } from "../../config/load_resource.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";
import { RouteDiscovery } from "./route_discovery.ts";

const ROOT = "http.s.rds.rc";

function started() {
  const told = new ToldSubscriptions(), book = new StatBook(), loop = new HandLoop(), heard: string[] = [];
  const source = { kind: "path", path: "/r.yaml", watchedDirectory: "", initialFetchTimeoutMs: 0 } as const;
  const discovery = new RouteDiscovery(
    { routeConfigName: "rc", source },
    {
      loop,
      loader: new ResourceLoader(),
      subscribe: told.subscribe,
      clusters: { isKnown: (name) => name === "known" },
    },
    book.own.scope(ROOT),
    book.text(`${ROOT}.version_text`),
    {
      onRoutes: ({ virtualHosts }) => heard.push(virtualHosts.map(({ name }) => name).join()),
      onFirstResult: () => heard.push("first result"),
    },
  );
  discovery.start();
  return { discovery, subscription: told.made[0]!, heard, loop, counts: () => countsUnder(book, ROOT) };
}

function host(name: string, cluster = "unknown"): string {
  return `virtual_hosts: [{name: ${name}, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: ${cluster}}}]}]`;
}

Deno.test("RouteDiscovery gives the routes that come, and again only when they are others", () => {
  const { discovery, subscription, heard, loop, counts } = started();
  assert.deepEqual([subscription.names, discovery.isWaiting, discovery.taken], [["rc"], true, null]);
  assert.equal(subscription.bring(`name: rc, ${host("v")}`), null);
  assert.equal(subscription.bring(`${host("v")}, name: rc`), null);
  loop.pass(1000);
  assert.equal(subscription.bring(`name: rc, ${host("w")}`), null);
  assert.deepEqual(heard, ["v", "first result", "w"]);
  assert.deepEqual(counts(), { config_reload: 2, config_reload_time_ms: loop.clock.wallMs() });
  assert.equal(discovery.taken!.sinceMs, loop.clock.wallMs());
  assert.equal(discovery.isWaiting, false);
  discovery.close();
  assert.ok(subscription.isClosed);
});

Deno.test("RouteDiscovery refuses what is not its one configuration, in Envoy's words, and keeps the old routes", () => {
  for (
    const [resources, reason] of [
      [["name: x"], "Unexpected RDS configuration (expecting rc): x"],
      [["name: rc", "name: x"], "Unexpected RDS resource length: 2"],
      [[`name: rc, validate_clusters: true, ${host("v")}`], "route: unknown cluster 'unknown'"],
      [
        [`name: rc, virtual_hosts: [{name: v, domains: ["*"]}, {name: w, domains: ["*"]}]`],
        "Only a single wildcard domain is permitted in route rc",
      ],
    ] as const
  ) {
    const { discovery, subscription, heard } = started();
    assert.deepEqual(subscription.bring(...resources)?.map((problem) => problem.reason), [reason]);
    assert.deepEqual(heard, ["first result"]);
    subscription.bring(`name: rc, validate_clusters: true, ${host("v", "known")}`);
    subscription.bring(...resources);
    assert.deepEqual(heard, ["first result", "v"]);
    assert.equal(discovery.taken!.message["name"], "rc");
  }
});

Deno.test("RouteDiscovery takes no routes for no news, and what comes after a late first answer", () => {
  const { subscription, heard, counts } = started();
  assert.equal(subscription.bring(), null);
  assert.deepEqual([heard, counts()], [["first result"], { update_empty: 1 }]);
  const late = started();
  late.subscription.watcher.onFailure("connection", "no route");
  assert.deepEqual(late.heard, []);
  late.subscription.watcher.onFailure("timeout", "too late");
  late.subscription.bring(`name: rc, ${host("v")}`);
  late.subscription.remove("rc");
  assert.deepEqual(late.heard, ["first result", "v"]);
});
