import assert from "node:assert/strict";
import type { DiffLine } from "./contract/config.ts";
import { diffLines, withGaps } from "./config_diff.ts";

const SIGNS = { same: " ", added: "+", removed: "-", gap: "~", note: "#" } as const;

function textOf(lines: Iterable<DiffLine>): string[] {
  return Array.from(lines, (line) => {
    const sign = SIGNS[line.op];
    return line.op === "gap" ? `${sign}${line.count}` : `${sign}${"  ".repeat(line.depth)}${line.text}`;
  });
}

const CASES: readonly [name: string, a: unknown, b: unknown, lines: readonly string[]][] = [
  ["does not see the order of fields", { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, [
    " b:",
    "   c: 2",
    "   d: 3",
    " a: 1",
  ]],
  ["puts a new field where the second has it, and one that is gone where it stood", { a: 1, c: 3, d: 4 }, {
    a: 1,
    b: 2,
    d: 4,
  }, [" a: 1", "-c: 3", "+b: 2", " d: 4"]],
  ["takes elements of one name for the same", { l: [{ name: "x", v: 1 }, { name: "q" }] }, {
    l: [{ name: "q" }, { name: "x", v: 2 }],
  }, [" l:", "#the order of elements is another", " - name: q", "#  in x", " - name: x", "-  v: 1", "+  v: 2"]],
  ["takes elements without names by what they say", { l: ["a", "b", "c"] }, { l: ["a", "c", "d"] }, [
    " l:",
    " - a",
    "-- b",
    " - c",
    "+- d",
  ]],
  ["compares what stands in one place", { r: [{ m: 1, t: 1 }] }, { r: [{ m: 1, t: 2 }] }, [
    " r:",
    " - m: 1",
    "-  t: 1",
    "+  t: 2",
  ]],
  ["knows endpoints by their address", { e: [{ endpoint: { address: "x" }, w: 1 }, { endpoint: { address: "q" } }] }, {
    e: [{ endpoint: { address: "q" } }, { endpoint: { address: "x" }, w: 2 }],
  }, [
    " e:",
    "#the order of elements is another",
    " - endpoint:",
    "     address: q",
    " - endpoint:",
    "     address: x",
    "-  w: 1",
    "+  w: 2",
  ]],
  ["shows all of what was nothing", undefined, { a: [1] }, ["+a:", "+- 1"]],
];

for (const [name, a, b, lines] of CASES) {
  Deno.test(`diffLines ${name}`, () => assert.deepEqual(textOf(diffLines(a, b)), lines));
}

Deno.test("withGaps leaves out what is the same and far away", () => {
  const a = Array.from({ length: 20 }, (_, at) => `v${at}`);
  const lines = withGaps([...diffLines(a, a.with(10, "other"))], 2);
  assert.deepEqual(textOf(lines), ["~8", " - v8", " - v9", "-- v10", "+- other", " - v11", " - v12", "~7"]);
});

Deno.test("diffLines matches long lists without names in passable time", () => {
  const a = Array.from({ length: 20_000 }, (_, at) => ({ v: at })), b = a.slice(1);
  const removed = textOf(diffLines(a, b)).filter((line) => line.startsWith("-"));
  assert.deepEqual(removed, ["-- v: 0"]);
});
