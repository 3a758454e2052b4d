/** Tests of when a host's slot is given out again. */

import assert from "node:assert/strict";
import { HOSTS_PER_PAGE, SharedHosts } from "../../upstream/shared_hosts.ts";
import { HostSlots } from "./host_slots.ts";

/** What a worker of two sees of the slots. */
function workerOf(slots: HostSlots): SharedHosts {
  const hosts = new SharedHosts(2);
  hosts.usePages(slots.pages);
  return hosts;
}

Deno.test("take() gives every host another slot, and adds a page when the last is full", () => {
  const slots = new HostSlots(2);
  const taken = Array.from({ length: HOSTS_PER_PAGE + 1 }, () => slots.take());
  assert.deepEqual(taken, Array.from({ length: HOSTS_PER_PAGE + 1 }, (_, index) => index));
  assert.equal(slots.pages.length, 2);
});

Deno.test("a slot is free when all workers have acked its removal, and then another change", () => {
  const slots = new HostSlots(2);
  const slot = slots.take();
  slots.retire(slot, 5);
  slots.reclaim(4, 5);
  assert.equal(slots.take(), 1);
  slots.reclaim(5, 6); // quiet, seen when 6 was on its way
  assert.equal(slots.take(), 2);
  slots.reclaim(6, 7); // 6 was sent before the look
  assert.equal(slots.take(), 3);
  slots.reclaim(7, 7);
  assert.equal(slots.take(), slot);
  assert.equal(slots.take(), 4);
});

Deno.test("a slot stays taken while a request or a connection to its host is under way", () => {
  const slots = new HostSlots(2);
  const slot = slots.take(), worker = workerOf(slots).host(slot, 1);
  worker.addRequests(1);
  worker.addConnections(1);
  slots.retire(slot, 1);
  for (const generation of [1, 2, 3, 4]) slots.reclaim(generation, generation);
  worker.addRequests(-1);
  for (const generation of [5, 6]) slots.reclaim(generation, generation);
  assert.equal(slots.take(), 1);
  worker.addConnections(-1);
  slots.reclaim(6, 6);
  assert.equal(slots.take(), 2);
  slots.reclaim(7, 7);
  assert.equal(slots.take(), slot);
});

Deno.test("what the event of the last request's end counts is cleared before the slot is given again", () => {
  const slots = new HostSlots(2);
  const slot = slots.take(), worker = workerOf(slots).host(slot, 1);
  slots.retire(slot, 1);
  slots.reclaim(1, 1);
  worker.extendRow(0);
  worker.count(0, false);
  slots.reclaim(2, 2);
  assert.equal(slots.take(), slot);
  assert.equal(worker.extendRow(0), 1);
  assert.equal(slots.counts(slot).total(0), 0);
});

Deno.test("a worker that died holds no slot, once its replacement has acked", () => {
  const slots = new HostSlots(2);
  const slot = slots.take();
  workerOf(slots).host(slot, 1).addRequests(3);
  slots.retire(slot, 1);
  slots.clearWorker(1);
  slots.reclaim(0, 2); // nobody in its place
  assert.equal(slots.take(), 1);
  slots.reclaim(2, 2);
  slots.reclaim(3, 3);
  assert.equal(slots.take(), slot);
});
