import assert from "node:assert/strict";
import type { Unready, Wait } from "../control/timeline.ts";
import { warmingProblems } from "./warming_rules.ts";

function unready(changes: Partial<Unready>, wait: Partial<Wait> = {}): Unready {
  const waits = [{
    kind: "eds",
    subject: "api-v2",
    source: "",
    sinceMs: 0,
    untilMs: 90_000,
    lastError: "",
    ...wait,
  }] as const;
  return {
    ...{ kind: "cluster", name: "api", phase: "discovery", version: "2", sinceMs: 0, waits, blocks: [], superseded: 0 },
    ...changes,
  };
}

const warming: [what: string, one: Unready, atMs: number, told: string | null][] = [
  ["for a moment", unready({}), 15_000, null],
  ["for a while", unready({}), 16_000, "warn Cluster api waits for eds api-v2"],
  ["for long", unready({}), 61_000, "bad Cluster api waits for eds api-v2"],
  ["without a timeout", unready({}, { untilMs: null }), 31_000, "bad Cluster api waits for eds api-v2, no timeout"],
  ["again and again", unready({ superseded: 3 }), 1000, "warn Cluster api was replaced 3 times before it was ready"],
  ["as a server", unready({ kind: "server" }), 61_000, null],
];

for (const [what, one, atMs, told] of warming) {
  Deno.test(`warmingProblems() of what warms ${what}`, () => {
    const [found] = warmingProblems([one], atMs);
    assert.equal(found === undefined ? null : `${found.level} ${found.text}`, told);
  });
}
