import { deepEqual } from "node:assert/strict";
import type { WorkerItem } from "../../src/admin/contract/workers.ts";
import { loadShares, workersById } from "./workers.ts";

function worker(id: number, rps: number | null): WorkerItem {
  return {
    id,
    state: "running",
    uptime_s: 1,
    restarts: 0,
    rps,
    active_cx: 0,
    active_rq: 0,
    lag_ms: null,
    heap_bytes: null,
    generation: 1,
    ack_delay_ms: null,
    accept_share: null,
  };
}

Deno.test("loadShares() divides by what is known and gives nothing to nobody while idle", () => {
  deepEqual([...loadShares([worker(0, 30), worker(1, 10), worker(2, null)]).values()], [0.75, 0.25, 0]);
  deepEqual([...loadShares([worker(0, 0), worker(1, null)]).values()], [0, 0]);
});

Deno.test("workersById() keeps each worker's place", () => {
  deepEqual(workersById([worker(10, 1), worker(2, 9)]).map((item) => item.id), [2, 10]);
});
