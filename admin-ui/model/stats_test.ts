import { deepEqual, equal } from "node:assert/strict";
import type { StatItem } from "../../src/admin/contract/stats.ts";
import { pinsOf, POINTS, StatHistory, statsPath, togglePin } from "./stats.ts";

function item(name: string, value: number | string, rate: number | null, type: StatItem["type"] = "counter"): StatItem {
  return { name, parts: [name], type, value, unit: "", tags: [], prometheus_name: name, rate, links: [] };
}

Deno.test("statsPath() asks for what the address says, and for the pinned and the open stat by name", () => {
  const address = new URLSearchParams({ q: "/a|b/", used: "1", pin: "x%2Cy,z", open: "o,p", other: "1" });
  const asked = new URLSearchParams(statsPath((name) => address.get(name) ?? "", 100).slice("/stats?".length));
  equal(asked.get("q"), "/a|b/");
  deepEqual([asked.get("used"), asked.get("changed"), asked.get("limit"), asked.get("other")], ["1", "", "100", null]);
  equal(asked.get("names"), "x%2Cy,z,o%2Cp");
});

Deno.test("togglePin() puts a name in and takes it out, whatever is in it", () => {
  const once = togglePin([], "a,b");
  equal(once, "a%2Cb");
  deepEqual(pinsOf(once), ["a,b"]);
  equal(togglePin(pinsOf(togglePin(pinsOf(once), "c")), "a,b"), "c");
  deepEqual(pinsOf(""), []);
});

Deno.test("StatHistory draws rates, levels of gauges, and what is on screen alone", () => {
  const history = new StatHistory();
  history.push(2000, [item("a", 5, null), item("g", 7, null, "gauge")]);
  history.push(2000, [item("a", 5, null), item("g", 7, null, "gauge")]);
  history.push(4000, [item("a", 9, 2), item("g", 6, null, "gauge")]);
  deepEqual([history.values("a"), history.values("g")], [[null, 2], [7, 6]]);
  history.push(6000, [item("a", 9, 0)]);
  deepEqual([history.values("a"), history.values("g")], [[null, 2, 0], []]);
});

Deno.test("StatHistory keeps five minutes, and begins anew after a pause", () => {
  const history = new StatHistory();
  for (let at = 1; at <= POINTS + 5; at++) history.push(at * 2000, [item("a", at, at)]);
  equal(history.values("a").length, POINTS);
  equal(history.values("a").at(-1), POINTS + 5);
  history.push((POINTS + 30) * 2000, [item("a", 1, 1)]);
  deepEqual(history.values("a"), [1]);
});
