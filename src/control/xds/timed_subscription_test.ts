import assert from "node:assert/strict";
import { countsUnder, HandLoop, RecordedWatcher } from "../../../test/support/resource_files.ts";
import { ToldSubscription } from "../../../test/support/told_subscription.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";
import { SubscriptionStats } from "./subscription_stats.ts";
import { TimedSubscription } from "./timed_subscription.ts";

const MESSAGE = "envoy.config.cluster.v3.Cluster";

function started(timeoutMs: number) {
  const loop = new HandLoop(), book = new StatBook(), watcher = new RecordedWatcher();
  const stats = new SubscriptionStats(book.own.scope("s"), book.text("s.version_text"));
  const inner: ToldSubscription[] = [];
  const subscription = new TimedSubscription({ timeoutMs, messageName: MESSAGE }, loop, stats, watcher, (timed) => {
    inner.push(new ToldSubscription(MESSAGE, timed, () => {}));
    return inner[0]!;
  });
  subscription.start(["a"]);
  return { loop, watcher, subscription, inner: inner[0]!, counts: () => countsUnder(book, "s") };
}

Deno.test("TimedSubscription says when the first answer is late, once, and goes on", () => {
  const { loop, watcher, subscription, inner, counts } = started(15_000);
  assert.deepEqual(inner.names, ["a"]);
  loop.pass(14_990);
  assert.deepEqual(watcher.failures, []);
  loop.pass(20);
  assert.deepEqual(watcher.failures, [["timeout", `initial fetch timed out for ${MESSAGE}`]]);
  assert.deepEqual(counts(), { init_fetch_timeout: 1 });
  inner.bring("name: a");
  loop.pass(60_000);
  assert.deepEqual([watcher.names, watcher.failures.length], [[["a"]], 1]);
  subscription.update(["b"]);
  assert.deepEqual(inner.names, ["b"]);
  subscription.close();
  assert.ok(inner.isClosed);
});

Deno.test("TimedSubscription waits no longer once anything was taken or refused", () => {
  for (const refusal of [null, [{ path: "", reason: "no" }]]) {
    const { loop, watcher, inner, counts } = started(1000);
    watcher.refusal = refusal;
    inner.bring("name: a");
    loop.pass(5000);
    assert.deepEqual(watcher.failures, refusal === null ? [] : [["rejected", "no"]]);
    assert.deepEqual(counts(), {});
  }
});

Deno.test("TimedSubscription waits on when the connection is lost", () => {
  const { loop, watcher, inner } = started(1000);
  inner.watcher.onFailure("connection", "gone");
  loop.pass(1100);
  assert.deepEqual(watcher.failures.map(([failure]) => failure), ["connection", "timeout"]);
});

Deno.test("TimedSubscription waits for ever without a timeout, and says nothing after it was closed", () => {
  const forever = started(0);
  forever.loop.pass(10_000_000);
  assert.deepEqual(forever.watcher.failures, []);
  const closed = started(1000);
  closed.subscription.close();
  closed.loop.pass(2000);
  assert.deepEqual(closed.watcher.failures, []);
  assert.equal(closed.loop.timers.armedCount, 0);
});
