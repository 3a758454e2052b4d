import { deepEqual, equal } from "node:assert/strict";
import { entryOf, itemOf, viewOf } from "./runtime_cases.ts";
import { badgesOf, groupsOf, isIgnored, itemsByKey, keptRows, rowOf, rowsOf, similarKeys } from "./rows.ts";

const NOON = new Date(2026, 0, 5, 12).getTime();
const admin = { set_by: "ana", set_ms: NOON, reason: "INC-7", expires_ms: null, previous: null, change_id: "c1" };

const view = viewOf({}, {
  entries: [
    entryOf("circuit_breakers.web.default.max_requests", ["9", "5"], { admin: { ...admin, expires_ms: NOON + 1 } }),
    entryOf("some.custom", ["hello", null], { known: false }),
    entryOf("tracing.sampling", ["x", null], { warnings: ["Wrong type, ignored: the key wants a number"] }),
  ],
});
const catalog = itemsByKey([
  itemOf("circuit_breakers.<cluster>.max_requests", {
    keys: ["circuit_breakers.web.default.max_requests", "circuit_breakers.api.default.max_requests"],
    group: "Circuit breakers",
    description: "Requests under way",
  }),
  itemOf("tracing.sampling", { group: "Tracing" }),
  itemOf("upstream.maintenance_mode.<cluster>"),
]);

const NONE = { text: "", isCatalog: false, filter: "", group: "", cluster: "" };
const keysOf = (choice: Partial<typeof NONE>, isCatalog = false) =>
  keptRows(rowsOf(view, catalog, isCatalog), view.layers, { ...NONE, ...choice }, NOON).map(({ key }) => key);

Deno.test("rowsOf() has the keys that are set, or all that are known and the custom ones last", () => {
  deepEqual(keysOf({}), view.entries.map(({ key }) => key));
  deepEqual(keysOf({}, true), [
    "circuit_breakers.web.default.max_requests",
    "circuit_breakers.api.default.max_requests",
    "tracing.sampling",
    "upstream.maintenance_mode.<cluster>",
    "some.custom",
  ]);
  deepEqual(groupsOf(rowsOf(view, catalog, true)), ["Circuit breakers", "Tracing", "Limits", "Custom"]);
  equal(rowOf("upstream.maintenance_mode.<cluster>", null, null).isPattern, true);
});

Deno.test("keptRows() filters by state, group, cluster and text", () => {
  const breaker = "circuit_breakers.web.default.max_requests";
  deepEqual(keysOf({ filter: "overridden" }), [breaker]);
  deepEqual(keysOf({ filter: "expiring" }), [breaker]);
  deepEqual(keysOf({ filter: "today" }), [breaker]);
  deepEqual(keysOf({ filter: "wrong" }), ["tracing.sampling"]);
  deepEqual(keysOf({ filter: "unknown" }), ["some.custom"]);
  deepEqual(keysOf({ group: "Tracing" }, true), ["tracing.sampling"]);
  deepEqual(keysOf({ cluster: "api" }, true), ["circuit_breakers.api.default.max_requests"]);
  for (const text of ["MAX_REQ", "inc-7", "under way", "5"]) deepEqual(keysOf({ text }), [breaker], text);
  deepEqual(keysOf({ text: "hello" }), ["some.custom"]);
  deepEqual(keysOf({ text: "base" }), view.entries.map(({ key }) => key), "layers that have a value");
  deepEqual(keysOf({ text: "nothing like it" }), []);
});

Deno.test("badgesOf() says what is to be known of a key, each once", () => {
  const words = (entry: Parameters<typeof rowOf>[1], item: Parameters<typeof rowOf>[2] = null) =>
    badgesOf(rowOf("a", entry, item)).map(({ word }) => word);
  deepEqual(words(view.entries[0]!), ["override"]);
  deepEqual(words(view.entries[1]!), ["unknown key"]);
  deepEqual(words(view.entries[2]!), ["wrong type"]);
  const everywhere = entryOf("a", ["1", null], { warnings: ["It concerns all clusters at once"] });
  deepEqual(words(everywhere, itemOf("a", { is_global: true, read: "restart" })), ["all clusters", "restart only"]);
  deepEqual(words(entryOf("a", ["1", null], { warnings: ["More than 100 % means always"] })), ["over 100 %"]);
  equal(isIgnored(view.entries[2]!), true);
  equal(isIgnored(everywhere), false);
});

Deno.test("similarKeys() finds what was meant", () => {
  const known = [...catalog.keys()];
  deepEqual(similarKeys("tracing.samplign", known), ["tracing.sampling"]);
  deepEqual(
    similarKeys("circuit_breakers.wbe.default.max_requests", known)[0],
    "circuit_breakers.web.default.max_requests",
  );
  deepEqual(similarKeys("tracing.sampling", known), []);
  deepEqual(similarKeys("my.own.key", known), []);
});
