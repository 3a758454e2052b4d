import { deepEqual } from "node:assert/strict";
import { type ImportItem, importRows } from "./import_rows.ts";
import { viewOf } from "./runtime_cases.ts";

const items: ImportItem[] = [
  { key: "same", value: "1", before: "1", state: "same" },
  { key: "new", value: "2", before: null, state: "add" },
  { key: "bad", value: "x", before: null, state: "invalid", message: "no number" },
  { key: "other", value: "3", before: "1", state: "change" },
];
const view = viewOf({ same: [null, "1"], other: [null, "1"], left: [null, "5"], low: ["1", null] });
const told = (isWhole: boolean) =>
  importRows(items, view, isWhole).map(({ key, state, before, after }) => `${state} ${key} ${before} ${after}`);

Deno.test("importRows() has what is wrong and what changes first", () => {
  deepEqual(told(false), ["invalid bad null x", "change other 1 3", "add new null 2", "same same 1 1"]);
});

Deno.test("importRows() of a whole layer removes the overrides that are not in the text", () => {
  deepEqual(told(true)[1], "remove left 5 null");
  deepEqual(told(true).length, 5);
});
