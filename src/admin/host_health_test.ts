import assert from "node:assert/strict";
import { HealthFlag } from "../config/host_health.ts";
import type { CheckResult } from "../control/health/health_check_context.ts";
import type { HostHealth } from "./contract/clusters.ts";
import { ConnectWatch, type HostEvidence, hostHealth, hostReason } from "./host_health.ts";

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

const { FAILED_EDS_HEALTH, EDS_STATUS_DRAINING, FAILED_ACTIVE_HC, FAILED_OUTLIER_CHECK, DEGRADED_EDS_HEALTH } =
  HealthFlag;
const { PENDING_ACTIVE_HC, EXCLUDED_VIA_IMMEDIATE_HC_FAIL, DEGRADED_ACTIVE_HC } = HealthFlag;

const EVIDENCE: HostEvidence = { failsInARow: 0, lastError: "", checks: [], outlier: null };

function result(isPass: boolean, text: string, consecutive: number): CheckResult {
  const times = { atMs: 0, tookMs: 1, nextDueMs: 1000 };
  return { check: "", isPass, failure: isPass ? null : "ACTIVE", text, consecutive, hasChanged: false, ...times };
}

const CASES: [flags: number, evidence: Partial<HostEvidence>, health: HostHealth, reason: RegExp][] = [
  [0, {}, "healthy", /^$/],
  [
    0,
    { failsInARow: 5, lastError: "connection refused" },
    "failing",
    /^the last 5 connects failed: connection refused \(as the proxy saw it; no health check says so\)$/,
  ],
  [FAILED_EDS_HEALTH, {}, "unhealthy", /discovery says it is not healthy/],
  [EDS_STATUS_DRAINING, { failsInARow: 3 }, "draining", /draining/],
  [FAILED_ACTIVE_HC, { checks: [null] }, "pending", /waits for its first/],
  [FAILED_ACTIVE_HC | PENDING_ACTIVE_HC, { checks: [null] }, "pending", /waits for its first/],
  [FAILED_ACTIVE_HC, { checks: [result(false, "HTTP 503", 3)] }, "unhealthy", /^failing active check: HTTP 503 ×3$/],
  [FAILED_ACTIVE_HC, { checks: [result(false, "no answer in time", 1)] }, "unhealthy", /check: no answer in time$/],
  [FAILED_ACTIVE_HC, { checks: [result(true, "passed", 1)] }, "unhealthy", /passed.*must pass it more often/],
  [FAILED_ACTIVE_HC, { checks: [result(true, "passed", 9), result(false, "refused", 1)] }, "unhealthy", /refused/],
  [EXCLUDED_VIA_IMMEDIATE_HC_FAIL | FAILED_ACTIVE_HC, {}, "excluded", /asked to be left out/],
  [DEGRADED_EDS_HEALTH, { failsInARow: 1 }, "failing", /last connect failed/],
  [DEGRADED_EDS_HEALTH, {}, "degraded", /discovery/],
  [DEGRADED_ACTIVE_HC, {}, "degraded", /itself/],
  [
    FAILED_OUTLIER_CHECK,
    {
      outlier: {
        isEjected: true,
        kind: "consecutive_5xx",
        sinceMs: 0,
        untilMs: 1,
        ejections: 2,
        successRate: -1,
        localOriginSuccessRate: -1,
      },
    },
    "ejected",
    /^ejected as an outlier: consecutive_5xx, the 2\. time$/,
  ],
];

for (const [flags, changes, health, reason] of CASES) {
  Deno.test(`a host with flags ${flags} that says ${reason} is ${health}`, () => {
    const evidence = { ...EVIDENCE, ...changes };
    const found = hostHealth(flags, evidence.failsInARow, () => evidence.checks.includes(null));
    assert.equal(found, health);
    assert.match(hostReason(found, flags, evidence), reason);
  });
}
