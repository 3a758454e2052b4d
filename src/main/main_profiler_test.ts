import assert from "node:assert/strict";
import { MainProfiler } from "./main_profiler.ts";

async function readProfile(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("MainProfiler writes V8's profiles over each other", async () => {
  const path = await Deno.makeTempFile({ prefix: "denvoy-test-" });
  const profiler = new MainProfiler(path);
  try {
    assert.equal(await profiler.start("cpu"), true);
    assert.equal(await profiler.start("cpu"), false);
    assert.equal(await profiler.stop("cpu"), true);
    assert.ok("timeDeltas" in await readProfile(path));

    assert.equal(await profiler.heapProfile(), null);
    assert.equal(await profiler.start("heap"), true);
    assert.equal(await profiler.start("allocation"), false, "one sampler for both");
    assert.ok("head" in JSON.parse(await profiler.heapProfile() ?? "{}"));
    assert.equal(await profiler.stop("heap"), true);
    assert.ok("head" in await readProfile(path));

    assert.equal(await profiler.stop("allocation"), true, "nothing to end is no failure");
  } finally {
    profiler.close();
    await Deno.remove(path);
  }
});

Deno.test("MainProfiler does not begin what it could not write", async () => {
  const profiler = new MainProfiler("/nowhere/at/all.prof");
  assert.equal(await profiler.start("cpu"), false);
  profiler.close();
});
