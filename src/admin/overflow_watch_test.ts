import assert from "node:assert/strict";
import { OverflowWatch } from "./overflow_watch.ts";
import { StatBook } from "../observe/stats/stat_book.ts";

Deno.test("OverflowWatch tells an overflow for a minute, and not what was before it looked", () => {
  const book = new StatBook();
  const counter = book.own.scope("cluster.web").counter("upstream_rq_pending_overflow");
  counter.add(7);
  const watch = new OverflowWatch(book, (name) => name);
  const at = (nowMs: number) => [...watch.update([{ name: "web" }, { name: "api" }], nowMs)];
  assert.deepEqual(at(1000), []);
  counter.inc();
  assert.deepEqual(at(2000), ["web"]);
  assert.deepEqual(at(61_000), ["web"]);
  assert.deepEqual(at(62_000), []);
});

Deno.test("OverflowWatch looks at very many clusters in turns", () => {
  const book = new StatBook();
  const counter = book.own.scope("cluster.c2999").counter("upstream_cx_overflow");
  const clusters = Array.from({ length: 3000 }, (_, at) => ({ name: `c${at}` }));
  const watch = new OverflowWatch(book, (name) => name);
  for (let second = 1; second <= 30; second++) watch.update(clusters, second * 1000);
  counter.inc();
  const told = Array.from({ length: 30 }, (_, at) => [...watch.update(clusters, (31 + at) * 1000)]);
  assert.deepEqual(told.at(-1), ["c2999"]);
  assert.deepEqual(told[0], []);
});
