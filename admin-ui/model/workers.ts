/** Workers in their own order, and whether one of them carries too much (spec/console.md 5.1, rule `worker`). */

import type { Level } from "../../src/admin/contract/problem.ts";
import type { WorkerItem } from "../../src/admin/contract/workers.ts";
import { LiveList } from "./live_list.ts";

/** An event loop later than this is worth a look: the server's health rule has the same number. */
export const SLOW_LAG_MS = 100;

/** Makes the list of workers, empty. */
export function createWorkers(): LiveList<WorkerItem> {
  return new LiveList((item) => `worker/${item.id}`);
}

/** How bad each state of a worker is. */
export const WORKER_LEVEL: Readonly<Record<WorkerItem["state"], Level>> = {
  silent: "bad",
  restarting: "warn",
  starting: "info",
  running: "ok",
};

/** By id: a worker keeps its place whatever it does. */
export function workersById(items: readonly WorkerItem[]): WorkerItem[] {
  return [...items].sort((a, b) => a.id - b.id);
}

/** Each worker's part of all requests, 0 to 1; zero for all while none is known. */
export function loadShares(items: readonly WorkerItem[]): Map<number, number> {
  const sum = items.reduce((total, item) => total + (item.rps ?? 0), 0);
  return new Map(items.map((item) => [item.id, sum > 0 ? (item.rps ?? 0) / sum : 0]));
}
