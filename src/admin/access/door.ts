/**
 * Puts the gate before every route: who may not pass is answered here, who may is known to the handlers, and the audit has
 * everything that was to change something, done or refused.
 */
import type { Context, Hono } from "hono";
import { type AccessRules, actorName, type AdminEnv, isReading, type PeerAddress } from "../access.ts";
import { answer } from "../answer.ts";
import type { AuditLog } from "../audit_log.ts";
import { problem } from "../problem_details.ts";
import { corsHeaders, preflightAnswer } from "./browser_checks.ts";
import type { Gate, Refusal } from "./gate.ts";
import { type RouteRule, routeRuleOf } from "./route_rules.ts";

/** What the door needs. */
export interface DoorParts {
  readonly rules: AccessRules;
  readonly gate: Gate;
  readonly audit: AuditLog;
  /** Whether it is a command of Envoy's that changes something. */
  isMutating(path: string): boolean;
}

/** Nobody has said where it came from: trust it least. */
const NOWHERE: PeerAddress = { kind: "remote", address: "unknown" };

/** Adds it to the app, before any route. */
export function addDoor(app: Hono<AdminEnv>, { rules, gate, audit, isMutating }: DoorParts): void {
  app.use("*", async (context, next) => {
    const request = context.req.raw, { path } = context.req;
    const { visitor, refusal } = gate.admit(request, path, context.env?.peer ?? NOWHERE);
    context.set("visitor", visitor);
    context.set("readOnlyReason", gate.readOnlyReason(visitor));
    const isChange = !isReading(request.method) && (path.startsWith("/api/") || isMutating(path));
    const rule = isChange ? routeRuleOf(request.method, path) : null;
    // A browser shows no token where it only asks whether it may.
    const mayAsk = refusal === null || refusal.status === 401;
    const preflight = mayAsk ? preflightAnswer(request, path, rules) : null;
    const ready = preflight ?? (refusal === null ? null : refusalAnswer(refusal, path));
    if (ready === null) await next();
    else context.res = ready;
    for (const [name, value] of Object.entries(corsHeaders(request, path, rules) ?? {})) context.header(name, value);
    if (isChange) await recordChange(context, rule, audit);
  });
}

function refusalAnswer({ status, text, waitS }: Refusal, path: string): Response {
  const headers: Record<string, string> = waitS > 0 ? { "retry-after": String(waitS) } : {};
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (path.startsWith("/api/")) return problem(status, text, undefined, headers);
  const refused = answer(text, status);
  for (const [name, value] of Object.entries(headers)) refused.headers.set(name, value);
  return refused;
}

/** What a handler has recorded itself is not recorded twice; what only looks changes nothing. */
async function recordChange(context: Context<AdminEnv>, rule: RouteRule | null, audit: AuditLog): Promise<void> {
  const { status } = context.res, isDone = status < 400;
  if (isDone && rule !== null && (rule.keepsRecord || rule.action === "")) return;
  audit.record({
    actor: actorName(context.var.visitor),
    action: rule === null || rule.action === "" ? "request" : rule.action,
    target: `${context.req.method} ${context.req.path}`,
    before: null,
    after: null,
    reason: "",
    result: isDone ? "ok" : `refused with ${status}: ${await textOf(context.res)}`,
  });
}

async function textOf(response: Response): Promise<string> {
  const text = await response.clone().text();
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return text.trim();
  return String((JSON.parse(text) as { detail?: unknown }).detail ?? "");
}
