import { deepEqual } from "node:assert/strict";
import { signal } from "@preact/signals";
import { type Banner, Banners } from "./banners.ts";

function ids(banners: Banners): string[] {
  return banners.shown.value.map(({ id }) => id);
}

Deno.test("Banners follow what their sources read, the most pressing first", () => {
  const banners = new Banners();
  const isStale = signal(false);
  const remove = banners.add(() => [{ id: "draining", level: "info", text: "Draining" }]);
  banners.add(() => isStale.value ? [{ id: "stale", level: "warn", text: "Stale" } as Banner] : []);
  deepEqual(ids(banners), ["draining"]);
  isStale.value = true;
  deepEqual(ids(banners), ["stale", "draining"]);
  remove();
  deepEqual(ids(banners), ["stale"]);
});

Deno.test("Banners of level info alone can be put away", () => {
  const banners = new Banners();
  banners.add(() => [{ id: "a", level: "info", text: "A" }, { id: "b", level: "warn", text: "B" }]);
  banners.dismiss("a");
  banners.dismiss("b");
  deepEqual(ids(banners), ["b"]);
});
