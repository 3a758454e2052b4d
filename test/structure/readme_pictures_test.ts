/** Pictures of the console that the README shows: each is there, small, and named. */
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

const MAX_BYTES = 60 * 1024;

Deno.test("README shows every picture of the console, and none is large", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const names: string[] = [];
  for await (const { name } of Deno.readDir(new URL("admin-ui/picture/", ROOT))) names.push(name);
  assert.ok(names.includes("warming.png"));
  for (const name of names) {
    const { size } = await Deno.stat(new URL(`admin-ui/picture/${name}`, ROOT));
    assert.ok(size < MAX_BYTES, `admin-ui/picture/${name} has ${size} bytes, wanted less than ${MAX_BYTES}`);
    assert.ok(readme.includes(`](admin-ui/picture/${name})`), `README.md does not show admin-ui/picture/${name}`);
  }
});
