/** `/api/v1/session`: who is asking, and how a browser shows its token (spec/console.md 7.7, 8.1). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import { actorOf, type AdminEnv } from "../access.ts";
import { hostOf } from "../access/browser_checks.ts";
import type { Gate } from "../access/gate.ts";
import { cookieName, cookieOf, sessionCookie, type Sessions } from "../access/sessions.ts";
import type { AuditLog } from "../audit_log.ts";
import type { SessionView } from "../contract/session.ts";
import { problem } from "../problem_details.ts";
import { readBody } from "../request_body.ts";

/** Body of the POST. */
export const Login = z.object({ token: z.string().min(1).max(1024) });

/** What the routes need. */
export interface SessionParts {
  readonly gate: Gate;
  /** Null = no token is configured. */
  readonly sessions: Sessions | null;
  readonly audit: AuditLog;
}

/** Adds the routes to the app. */
export function addSessionRoutes(app: Hono<AdminEnv>, { gate, sessions, audit }: SessionParts): void {
  app.get("/api/v1/session", (context) => context.json(viewOf(context, gate)));

  app.post("/api/v1/session", async (context) => {
    if (sessions === null) return problem(409, "No token is configured: start with --admin-token-file");
    const body = await readBody(context, Login);
    if (body instanceof Response) return body;
    const { peer } = context.var.visitor;
    const token = gate.check(body.token, peer);
    if ("status" in token) return problem(token.status, token.text, undefined, waitHeaders(token.waitS));
    const request = context.req.raw, name = cookieName(hostOf(request));
    // One browser, one session: the one before is over.
    sessions.end(cookieOf(request.headers.get("cookie"), name));
    context.header("set-cookie", sessionCookie(name, sessions.open(token), isSecure(request)));
    const { role } = token;
    const visitor = { peer, name: token.name, role, isAuthenticated: true, holder: "" };
    context.set("visitor", visitor);
    context.set("readOnlyReason", gate.readOnlyReason(visitor));
    audit.record(sessionEntry(token.name, "session.open", `${role} from ${peer.address}`));
    return context.json(viewOf(context, gate));
  });

  app.delete("/api/v1/session", (context) => {
    const request = context.req.raw, name = cookieName(hostOf(request));
    sessions?.end(cookieOf(request.headers.get("cookie"), name));
    audit.record(sessionEntry(actorOf(context), "session.close", `from ${context.var.visitor.peer.address}`));
    context.header("set-cookie", sessionCookie(name, "", isSecure(request)));
    return context.body(null, 204);
  });
}

/** Of a 429: when to try again. */
export function waitHeaders(waitS: number): Record<string, string> {
  return waitS > 0 ? { "retry-after": String(waitS) } : {};
}

function viewOf({ var: { visitor, readOnlyReason } }: Context<AdminEnv>, gate: Gate): SessionView {
  const { isAuthenticated, role, name, peer } = visitor;
  return {
    authenticated: isAuthenticated,
    role,
    name,
    csrf: "header",
    auth_required: !isAuthenticated && gate.grantOf("api_read", peer) === "token",
    read_only_reason: readOnlyReason,
  };
}

function sessionEntry(actor: string, action: string, target: string) {
  return { actor, action, target, before: null, after: null, reason: "", result: "ok" };
}

function isSecure(request: Request): boolean {
  return new URL(request.url).protocol === "https:";
}
