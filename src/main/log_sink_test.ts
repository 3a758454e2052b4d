/** Tests of where log lines go. */

import assert from "node:assert/strict";
import { LogOutput } from "./log_sink.ts";

/** Runs `test` with the path of a file that is not there yet. */
async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/denvoy.log`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("LogOutput adds to the file that is there", async () => {
  await withPath(async (path) => {
    await Deno.writeTextFile(path, "before\n");
    const output = new LogOutput(path);
    output.write("one\ntwo\n");
    output.close();
    assert.equal(await Deno.readTextFile(path), "before\none\ntwo\n");
  });
});

Deno.test("LogOutput.reopen() goes on in a new file when the old one was moved away", async () => {
  await withPath(async (path) => {
    const output = new LogOutput(path);
    output.write("old\n");
    await Deno.rename(path, `${path}.1`);
    output.write("still old\n");
    output.reopen();
    output.write("new\n");
    output.close();
    assert.equal(await Deno.readTextFile(`${path}.1`), "old\nstill old\n");
    assert.equal(await Deno.readTextFile(path), "new\n");
  });
});

Deno.test("LogOutput.reopen() keeps the file it has when the path cannot be opened any more", async () => {
  await withPath(async (path) => {
    const output = new LogOutput(path);
    await Deno.rename(path, `${path}.1`);
    await Deno.mkdir(path);
    assert.throws(() => output.reopen());
    output.write("not lost\n");
    output.close();
    assert.equal(await Deno.readTextFile(`${path}.1`), "not lost\n");
  });
});

Deno.test("LogOutput throws when its file cannot be opened at all", () => {
  assert.throws(() => new LogOutput("/nowhere/at/all.log"));
});
