/** The table of spec/xds.md 10.2, row by row. */
import assert from "node:assert/strict";
import { listenerContent } from "./listener_content.ts";
import { decideUpdate, type Standing, type UpdateDecision } from "./update_decision.ts";

/** `frame/chains`. */
function content(text: string) {
  const [frame, chains] = text.split("/");
  return listenerContent({ name: frame, filter_chains: [{ name: chains }] });
}

function standing(active: string | null, warming: string | null, isStarted: boolean): Standing {
  return {
    active: active === null ? null : content(active),
    warming: warming === null ? null : content(warming),
    isStarted,
  };
}

const CASES: readonly [
  name: string,
  active: string | null,
  warming: string | null,
  isStarted: boolean,
  next: string,
  expected: UpdateDecision,
][] = [
  ["a new name", null, null, true, "a/1", { kind: "add" }],
  ["a new name, before the start", null, null, false, "a/1", { kind: "add" }],
  ["what the active one says, while another warms", "a/1", "b/1", true, "a/1", { kind: "discard_warming" }],
  ["what the active one says", "a/1", null, true, "a/1", { kind: "none" }],
  ["what the active one says, before the start", "a/1", null, false, "a/1", { kind: "none" }],
  ["what the warming one says", "a/1", "b/1", true, "b/1", { kind: "none" }],
  ["what the only one says, which warms", null, "a/1", true, "a/1", { kind: "none" }],
  ["another, while one warms alone", null, "a/1", true, "a/2", { kind: "replace_warming", isInPlace: false }],
  ["another, while one warms beside", "a/1", "b/1", true, "c/1", { kind: "replace_warming", isInPlace: false }],
  ["other chains than the active one, while one warms", "a/1", "b/1", true, "a/2", {
    kind: "replace_warming",
    isInPlace: true,
  }],
  ["another, before the start", "a/1", null, false, "b/1", { kind: "replace" }],
  ["other chains, before the start", "a/1", null, false, "a/2", { kind: "replace" }],
  ["other chains", "a/1", null, true, "a/2", { kind: "update", isInPlace: true }],
  ["anything else", "a/1", null, true, "b/1", { kind: "update", isInPlace: false }],
  ["anything else and other chains", "a/1", null, true, "b/2", { kind: "update", isInPlace: false }],
];

for (const [name, active, warming, isStarted, next, expected] of CASES) {
  Deno.test(`decideUpdate: ${name}`, () => {
    assert.deepEqual(decideUpdate(standing(active, warming, isStarted), content(next)), expected);
  });
}

Deno.test("listenerContent leaves every field of filter chains out of the frame", () => {
  const plain = listenerContent({ name: "a" });
  for (const field of ["filter_chains", "default_filter_chain", "filter_chain_matcher"]) {
    const other = listenerContent({ name: "a", [field]: { x: 1 } });
    assert.equal(other.frame, plain.frame, field);
    assert.notEqual(other.whole, plain.whole, field);
  }
  assert.notEqual(listenerContent({ name: "a", stat_prefix: "p" }).frame, plain.frame);
});
