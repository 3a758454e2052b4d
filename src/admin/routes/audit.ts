/** `GET /api/v1/audit`: what was done and tried, by page, or all of it as lines of JSON (spec/console.md 5.14). */
import type { Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import { streamAnswer } from "../answer.ts";
import type { AuditLog, AuditQuery } from "../audit_log.ts";
import type { AuditItem } from "../contract/session.ts";
import type { Page } from "../contract/page.ts";
import { queryProblem } from "../problem_details.ts";

const DEFAULT_LIMIT = 200, MAX_LIMIT = 5000;

const wholeNumber = z.string().regex(/^\d{1,15}$/, "wants a whole number").transform(Number);

/** Of the audit. */
export const AuditParams = z.object({
  q: z.string().max(256).default(""),
  actor: z.string().max(256).default(""),
  action: z.string().max(256).default(""),
  outcome: z.enum(["", "ok", "refused"]).default(""),
  since_ms: wholeNumber.default(0),
  limit: wholeNumber.pipe(z.number().min(1).max(MAX_LIMIT)).default(DEFAULT_LIMIT),
  /** Number of the last item of the page before. */
  cursor: wholeNumber.default(Infinity),
  format: z.enum(["json", "jsonl"]).default("json"),
});

/** What pages say of the time. */
export interface AuditPages {
  readonly audit: AuditLog;
  wallMs(): number;
  generation(): number;
}

/** Adds the route to the app. */
export function addAuditRoute(app: Hono<AdminEnv>, pages: AuditPages): void {
  app.get("/api/v1/audit", (context) => {
    const query = AuditParams.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    const { since_ms: sinceMs, limit, cursor, format, ...wanted } = query.data;
    if (format === "json") return context.json(auditPage(pages, { ...wanted, sinceMs }, limit, cursor));
    const answer = streamAnswer(linesOf(pages.audit.find({ ...wanted, sinceMs })), "application/jsonl");
    answer.headers.set("content-disposition", 'attachment; filename="denvoy-audit.jsonl"');
    return answer;
  });
}

/** One page, newest first; items that come meanwhile do not move it. */
export function auditPage(
  { audit, wallMs, generation }: AuditPages,
  query: AuditQuery,
  limit = DEFAULT_LIMIT,
  cursor = Infinity,
): Page<AuditItem> {
  const found = [...audit.find(query)], older = found.filter(({ id }) => id < cursor), items = older.slice(0, limit);
  return {
    items,
    total: found.length,
    next_cursor: older.length > limit ? String(items.at(-1)!.id) : null,
    as_of_ms: Math.floor(wallMs()),
    generation: generation(),
  };
}

function* linesOf(items: Iterable<AuditItem>): Generator<string> {
  for (const item of items) yield `${JSON.stringify(item)}\n`;
}
