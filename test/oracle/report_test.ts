import assert from "node:assert/strict";
import type { Finding } from "./oracle.ts";
import { columns, findingText, markedLines, summaryLine, waitingLines } from "./report.ts";

function finding(kind: Finding["kind"], variant = "v", why = ""): Finding {
  const outcome = { lines: ["same", "theirs"], tally: null, inVain: null };
  const question = { area: "a", variant, one: { name: "n", on: "v", send: "GET" } };
  return { question, kind, why, envoy: outcome, denvoy: { lines: ["same", "ours"], tally: null, inVain: null } };
}

Deno.test("summaryLine counts, and speaks of what waits only when something does", () => {
  const findings = [finding("agrees"), finding("agrees"), finding("differs on purpose"), finding("unexplained")];
  assert.equal(summaryLine(findings), "oracle: 4 cases, 2 agree, 1 differ on purpose, 1 unexplained");
  assert.match(summaryLine([finding("waits")]), /0 unexplained, 1 wait$/);
});

Deno.test("waitingLines has a line for each variant", () => {
  const findings = [
    finding("waits", "a", "x, y"),
    finding("agrees", "b"),
    finding("waits", "a", "x, y"),
    finding("waits", "c", "z"),
  ];
  assert.deepEqual(waitingLines(findings), ["2 cases of a wait for: x, y", "1 cases of c wait for: z"]);
});

Deno.test("findingText shows what was sent and both outcomes", () => {
  assert.equal(findingText(finding("unexplained")), 'v: n\n  > "GET"\n    same\n  E theirs\n  D ours');
});

Deno.test("markedLines and columns put the longest common lines beside each other", () => {
  const [theirs, ours] = [["a", "b", "c", "d"], ["b", "x", "d", "e"]];
  assert.deepEqual(markedLines(theirs, ours), ["  E a", "    b", "  E c", "  D x", "    d", "  D e"]);
  assert.deepEqual(columns(theirs, ours, 2), ["a  <", "b    b", "c  <", "   > x", "d    d", "   > e"]);
  assert.deepEqual(markedLines([], []), []);
});
