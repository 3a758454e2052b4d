import assert from "node:assert/strict";
import { HealthFlag } from "../config/host_health.ts";
import { ConnectWatch, hostVerdict } from "./host_health.ts";

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
  const verdict = hostVerdict({ flags: 0 }, 5, "connection refused");
  assert.equal(verdict.health, "failing");
  assert.equal(
    verdict.reason,
    "the last 5 connects failed: connection refused (as the proxy saw it; no health check says so)",
  );
  assert.deepEqual(hostVerdict({ flags: 0 }, 0, ""), { health: "healthy", reason: "" });
});

Deno.test("hostVerdict() puts what main knows first", () => {
  const { FAILED_EDS_HEALTH, EDS_STATUS_DRAINING, FAILED_ACTIVE_HC, ACTIVE_HC_TIMEOUT, DEGRADED_EDS_HEALTH } =
    HealthFlag;
  assert.equal(hostVerdict({ flags: FAILED_EDS_HEALTH }, 0, "").health, "unhealthy");
  assert.equal(hostVerdict({ flags: EDS_STATUS_DRAINING }, 3, "").health, "draining");
  assert.match(hostVerdict({ flags: FAILED_ACTIVE_HC | ACTIVE_HC_TIMEOUT }, 3, "").reason, /in time/);
  assert.match(hostVerdict({ flags: FAILED_ACTIVE_HC }, 3, "").reason, /checks fail/);
  assert.equal(hostVerdict({ flags: DEGRADED_EDS_HEALTH }, 1, "").health, "failing");
  assert.equal(hostVerdict({ flags: DEGRADED_EDS_HEALTH }, 0, "").health, "degraded");
});
