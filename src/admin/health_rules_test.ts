import assert from "node:assert/strict";
import type { WorkerItem } from "./contract/workers.ts";
import { HealthBoard, type HealthFacts } from "./health_rules.ts";

const CALM: HealthFacts = {
  state: "LIVE",
  areHealthChecksFailed: false,
  generation: 1,
  clusters: [],
  listeners: [],
  workers: [],
  errorRatio: null,
  warming: { items: [], total: 0 },
  latency: null,
  overflowing: new Set(),
  ignoredRuntime: [],
  refusedUpdates: [],
  adminExposure: "guarded",
  stoppedListeners: null,
};

function worker(id: number, rps: number): WorkerItem {
  return { id, state: "running", rps, lag_ms: 0, generation: 1 } as WorkerItem;
}

Deno.test("HealthBoard tells when a problem appears, changes its level and goes", () => {
  const board = new HealthBoard();
  const changes = (facts: Partial<HealthFacts>, wallMs: number) => {
    board.update({ ...CALM, ...facts }, wallMs);
    return board.changes.filter(({ problem }) => problem.id === "errors")
      .map(({ problem, isOver }) => isOver ? "over" : problem.level);
  };
  assert.deepEqual(changes({ errorRatio: 0.001 }, 0), []);
  assert.deepEqual(changes({ errorRatio: 0.02 }, 1000), ["warn"]);
  assert.deepEqual(changes({ errorRatio: 0.03 }, 2000), []);
  assert.deepEqual(changes({ errorRatio: 0.5 }, 3000), ["bad"]);
  assert.deepEqual(changes({}, 4000), ["over"]);
  assert.deepEqual(changes({}, 5000), []);
});

Deno.test("HealthBoard calls load uneven only when it stays so", () => {
  const board = new HealthBoard();
  const isSkewed = (loads: number[], wallMs: number) => {
    board.update({ ...CALM, workers: loads.map((rps, id) => worker(id, rps)) }, wallMs);
    return board.problems.some(({ id }) => id === "worker-skew");
  };
  assert.equal(isSkewed([900, 100], 0), false);
  assert.equal(isSkewed([900, 100], 14_000), false);
  assert.equal(isSkewed([900, 100], 15_000), true);
  assert.equal(isSkewed([500, 500], 16_000), false);
  assert.equal(isSkewed([900, 100], 17_000), false);
});

Deno.test("HealthBoard calls requests slow when they stay so", () => {
  const board = new HealthBoard();
  const isSlow = (p99: number, wallMs: number) => {
    board.update({ ...CALM, latency: { p99, median: 10 } }, wallMs);
    return board.problems.some(({ id }) => id === "latency");
  };
  assert.equal(isSlow(31, 0), false);
  assert.equal(isSlow(31, 10_000), true);
  assert.equal(isSlow(30, 11_000), false);
  assert.equal(isSlow(31, 12_000), false);
});

Deno.test("HealthBoard tells what breakers turned away by cluster", () => {
  const board = new HealthBoard();
  const cluster = {
    name: "web",
    hosts_total: 3,
    hosts_healthy: 3,
    hosts_failing: 0,
    level: "ok",
    breakers: { default: [], high: [] },
  } as unknown as HealthFacts["clusters"][number];
  const listener = { name: "l", state: "active" } as HealthFacts["listeners"][number];
  const facts = { ...CALM, clusters: [cluster], listeners: [listener] };
  board.update({ ...facts, overflowing: new Set(["web"]) }, 0);
  assert.deepEqual(board.problems.map(({ id, level }) => `${level} ${id}`), ["warn breaker/web"]);
});

Deno.test("HealthBoard warns of each runtime value that is ignored, and links to its key", () => {
  const board = new HealthBoard();
  board.update({ ...CALM, ignoredRuntime: ["upstream.use_retry"] }, 0);
  const problem = board.problems.find(({ id }) => id.startsWith("runtime-type/"));
  assert.deepEqual([problem!.id, problem!.level, problem!.link], [
    "runtime-type/upstream.use_retry",
    "warn",
    "/runtime/key/upstream.use_retry",
  ]);
});
