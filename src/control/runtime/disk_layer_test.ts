import assert from "node:assert/strict";
import { HandRuntime } from "../../../test/support/live_runtime.ts";
import type { RuntimeLayerConfig } from "../../config/schema/runtime.ts";
import { DiskTreeError, readDiskTree } from "./disk_tree.ts";

class Folder implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync());

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = `${this.path}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, content);
    }
  }

  /** Makes the link anew and moves it into place. */
  link(target: string, name: string): void {
    Deno.symlinkSync(target, `${this.path}/${name}.tmp`);
    Deno.renameSync(`${this.path}/${name}.tmp`, `${this.path}/${name}`);
  }

  layer(more: Partial<RuntimeLayerConfig["disk"]> = {}): RuntimeLayerConfig {
    const disk = { symlinkRoot: `${this.path}/current`, subdirectory: "envoy", appendServiceCluster: false, ...more };
    return { name: "disk", kind: "disk", disk };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const ADMIN: RuntimeLayerConfig = { name: "admin", kind: "admin" };

Deno.test("readDiskTree() makes keys of paths and values of contents", () => {
  using folder = new Folder();
  folder.write({
    "upstream/healthy_panic_threshold": "# how many\n30\n\n",
    "spaced": "  5  \n",
    ".hidden": "yes",
    "empty": "# nothing but this\n",
    "share": "numerator: 7\ndenominator: HUNDRED\n",
    "..2026/upstream/x": "1",
  });
  const { values, directories } = readDiskTree(folder.path)!;
  assert.deepEqual(Array.from(values, ([key, { text }]) => [key, text]), [
    [".hidden", "yes"],
    ["empty", ""],
    ["share", "numerator: 7\ndenominator: HUNDRED"],
    ["spaced", "  5"],
    ["upstream.healthy_panic_threshold", "30"],
  ]);
  assert.deepEqual([values.get("spaced")!.whole, values.get("share")!.fraction?.numerator], [5, 7]);
  assert.deepEqual(directories, [folder.path, `${folder.path}/upstream`]);
  assert.equal(readDiskTree(`${folder.path}/nowhere`), null);
});

Deno.test("readDiskTree() refuses what cannot be read, is no YAML, or goes on for ever", () => {
  for (
    const [name, make] of Object.entries<(folder: Folder) => void>({
      "is no YAML": (folder) => folder.write({ bad: "{open" }),
      "leads nowhere": (folder) => Deno.symlinkSync("/nowhere/at/all", `${folder.path}/bad`),
      "goes round": (folder) => Deno.symlinkSync(folder.path, `${folder.path}/round`),
    })
  ) {
    using folder = new Folder();
    make(folder);
    assert.throws(() => readDiskTree(folder.path), DiskTreeError, name);
  }
});

Deno.test("a disk layer reads below its subdirectory and service cluster, and is none while that is not there", async () => {
  using folder = new Folder();
  folder.write({ "v1/envoy/a": "1", "v1/envoy/front/a": "2" });
  await using without = new HandRuntime({ layers: [folder.layer(), ADMIN] });
  assert.deepEqual(without.runtime.stack.effectiveLayers.map(({ name }) => name), ["admin"]);
  assert.deepEqual([without.stat("num_layers"), without.stat("load_success"), without.stat("load_error")], [1, 1, 0]);
  folder.link("v1", "current");
  await without.loop.until(() => without.effective("a") !== null);
  assert.deepEqual([without.effective("a"), without.effective("front.a")], ["1", "2"]);
  await using withCluster = new HandRuntime({ layers: [folder.layer({ appendServiceCluster: true })] });
  assert.equal(withCluster.effective("a"), "2");
});

Deno.test("a disk layer follows a swapped link at once, edits after a while of quiet, and drops out on an error", async () => {
  using folder = new Folder();
  folder.write({ "v1/envoy/a": "1", "v2/envoy/a": "2", "v2/envoy/b": "2" });
  folder.link("v1", "current");
  await using hand = new HandRuntime({ layers: [folder.layer(), ADMIN] });
  assert.equal(hand.effective("a"), "1");
  folder.link("v2", "current");
  await hand.loop.until(() => hand.effective("a") === "2");
  const [change] = hand.runtime.book.history.changes;
  assert.deepEqual([change!.actor, change!.source, change!.keys.length], ["disk disk", "disk", 2]);
  folder.write({ "v2/envoy/a": "3" });
  await hand.loop.nextEvent();
  assert.equal(hand.effective("a"), "2");
  await hand.loop.until(() => (hand.loop.pass(250), hand.effective("a") === "3"));
  const errors = hand.stat("load_error");
  folder.write({ "v2/envoy/a": "{open" });
  await hand.loop.until(() => (hand.loop.pass(250), hand.runtime.stack.layers[0]!.state === "error"));
  assert.equal(hand.effective("b"), null);
  assert.ok(hand.stat("load_error") > errors);
  assert.match(hand.logged.join("\n"), /error loading runtime values for layer disk from disk: .*Flow map/);
});

Deno.test("a disk layer follows a mounted ConfigMap", async () => {
  using folder = new Folder();
  folder.write({ "current/..1/a": "1", "current/..2/a": "2" });
  Deno.symlinkSync("..1", `${folder.path}/current/..data`);
  Deno.symlinkSync("..data/a", `${folder.path}/current/a`);
  await using hand = new HandRuntime({ layers: [folder.layer({ subdirectory: "" })] });
  assert.deepEqual([hand.effective("a"), hand.stat("num_keys")], ["1", 1]);
  folder.link("..2", "current/..data");
  await hand.loop.until(() => hand.effective("a") === "2");
});

Deno.test("a disk layer whose root has no directory keeps the process from starting", () => {
  const disk = { symlinkRoot: "/nowhere/at/all/current", subdirectory: "", appendServiceCluster: false };
  assert.throws(
    () => new HandRuntime({ layers: [{ name: "disk", kind: "disk", disk }] }),
    { message: "unable to add filesystem watch for file /nowhere/at/all/current: No such file or directory" },
  );
});

Deno.test("nothing is watched any more after close()", async () => {
  using folder = new Folder();
  folder.write({ "current/envoy/a/b": "1" });
  const hand = new HandRuntime({ layers: [folder.layer()] });
  assert.equal(hand.paths.size, 3);
  await hand.runtime.close();
  assert.equal(hand.paths.size, 0);
});
