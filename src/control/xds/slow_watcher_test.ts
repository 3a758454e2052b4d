/** A file that changes while its last content is still being taken in. */
import assert from "node:assert/strict";
import type { ConfigProblem } from "../../base/errors.ts";
import { LOGGER_NAMES, Loggers, LogLevel } from "../../base/log.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import { FileSubscription } from "./file_subscription.ts";
import { PathWatcher } from "./path_watcher.ts";
import type { ResourceUpdate, ResourceWatcher } from "./subscription.ts";
import { SubscriptionStats } from "./subscription_stats.ts";

/** Takes each update when a test says so. */
class SlowWatcher implements ResourceWatcher {
  readonly updates: ResourceUpdate[] = [];
  readonly failures: string[] = [];
  next = Promise.withResolvers<(problems: ConfigProblem[] | null) => void>();

  onUpdate(update: ResourceUpdate): Promise<ConfigProblem[] | null> {
    this.updates.push(update);
    const answer = Promise.withResolvers<ConfigProblem[] | null>(), { resolve } = this.next;
    this.next = Promise.withResolvers();
    resolve(answer.resolve);
    return answer.promise;
  }

  onFailure(_failure: string, text: string): void {
    this.failures.push(text);
  }
}

Deno.test("FileSubscription hands over what came meanwhile when the update before it was taken", async () => {
  const directory = await Deno.makeTempDir({ prefix: "denvoy-file-" }), path = `${directory}/cds.yaml`;
  const loop = new EventLoop(), book = new StatBook();
  const log = new Loggers(() => {}, 0, LOGGER_NAMES.map(() => LogLevel.OFF), false).logger("config");
  const paths = new PathWatcher(loop, log), watcher = new SlowWatcher();
  const put = (version: string) => {
    Deno.writeTextFileSync(`${path}.new`, `version_info: "${version}"\nresources: []\n`);
    Deno.renameSync(`${path}.new`, path);
  };
  put("1");
  const subscription = new FileSubscription(
    { kind: "path", path, watchedDirectory: "", initialFetchTimeoutMs: 0 },
    "envoy.config.cluster.v3.Cluster",
    { loop, paths, log, refusesUnknownFields: false, tolerateUnknownExtensions: false, unknownFields: null },
    new SubscriptionStats(book.own.scope("lds"), book.text("lds.version_text")),
    watcher,
  );
  try {
    const first = watcher.next.promise;
    subscription.start([]);
    const second = watcher.next.promise;
    put("2");
    (await first)([{ path: "", reason: "no" }]);
    (await second)(null);
    assert.deepEqual(watcher.updates.map(({ version }) => version), ["1", "2"]);
    assert.deepEqual(watcher.failures, ["Filesystem config update rejected: no"]);
  } finally {
    subscription.close();
    loop.stop();
    await Deno.remove(directory, { recursive: true });
  }
  book.own.flushDefinitions();
  assert.deepEqual(["attempt", "rejected"].map((name) => book.valueOf(`lds.update_${name}`)), [2, 1]);
  assert.equal(paths.size, 0);
});
