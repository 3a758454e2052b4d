import assert from "node:assert/strict";
import { HealthFlag } from "../config/host_health.ts";
import { countFleet } from "./fleet_counts.ts";
import { sampleCluster, sampleEndpoint } from "./sample_source.ts";
import type { ClusterStatus } from "./source.ts";

const { FAILED_ACTIVE_HC, FAILED_OUTLIER_CHECK, PENDING_ACTIVE_HC } = HealthFlag;

/** A cluster of hosts with these flags, each `[flags, priority]`. */
function clusterOf(
  hosts: readonly (readonly [flags: number, priority?: number])[],
  panicThreshold = 50,
): ClusterStatus {
  const endpoints = hosts.map(([, priority = 0], at) => sampleEndpoint(at + 1, { priority }));
  const status = sampleCluster("web", endpoints);
  return {
    ...status,
    panicThreshold,
    hosts: hosts.map(([flags], at) => ({ endpoint: endpoints[at]!, flags, outlier: null })),
  };
}

Deno.test("countFleet() tells ejected hosts and those that wait for a check", () => {
  const { ejected, pending } = countFleet([
    clusterOf([[0], [FAILED_OUTLIER_CHECK], [FAILED_ACTIVE_HC | PENDING_ACTIVE_HC]]),
    clusterOf([[FAILED_OUTLIER_CHECK | FAILED_ACTIVE_HC]]),
  ]);
  assert.deepEqual([ejected, pending], [2, 1]);
});

const cases: [what: string, status: ClusterStatus, panics: boolean][] = [
  ["all are well", clusterOf([[0], [0]]), false],
  ["half are", clusterOf([[0], [FAILED_ACTIVE_HC]]), false],
  ["a third is", clusterOf([[0], [FAILED_ACTIVE_HC], [FAILED_ACTIVE_HC]]), true],
  ["none is", clusterOf([[FAILED_ACTIVE_HC]]), true],
  ["none is and nothing panics", clusterOf([[FAILED_ACTIVE_HC]], 0), false],
  ["the next priority carries everything", clusterOf([[FAILED_ACTIVE_HC], [0, 1]]), false],
  ["the next priority is short too", clusterOf([[FAILED_ACTIVE_HC], [0, 1], [FAILED_ACTIVE_HC, 1]]), true],
  ["there are no hosts", clusterOf([]), false],
];

for (const [what, status, panics] of cases) {
  Deno.test(`countFleet() finds ${panics ? "panic" : "no panic"} where ${what}`, () => {
    assert.deepEqual(countFleet([status]).panicking, panics ? ["web"] : []);
  });
}
