import assert from "node:assert/strict";
import {
  countsUnder,
  type FileSurroundings,
  fileSurroundings,
  RecordedWatcher,
  ResourceFolder,
} from "../../../test/support/resource_files.ts";
import { ResourceType } from "../../config/load_resource.ts";
import { type FileContext, FileSubscription } from "./file_subscription.ts";
import { SubscriptionStats } from "./subscription_stats.ts";

const ROOT = "cluster_manager.cds";

/** A subscription that has started and settled. */
interface Started {
  readonly subscription: FileSubscription;
  readonly watcher: RecordedWatcher;
  readonly surroundings: FileSurroundings;
  readonly folder: ResourceFolder;
  readonly counts: () => Record<string, number>;
}

/** Opens `cds.yaml`, runs `body`, closes everything and looks for leaks. */
async function withFile(
  prepare: (folder: ResourceFolder, watcher: RecordedWatcher) => void,
  body: (started: Started) => void | Promise<void>,
  { watched, ...fields }: Partial<FileContext> & { readonly watched?: string } = {},
): Promise<void> {
  const folder = new ResourceFolder(), watcher = new RecordedWatcher(), surroundings = fileSurroundings(fields);
  const { loop, paths, book } = surroundings;
  try {
    prepare(folder, watcher);
    const source = {
      kind: "path" as const,
      path: folder.at("cds.yaml"),
      watchedDirectory: watched === undefined ? "" : folder.at(watched),
      initialFetchTimeoutMs: 15_000,
    };
    const stats = new SubscriptionStats(book.own.scope(ROOT), book.text(`${ROOT}.version_text`));
    const subscription = new FileSubscription(source, ResourceType.cluster, surroundings, stats, watcher);
    subscription.start([]);
    // The first look by itself, which finds what is known.
    await loop.nextEvent();
    loop.pass(200);
    await body({ subscription, watcher, surroundings, folder, counts: () => countsUnder(book, ROOT) });
    subscription.close();
    assert.equal(paths.size, 0);
    assert.equal(loop.timers.armedCount, 0);
  } finally {
    folder.remove();
  }
}

function clusters(version: string, ...names: string[]): string {
  const lines = names.map((name) => `- {"@type": type.googleapis.com/${ResourceType.cluster}, name: ${name}}\n`);
  return `version_info: "${version}"\nresources:\n${lines.join("")}`;
}

const withClusters = (folder: ResourceFolder) => folder.write("cds.yaml", clusters("1", "a"));

Deno.test("FileSubscription reads the file when it starts", () =>
  withFile(withClusters, ({ watcher, surroundings: { book, loop }, counts }) => {
    assert.deepEqual(watcher.names, [["a"]]);
    const [{ version, isFullSet, removed }] = watcher.updates as [RecordedWatcher["updates"][0]];
    assert.deepEqual([version, isFullSet, removed], ["1", true, []]);
    assert.deepEqual(counts(), { update_attempt: 1, update_success: 1 });
    assert.equal(book.text(`${ROOT}.version_text`).value, "1");
    assert.equal(book.valueOf(`${ROOT}.version`), Number(13237225503670494420n), "as Envoy has it, to 53 bits");
    assert.equal(book.valueOf(`${ROOT}.update_time`), Math.floor(loop.clock.wallMs()) - 200);
  }));

Deno.test("FileSubscription reads again when a file is moved onto its own, be there anything new in it or not", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop }, folder, counts }) => {
    folder.move("cds.yaml", clusters("2", "a", "b"));
    await loop.until(() => watcher.updates.length === 2);
    assert.deepEqual(watcher.names, [["a"], ["a", "b"]]);
    folder.write("next", clusters("2", "a", "b"));
    Deno.renameSync(folder.at("next"), folder.at("cds.yaml"));
    await loop.until(() => watcher.updates.length === 3);
    assert.deepEqual(counts(), { update_attempt: 3, update_success: 3 });
  }));

Deno.test("FileSubscription keeps what it has when a broken file is moved there, and says so", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop, said, book }, folder, counts }) => {
    folder.move("cds.yaml", "a: [");
    await loop.until(() => watcher.failures.length === 1);
    const [[kind, text]] = watcher.failures as [[string, string]];
    assert.equal(kind, "rejected");
    assert.ok(text.startsWith(`Filesystem config update failure: in ${folder.at("cds.yaml")}, Cannot read`), text);
    assert.deepEqual(said, [text]);
    assert.deepEqual(counts(), { update_attempt: 2, update_success: 1, update_failure: 1 });
    assert.equal(book.text(`${ROOT}.version_text`).value, "1");
    folder.move("cds.yaml", clusters("3", "c"));
    await loop.until(() => watcher.updates.length === 2);
    assert.deepEqual(watcher.names, [["a"], ["c"]]);
  }));

Deno.test("FileSubscription takes a file that was edited in place after a quiet time", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop }, folder, counts }) => {
    folder.write("cds.yaml", clusters("2", "b"));
    await loop.nextEvent();
    loop.pass(140);
    assert.deepEqual(watcher.names, [["a"]]);
    loop.pass(20);
    assert.deepEqual(watcher.names, [["a"], ["b"]]);
    assert.deepEqual(counts(), { update_attempt: 2, update_success: 2 });
  }));

Deno.test("FileSubscription does not read what was only touched", () =>
  withFile(withClusters, async ({ surroundings: { loop }, folder, counts }) => {
    Deno.chmodSync(folder.at("cds.yaml"), 0o600);
    await loop.nextEvent();
    loop.pass(1000);
    folder.write("cds.yaml", clusters("1", "a"));
    await loop.nextEvent();
    loop.pass(1000);
    assert.deepEqual(counts(), { update_attempt: 1, update_success: 1 });
  }));

Deno.test("FileSubscription gives a half-written file a second to be finished", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop }, folder, counts }) => {
    folder.write("cds.yaml", "resources: [");
    await loop.nextEvent();
    loop.pass(160);
    folder.write("cds.yaml", clusters("2", "b"));
    await loop.nextEvent();
    loop.pass(160);
    assert.deepEqual(watcher.names, [["a"], ["b"]]);
    assert.deepEqual(counts(), { update_attempt: 2, update_success: 2 }, "the half was never tried");
  }));

Deno.test("FileSubscription says once of a file that stays broken, and keeps what it has", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop }, folder, counts }) => {
    folder.write("cds.yaml", "resources: [");
    await loop.nextEvent();
    loop.pass(160);
    assert.deepEqual(watcher.failures, []);
    loop.pass(1100);
    assert.equal(watcher.failures.length, 1);
    loop.pass(1100);
    assert.deepEqual(counts(), { update_attempt: 2, update_success: 1, update_failure: 1 });
    folder.write("cds.yaml", clusters("1", "a"));
    await loop.nextEvent();
    loop.pass(160);
    assert.deepEqual(watcher.names, [["a"], ["a"]]);
  }));

Deno.test("FileSubscription does nothing when the file goes away, and takes it when it comes back", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop }, folder, counts }) => {
    Deno.removeSync(folder.at("cds.yaml"));
    loop.pass(5000);
    await loop.nextEvent();
    loop.pass(200);
    assert.deepEqual(counts(), { update_attempt: 1, update_success: 1 });
    folder.write("cds.yaml", clusters("2", "b"));
    await loop.nextEvent();
    loop.pass(200);
    assert.deepEqual(watcher.names, [["a"], ["b"]]);
  }));

Deno.test("FileSubscription follows a ConfigMap's links when the directory is watched", () =>
  withFile(
    (folder) => {
      for (const version of ["1", "2"]) {
        folder.makeFolder(`..v${version}`);
        folder.write(`..v${version}/cds.yaml`, clusters(version, `c${version}`));
      }
      folder.link("..data", "..v1");
      folder.link("cds.yaml", "..data/cds.yaml");
    },
    async ({ watcher, surroundings: { loop }, folder, counts }) => {
      assert.deepEqual(watcher.names, [["c1"]]);
      folder.link("..data", "..v2");
      await loop.until(() => watcher.updates.length === 2);
      assert.deepEqual(watcher.names, [["c1"], ["c2"]]);
      assert.deepEqual(counts(), { update_attempt: 2, update_success: 2 });
    },
    { watched: "." },
  ));

Deno.test("FileSubscription follows a ConfigMap's links without being told which directory to watch", () =>
  withFile(
    (folder) => {
      for (const version of ["1", "2"]) {
        folder.makeFolder(`..v${version}`);
        folder.write(`..v${version}/cds.yaml`, clusters(version, `c${version}`));
      }
      folder.link("..data", "..v1");
      folder.link("cds.yaml", "..data/cds.yaml");
    },
    async ({ watcher, surroundings: { loop }, folder }) => {
      folder.link("..data", "..v2");
      // The poll's timer, and then the one that waits for quiet.
      await loop.until(() => loop.timers.armedCount === 2);
      loop.pass(200);
      assert.deepEqual(watcher.names, [["c1"], ["c2"]]);
    },
  ));

Deno.test("FileSubscription reads again for every move within a watched directory elsewhere", () =>
  withFile(
    (folder) => {
      withClusters(folder);
      folder.makeFolder("trigger");
    },
    async ({ watcher, surroundings: { loop, paths }, folder, counts }) => {
      assert.equal(paths.size, 2);
      folder.move("trigger/any", "");
      await loop.until(() => watcher.updates.length === 2);
      assert.deepEqual(counts(), { update_attempt: 2, update_success: 2 });
      folder.move("cds.yaml", clusters("1", "a"));
      await loop.nextEvent();
      loop.pass(200);
      assert.deepEqual(counts(), { update_attempt: 2, update_success: 2 }, "a move onto the file does not count");
      Deno.removeSync(folder.at("cds.yaml"));
      folder.move("trigger/any", "");
      await loop.until(() => watcher.failures.length === 1);
      assert.equal(
        watcher.failures[0]![1],
        `Filesystem config update failure: in ${folder.at("cds.yaml")}, Invalid path: ${folder.at("cds.yaml")}`,
      );
    },
    { watched: "trigger" },
  ));

Deno.test("FileSubscription looks by itself where no event tells it", () =>
  withFile(
    (folder) => {
      folder.makeFolder("elsewhere");
      folder.write("elsewhere/cds.yaml", clusters("1", "a"));
      folder.link("cds.yaml", "elsewhere/cds.yaml");
    },
    async ({ watcher, surroundings: { loop }, folder }) => {
      folder.write("elsewhere/cds.yaml", clusters("2", "a", "b"));
      loop.pass(5000);
      await loop.nextEvent();
      loop.pass(200);
      assert.deepEqual(watcher.names, [["a"], ["a", "b"]]);
    },
  ));

Deno.test("FileSubscription looks into a directory that took the place of the one it watched", () =>
  withFile(withClusters, async ({ watcher, surroundings: { loop }, folder }) => {
    Deno.removeSync(folder.path, { recursive: true });
    Deno.mkdirSync(folder.path);
    for (const [version, name] of [["2", "b"], ["3", "c"]] as const) {
      folder.move("cds.yaml", clusters(version, name));
      loop.pass(5000);
      await loop.nextEvent();
      loop.pass(200);
      assert.deepEqual(watcher.names.at(-1), [name]);
    }
  }));

Deno.test("FileSubscription applies nothing of a response that is refused as a whole", () =>
  withFile(
    (folder) => folder.write("cds.yaml", clusters("1", "a", "b, connect_timeout: 0s")),
    ({ watcher, surroundings: { said }, counts }) => {
      assert.deepEqual(watcher.updates, []);
      assert.match(
        watcher.failures[0]![1],
        /^Filesystem config update rejected: resources\[1\]\.connect_timeout .*Proto constraint validation failed/,
      );
      assert.deepEqual(said, [watcher.failures[0]![1]]);
      assert.deepEqual(counts(), { update_attempt: 1, update_rejected: 1 });
    },
  ));

Deno.test("FileSubscription rejects what its watcher refuses, in the watcher's words", () =>
  withFile(
    (folder, watcher) => {
      withClusters(folder);
      watcher.refusal = [{ path: "", reason: "Error adding/updating cluster(s) a: no" }];
    },
    ({ watcher, surroundings: { book }, counts }) => {
      assert.deepEqual(watcher.names, [["a"]]);
      assert.deepEqual(watcher.failures, [
        ["rejected", "Filesystem config update rejected: Error adding/updating cluster(s) a: no"],
      ]);
      assert.deepEqual(counts(), { update_attempt: 1, update_rejected: 1 });
      assert.equal(book.text(`${ROOT}.version_text`).isUsed, false);
    },
  ));

Deno.test("FileSubscription counts and lists fields that nobody knows, and says each once", () =>
  withFile(
    (folder) => folder.write("cds.yaml", clusters("1", "a, foo: 1")),
    async ({ watcher, surroundings: { loop, book, said, unknownFields }, folder }) => {
      folder.move("cds.yaml", clusters("2", "a, foo: 2"));
      await loop.until(() => watcher.updates.length === 2);
      assert.equal(book.valueOf("server.dynamic_unknown_fields"), 2);
      assert.deepEqual(unknownFields.list().map(({ source, problem }) => [source, problem.path]), [
        [`file ${folder.at("cds.yaml")}`, "resources[0].foo"],
      ]);
      assert.equal(said.length, 1);
    },
  ));

Deno.test("FileSubscription refuses fields that nobody knows when told to", () =>
  withFile(
    (folder) => folder.write("cds.yaml", clusters("1", "a, foo: 1")),
    ({ watcher, surroundings: { book }, counts }) => {
      assert.match(
        watcher.failures[0]![1],
        /^Filesystem config update rejected: Protobuf message .*has unknown fields$/,
      );
      assert.deepEqual(counts(), { update_attempt: 1, update_rejected: 1 });
      assert.equal(book.valueOf("server.dynamic_unknown_fields"), 0);
    },
    { refusesUnknownFields: true },
  ));

Deno.test("FileSubscription calls nobody after it was closed, even from inside a call", () => {
  const folder = new ResourceFolder(), surroundings = fileSurroundings();
  const { loop, book, paths } = surroundings;
  try {
    withClusters(folder);
    const stats = new SubscriptionStats(book.own.scope(ROOT), book.text(`${ROOT}.version_text`));
    const source = {
      kind: "path" as const,
      path: folder.at("cds.yaml"),
      watchedDirectory: "",
      initialFetchTimeoutMs: 0,
    };
    const watcher = new RecordedWatcher();
    const subscription: FileSubscription = new FileSubscription(source, ResourceType.cluster, surroundings, stats, {
      onUpdate: (update) => {
        watcher.onUpdate(update);
        subscription.close();
        return [{ path: "", reason: "no" }];
      },
      onFailure: (failure, text) => watcher.onFailure(failure, text),
    });
    subscription.start([]);
    assert.equal(watcher.updates.length, 1);
    assert.deepEqual(watcher.failures, []);
    assert.equal(paths.size, 0);
    assert.equal(loop.timers.armedCount, 0);
  } finally {
    folder.remove();
  }
});
