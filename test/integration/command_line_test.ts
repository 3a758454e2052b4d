/** The process from its command line to its exit code, without serving (spec/operations.md 2 and 3). */

import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { runDenvoy } from "../support/proxy.ts";

const GOOD = bootstrap({ routes: [directRoute("/", "hello")] });

/** Runs `test` with the path of a file that holds `text`. */
async function withFile(text: string, test: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(path, text);
    await test(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("--version prints one line between two empty ones and exits 0", async () => {
  const { code, stdout, stderr } = await runDenvoy(["--version"]);
  assert.equal(code, 0);
  assert.match(stdout, /^\ndenvoy {2}version: .+\n\n$/);
  assert.equal(stderr, "");
});

Deno.test("an unknown flag shows the usage on stderr and exits 1", async () => {
  const { code, stdout, stderr } = await runDenvoy(["--frobnicate"]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.ok(stderr.endsWith("\n--frobnicate -- Couldn't find match for argument\n"), stderr);
});

Deno.test("no configuration at all is a start error with exit code 1", async () => {
  const reason = "At least one of --config-path or --config-yaml or Options::configProto() should be non-empty";
  const { code, stderr } = await runDenvoy([]);
  assert.equal(code, 1);
  const lines = stderr.trimEnd().split("\n");
  assert.ok(lines.at(-3)!.includes(`[critical][main]`), stderr);
  assert.ok(lines.at(-3)!.endsWith(`error \`${reason}\` initializing config ''`), stderr);
  assert.ok(lines.at(-2)!.endsWith("exiting"), stderr);
  assert.equal(lines.at(-1), reason);
});

Deno.test("a configuration that is not there is a start error that names its path", async () => {
  const { code, stderr } = await runDenvoy(["-c", "/nowhere/envoy.yaml"]);
  assert.equal(code, 1);
  assert.ok(stderr.endsWith("\nInvalid path: /nowhere/envoy.yaml\n"), stderr);
});

Deno.test("--mode validate says OK on stdout and exits 0", async () => {
  await withFile(GOOD, async (path) => {
    const { code, stdout } = await runDenvoy(["--mode", "validate", "-c", path]);
    assert.deepEqual([code, stdout], [0, `configuration '${path}' OK\n`]);
  });
});

Deno.test("--mode validate of --config-yaml alone has no path to print", async () => {
  const { code, stdout } = await runDenvoy(["--mode", "validate", "--config-yaml", GOOD]);
  assert.deepEqual([code, stdout], [0, "configuration '' OK\n"]);
});

Deno.test("--mode validate reports every problem in one critical record and exits 1", async () => {
  const bad = GOOD.replace("stat_prefix: web", "stat_prefixx: web").replace("  clusters:", "  clusterss:");
  await withFile(bad, async (path) => {
    const { code, stdout, stderr } = await runDenvoy(["--mode", "validate", "-c", path]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.ok(stderr.includes(`error initializing configuration '${path}': `), stderr);
    assert.ok(stderr.includes("stat_prefixx"), stderr);
    assert.ok(stderr.includes("clusterss"), stderr);
  });
});

Deno.test("--mode validate reads CEL expressions, and says which is none", async () => {
  const config = (expression: string) =>
    bootstrap({
      routes: [
        `{ match: { prefix: / }, direct_response: { status: 200 }, ` +
        `response_headers_to_add: [{ header: { key: a, value: "%CEL(${expression})%" } }] }`,
      ],
    });
  const good = await runDenvoy(["--mode", "validate", "--config-yaml", config("request.path")]);
  assert.deepEqual([good.code, good.stdout], [0, "configuration '' OK\n"]);
  const bad = await runDenvoy(["--mode", "validate", "--config-yaml", config("request.path +")]);
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /response_headers_to_add\[0\]\.header\.value .*: Not able to parse expression: /);
});

Deno.test("--config-yaml is merged over the file", async () => {
  await withFile(GOOD, async (path) => {
    const merged = "static_resources: { clusters: [{ name: late, type: NONSENSE }] }";
    const { code, stderr } = await runDenvoy(["--mode", "validate", "-c", path, "--config-yaml", merged]);
    assert.equal(code, 1);
    assert.ok(stderr.includes("NONSENSE"), stderr);
  });
});

Deno.test("--mode init_only starts, serves nothing and exits 0", async () => {
  await withFile(GOOD, async (path) => {
    const { code, stderr } = await runDenvoy(["--mode", "init_only", "-c", path]);
    assert.equal(code, 0);
    assert.ok(stderr.includes("all dependencies initialized. starting workers"), stderr);
    assert.ok(!stderr.includes("starting main dispatch loop"), stderr);
  });
});

for (const sample of ["demo.yaml", "edge_http.yaml"]) {
  Deno.test(`config/${sample} is valid`, async () => {
    const { code, stdout, stderr } = await runDenvoy(["--mode", "validate", "-c", `config/${sample}`]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `configuration 'config/${sample}' OK\n`);
  });
}
