import { deepEqual, equal, ok } from "node:assert/strict";
import { rowWindow, scrollTopFor } from "./row_window.ts";

Deno.test("rowWindow() draws all that is in sight wherever one scrolls to, and never many more", () => {
  const height = 30, view = 600, count = 50_000;
  for (let scrollTop = 0; scrollTop <= count * height - view; scrollTop += 9973) {
    const { first, end } = rowWindow(scrollTop, view, height, count);
    ok(first * height <= scrollTop, `at ${scrollTop}: first ${first}`);
    ok(end * height >= scrollTop + view, `at ${scrollTop}: end ${end}`);
    ok(end - first <= 80, `at ${scrollTop}: ${end - first} rows`);
  }
});

Deno.test("rowWindow() keeps to the rows there are", () => {
  deepEqual(rowWindow(0, 600, 30, 3), { first: 0, end: 3 });
  deepEqual(rowWindow(0, 600, 30, 0), { first: 0, end: 0 });
  // A list that became shorter than where one had scrolled to.
  const { first, end } = rowWindow(100_000, 600, 30, 100);
  equal(end, 100);
  ok(end - first >= 20);
});

Deno.test("rowWindow() stays the same while one scrolls within a step", () => {
  deepEqual(rowWindow(26 * 30, 600, 30, 1000), rowWindow(29 * 30 + 29, 600, 30, 1000));
});

Deno.test("scrollTopFor() moves no more than it must", () => {
  equal(scrollTopFor(5, 0, 300, 30), 0);
  equal(scrollTopFor(10, 0, 300, 30), 30);
  equal(scrollTopFor(2, 300, 300, 30), 60);
});
