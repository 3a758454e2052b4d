import assert from "node:assert/strict";
import { ConnectWatch, healthFlags, hostVerdict } from "./host_health.ts";
import { sampleEndpoint } from "./sample_source.ts";

/** Feeds `[connectFail, total, success]` once a tick and gives the failures in a row after each. */
function failsAfter(ticks: readonly (readonly [number, number, number])[]): number[] {
  const watch = new ConnectWatch();
  return ticks.map(([connectFail, total, success]) => {
    watch.update(connectFail, total, success);
    return watch.failsInARow;
  });
}

Deno.test("ConnectWatch counts connects that fail without one that does not", () => {
  assert.deepEqual(failsAfter([[0, 0, 0], [2, 2, 0], [5, 5, 0]]), [0, 2, 5]);
});

Deno.test("ConnectWatch begins anew with an answer", () => {
  assert.deepEqual(failsAfter([[0, 0, 0], [3, 3, 0], [3, 4, 1], [4, 5, 1]]), [0, 3, 0, 1]);
});

Deno.test("ConnectWatch takes a connection that stays for a proof", () => {
  assert.deepEqual(failsAfter([[3, 3, 0], [3, 4, 0]]), [3, 0]);
});

Deno.test("ConnectWatch is not fooled by connects under way to a host that drops them", () => {
  // One connect at a time, each failing by timeout some ticks after it began.
  assert.deepEqual(failsAfter([[0, 1, 0], [1, 1, 0], [1, 2, 0], [2, 2, 0], [2, 3, 0], [3, 3, 0]]), [0, 1, 1, 2, 2, 3]);
});

Deno.test("ConnectWatch believes a host that fails and answers within one tick", () => {
  assert.deepEqual(failsAfter([[0, 0, 0], [2, 10, 8]]), [0, 0]);
});

Deno.test("hostVerdict() says what was seen, and that it is no health check", () => {
  const verdict = hostVerdict(sampleEndpoint(80), 5, "connection refused");
  assert.equal(verdict.health, "failing");
  assert.equal(
    verdict.reason,
    "the last 5 connects failed: connection refused (as the proxy saw it; no health check is running)",
  );
  assert.deepEqual(hostVerdict(sampleEndpoint(80), 0, ""), { health: "healthy", reason: "" });
});

Deno.test("hostVerdict() puts the configuration's word first", () => {
  assert.equal(hostVerdict(sampleEndpoint(80, { healthStatus: "UNHEALTHY" }), 0, "").health, "unhealthy");
  assert.equal(hostVerdict(sampleEndpoint(80, { healthStatus: "DRAINING" }), 3, "").health, "draining");
  assert.deepEqual(healthFlags(sampleEndpoint(80, { healthStatus: "TIMEOUT" })), ["failed_eds_health"]);
  assert.deepEqual(healthFlags(sampleEndpoint(80)), []);
});
