import assert from "node:assert/strict";
import { ToldSubscriptions } from "../../../test/support/told_subscription.ts";
import { ResourceLoader } from "../../config/load_resource.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";
import { RuntimeDiscovery } from "./runtime_discovery.ts";
import { SubscriptionStats } from "./subscription_stats.ts";

function started() {
  const told = new ToldSubscriptions(), book = new StatBook(), heard: unknown[] = [], refused: string[] = [];
  const stats = new SubscriptionStats(book.own.scope("runtime"), book.text("runtime.version_text"));
  const source = { kind: "path", path: "/rt.yaml", watchedDirectory: "", initialFetchTimeoutMs: 0 } as const;
  const discovery = new RuntimeDiscovery({ name: "rt", source }, new ResourceLoader(), told.subscribe, stats, {
    onValues: (values) => heard.push(values),
    onRefused: (reason) => refused.push(reason),
    onFirstResult: () => heard.push("first result"),
  });
  discovery.start();
  return { discovery, subscription: told.made[0]!, heard, refused };
}

Deno.test("RuntimeDiscovery gives the values that come, the last ones for all", () => {
  const { discovery, subscription, heard } = started();
  assert.deepEqual(subscription.names, ["rt"]);
  assert.equal(subscription.bring("name: rt, layer: {foo: 1, a: {b: true}}"), null);
  assert.equal(subscription.bring("name: rt"), null);
  assert.deepEqual(heard, [{ foo: 1, a: { b: true } }, "first result", {}]);
  discovery.close();
  assert.ok(subscription.isClosed);
});

Deno.test("RuntimeDiscovery empties the layer when its resource is removed", () => {
  const { subscription, heard } = started();
  subscription.bring("name: rt, layer: {foo: 1}");
  assert.equal(subscription.remove("rt"), null);
  assert.deepEqual(heard, [{ foo: 1 }, "first result", {}]);
});

Deno.test("RuntimeDiscovery refuses what is not its one resource, in Envoy's words, and keeps the old values", () => {
  const lengths = (added: number) =>
    `Unexpected RTDS resource length, number of added resources ${added}, number of removed resources 0`;
  for (
    const [resources, reason] of [
      [[], lengths(0)],
      [["name: rt", "name: x"], lengths(2)],
      [["name: x"], "Unexpected RTDS runtime (expecting rt): x"],
      [["name: rt, layer: {bar: [1]}"], "Invalid runtime entry value for bar"],
      [["name: rt, layer: {bar: ~}"], "Invalid runtime entry value for bar"],
    ] as const
  ) {
    const { subscription, heard } = started();
    assert.deepEqual(subscription.bring(...resources)?.map((problem) => problem.reason), [reason]);
    assert.deepEqual(heard, ["first result"]);
    subscription.bring("name: rt, layer: {foo: 1}");
    subscription.bring(...resources);
    assert.deepEqual(heard, ["first result", { foo: 1 }]);
  }
});

Deno.test("RuntimeDiscovery waits through lost connections and not past a timeout", () => {
  const { subscription, heard } = started();
  subscription.watcher.onFailure("connection", "no route");
  assert.deepEqual(heard, []);
  subscription.watcher.onFailure("timeout", "too late");
  assert.deepEqual(heard, ["first result"]);
});
