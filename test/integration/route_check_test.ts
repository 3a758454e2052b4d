/** The route checker as a process: what it may do, what it prints where, and its exit code. */

import assert from "node:assert/strict";
import { REPOSITORY } from "../support/programs.ts";

const ROUTES = `virtual_hosts: [{ name: all, domains: ["*"], routes: [
  { match: { path: /env }, direct_response: { status: 200, body: { environment_variable: GREETING } } },
  { match: { prefix: / }, route: { cluster: web } }] }]`;
const TEST = "test_name: t, input: { authority: a.test, path: /x, method: GET }";

/** Runs the task's own command with these texts for files, the folder standing for \`DIR\` in what is printed. */
async function check(tests: string, ...flags: readonly string[]) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/routes.yaml`, ROUTES);
    await Deno.writeTextFile(`${folder}/tests.yaml`, tests);
    const { tasks } = JSON.parse(await Deno.readTextFile(`${REPOSITORY}deno.json`));
    const [program, ...words] = String(tasks["route-check"]).split(" ");
    assert.equal(program, "deno");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...words, "-c", `${folder}/routes.yaml`, "-t", `${folder}/tests.yaml`, ...flags],
      cwd: REPOSITORY,
      env: { GREETING: "hello", NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll(folder, "DIR");
    return { code, stdout: text(stdout), stderr: text(stderr), words };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a route check that passes exits 0 and needs neither the network nor writing", async () => {
  const { code, stdout, stderr, words } = await check(`tests: [{ ${TEST}, validate: { cluster_name: web } }]`);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, "Current route coverage: 50%\n1 passed, 0 failed\n");
  assert.deepEqual(words.filter((word) => word.startsWith("-")), ["--allow-read", "--allow-env"]);
});

Deno.test("a route check that fails exits 1 and says why on stderr", async () => {
  const { code, stdout, stderr } = await check(`tests: [{ ${TEST}, validate: { cluster_name: api } }]`, "-f", "1");
  assert.equal(code, 1);
  assert.equal(stdout, "Current route coverage: 0%\n0 passed, 1 failed\n");
  assert.equal(
    stderr,
    "t\nexpected: [api], actual: [web], test type: cluster_name\nFailed to meet coverage requirement: 1%\n",
  );
});

Deno.test("a file that is refused is named with the place", async () => {
  const { code, stdout, stderr } = await check(`tests: [{ ${TEST}, validate: { cluster_nam: api } }]`);
  assert.deepEqual([code, stdout], [1, ""]);
  const lines = stderr.split("\n");
  assert.match(
    lines[0]!,
    /^DIR\/tests\.yaml: tests\[0\]\.validate\.cluster_nam \(line 1, column \d+\): unknown field of /,
  );
  assert.match(lines[0]!, /did you mean "cluster_name"$/);
});
