import assert from "node:assert/strict";
import { hostStatPrefix } from "./host_stats.ts";
import { StatBook } from "./stat_book.ts";
import { StatStore } from "./store.ts";

/** A book and the stores of some workers that report to it. */
function bookOf(workers: number): { book: StatBook; stores: StatStore[] } {
  const book = new StatBook();
  const stores = Array.from({ length: workers }, (_, worker) => {
    return new StatStore((batch) => book.apply(worker, structuredClone(batch)));
  });
  return { book, stores };
}

function flush(stores: StatStore[]): void {
  for (const store of stores) store.flushDefinitions();
}

Deno.test("StatBook sums a counter over the workers and still knows each one's part", () => {
  const { book, stores } = bookOf(2);
  stores[0]!.scope("a").counter("c").add(2);
  stores[1]!.scope("a").counter("c").add(5);
  flush(stores);
  const stat = book.find("a.c")!;
  assert.equal(stat.value, 7);
  assert.equal(stat.valueOf(1), 5);
  assert.equal(stat.valueOf(9), 0);
});

Deno.test("StatBook takes the greatest of a gauge that every worker sees whole", () => {
  const { book, stores } = bookOf(2);
  for (const store of stores) store.scope("a").gauge("membership_total", "max").set(3);
  flush(stores);
  assert.equal(book.valueOf("a.membership_total"), 3);
});

Deno.test("StatBook keeps a dead worker's counters and histograms, not its gauges", () => {
  const { book, stores } = bookOf(2);
  for (const store of stores) {
    store.scope("a").counter("c").add(4);
    store.scope("a").gauge("g").set(4);
    store.scope("a").histogram("h", "milliseconds").record(40);
  }
  flush(stores);
  book.removeWorker(1);
  assert.equal(book.valueOf("a.c"), 8);
  assert.equal(book.valueOf("a.g"), 4);
  assert.equal(book.find("a.h")!.readCounts().count, 2);

  const successor = new StatStore((batch) => book.apply(1, batch));
  successor.scope("a").counter("c").inc();
  successor.scope("a").histogram("h", "milliseconds").record(40);
  successor.flushDefinitions();
  assert.equal(book.valueOf("a.c"), 9);
  assert.equal(book.find("a.c")!.valueOf(1), 1);
  assert.equal(book.find("a.h")!.readCounts().count, 3);
});

Deno.test("StatBook lists stats by name however they arrive", () => {
  const { book, stores } = bookOf(2);
  stores[0]!.scope("b").counter("z");
  stores[0]!.scope("b").counter("a");
  flush(stores);
  assert.deepEqual(book.stats().map(({ name }) => name), ["b.a", "b.z"]);
  stores[1]!.scope("b").counter("m");
  stores[1]!.scope("a").counter("y");
  flush(stores);
  assert.deepEqual(book.stats().map(({ name }) => name), ["a.y", "b.a", "b.m", "b.z"]);
});

Deno.test("statsUnder() finds the names that begin so", () => {
  const book = new StatBook();
  for (const name of ["a", "http.a", "http.b", "httpx.c", "z"]) book.own.scope(name).counter("n");
  assert.deepEqual(book.statsUnder("http.").map(({ name }) => name), ["http.a.n", "http.b.n"]);
  assert.deepEqual(book.statsUnder("y"), []);
  assert.equal(book.statsUnder("").length, 5);
});

Deno.test("StatBook shows its own thread's stats without a wait", () => {
  const book = new StatBook();
  book.own.scope("server").gauge("live").set(1);
  assert.equal(book.valueOf("server.live"), 1);
});

Deno.test("flush() moves values from the workers to the reports, interval and total", () => {
  const { book, stores } = bookOf(1);
  const histogram = stores[0]!.scope("a").histogram("h", "milliseconds");
  histogram.record(10);
  flush(stores);
  const stat = book.find("a.h")!;
  assert.deepEqual([stat.cumulative.count, stat.interval.count], [0, 0]);
  book.flush();
  assert.deepEqual([stat.cumulative.count, stat.interval.count], [1, 1]);
  histogram.record(10);
  histogram.record(20);
  flush(stores);
  book.flush();
  assert.deepEqual([stat.cumulative.count, stat.interval.count], [3, 2]);
  book.flush();
  assert.deepEqual([stat.cumulative.count, stat.interval.count], [3, 0]);
});

Deno.test("resetCounters() zeroes counters of every worker and leaves them used", () => {
  const { book, stores } = bookOf(2);
  const counters = stores.map((store) => store.scope("a").counter("c"));
  for (const counter of counters) counter.add(3);
  stores[0]!.scope("a").gauge("g").set(3);
  flush(stores);
  book.resetCounters();
  assert.equal(book.valueOf("a.c"), 0);
  assert.equal(book.find("a.c")!.isUsed, true);
  assert.equal(book.valueOf("a.g"), 3);
  counters[0]!.inc();
  assert.equal(book.valueOf("a.c"), 1);
});

Deno.test("isUsed is false until a stat is touched and stays true at zero", () => {
  const { book, stores } = bookOf(1);
  const scope = stores[0]!.scope("a");
  const gauge = scope.gauge("g");
  scope.counter("c");
  flush(stores);
  assert.equal(book.find("a.g")!.isUsed, false);
  assert.equal(book.find("a.c")!.isUsed, false);
  gauge.set(0);
  assert.equal(book.find("a.g")!.isUsed, true);
});

Deno.test("StatBook forgets a host's stats when the last worker has dropped them", () => {
  const { book, stores } = bookOf(2);
  const hosts = stores.map((store) => store.scope(hostStatPrefix("web", "10.0.0.7:80"), null, true));
  for (const host of hosts) host.counter("cx_total").inc();
  flush(stores);
  const name = "cluster.web.endpoint.10.0.0.7_80.cx_total";
  hosts[0]!.release();
  flush(stores);
  assert.ok(book.find(name) !== undefined);
  hosts[1]!.release();
  flush(stores);
  assert.equal(book.find(name), undefined);
  assert.deepEqual(book.stats(), []);
});
