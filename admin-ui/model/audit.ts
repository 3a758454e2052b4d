/** The audit as the page shows it: newest first, filtered as the URL says. */

import type { AuditItem } from "../../src/admin/contract/session.ts";
import { LiveList } from "./live_list.ts";

/** Makes the list, empty. */
export function createAudit(): LiveList<AuditItem> {
  return new LiveList(({ id }) => `audit/${id}`);
}

/** Those that match, newest first. `outcome`: `refused`, or everything. */
export function arrangeAudit(items: readonly AuditItem[], text: string, outcome: string): AuditItem[] {
  const wanted = text.trim().toLowerCase();
  return items.filter((item) => {
    if (outcome === "refused" && !item.result.startsWith("refused")) return false;
    const { actor, action, target, before, after, reason, result } = item;
    return [actor, action, target, before ?? "", after ?? "", reason, result].join("\n").toLowerCase().includes(wanted);
  }).sort((a, b) => b.id - a.id);
}
