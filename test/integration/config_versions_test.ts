/**
 * The configuration as the console's API has it, of a real proxy with sources in files (spec/console.md 5.8, 5.9): what was
 * taken with its versions, what was refused while the last good one serves, what changed, and no secret in any of it.
 */
import assert from "node:assert/strict";
import type { ConfigDiff, ConfigItem, ConfigTree, ConfigVersions } from "../../src/admin/contract/config.ts";
import type { XdsView } from "../../src/admin/contract/xds.ts";
import { DynamicFiles, route, staticCluster } from "../support/dynamic_files.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

async function get<Body>(proxy: RunningProxy, path: string): Promise<Body> {
  return JSON.parse(await proxy.admin(`/api/v1${path}`)) as Body;
}

async function itemOf(proxy: RunningProxy, type: string, name: string): Promise<ConfigItem | null> {
  const { items } = await get<ConfigTree>(proxy, "/config");
  return items.find((item) => item.type === type && item.name === name) ?? null;
}

Deno.test("/api/v1/config has every version that was taken and the one that was refused, while the last good one serves", async () => {
  await using origin = startOrigin();
  using files = new DynamicFiles();
  files.clusters(staticCluster("web", [origin.port]));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  const url = `${proxy.listenerUrl("web")}/`;
  const first = await itemOf(proxy, "listener", "web");
  assert.deepEqual([first?.state, first?.client_status, first?.is_static], ["active", "ACKED", false]);

  const more = { stat_prefix: "other" };
  files.listeners(files.listener("web", "routes", more));
  await proxy.until("the second version is there", async () => {
    return (await get<ConfigVersions>(proxy, "/config/listener/web/versions")).items.length === 2;
  });
  files.listeners(files.listener("web", "routes", { ...more, codec_type: "HTTP3", http_filters: [] }));
  await proxy.until("the third one was refused", async () => {
    return (await itemOf(proxy, "listener", "web"))?.client_status === "NACKED";
  });

  const { items } = await get<ConfigVersions>(proxy, "/config/listener/web/versions");
  assert.deepEqual(items.map(({ state }) => state), ["rejected", "active", "past"]);
  assert.match(items[0]!.error, /./);
  assert.ok(items[1]!.applied_ms! >= items[1]!.received_ms);
  const diff = await get<ConfigDiff>(proxy, "/config/diff?type=listener&name=web");
  assert.deepEqual([diff.a, diff.b], [items[1]!.id, items[0]!.id]);
  const texts = diff.lines.flatMap((line) => line.op === "added" ? line.text.trim() : []);
  assert.ok(texts.includes("codec_type: HTTP3"), texts.join("\n"));
  assert.equal(await (await fetch(url)).text().then(() => "served"), "served");

  const xds = await get<XdsView>(proxy, "/xds");
  const lds = xds.items[0]!;
  assert.deepEqual([lds.type, lds.nack?.resources, lds.counts.rejected], ["listener", ["web"], 1]);
  const { items: events } = await get<{ items: { result: string; type: string }[] }>(proxy, "/xds/events");
  assert.deepEqual([events[0]!.result, events[0]!.type], ["rejected", "listener"]);
  const { items: pushes } = await get<{ items: { type: string; refused: { name: string }[] }[] }>(
    proxy,
    "/config/changes",
  );
  assert.deepEqual(pushes[0]!.refused.map(({ name }) => name), ["web"]);
});

Deno.test("/api/v1/config/diff says that the bootstrap file is another one than runs, and in what", async () => {
  const text = JSON.stringify({
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: { clusters: [staticCluster("web", [1])] },
  });
  await using proxy = await startProxy({ config: text });
  const { path, differs } = (await get<ConfigTree>(proxy, "/config")).bootstrap;
  assert.equal(differs, false);
  await Deno.writeTextFile(path, text.replace('"connect_timeout":"1s"', '"connect_timeout":"2s"'));
  assert.equal((await get<ConfigTree>(proxy, "/config")).bootstrap.differs, true);
  const diff = await get<ConfigDiff>(proxy, "/config/diff?type=bootstrap&name=bootstrap");
  assert.deepEqual([diff.a, diff.b, diff.added, diff.removed], ["running", "disk", 1, 1]);
  const changed = diff.lines.flatMap((line) => line.op === "added" || line.op === "removed" ? line.text : []);
  assert.deepEqual(changed, ["connect_timeout: 1s", "connect_timeout: 2s"]);

  await Deno.writeTextFile(path, "nonsense: [");
  const refused = await fetch(`${proxy.adminUrl}/api/v1/config/diff?type=bootstrap&name=bootstrap`);
  assert.equal(refused.status, 422);
  await refused.body?.cancel();
});

Deno.test("/api/v1/config answers with an entity tag, compressed where there is much, and 304 to who has it", async () => {
  using files = new DynamicFiles();
  files.clusters(...Array.from({ length: 40 }, (_, index) => staticCluster(`many-${index}`, [1])));
  await using proxy = await startProxy({ config: files.bootstrap() });
  const url = `${proxy.adminUrl}/api/v1/config`;
  const whole = await fetch(url, { headers: { "accept-encoding": "gzip" } });
  const tag = whole.headers.get("etag")!;
  assert.equal((await whole.json() as ConfigTree).items.filter(({ type }) => type === "cluster").length, 40);
  const again = await fetch(url, { headers: { "if-none-match": tag } });
  assert.equal(again.status, 304);
  await again.body?.cancel();
  files.clusters();
  await proxy.until("the tag is another one", async () => {
    const other = await fetch(url, { headers: { "if-none-match": tag } });
    await other.body?.cancel();
    return other.status === 200;
  });
  const gone = await itemOf(proxy, "cluster", "many-7");
  assert.deepEqual([gone?.state, gone?.client_status], ["removed", "DOES_NOT_EXIST"]);
  assert.match(await proxy.admin("/api/v1/config/cluster/many-7?format=yaml"), /^name: many-7$/m);
});
