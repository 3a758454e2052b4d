import assert from "node:assert/strict";
import { routeConfiguration } from "../../../test/support/route_configs.ts";
import { listenerConfig } from "../../../test/support/worker_listeners.ts";
import type { ListenerItem, ListenerView } from "../contract/listeners.ts";
import type { Page } from "../contract/page.ts";
import { sampleAdmin, sampleListener } from "../sample_source.ts";

const DRAINING = { state: "draining", drain: { reason: "operator", endsInMs: 90_400 } } as const;
const ROUTES = `{ name: late, virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
  `{ match: { prefix: /a }, route: { cluster: web, request_mirror_policies: [{ cluster: copy }] } }, ` +
  `{ match: { prefix: / }, route: { weighted_clusters: { clusters: [{ name: web, weight: 1 }, { name: gone, weight: 1 }] } } }` +
  `] }] }`;

function adminOfWeb() {
  const sample = sampleAdmin(), status = sampleListener("web", 80);
  const config = listenerConfig({ fields: ["traffic_direction: INBOUND"], managerFields: ["stream_idle_timeout: 9s"] });
  sample.source.listenerList = [{ ...status, config }];
  sample.admin.tick();
  const view = async (name = "web"): Promise<ListenerView> =>
    await (await sample.ask(`/api/v1/listeners/${name}`)).json();
  return { ...sample, config, view };
}

Deno.test("/api/v1/listeners/:name tells the chain down to the routes, with limits and timeouts", async () => {
  const { view } = adminOfWeb();
  const { item, chains, steps, reuse_port } = await view();
  assert.deepEqual([item.direction, item.state, item.source, reuse_port], ["INBOUND", "active", "static", true]);
  const [manager] = chains[0]!.filters;
  assert.deepEqual([chains.length, chains[0]!.match, manager!.type, manager!.stat_prefix, manager!.codec], [
    1,
    [],
    "HttpConnectionManager",
    "web",
    "AUTO",
  ]);
  assert.deepEqual(manager!.http_filters, [
    { name: "envoy.filters.http.router", type: "Router", disabled: false, overrides: 0 },
  ]);
  assert.deepEqual(manager!.routes, [{ name: "routes", source: "static", is_there: true, virtual_hosts: 1 }]);
  assert.equal(manager!.timeouts["stream_idle_timeout"], 9000);
  assert.equal(manager!.limits["max_request_headers_kb"], 60);
  assert.deepEqual(steps.map(({ kind }) => kind), [
    "Listener",
    "Filter chain",
    "HttpConnectionManager",
    "HTTP filters",
    "Routes",
    "Clusters",
  ]);
  assert.deepEqual(steps[4]!.names[0]!.link, "/routes/routes");
});

Deno.test("/api/v1/listeners/:name says which routes are still to come, and which clusters those that came name", async () => {
  const { view, source, config } = adminOfWeb();
  const chains = config.filterChains.map((chain) => ({
    ...chain,
    filters: chain.filters.map((filter) => {
      const source = { kind: "path", path: "f", watchedDirectory: "", initialFetchTimeoutMs: 0 } as const;
      return { ...filter, rds: { key: "k", routeConfigName: "late", source } };
    }),
  }));
  source.listenerList = [{ ...source.listenerList[0]!, config: { ...config, filterChains: chains } }];
  const before = (await view()).chains[0]!.filters[0]!;
  assert.deepEqual(before.routes, [{ name: "late", source: "rds", is_there: false, virtual_hosts: 0 }]);
  source.listenerSource.routes.set("k", routeConfiguration(ROUTES));
  const after = (await view()).chains[0]!.filters[0]!;
  assert.deepEqual(after.clusters, [
    { name: "web", state: "active" },
    { name: "copy", state: "active" },
    { name: "gone", state: "missing" },
  ]);
  assert.equal(after.clusters_total, 3);
});

Deno.test("/api/v1/listeners tells what drains and until when, what warms, and what was never taken", async () => {
  const { ask, source, admin, clock, view } = adminOfWeb();
  const wait = { kind: "rds", subject: "r", source: "file r", sinceMs: 0, untilMs: 5000, lastError: "" } as const;
  const refused = { name: "bad", details: "no address", version: "3" };
  source.listenerList = [source.listenerList[0]!, sampleListener("next", 81)];
  source.listenerSource.changes.set("web", { ...DRAINING, older: [{ versionInfo: "1", endsInMs: 1000 }] });
  source.listenerSource.changes.set("next", { warming: { version: "2", waits: [wait] } });
  source.listenerSource.refusedList = [refused, refused];
  admin.tick();
  const { items } = await (await ask("/api/v1/listeners")).json() as Page<ListenerItem>;
  const told = items.map(({ name, state, warming_version, waiting_for, error }) => {
    return [name, state, warming_version, waiting_for.join(), error];
  });
  assert.deepEqual(told, [
    ["web", "draining", null, "", null],
    ["next", "active", "2", "rds r", null],
    ["bad", "failed", null, "", "no address"],
  ]);
  assert.equal(items[0]!.drain_ends_ms, Math.round((clock.wallMs() + 90_400) / 1000) * 1000);
  const notes = (await view()).notes.map(({ kind, text }) => [kind, text.split(":")[0]]);
  assert.deepEqual(notes, [
    ["drain", "An operator asked for it to drain"],
    ["older", "Connections of its version 1 may go on"],
  ]);
  assert.deepEqual((await view("next")).notes, [
    { kind: "wait", text: "Waits for rds r from file r", until_ms: 5000 },
  ]);
  assert.deepEqual((await view("bad")).notes, [{ kind: "refused", text: "no address", until_ms: null }]);
  assert.deepEqual((await view("bad")).chains, []);
  const missing = await ask("/api/v1/listeners/nowhere");
  assert.deepEqual([missing.status, (await missing.json()).detail], [404, 'There is no listener "nowhere"']);
});

Deno.test("/api/v1/listeners has rates of its own stats, and says which worker has the connections", async () => {
  const { admin, clock, source, view, config } = adminOfWeb();
  const scope = source.stats.own.scope(`listener.${config.statPrefix}`), worker = scope.scope("worker_0");
  for (const each of [scope, worker]) {
    each.counter("downstream_cx_total").add(6);
    each.gauge("downstream_cx_active").set(2);
  }
  scope.counter("no_filter_chain_match").add(4);
  source.stats.own.flushDefinitions();
  admin.tick();
  scope.counter("no_filter_chain_match").add(4);
  clock.advance(2000);
  admin.tick();
  const { item, workers } = await view();
  assert.deepEqual([item.active_cx, item.cx_total, item.cx_per_s, item.no_chain_match_per_s], [2, 6, 0, 2]);
  assert.deepEqual(workers, [{ id: 0, active_cx: 2, cx_total: 6 }]);
});
