import assert from "node:assert/strict";
import { StatBook } from "../observe/stats/stat_book.ts";
import { StatLooks } from "./stat_looks.ts";

function setUp() {
  const book = new StatBook();
  const counter = book.own.root.counter("a");
  return { book, counter, looks: new StatLooks(), stat: book.find("a")! };
}

Deno.test("StatLooks.look() knows a rate from the second look on, and none after a reset", () => {
  const { counter, looks, stat } = setUp();
  counter.add(5);
  assert.equal(looks.look(stat, 1000).rate, null);
  counter.add(30);
  assert.equal(looks.look(stat, 3000).rate, 15);
  assert.equal(looks.look(stat, 5000).rate, 0);
  stat.reset();
  assert.equal(looks.look(stat, 7000).rate, null);
});

Deno.test("StatLooks.look() takes looks right after each other for one", () => {
  const { counter, looks, stat } = setUp();
  looks.look(stat, 0);
  counter.add(10);
  assert.equal(looks.look(stat, 1000).rate, 10);
  counter.add(1);
  assert.equal(looks.look(stat, 1100).rate, 10);
  assert.equal(looks.look(stat, 2000).rate, 1);
});

Deno.test("StatLooks.look() notes when a value, text or number, was found changed", () => {
  const { book, counter, looks, stat } = setUp();
  const text = book.text("version");
  looks.look(stat, 0);
  assert.equal(looks.look(text, 0).changedMs, -Infinity);
  counter.inc();
  text.set("v2");
  assert.equal(looks.look(stat, 2000).changedMs, 2000);
  assert.equal(looks.look(text, 2000).changedMs, 2000);
  assert.equal(looks.look(text, 2000).rate, null);
});

Deno.test("StatLooks.watch() says since when it has been asked without a pause, a minute at most", () => {
  const { looks } = setUp();
  assert.equal(looks.watch(1000), 1000);
  assert.equal(looks.watch(31_000), 1000);
  assert.equal(looks.watch(90_000), 30_000);
  assert.equal(looks.watch(200_000), 200_000);
});

Deno.test("StatLooks.tick() forgets what nobody looked at for a minute", () => {
  const { looks, stat } = setUp();
  looks.look(stat, 0);
  looks.tick(60_000);
  assert.equal(looks.size, 1);
  looks.tick(60_001);
  assert.equal(looks.size, 0);
});
