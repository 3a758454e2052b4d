import assert from "node:assert/strict";
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import { DEFAULT_CIRCUIT_BREAKERS } from "../config/schema/circuit_breakers.ts";
import { LiveLimits } from "../match/live_limits.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import { StatBook } from "../observe/stats/stat_book.ts";
import { StatStore } from "../observe/stats/store.ts";
import { BreakerStats } from "./cluster_stats.ts";
import { RemainingLimits } from "./remaining_limits.ts";
import { LimitKind, LimitPriority, SharedLimits } from "./shared_limits.ts";

const CONFIG: CircuitBreakerLimits = {
  ...DEFAULT_CIRCUIT_BREAKERS.default,
  maxConnections: 3,
  maxRetries: 2,
  tracksRemaining: true,
};

/** Two workers with these limits, and what main reads of them. */
function stage(changes: Partial<CircuitBreakerLimits> = {}, runtime = new RuntimeValues()) {
  const memory = SharedLimits.newPage(2), book = new StatBook();
  const workers = [0, 1].map((worker) => {
    const shared = new SharedLimits(2);
    shared.usePages([memory]);
    const counts = shared.cluster(0, worker), store = new StatStore((batch) => book.apply(worker, batch));
    const limits = new LiveLimits({ ...CONFIG, ...changes }, "web", "default", runtime);
    const scope = store.scope("web"), stats = new BreakerStats(scope, scope);
    const remaining = new RemainingLimits(limits, counts, LimitPriority.DEFAULT, stats);
    store.flushDefinitions();
    return {
      add(kind: LimitKind, delta: number): void {
        counts.add(LimitPriority.DEFAULT, kind, delta);
        remaining.note(kind);
      },
    };
  });
  return { workers, left: (name: string) => book.valueOf(`web.remaining_${name}`) };
}

Deno.test("RemainingLimits publish the limits until something begins", () => {
  const { left } = stage();
  assert.deepEqual(["cx", "pending", "rq", "retries"].map(left), [3, 1024, 1024, 2]);
  assert.equal(left("cx_pools"), 2 ** 64);
});

Deno.test("RemainingLimits are the process's, and never below 0", () => {
  const { workers: [one, two], left } = stage();
  one!.add(LimitKind.CONNECTIONS, 1);
  two!.add(LimitKind.CONNECTIONS, 1);
  assert.equal(left("cx"), 1);
  two!.add(LimitKind.CONNECTIONS, 3);
  assert.equal(left("cx"), 0);
  two!.add(LimitKind.CONNECTIONS, -4);
  assert.equal(left("cx"), 2);
  one!.add(LimitKind.CONNECTIONS, -1);
  assert.equal(left("cx"), 3);
});

Deno.test("RemainingLimits say nothing of retries once a budget decides about one", () => {
  const { workers: [one, two], left } = stage({
    retryBudget: { percent: 20, minConcurrency: 3, intervalMs: 0 },
  });
  assert.equal(left("retries"), 2);
  one!.add(LimitKind.RETRIES, 1);
  assert.equal(left("retries"), 0);
  two!.add(LimitKind.RETRIES, 1);
  assert.equal(left("retries"), 0);
});

Deno.test("RemainingLimits follow runtime with the next change", () => {
  const runtime = new RuntimeValues(), { workers: [one], left } = stage({}, runtime);
  runtime.replace({ "circuit_breakers.web.default.max_connections": 9 });
  one!.add(LimitKind.CONNECTIONS, 1);
  assert.equal(left("cx"), 8);
});
