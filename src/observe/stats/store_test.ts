import assert from "node:assert/strict";
import { CELLS_PER_PAGE } from "./cell_block.ts";
import { type StatDefinitions, StatKind } from "./definitions.ts";
import { HOST_COUNTERS, hostStatPrefix } from "./host_stats.ts";
import { ResponseCodeCounters } from "./response_codes.ts";
import { StatStore } from "./store.ts";

function collecting(): { store: StatStore; batches: StatDefinitions[] } {
  const batches: StatDefinitions[] = [];
  return { store: new StatStore((batch) => void batches.push(batch)), batches };
}

Deno.test("StatStore hands over what is new once, at the end of the turn", async () => {
  const { store, batches } = collecting();
  store.scope("http.ingress").counter("downstream_rq_total");
  store.scope("http.ingress").gauge("downstream_rq_active");
  assert.equal(batches.length, 0);
  await Promise.resolve();
  store.flushDefinitions();
  assert.equal(batches.length, 1);
  const [batch] = batches;
  assert.equal(batch!.pages.length, 1);
  assert.deepEqual(batch!.stats.map(({ name, kind }) => [name, kind]), [
    ["http.ingress.downstream_rq_total", StatKind.counter],
    ["http.ingress.downstream_rq_active", StatKind.gauge],
  ]);
});

Deno.test("StatDefinitions survive a structured clone with their memory shared", () => {
  const { store, batches } = collecting();
  const counter = store.scope("a").counter("b");
  store.flushDefinitions();
  const copy = structuredClone(batches[0]!);
  counter.add(7);
  assert.equal(new Float64Array(copy.pages[0]!.memory)[copy.stats[0]!.index], 7);
});

Deno.test("StatScope gives the same handle for the same name, whichever scope asks", () => {
  const { store } = collecting();
  const direct = store.scope("cluster.web").counter("upstream_cx_total");
  const nested = store.scope("cluster").scope("web").counter("upstream_cx_total");
  assert.equal(direct, nested);
});

Deno.test("StatScope refuses a name that exists with another kind", () => {
  const { store } = collecting();
  store.scope("a").counter("b");
  assert.throws(() => store.scope("a").gauge("b"), /no gauge/);
});

Deno.test("StatScope writes an underscore for a colon or a control character", () => {
  const { store, batches } = collecting();
  store.scope("listener.[::1]:80").counter("down\nstream");
  store.flushDefinitions();
  assert.equal(batches[0]!.stats[0]!.name, "listener.[__1]_80.down_stream");
});

Deno.test("StatScope says where a tag's value stands", () => {
  const { store, batches } = collecting();
  store.scope("cluster.a.b", { name: "envoy.cluster_name", value: "a.b" }).counter("c");
  store.flushDefinitions();
  assert.deepEqual(batches[0]!.stats[0]!.tags, [{ name: "envoy.cluster_name", value: "a.b", start: 8, end: 11 }]);
});

Deno.test("StatStore opens a second page when the first is full", () => {
  const { store, batches } = collecting();
  const scope = store.scope("s");
  for (let at = 0; at < CELLS_PER_PAGE + 1; at++) scope.counter(`c${at}`);
  store.flushDefinitions();
  assert.deepEqual(batches[0]!.pages.map(({ page }) => page), [0, 1]);
  assert.deepEqual([batches[0]!.stats.at(-1)!.page, batches[0]!.stats.at(-1)!.index], [1, 0]);
});

Deno.test("Gauge keeps its used mark at zero", () => {
  const { store } = collecting();
  const gauge = store.scope("s").gauge("g");
  assert.equal(gauge.cells[gauge.index + 1], 0);
  gauge.inc();
  gauge.dec();
  assert.equal(gauge.value, 0);
  assert.equal(gauge.cells[gauge.index + 1], 1);
});

Deno.test("Histogram announces a decade with its first value only", () => {
  const { store, batches } = collecting();
  const histogram = store.scope("s").histogram("h", "milliseconds");
  store.flushDefinitions();
  assert.deepEqual(batches[0]!.decades, []);
  for (const value of [0, 5, 7, 50]) histogram.record(value);
  store.flushDefinitions();
  assert.deepEqual(batches[1]!.decades.map(({ decade }) => decade), [3, 4]);
  histogram.record(55);
  store.flushDefinitions();
  assert.equal(batches.length, 2);
  assert.equal(histogram.count, 5);
});

Deno.test("StatScope.release() gives a hidden scope's cells to later stats", () => {
  const { store, batches } = collecting();
  const open = (address: string) => {
    const scope = store.scope(hostStatPrefix("web", address), null, true);
    return { scope, counters: HOST_COUNTERS.map((name) => scope.counter(name)) };
  };
  const first = open("10.0.0.7:8080");
  for (const counter of first.counters) counter.add(3);
  store.flushDefinitions();
  assert.equal(batches[0]!.stats[0]!.name, "cluster.web.endpoint.10.0.0.7_8080.cx_connect_fail");
  assert.ok(batches[0]!.stats.every(({ isHidden }) => isHidden));
  first.scope.release();
  const second = open("10.0.0.8:8080");
  store.flushDefinitions();
  assert.deepEqual([batches[1]!.retired.length, batches[1]!.pages.length], [6, 0]);
  assert.ok(second.counters.every((counter) => counter.value === 0));
  const places = (batch: StatDefinitions) => new Set(batch.stats.map(({ index }) => index));
  assert.deepEqual(places(batches[1]!), places(batches[0]!));
});

Deno.test("StatScope.withdraw() takes a hidden scope's stats out of sight and leaves its cells alone", () => {
  const { store, batches } = collecting();
  const open = () => store.scope("cluster.web.endpoint.a", null, true);
  const first = open(), counter = first.counter("rq_total");
  counter.inc();
  store.flushDefinitions();
  first.withdraw();
  const next = open().counter("rq_total");
  store.flushDefinitions();
  assert.deepEqual([batches[1]!.retired.length, batches[1]!.stats.length], [1, 1]);
  counter.inc();
  assert.deepEqual([counter.value, next.value], [2, 0]);
  first.release();
  next.inc();
  const other = store.scope("cluster.web.endpoint.b", null, true).counter("rq_total");
  assert.equal(other.index, counter.index);
  assert.deepEqual([other.value, next.value], [0, 1]);
});

Deno.test("hidden scopes of one name share their stats until the last has let go", () => {
  const { store, batches } = collecting();
  const scopes = [1, 2].map(() => store.scope("cluster.web.endpoint.a", null, true));
  const [one, two] = scopes.map((scope) => scope.counter("rq_total"));
  assert.equal(one, two);
  scopes[0]!.release();
  two!.inc();
  store.flushDefinitions();
  assert.deepEqual(batches.flatMap(({ retired }) => retired), []);
  assert.equal(store.scope("cluster.web.endpoint.a", null, true).counter("rq_total"), two);
});

Deno.test("a hidden stat that goes before main has heard of it is never told", () => {
  const { store, batches } = collecting();
  const scope = store.scope("cluster.web.endpoint.a", null, true);
  scope.counter("rq_total");
  scope.release();
  store.flushDefinitions();
  assert.deepEqual(batches.flatMap(({ retired, stats }) => [...retired, ...stats]), []);
});

Deno.test("ResponseCodeCounters make a code's stats with its first answer", () => {
  const { store, batches } = collecting();
  const codes = new ResponseCodeCounters(store.scope("cluster.web"), "upstream_rq_");
  for (const status of [200, 200, 204, 503, 0, 600]) codes.count(status);
  store.flushDefinitions();
  const cells = new Float64Array(batches[0]!.pages[0]!.memory);
  assert.deepEqual(Object.fromEntries(batches[0]!.stats.map(({ name, index }) => [name.slice(12), cells[index]])), {
    upstream_rq_2xx: 3,
    upstream_rq_200: 2,
    upstream_rq_204: 1,
    upstream_rq_5xx: 1,
    upstream_rq_503: 1,
  });
});
