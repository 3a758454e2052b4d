import assert from "node:assert/strict";
import { sampleAdmin } from "../sample_source.ts";

Deno.test("profilers are started and stopped, and say when they cannot be", async () => {
  const { ask, source } = sampleAdmin();
  const post = async (target: string) => {
    const answer = await ask(target, { method: "POST" });
    return [answer.status, await answer.text()];
  };
  for (const [path, kind] of [["cpuprofiler", "cpu"], ["heapprofiler", "heap"], ["allocprofiler", "allocation"]]) {
    source.profiler.works = true;
    assert.deepEqual(await post(`/${path}?enable=y`), [200, "OK\n"]);
    assert.deepEqual(await post(`/${path}?enable=n`), [200, "OK\n"]);
    assert.deepEqual(source.profiler.log.splice(0), [`start ${kind}`, `stop ${kind}`]);
    source.profiler.works = false;
    assert.deepEqual(await post(`/${path}?enable=y`), [500, "failure to start the profiler"]);
    assert.deepEqual(await post(`/${path}?enable=n`), [500, "failure to stop the profiler"]);
    source.profiler.log.length = 0;
    for (const query of ["", "?enable=", "?enable=Y", "?enable=y&more"]) {
      assert.deepEqual(await post(`/${path}${query}`), [400, "?enable=<y|n>\n"], query);
    }
  }
});

Deno.test("/heap_dump has what the profiler knows by now", async () => {
  const { ask, source } = sampleAdmin();
  const unknown = await ask("/heap_dump");
  assert.deepEqual([unknown.status, await unknown.text()], [501, "Heap profile is not implemented in current build"]);
  source.profiler.heap = '{"head":{}}';
  const known = await ask("/heap_dump");
  assert.deepEqual([known.status, await known.text()], [200, '{"head":{}}']);
  const peak = await ask("/peak_heap_dump");
  assert.deepEqual([peak.status, await peak.text()], [501, "Heap profile is not implemented in current build"]);
});
