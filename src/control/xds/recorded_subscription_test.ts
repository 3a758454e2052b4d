import assert from "node:assert/strict";
import { ResourceType } from "../../config/load_resource.ts";
import type { ConfigSource } from "../../config/config_source.ts";
import { HandLoop } from "../../../test/support/resource_files.ts";
import { receivedResources } from "../../../test/support/told_subscription.ts";
import { recordedSubscriptions } from "./recorded_subscription.ts";
import { refusedClusters } from "./refusal_text.ts";
import { MAX_VERSIONS, ResourceHistory } from "./resource_history.ts";
import { SourceBook } from "./source_book.ts";
import type { ResourceUpdate, ResourceWatcher } from "./subscription.ts";
import { SubscriptionStats } from "./subscription_stats.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";

const SOURCE: ConfigSource = { kind: "path", path: "/cds.yaml", watchedDirectory: "", initialFetchTimeoutMs: 0 };

/** A watcher that refuses what it is told to, behind a subscription that is told what comes. */
class Stage {
  readonly loop = new HandLoop();
  readonly history: ResourceHistory;
  readonly sources = new SourceBook(() => this.nowMs);
  nowMs = 1000;
  /** Names that are refused. */
  refused: readonly string[] = [];
  #transport: ResourceWatcher | null = null;
  #version = 0;
  readonly subscription;

  constructor(messageName: string, names: readonly string[] = [], maxBytes?: number) {
    this.history = new ResourceHistory(this.loop, maxBytes);
    const book = new StatBook();
    const stats = new SubscriptionStats(book.own.scope("x"), book.text("x.version_text"));
    const watcher: ResourceWatcher = { onUpdate: (update) => this.#take(update), onFailure: () => {} };
    const subscribe = recordedSubscriptions((_source, _name, _stats, own) => {
      this.#transport = own;
      return { start: () => {}, update: () => {}, close: () => {} };
    }, { sources: this.sources, history: this.history, nowMs: () => this.nowMs });
    this.subscription = subscribe(SOURCE, messageName, stats, watcher);
    this.subscription.start(names);
  }

  /** Everything there is, in flow style; what is noted of it is written down. */
  bring(messageName: string, ...fields: string[]): void {
    const version = String(++this.#version);
    const resources = receivedResources(messageName, ...fields).map((resource) => ({ ...resource, version }));
    const outcome = this.#transport!.onUpdate({ version, resources, removed: [], isFullSet: true });
    assert.ok(!(outcome instanceof Promise));
    if (outcome !== null) this.#transport!.onFailure("rejected", "Filesystem config update rejected: no");
    this.write();
  }

  fail(failure: "connection" | "timeout" | "rejected", text: string): void {
    this.#transport!.onFailure(failure, text);
  }

  /** Lets time pass until all is written. */
  write(): void {
    for (let turn = 0; turn < 1000 && this.loop.timers.armedCount > 0; turn++) this.loop.pass(100);
  }

  #take({ resources }: ResourceUpdate) {
    const bad = resources.filter(({ name }) => this.refused.includes(name));
    if (bad.length === 0) return null;
    return [
      refusedClusters(bad.map(({ name, message }) => ({ name, message, problems: [{ path: "", reason: "no" }] }))),
    ];
  }
}

function versionsOf({ history }: Stage, messageName: string, name: string): (string | undefined)[] {
  return history.find(messageName, name)!.versions.map(({ kept }) => kept?.text);
}

Deno.test("recordedSubscriptions notes what an update added, changed and took away", () => {
  const stage = new Stage(ResourceType.cluster), { cluster } = ResourceType;
  stage.bring(cluster, "name: a, connect_timeout: 1s", "name: b, connect_timeout: 1s");
  stage.bring(cluster, "name: a, connect_timeout: 2s", "name: c, connect_timeout: 1s");
  stage.bring(cluster, "name: a, connect_timeout: 2s", "name: c, connect_timeout: 1s");
  const pushes = stage.history.pushes.map(({ added, changed, removed }) => ({ added, changed, removed }));
  assert.deepEqual(pushes, [
    { added: ["a", "b"], changed: [], removed: [] },
    { added: ["c"], changed: ["a"], removed: ["b"] },
  ]);
  assert.deepEqual(versionsOf(stage, cluster, "a"), [
    '{"name":"a","connect_timeout":"1s"}',
    '{"name":"a","connect_timeout":"2s"}',
  ]);
  assert.equal(stage.history.find(cluster, "a")!.versions.at(-1)!.version, "3");
  assert.equal(stage.history.find(cluster, "b")!.removedMs, 1000);
  const [record] = stage.sources.records;
  assert.deepEqual([record!.accepted, record!.version, record!.resources], [3, "3", 2]);
});

Deno.test("recordedSubscriptions keeps what was refused until something is taken, and the rest of its update", () => {
  const stage = new Stage(ResourceType.cluster), { cluster } = ResourceType;
  stage.bring(cluster, "name: a, connect_timeout: 1s");
  stage.refused = ["a"];
  stage.nowMs = 2000;
  stage.bring(cluster, "name: a, connect_timeout: 9s", "name: b, connect_timeout: 1s");
  stage.nowMs = 3000;
  stage.bring(cluster, "name: a, connect_timeout: 9s", "name: b, connect_timeout: 1s");
  const { rejected, versions } = stage.history.find(cluster, "a")!;
  assert.deepEqual([rejected?.kept?.text, rejected?.error], ['{"name":"a","connect_timeout":"9s"}', "no"]);
  assert.equal(versions.length, 1);
  assert.equal(stage.history.find(cluster, "b")!.versions.length, 1);
  const [record] = stage.sources.nacked;
  assert.deepEqual([record!.nack!.resources, record!.nack!.sinceMs, record!.nack!.atMs], [["a"], 2000, 3000]);
  assert.deepEqual(stage.sources.events.map(({ result }) => result), ["accepted", "rejected", "rejected"]);

  stage.refused = [];
  stage.bring(cluster, "name: a, connect_timeout: 3s");
  assert.equal(stage.history.find(cluster, "a")!.rejected, null);
  assert.equal(stage.sources.nacked.size, 0);
});

Deno.test("recordedSubscriptions tells a refusal from a failure and from a wait that ended", () => {
  const stage = new Stage(ResourceType.cluster);
  stage.fail("timeout", "initial fetch timed out");
  stage.fail("rejected", "in /cds.yaml, no YAML");
  const [record] = stage.sources.records;
  assert.deepEqual([record!.timeouts, record!.failed, record!.rejected, record!.nack], [1, 1, 0, null]);
  assert.equal(record!.lastError, "in /cds.yaml, no YAML");
  assert.deepEqual(stage.sources.events.map(({ result }) => result), ["timeout", "failed"]);
});

Deno.test("ResourceHistory keeps ten versions, no more bytes than it may, and endpoints that say the same once", () => {
  const { cluster, endpoints } = ResourceType;
  const stage = new Stage(cluster);
  for (let at = 1; at <= 14; at++) stage.bring(cluster, `name: a, connect_timeout: ${at}s`);
  assert.equal(stage.history.find(cluster, "a")!.versions.length, MAX_VERSIONS);
  assert.match(versionsOf(stage, cluster, "a")[0]!, /5s/);

  const narrow = new Stage(cluster, [], 100);
  for (let at = 1; at <= 9; at++) narrow.bring(cluster, `name: a, connect_timeout: ${at}s`);
  assert.ok(narrow.history.bytes <= 100 && narrow.history.bytes > 50);
  assert.match(versionsOf(narrow, cluster, "a").at(-1)!, /9s/);
  assert.equal(versionsOf(narrow, cluster, "a")[0], undefined);

  const same = new Stage(endpoints, ["svc"]);
  same.bring(endpoints, "cluster_name: svc");
  same.bring(endpoints, "cluster_name: svc");
  assert.deepEqual(versionsOf(same, endpoints, "svc"), ['{"cluster_name":"svc"}']);
  assert.equal(same.history.pushes.length, 1);
});

Deno.test("ResourceHistory passes over endpoints that come faster than they are written, and says how many", () => {
  const { endpoints } = ResourceType, stage = new Stage(endpoints, ["svc"]);
  const push = stage.history.begin(endpoints, "file", "1", 0);
  for (let port = 1; port <= 5; port++) {
    const [resource] = receivedResources(
      endpoints,
      `cluster_name: svc, named_endpoints: {}, policy: { overprovisioning_factor: ${port} }`,
    );
    stage.history.take(push, { name: "svc", message: resource!.message });
  }
  const { versions } = stage.history.find(endpoints, "svc")!;
  assert.deepEqual(versions.map(({ skipped }) => skipped), [4]);
  stage.write();
  assert.match(versions[0]!.kept!.text, /"overprovisioning_factor":5/);
  stage.subscription.close();
  assert.ok(stage.history.find(endpoints, "svc")!.removedMs !== null);
});
