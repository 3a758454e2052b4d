/** `/api/v1/actions`: what an operator has the process do, and how it goes (spec/console.md 7.6). */
import type { Hono } from "hono";
import { z } from "zod";
import { actorOf, type AdminEnv } from "../access.ts";
import type { ActionDesk } from "../action_desk.ts";
import { ACTION_KINDS, type ActionKind, type ActionRequest, needsConfirm } from "../contract/actions.ts";
import { problem } from "../problem_details.ts";
import { readBody } from "../request_body.ts";

/** Longer waits are for whoever sends SIGTERM later. */
const MAX_WAIT_S = 3600;

const waitS = z.number().min(0).max(MAX_WAIT_S);

const Reason = z.string().max(1000).default("");

/** Body of the POST. */
export const Action: z.ZodType<ActionRequest> = z.strictObject({
  reason: Reason,
  confirm: z.string().max(1000),
  direction: z.enum(["all", "inbound"]),
  graceful: z.boolean(),
  skip_exit: z.boolean(),
  notice_s: waitS,
  wait_s: waitS,
}).partial().extend({ reason: Reason });

/** Body of the DELETE. */
export const Abort = z.strictObject({ reason: Reason });

/** Adds the routes to the app. */
export function addActionRoutes(app: Hono<AdminEnv>, desk: ActionDesk): void {
  app.get("/api/v1/actions", (context) => context.json(desk.view));

  app.post("/api/v1/actions/:kind", async (context) => {
    const kind = ACTION_KINDS.find((known) => known === context.req.param("kind"));
    if (kind === undefined) return problem(404, `There is no action ${JSON.stringify(context.req.param("kind"))}`);
    const body = await readBody(context, Action);
    if (body instanceof Response) return body;
    const refusal = confirmRefusal(kind, body, desk.confirmText);
    if (refusal !== null) return refusal;
    if (kind === "shutdown" && desk.isShuttingDown) return problem(409, "The process is being stopped already");
    const { id } = desk.start(kind, body, actorOf(context));
    return context.json({ action_id: id }, 202);
  });

  app.delete("/api/v1/actions/:id", async (context) => {
    const body = await readBody(context, Abort);
    if (body instanceof Response) return body;
    const id = context.req.param("id"), item = desk.abort(id, body.reason, actorOf(context));
    if (item === null) return problem(404, `There is no action ${JSON.stringify(id)}`);
    if (item === "late") return problem(409, `The action ${id} cannot be broken off any more`);
    return context.json(item);
  });
}

function confirmRefusal(kind: ActionKind, body: ActionRequest, confirmText: string): Response | null {
  if (!needsConfirm(kind, body) || body.confirm === confirmText) return null;
  const message = `must be ${JSON.stringify(confirmText)}: this cannot be undone`;
  return problem(400, `Cannot do it: confirm ${message}`, [{ field: "confirm", message }]);
}
