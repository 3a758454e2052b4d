/** Tests of the process-wide counts behind circuit breakers. */

import assert from "node:assert/strict";
import { LimitKind, LimitPriority, SharedLimits, SLOTS_PER_PAGE } from "./shared_limits.ts";

/** What each of `workers` threads would hold over the same memory. */
function threads(workers: number, pages = 1): SharedLimits[] {
  const memory = Array.from({ length: pages }, () => SharedLimits.newPage(workers));
  return Array.from({ length: workers }, () => {
    const limits = new SharedLimits(workers);
    limits.usePages(memory);
    return limits;
  });
}

const { DEFAULT, HIGH } = LimitPriority;
const { CONNECTIONS, PENDING, REQUESTS, RETRIES } = LimitKind;

Deno.test("active() adds up what every worker has", () => {
  const [one, two, three] = threads(3);
  one!.cluster(5, 0).add(DEFAULT, REQUESTS, 2);
  two!.cluster(5, 1).add(DEFAULT, REQUESTS, 30);
  three!.cluster(5, 2).add(DEFAULT, REQUESTS, 400);
  assert.equal(two!.cluster(5, 1).active(DEFAULT, REQUESTS), 432);
});

Deno.test("add() touches no other cluster, priority, kind or page", () => {
  const [limits] = threads(2, 2);
  const slots = [0, 1, SLOTS_PER_PAGE - 1, SLOTS_PER_PAGE, 2 * SLOTS_PER_PAGE - 1];
  let next = 1;
  for (const slot of slots) {
    for (const priority of [DEFAULT, HIGH]) {
      for (const kind of [CONNECTIONS, PENDING, REQUESTS, RETRIES]) {
        limits!.cluster(slot, 0).add(priority, kind, next);
        limits!.cluster(slot, 1).add(priority, kind, next * 1000);
        next++;
      }
    }
  }
  next = 1;
  for (const slot of slots) {
    for (const priority of [DEFAULT, HIGH]) {
      for (const kind of [CONNECTIONS, PENDING, REQUESTS, RETRIES]) {
        assert.equal(limits!.cluster(slot, 1).active(priority, kind), next++ * 1001);
      }
    }
  }
});

Deno.test("acquire() refuses at the limit of the process and allows again after release()", () => {
  const [one, two] = threads(2);
  const first = one!.cluster(0, 0), second = two!.cluster(0, 1);
  assert.equal(first.acquire(DEFAULT, CONNECTIONS, 2), true);
  assert.equal(second.acquire(DEFAULT, CONNECTIONS, 2), true);
  assert.equal(first.acquire(DEFAULT, CONNECTIONS, 2), false);
  assert.equal(first.active(DEFAULT, CONNECTIONS), 2);
  second.release(DEFAULT, CONNECTIONS);
  assert.equal(first.acquire(DEFAULT, CONNECTIONS, 2), true);
  assert.equal(first.acquire(DEFAULT, PENDING, 0), false);
});

Deno.test("clearWorker() forgets one worker's counts on every page and no other's", () => {
  const [limits] = threads(3, 2);
  for (const slot of [3, SLOTS_PER_PAGE + 3]) {
    for (const worker of [0, 1, 2]) limits!.cluster(slot, worker).add(HIGH, RETRIES, 10 ** worker);
  }
  limits!.clearWorker(1);
  assert.equal(limits!.cluster(3, 0).active(HIGH, RETRIES), 101);
  assert.equal(limits!.cluster(SLOTS_PER_PAGE + 3, 0).active(HIGH, RETRIES), 101);
});

Deno.test("usePages() keeps the pages it has and takes the new ones", () => {
  const pages = [SharedLimits.newPage(1)];
  const limits = new SharedLimits(1);
  limits.usePages(pages);
  limits.cluster(0, 0).add(DEFAULT, REQUESTS, 7);
  assert.throws(() => limits.cluster(SLOTS_PER_PAGE, 0), RangeError);
  pages.push(SharedLimits.newPage(1));
  limits.usePages(pages);
  assert.equal(limits.slots, 2 * SLOTS_PER_PAGE);
  assert.equal(limits.cluster(0, 0).active(DEFAULT, REQUESTS), 7);
  assert.equal(limits.cluster(SLOTS_PER_PAGE, 0).active(DEFAULT, REQUESTS), 0);
});
