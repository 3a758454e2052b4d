import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { AuditLog, MAX_ITEMS, WHOLE_AUDIT } from "../audit_log.ts";
import type { Page } from "../contract/page.ts";
import type { AuditItem } from "../contract/session.ts";
import { sampleAdmin } from "../sample_source.ts";

function entry(actor: string, action: string, result = "ok", target = "") {
  return { actor, action, target, before: null, after: null, reason: "", result };
}

Deno.test("AuditLog keeps the latest in memory, and all in its file, as lines of JSON", () => {
  const clock = new ManualClock(),
    lines: string[] = [],
    log = new AuditLog(() => clock.wallMs(), (line) => lines.push(line));
  for (let at = 0; at <= MAX_ITEMS; at++) log.record(entry("ana", "runtime.change"));
  const kept = [...log.find(WHOLE_AUDIT)];
  assert.ok(kept.length <= MAX_ITEMS && kept.length >= MAX_ITEMS / 2);
  assert.deepEqual([kept[0]!.id, lines.length], [MAX_ITEMS + 1, MAX_ITEMS + 1]);
  assert.deepEqual(JSON.parse(lines.at(-1)!), kept[0]);
  assert.ok(lines.every((line) => line.endsWith("}\n")));
  log.record({ ...entry("ana", "runtime.change"), reason: "x".repeat(100_000) });
  assert.ok(lines.at(-1)!.length < 5000);
});

const QUERIES: readonly [query: string, ids: number[]][] = [
  ["", [4, 3, 2, 1]],
  ["?actor=ana", [2, 1]],
  ["?action=runtime", [3, 1]],
  ["?action=runtime.undo", [3]],
  ["?action=run", []],
  ["?outcome=refused", [4]],
  ["?outcome=ok", [3, 2, 1]],
  ["?q=INGRESS", [2]],
  ["?limit=2", [4, 3]],
  ["?limit=2&cursor=3", [2, 1]],
  [`?since_ms=${Date.UTC(2026, 0, 1) + 3000}`, [4, 3]],
];

for (const [query, ids] of QUERIES) {
  Deno.test(`/api/v1/audit${query} has the items ${ids.join(" ")}`, async () => {
    const { ask, audit, clock } = sampleAdmin();
    const entries = [
      entry("ana", "runtime.change"),
      entry("ana", "action.drain", "ok", "ingress"),
      entry("bob", "runtime.undo"),
      entry("bob", "action.shutdown", "refused with 403: needs role admin"),
    ];
    for (const one of entries) {
      clock.advance(1000);
      audit.record(one);
    }
    const page: Page<AuditItem> = await (await ask(`/api/v1/audit${query}`)).json();
    assert.deepEqual(page.items.map(({ id }) => id), ids);
    const answer = await ask(`/api/v1/audit${query === "" ? "?" : `${query}&`}format=jsonl`);
    assert.equal(answer.headers.get("content-type"), "application/jsonl");
    const lines = (await answer.text()).split("\n").slice(0, -1).map((line) => JSON.parse(line).id);
    // An export is never a page of it.
    if (!query.includes("limit")) assert.deepEqual(lines, ids);
  });
}
