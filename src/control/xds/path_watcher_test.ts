import assert from "node:assert/strict";
import { fileSurroundings, ResourceFolder } from "../../../test/support/resource_files.ts";
import type { PathEvent } from "./path_watcher.ts";

Deno.test("PathWatcher tells moves from other changes, once each", async () => {
  const folder = new ResourceFolder(), { loop, paths } = fileSurroundings();
  try {
    const events: PathEvent[] = [];
    const watch = paths.watch(folder.path, (event) => events.push(event));
    folder.write("a", "1");
    await loop.until(() => events.some(({ isMove }) => !isMove));
    assert.ok(events.every(({ path, isMove }) => path === folder.at("a") && !isMove));
    events.length = 0;
    folder.move("b", "1");
    await loop.until(() => events.some(({ isMove }) => isMove));
    Deno.renameSync(folder.at("b"), folder.at("c"));
    await loop.until(() => events.some(({ path }) => path === folder.at("c")));
    folder.write("last", "1");
    await loop.until(() => events.some(({ path }) => path === folder.at("last")));
    assert.deepEqual(events.filter(({ isMove }) => isMove).map(({ path }) => path), [folder.at("b"), folder.at("c")]);
    watch.close();
  } finally {
    folder.remove();
  }
});

Deno.test("PathWatcher watches a directory once for all, until the last has gone", async () => {
  const folder = new ResourceFolder(), { loop, paths } = fileSurroundings();
  try {
    const told: string[] = [];
    const first = paths.watch(folder.path, () => told.push("first"));
    const second = paths.watch(`${folder.path}/../${folder.path.split("/").at(-1)}`, () => told.push("second"));
    assert.equal(paths.size, 1);
    folder.move("a", "1");
    await loop.until(() => told.length === 2);
    first.close();
    first.close();
    assert.equal(paths.size, 1);
    folder.move("a", "2");
    await loop.until(() => told.length === 3);
    assert.deepEqual(told, ["first", "second", "second"]);
    second.close();
    assert.equal(paths.size, 0);
  } finally {
    folder.remove();
  }
});

Deno.test("PathWatcher does without events of a directory that is not there", () => {
  const { paths, said } = fileSurroundings();
  const watch = paths.watch("/nowhere/at/all", () => assert.fail("told"));
  assert.match(said[0]!, /^unable to add filesystem watch for file \/nowhere\/at\/all\/: /);
  watch.close();
  assert.equal(paths.size, 0);
});
