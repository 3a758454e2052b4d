/** What workers are sent, and what a worker that starts later gets instead. */
import assert from "node:assert/strict";
import { DEFAULT_ASSIGNMENT_POLICY } from "../config/assignment_policy.ts";
import type { ClusterUpdate, ConfigChange } from "../config/config_change.ts";
import type { HostConfig } from "../config/host_config.ts";
import { sampleCluster, sampleEndpoint } from "../admin/sample_source.ts";
import { NO_NODE } from "../config/snapshot.ts";
import { Publisher } from "./publisher.ts";

const host = (id: number, flags = 0): HostConfig => ({
  id,
  slot: id,
  endpoint: sampleEndpoint(8000 + id),
  flags,
  warmSinceMs: 0,
});

const cluster = (name: string, hosts: readonly HostConfig[], incarnation = 1): ClusterUpdate => ({
  config: sampleCluster(name, []).config,
  incarnation,
  limitSlot: 0,
  hosts,
  policy: DEFAULT_ASSIGNMENT_POLICY,
});

const members = (added: HostConfig[], changed: HostConfig[], removed: number[], incarnation = 1) => ({
  cluster: "web",
  incarnation,
  added,
  changed,
  removed,
  failed: [],
  policy: null,
});

function made(): { publisher: Publisher; sent: ConfigChange[] } {
  const sent: ConfigChange[] = [];
  return { publisher: new Publisher((change) => sent.push(change)), sent };
}

Deno.test("Publisher sends the changes of one turn together, and nothing when there are none", async () => {
  const { publisher, sent } = made();
  publisher.putCluster(cluster("web", []));
  publisher.setRuntime({ a: 1 });
  assert.equal(sent.length, 0);
  await Promise.resolve();
  assert.deepEqual(sent.map(({ generation, clusters, listeners }) => [generation, clusters.length, listeners]), [[
    1,
    1,
    null,
  ]]);
  assert.equal(publisher.flush(), 1);
  assert.equal(sent.length, 1);
});

Deno.test("Publisher sends a great many clusters in several changes, in their order, what refers to them last", () => {
  const { publisher, sent } = made();
  const hosts = Array.from({ length: 10 }, (_, id) => host(id));
  for (let i = 0; i < 100; i++) publisher.putCluster(cluster(`c${i}`, hosts));
  publisher.setListeners([]);
  assert.equal(publisher.flush(), sent.length);
  assert.ok(sent.length >= 4, `${sent.length} changes`);
  assert.deepEqual(sent.flatMap(({ clusters }) => clusters.map(({ config }) => config.name)), [
    ...Array.from({ length: 100 }, (_, i) => `c${i}`),
  ]);
  assert.deepEqual(sent.map(({ listeners }) => listeners !== null), [...Array(sent.length - 1).fill(false), true]);
});

Deno.test("Publisher takes a great many clusters out in several changes, after what no longer refers to them", () => {
  const { publisher, sent } = made();
  const names = Array.from({ length: 100 }, (_, i) => `c${i}`);
  for (const name of names) publisher.removeCluster(name);
  publisher.setListeners([]);
  assert.equal(publisher.flush(), sent.length);
  assert.ok(sent.length >= 4, `${sent.length} changes`);
  assert.deepEqual(sent.flatMap(({ removedClusters }) => removedClusters), names);
  assert.deepEqual(sent.map(({ listeners }) => listeners !== null), [true, ...Array(sent.length - 1).fill(false)]);
});

Deno.test("Publisher says where the proxy is before the first cluster, however many there are", () => {
  const { publisher, sent } = made(), node = { ...NO_NODE, zone: "eu-1" };
  for (let i = 0; i < 300; i++) publisher.putCluster(cluster(`c${i}`, []));
  publisher.setNode(node, "c7");
  publisher.flush();
  assert.ok(sent.length > 1);
  assert.deepEqual([sent[0]!.node, sent[0]!.localCluster], [node, "c7"]);
  publisher.removeCluster("c1");
  publisher.flush();
  assert.deepEqual([sent.at(-1)!.node, sent.at(-1)!.localCluster], [null, null]);
  const { node: kept, localCluster } = publisher.state.everything();
  assert.deepEqual([kept, localCluster], [node, "c7"]);
});

Deno.test("Publisher sends one cluster of many hosts whole", () => {
  const { publisher, sent } = made();
  publisher.putCluster(cluster("web", Array.from({ length: 1000 }, (_, id) => host(id))));
  publisher.flush();
  assert.deepEqual(sent.map(({ clusters }) => clusters.map(({ hosts }) => hosts.length)), [[1000]]);
});

Deno.test("Publisher forgets a cluster that is put and removed in one turn, and the other way round", () => {
  const { publisher, sent } = made();
  publisher.putCluster(cluster("web", []));
  publisher.removeCluster("web");
  publisher.removeCluster("api");
  publisher.putCluster(cluster("api", [], 2));
  publisher.flush();
  assert.deepEqual(sent.map((change) => [change.clusters.map(({ config }) => config.name), change.removedClusters]), [
    [["api"], ["web"]],
  ]);
});

Deno.test("ConfigState has for a late worker what the changes come to", () => {
  const { publisher } = made();
  publisher.putCluster(cluster("web", [host(1), host(2)]));
  publisher.flush();
  publisher.changeMembers(members([host(3)], [host(2, 1)], [1]));
  publisher.changeMembers(members([host(9)], [], [], 7));
  publisher.putRoutes({ key: "a", routes: null });
  publisher.flush();
  const { clusters, generation, routes } = publisher.state.everything();
  assert.equal(generation, 2);
  assert.deepEqual(clusters.map(({ hosts }) => hosts.map(({ id, flags }) => [id, flags])), [[[2, 1], [3, 0]]]);
  assert.deepEqual(routes, []);
});
