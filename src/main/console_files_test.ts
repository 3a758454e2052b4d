/** Tests of reading the console's build. */

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { readConsoleFiles } from "./console_files.ts";

/** Runs `test` with an empty folder's URL. */
async function withFolder(test: (folder: URL) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await test(pathToFileURL(`${path}/`));
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("readConsoleFiles() reads what the manifest names", async () => {
  await withFolder(async (folder) => {
    const manifest = { script: "app-1.js", chunks: ["page-3.js"], style: "app-2.css", html: "index.html" };
    await Deno.writeTextFile(new URL("manifest.json", folder), JSON.stringify(manifest));
    await Deno.writeTextFile(new URL("app-1.js", folder), "script");
    await Deno.writeTextFile(new URL("page-3.js", folder), "chunk");
    await Deno.writeTextFile(new URL("app-2.css", folder), "style");
    await Deno.writeTextFile(new URL("index.html", folder), "page");
    const files = await readConsoleFiles(folder);
    const decoder = new TextDecoder();
    assert.deepEqual(files.map(({ path, bytes, isHashed }) => [path, decoder.decode(bytes), isHashed]), [
      ["index.html", "page", false],
      ["app-1.js", "script", true],
      ["page-3.js", "chunk", true],
      ["app-2.css", "style", true],
    ]);
  });
});

Deno.test("readConsoleFiles() has no files where nothing was built", async () => {
  await withFolder(async (folder) => assert.deepEqual(await readConsoleFiles(folder), []));
});
