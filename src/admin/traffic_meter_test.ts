import assert from "node:assert/strict";
import { StatBook } from "../observe/stats/stat_book.ts";
import { StatStore } from "../observe/stats/store.ts";
import { TrafficMeter } from "./traffic_meter.ts";

/** A meter, two workers that serve listener `ingress`, and time. */
function setUp() {
  const book = new StatBook();
  const workers = [0, 1].map((worker) => new StatStore((batch) => book.apply(worker, batch)));
  const meter = new TrafficMeter(book);
  let nowMs = 0;
  return {
    book,
    meter,
    serve(worker: number, status: number, count: number, ms: number): void {
      const scope = workers[worker]!.scope("http.ingress");
      scope.counter(`downstream_rq_${(status / 100) | 0}xx`).add(count);
      for (let at = 0; at < count; at++) scope.histogram("downstream_rq_time", "milliseconds").record(ms);
      scope.counter("downstream_cx_total").inc();
      scope.gauge("downstream_cx_active").inc();
      workers[worker]!.flushDefinitions();
    },
    second(): void {
      nowMs += 1000;
      meter.sample(nowMs, 1_000_000 + nowMs);
    },
  };
}

Deno.test("TrafficMeter knows no rate before two samples", () => {
  const { meter, second } = setUp();
  second();
  assert.equal(meter.traffic.rps, null);
  assert.equal(meter.traffic.p99, null);
  second();
  assert.equal(meter.traffic.rps, 0);
  assert.equal(meter.traffic.error_ratio, null);
});

Deno.test("TrafficMeter gives what came in the last second, over all workers", () => {
  const { meter, serve, second } = setUp();
  second();
  second();
  serve(0, 200, 6, 10);
  serve(1, 200, 2, 10);
  serve(1, 503, 2, 50);
  second();
  const { rps, by_class, error_ratio, p50, p99, active_cx } = meter.traffic;
  assert.deepEqual([rps, by_class.c2, by_class.c5, error_ratio], [10, 8, 2, 0.2]);
  assert.ok(p50! >= 10 && p50! < 11, `p50 ${p50}`);
  assert.ok(p99! >= 50 && p99! < 51, `p99 ${p99}`);
  assert.equal(active_cx, 3);
  second();
  assert.deepEqual([meter.traffic.rps, meter.traffic.p50], [0, null]);
});

Deno.test("TrafficMeter leaves the admin's own requests out", () => {
  const { book, meter, second } = setUp();
  const admin = book.own.scope("http.admin").counter("downstream_rq_2xx");
  second();
  second();
  admin.add(5);
  second();
  assert.equal(meter.traffic.rps, 0);
});

Deno.test("TrafficMeter tells the workers apart", () => {
  const { meter, serve, second } = setUp();
  const rates = () => [0, 1].map((worker) => meter.workerRps(worker));
  second();
  rates();
  serve(0, 200, 9, 1);
  serve(1, 200, 3, 1);
  second();
  assert.deepEqual(rates(), [9, 3]);
  assert.equal(meter.workerLoad(0).acceptShare, 0.5);
});

Deno.test("TrafficMeter judges errors over a minute, with one request a second at least", () => {
  const { meter, serve, second } = setUp();
  second();
  serve(0, 500, 1, 1);
  for (let at = 0; at < 5; at++) second();
  assert.equal(meter.errorRatioOfMinute, null);
  serve(0, 200, 9, 1);
  second();
  assert.equal(meter.errorRatioOfMinute, 0.1);
  for (let at = 0; at < 61; at++) second();
  assert.equal(meter.errorRatioOfMinute, null);
});

Deno.test("TrafficMeter keeps the last five minutes", () => {
  const { meter, serve, second } = setUp();
  for (let at = 0; at < 310; at++) {
    serve(0, 200, at < 305 ? 1 : 3, 1);
    second();
  }
  const { series, step_s, start_ms } = meter.history(300, ["rps", "rps_2xx"]);
  assert.deepEqual(Object.keys(series), ["rps", "rps_2xx"]);
  assert.equal(series.rps!.length, 300);
  assert.deepEqual(series.rps!.slice(-6), [1, 3, 3, 3, 3, 3]);
  assert.deepEqual([step_s, start_ms], [1, 1_000_000 + 310_000 - 299_000]);
  assert.equal(meter.history(10).series.p50!.length, 10);
});
