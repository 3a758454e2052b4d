import assert from "node:assert/strict";
import { fileSurroundings, RecordedWatcher, ResourceFolder } from "../../../test/support/resource_files.ts";
import { ResourceLoader, ResourceType } from "../../config/load_resource.ts";
import { AssignmentCache } from "./assignment_cache.ts";
import { EdsDiscovery } from "./eds_discovery.ts";
import { subscriptionFactory } from "./subscription_factory.ts";
import { SubscriptionStats } from "./subscription_stats.ts";

Deno.test("subscriptionFactory makes a subscription to a file that answers before it has started", async () => {
  const folder = new ResourceFolder(), surroundings = fileSurroundings(), watcher = new RecordedWatcher();
  const { book, loop, paths } = surroundings;
  try {
    folder.write("cds.json", JSON.stringify({ resources: [] }));
    const stats = new SubscriptionStats(book.own.scope("s"), book.text("s.version_text"));
    const source = {
      kind: "path" as const,
      path: folder.at("cds.json"),
      watchedDirectory: "",
      initialFetchTimeoutMs: 100,
    };
    const subscription = subscriptionFactory(surroundings)(source, ResourceType.cluster, stats, watcher);
    subscription.start([]);
    assert.deepEqual(watcher.names, [[]]);
    await loop.nextEvent();
    loop.pass(1000);
    assert.deepEqual(watcher.failures, []);
    subscription.close();
    assert.deepEqual([paths.size, loop.timers.armedCount], [0, 0]);
  } finally {
    folder.remove();
  }
});

Deno.test("EdsDiscovery follows its file", async () => {
  const folder = new ResourceFolder(), surroundings = fileSurroundings(), heard: string[] = [];
  const { book, loop, paths } = surroundings;
  const endpoints = (port: number) =>
    JSON.stringify({
      version_info: String(port),
      resources: [{
        "@type": `type.googleapis.com/${ResourceType.endpoints}`,
        cluster_name: "svc",
        endpoints: [{
          lb_endpoints: [{ endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: port } } } }],
        }],
      }],
    });
  try {
    folder.write("eds", endpoints(1));
    const discovery = new EdsDiscovery(
      {
        serviceName: "svc",
        source: { kind: "path", path: folder.at("eds"), watchedDirectory: "", initialFetchTimeoutMs: 0 },
      },
      {
        loop,
        loader: new ResourceLoader(),
        cache: new AssignmentCache(),
        subscribe: subscriptionFactory(surroundings),
      },
      book.own.scope("cluster.e"),
      book.text("cluster.e.version_text"),
      {
        onEndpoints: ({ endpoints }) => heard.push(endpoints.map(({ address }) => JSON.stringify(address)).join()),
        onFirstResult: () => heard.push("first result"),
        onWaiting: () => {},
      },
    );
    discovery.start();
    folder.move("eds", endpoints(2));
    await loop.until(() => heard.length === 3);
    folder.move("eds", "{");
    await loop.until(() => book.valueOf("cluster.e.update_failure") === 1);
    const address = (port: number) => JSON.stringify({ kind: "ip", host: "127.0.0.1", port });
    assert.deepEqual(heard, [address(1), "first result", address(2)]);
    assert.equal(book.text("cluster.e.version_text").value, "2");
    assert.equal(book.valueOf("cluster.e.update_success"), 2);
    discovery.close();
    assert.deepEqual([paths.size, loop.timers.armedCount], [0, 0]);
  } finally {
    folder.remove();
  }
});
