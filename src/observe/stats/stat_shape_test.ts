/** Stats that many things have alike: the same to whoever counts and whoever reads as stats defined one by one. */
import assert from "node:assert/strict";
import type { StatDefinitions } from "./definitions.ts";
import type { Counter, Gauge, Histogram } from "./metric.ts";
import { StatBook } from "./stat_book.ts";
import { StatShape, type StatSource } from "./stat_shape.ts";
import { StatStore } from "./store.ts";

class PoolStats {
  readonly total: Counter;
  readonly open: Gauge;
  readonly tookMs: Histogram;
  readonly failed: Counter;

  constructor(source: StatSource) {
    this.total = source.counter("total");
    this.open = source.scope("limits.high").gauge("open", "max");
    this.tookMs = source.histogram("took_ms", "milliseconds");
    this.failed = source.counter("failed");
  }
}

const SHAPE = new StatShape((source) => new PoolStats(source));

const TAG = { name: "envoy.cluster_name", value: "web" };

function made() {
  const book = new StatBook();
  const batches: StatDefinitions[] = [];
  const stores = [0, 1].map((worker) =>
    new StatStore((batch) => {
      batches.push(batch);
      book.apply(worker, structuredClone(batch));
    })
  );
  const scopeIn = (worker: number) => stores[worker]!.passingScope("cluster.web", TAG);
  const poolIn = (worker: number) => SHAPE.make((source) => new PoolStats(source), scopeIn(worker));
  const flush = () => stores.forEach((store) => store.flushDefinitions());
  return { book, batches, stores, scopeIn, poolIn, flush };
}

Deno.test("StatShape gives main every stat under its name, kind and tags, over all workers", () => {
  const { book, poolIn, flush } = made();
  poolIn(0).total.add(2);
  const second = poolIn(1);
  second.total.inc();
  second.open.set(1);
  second.tookMs.record(40);
  second.failed.add(7);
  flush();
  const names = ["failed", "limits.high.open", "took_ms", "total"].map((name) => `cluster.web.${name}`);
  assert.deepEqual(book.stats().map(({ name }) => name), names);
  assert.deepEqual(book.stats().map(({ value }) => value), [7, 1, 1, 3]);
  assert.deepEqual(book.find("cluster.web.total")!.tagSpans.map(({ value }) => value), ["web"]);
  assert.equal(book.find("cluster.web.took_ms")!.readCounts().sum, 40);
});

Deno.test("StatShape is told once, each thing that has it in one definition", () => {
  const { batches, stores, flush } = made();
  for (const name of ["a", "b"]) SHAPE.make((source) => new PoolStats(source), stores[0]!.scope(name));
  flush();
  SHAPE.make((source) => new PoolStats(source), stores[0]!.scope("c"));
  flush();
  assert.deepEqual(batches.map(({ shapes }) => shapes.length), [1, 0]);
  assert.deepEqual(batches.map(({ shaped }) => shaped.map(({ prefix }) => prefix)), [["a.", "b."], ["c."]]);
  assert.deepEqual(batches.flatMap(({ stats }) => stats), []);
});

Deno.test("StatScope finds the stats of a shape by their names, whichever scope asks", () => {
  const { stores, poolIn } = made();
  const pool = poolIn(0);
  assert.equal(stores[0]!.scope("cluster.web").counter("total"), pool.total);
  assert.equal(stores[0]!.scope("cluster.web.limits.high").gauge("open"), pool.open);
  assert.throws(() => stores[0]!.scope("cluster.web").gauge("total"), /is no gauge/);
});

Deno.test("two objects of one name share the stats of a shape until the last has let go", () => {
  const { book, scopeIn, poolIn, flush } = made();
  const before = scopeIn(0), after = scopeIn(0);
  const old = SHAPE.make((source) => new PoolStats(source), before);
  const next = SHAPE.make((source) => new PoolStats(source), after);
  assert.equal(old.tookMs, next.tookMs);
  flush();
  before.withdraw();
  before.release();
  next.total.inc();
  flush();
  assert.equal(book.valueOf("cluster.web.total"), 1);
  after.withdraw();
  flush();
  assert.equal(book.find("cluster.web.total"), undefined);
  // Who counts after the end counts where nobody looks.
  next.total.inc();
  const other = poolIn(0);
  flush();
  assert.notEqual(other.total, next.total);
  assert.equal(book.valueOf("cluster.web.total"), 0);
});

Deno.test("StatStore.release() gives the cells of a shape to the next thing that has it", () => {
  const { batches, scopeIn, flush } = made();
  const first = scopeIn(0);
  const pool = SHAPE.make((source) => new PoolStats(source), first);
  pool.tookMs.record(3);
  pool.total.inc();
  flush();
  first.release();
  const next = SHAPE.make((source) => new PoolStats(source), scopeIn(0));
  next.tookMs.record(3);
  flush();
  const places = batches.flatMap(({ shaped }) => shaped.map(({ page, index }) => `${page} ${index}`));
  assert.equal(places[0], places[1]);
  const bins = batches.flatMap(({ decades }) => decades.map(({ page, index }) => `${page} ${index}`));
  assert.equal(bins[0], bins[1]);
  assert.equal(next.total.value, 0);
});

Deno.test("stats of a shape that go before main has heard of them are never told", () => {
  const { batches, scopeIn, flush } = made();
  const scope = scopeIn(0);
  SHAPE.make((source) => new PoolStats(source), scope);
  scope.release();
  flush();
  assert.deepEqual(batches.flatMap(({ shaped, retired }) => [...shaped, ...retired]), []);
});

Deno.test("StatShape refuses who asks for other stats than were learnt", () => {
  const { scopeIn } = made();
  assert.throws(() => SHAPE.make((source) => source.counter("failed"), scopeIn(0)), /asked for where the shape has/);
});

Deno.test("StatShape refuses to learn a stat twice", () => {
  const build = (source: StatSource) => [source.scope("a").counter("b"), source.counter("a.b")];
  assert.throws(() => new StatShape(build), /asked for twice/);
});
