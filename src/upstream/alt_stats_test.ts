import assert from "node:assert/strict";
import type { StatDefinition } from "../observe/stats/definitions.ts";
import { StatStore } from "../observe/stats/store.ts";
import { AltStats } from "./alt_stats.ts";

/** Names of one cluster, and what they come to in the store. */
function altStats(): { readonly alt: AltStats; readonly names: () => string[] } {
  const defined: StatDefinition[] = [];
  const store = new StatStore(({ stats }) => defined.push(...stats));
  return {
    alt: new AltStats(store.scope("cluster.web")),
    names: () => {
      store.flushDefinitions();
      return defined.map(({ name }) => name).sort();
    },
  };
}

Deno.test("AltStats counts under a name as it is written, by origin too", () => {
  const { alt, names } = altStats();
  alt.find("a:b.c")!.onAnswer(404, "internal");
  alt.find("a:b.c")!.onTime(3, "internal");
  const under = (prefix: string) =>
    ["200", "2xx", "404", "4xx", "completed", "time"].filter((name) =>
      names().includes(`${prefix}upstream_rq_${name}`)
    );
  assert.deepEqual(under("cluster.web.a:b.c."), ["404", "4xx", "completed", "time"]);
  assert.deepEqual(under("cluster.web.a:b.c.internal."), ["404", "4xx", "completed", "time"]);
  assert.deepEqual(under("cluster.web.a:b.c.external."), []);
});

Deno.test("AltStats keeps so many names and no more", () => {
  const { alt } = altStats();
  for (let i = 0; i < 256; i++) assert.notEqual(alt.find(`n${i}`), null);
  assert.equal(alt.find("one more"), null);
  assert.equal(alt.find("n255"), alt.find("n255"));
});

Deno.test("AltStats keeps no name that is too long", () => {
  const { alt } = altStats();
  assert.notEqual(alt.find("x".repeat(256)), null);
  assert.equal(alt.find("x".repeat(257)), null);
});
