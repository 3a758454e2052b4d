import { deepEqual, equal } from "node:assert/strict";
import { EditTray, opsOf, overtaken } from "./edit_tray.ts";
import { viewOf } from "./runtime_cases.ts";

Deno.test("put() keeps the base that an edit began with", () => {
  const tray = new EditTray();
  tray.put({ key: "a", value: "2", base: "1" });
  tray.put({ key: "a", value: "3", base: "7" });
  deepEqual(tray.edits.value, [{ key: "a", value: "3", base: "1" }]);
});

Deno.test("put() lets go of an edit that changes nothing", () => {
  const tray = new EditTray();
  tray.put({ key: "a", value: "2", base: "1" });
  tray.put({ key: "a", value: "1", base: "1" });
  tray.put({ key: "b", value: null, base: null });
  deepEqual(tray.edits.value, []);
});

Deno.test("rebase() goes on from what somebody else set, and ends an edit that wants the same", () => {
  const tray = new EditTray();
  tray.put({ key: "a", value: "2", base: null });
  tray.put({ key: "b", value: "2", base: null });
  tray.rebase("a", "5");
  tray.rebase("b", "2");
  deepEqual(tray.edits.value, [{ key: "a", value: "2", base: "5" }]);
});

Deno.test("opsOf() makes sets that expire and deletions that do not", () => {
  const edits = [{ key: "a", value: "2", base: null }, { key: "b", value: null, base: "7" }];
  deepEqual(opsOf(edits, 60), [
    { op: "set", key: "a", value: "2", base: null, expires_in_s: 60 },
    { op: "delete", key: "b", base: "7" },
  ]);
  deepEqual(opsOf(edits.slice(0, 1), null), [{ op: "set", key: "a", value: "2", base: null }]);
});

Deno.test("overtaken() finds the edits whose key has another value than they were thought of for", () => {
  const view = viewOf({ a: ["1", "5"], b: ["1", null], c: [null, "3"] });
  const edits = [
    { key: "a", value: "2", base: null },
    { key: "b", value: "2", base: null },
    { key: "c", value: null, base: "3" },
    { key: "gone", value: "2", base: "1" },
  ];
  deepEqual(overtaken(edits, view).map(({ key }) => key), ["a", "gone"]);
  equal(overtaken([], view).length, 0);
});
