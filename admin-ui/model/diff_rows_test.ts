import assert from "node:assert/strict";
import type { DiffLine } from "../../src/admin/contract/config.ts";
import { sideBySide } from "./diff_rows.ts";

Deno.test("sideBySide puts what came beside what went, and the rest on both sides", () => {
  const line = (op: "same" | "added" | "removed", text: string): DiffLine => ({ op, depth: 0, text });
  const lines = [
    line("same", "a"),
    line("removed", "b"),
    line("removed", "c"),
    line("added", "d"),
    line("removed", "e"),
    line("added", "f"),
    { op: "gap", count: 3 } as const,
  ];
  const texts = sideBySide(lines).map((row) => row.map((line) => line !== null && "text" in line ? line.text : "-"));
  assert.deepEqual(texts, [["a", "a"], ["b", "d"], ["c", "-"], ["e", "f"], ["-", "-"]]);
});
