import assert from "node:assert/strict";
import type { AuditItem } from "../../src/admin/contract/session.ts";
import { arrangeAudit } from "./audit.ts";

function item(id: number, actor: string, result = "ok"): AuditItem {
  return { id, at_ms: id, actor, action: "action.drain", target: "", before: null, after: null, reason: "", result };
}

Deno.test("arrangeAudit() keeps what matches, newest first", () => {
  const items = [item(1, "ana"), item(3, "bob", "refused with 403: no"), item(2, "Ana")];
  const ids = (text: string, outcome = "") => arrangeAudit(items, text, outcome).map(({ id }) => id);
  assert.deepEqual(ids(""), [3, 2, 1]);
  assert.deepEqual(ids("ana"), [2, 1]);
  assert.deepEqual(ids("", "refused"), [3]);
  assert.deepEqual(ids("ana", "refused"), []);
});
