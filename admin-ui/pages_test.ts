import { deepEqual, equal } from "node:assert/strict";
import { findPage, PAGES } from "./pages.ts";

Deno.test("findPage() gives a page the steps after its own, and the Overview its sections", () => {
  deepEqual(findPage([]), { entry: PAGES[0], steps: [] });
  deepEqual(findPage(["problems"]), { entry: PAGES[0], steps: ["problems"] });
  for (const entry of PAGES.slice(1)) deepEqual(findPage([entry.step, "a", "b"]), { entry, steps: ["a", "b"] });
  equal(findPage(["nowhere"]), null);
});

Deno.test("PAGES have steps, keys and titles of their own", () => {
  for (const  of of["step", "key", "title"] as const) {
    const given = PAGES.map((entry) => entry[of]).filter((text) => text !== "");
    equal(new Set(given).size, given.length, of);
  }
});
