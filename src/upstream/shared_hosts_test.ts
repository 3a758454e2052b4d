/** Tests of the counts of hosts that all workers share. */

import assert from "node:assert/strict";
import { HOSTS_PER_PAGE, Origin, RowKind, SharedHosts } from "./shared_hosts.ts";

/** What each of `workers` threads would hold over the same memory. */
function threads(workers: number, pages = 1): SharedHosts[] {
  const memory = Array.from({ length: pages }, () => SharedHosts.newPage(workers));
  return Array.from({ length: workers }, () => {
    const hosts = new SharedHosts(workers);
    hosts.usePages(memory);
    return hosts;
  });
}

const { EXTERNAL, LOCAL } = Origin;
const { ERRORS, GATEWAY_FAILURES, LOCAL_FAILURES } = RowKind;

Deno.test("levels and totals add up what every worker has", () => {
  const [one, two] = threads(2);
  const first = one!.host(7, 0), second = two!.host(7, 1);
  first.addRequests(2);
  second.addRequests(30);
  second.addRequests(-1);
  first.addConnections(4);
  second.addConnections(50);
  for (const counts of [first, second]) {
    counts.count(EXTERNAL, true);
    counts.count(EXTERNAL, false);
    counts.count(LOCAL, false);
  }
  second.count(LOCAL, true);
  for (const counts of [first, second]) {
    assert.equal(counts.activeRequests, 31);
    assert.equal(counts.activeConnections, 54);
    assert.deepEqual([counts.successes(EXTERNAL), counts.total(EXTERNAL)], [2, 4]);
    assert.deepEqual([counts.successes(LOCAL), counts.total(LOCAL)], [1, 3]);
  }
});

Deno.test("extendRow() counts for all workers together, until one of them breaks the row", () => {
  const [one, two] = threads(2);
  const first = one!.host(0, 0), second = two!.host(0, 1);
  assert.deepEqual([first.extendRow(ERRORS), second.extendRow(ERRORS), first.extendRow(ERRORS)], [1, 2, 3]);
  assert.equal(second.extendRow(GATEWAY_FAILURES), 1);
  second.breakRow(ERRORS);
  assert.equal(first.extendRow(ERRORS), 1);
  assert.equal(first.extendRow(GATEWAY_FAILURES), 2);
  assert.equal(first.extendRow(LOCAL_FAILURES), 1);
});

Deno.test("a host's counts are no other host's, on any page", () => {
  const [hosts] = threads(2, 2);
  const slots = [0, 1, HOSTS_PER_PAGE - 1, HOSTS_PER_PAGE, 2 * HOSTS_PER_PAGE - 1];
  slots.forEach((slot, index) => {
    for (const worker of [0, 1]) {
      const counts = hosts!.host(slot, worker);
      counts.addRequests(index + 1);
      counts.addConnections(10 * (index + 1));
      for (let i = 0; i <= index; i++) {
        counts.count(EXTERNAL, true);
        counts.count(LOCAL, true);
        for (const kind of Object.values(RowKind)) counts.extendRow(kind);
      }
    }
  });
  slots.forEach((slot, index) => {
    const counts = hosts!.host(slot, 0), expected = 2 * (index + 1);
    assert.equal(counts.activeRequests, expected);
    assert.equal(counts.activeConnections, 10 * expected);
    for (const origin of [EXTERNAL, LOCAL]) {
      assert.deepEqual([counts.successes(origin), counts.total(origin)], [expected, expected]);
    }
    for (const kind of Object.values(RowKind)) assert.equal(counts.extendRow(kind), expected + 1);
  });
});

Deno.test("totals wrap and their differences stay true", () => {
  const memory = SharedHosts.newPage(1), cells = new Int32Array(memory);
  cells.fill(2 ** 31 - 1, 0, 6);
  const hosts = new SharedHosts(1);
  hosts.usePages([memory]);
  const counts = hosts.host(0, 0), before = counts.total(EXTERNAL);
  counts.count(EXTERNAL, true);
  counts.count(EXTERNAL, true);
  assert.equal((counts.total(EXTERNAL) - before) | 0, 2);
});

Deno.test("clearWorker() forgets what was under way and keeps what was counted", () => {
  const [hosts] = threads(3, 2);
  for (const slot of [3, HOSTS_PER_PAGE + 3]) {
    for (const worker of [0, 1, 2]) {
      const counts = hosts!.host(slot, worker);
      counts.addRequests(10 ** worker);
      counts.addConnections(10 ** worker);
      counts.count(EXTERNAL, true);
    }
  }
  hosts!.clearWorker(1);
  for (const slot of [3, HOSTS_PER_PAGE + 3]) {
    const counts = hosts!.host(slot, 0);
    assert.deepEqual([counts.activeRequests, counts.activeConnections, counts.total(EXTERNAL)], [101, 101, 3]);
  }
});

Deno.test("clear() makes a host's counts those of a new one", () => {
  const [hosts] = threads(2);
  for (const worker of [0, 1]) {
    for (const slot of [4, 5, 6]) {
      const counts = hosts!.host(slot, worker);
      counts.addRequests(1);
      counts.addConnections(1);
      counts.count(EXTERNAL, true);
      counts.count(LOCAL, false);
      counts.extendRow(ERRORS);
    }
  }
  hosts!.host(5, 0).clear();
  const cleared = hosts!.host(5, 1);
  const totals = [EXTERNAL, LOCAL].flatMap((origin) => [cleared.successes(origin), cleared.total(origin)]);
  assert.deepEqual([cleared.activeRequests, cleared.activeConnections, ...totals], [0, 0, 0, 0, 0, 0]);
  assert.equal(cleared.extendRow(ERRORS), 1);
  for (const slot of [4, 6]) {
    assert.equal(hosts!.host(slot, 0).activeRequests, 2);
    assert.equal(hosts!.host(slot, 0).extendRow(ERRORS), 3);
  }
});

Deno.test("usePages() keeps the pages it has and takes the new ones", () => {
  const pages = [SharedHosts.newPage(1)];
  const hosts = new SharedHosts(1);
  hosts.usePages(pages);
  hosts.host(0, 0).addRequests(7);
  assert.throws(() => hosts.host(HOSTS_PER_PAGE, 0), RangeError);
  pages.push(SharedHosts.newPage(1));
  hosts.usePages(pages);
  assert.equal(hosts.slots, 2 * HOSTS_PER_PAGE);
  assert.equal(hosts.host(0, 0).activeRequests, 7);
  assert.equal(hosts.host(HOSTS_PER_PAGE, 0).activeRequests, 0);
});
