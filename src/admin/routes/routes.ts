/** Route tables and the route tester: `/api/v1/routes` and `POST /api/v1/routes/test` (spec/console.md 5.4, 7.5). */
import type { Hono } from "hono";
import { z } from "zod";
import { type AdminEnv, roleRefusal } from "../access.ts";
import type { RouteTestRequest } from "../contract/route_trial.ts";
import { bodyProblem, problem } from "../problem_details.ts";
import type { RouteSource } from "../source.ts";

/** Of a request's parts: enough for any that a proxy takes. */
const MAX_CHARS = 64 * 1024;
const MAX_HEADERS = 200;

/** No line end: the parts are written to a socket as they are. */
const line = z.string().max(MAX_CHARS).regex(/^[^\r\n\0]*$/, "wants no line end");
const token = z.string().min(1).max(256).regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "wants a token of RFC 9110");

/** The request to route. */
export const RouteTestBody: z.ZodType<RouteTestRequest> = z.strictObject({
  listener: z.string().max(1024).optional(),
  route_config: z.string().max(1024).optional(),
  method: token.default("GET"),
  scheme: z.enum(["http", "https"]).default("http"),
  authority: line,
  path: line.regex(/^(\/\S*)?$/, "wants to begin with / and to have no blanks"),
  headers: z.array(z.tuple([token, line])).max(MAX_HEADERS).default([]),
  source_ip: z.string().max(64).regex(/^[0-9a-fA-F.:]+$/, "wants an IP address").optional(),
  random: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  send: z.boolean().optional(),
});

/** Adds the routes to the app. */
export function addRouteRoutes(app: Hono<AdminEnv>, source: RouteSource): void {
  app.get("/api/v1/routes", (context) => context.json({ items: source.routeConfigs() }));
  app.get("/api/v1/routes/:name", (context) => {
    const name = context.req.param("name"), view = source.routeConfig(name);
    return view === null ? problem(404, `There is no route table ${JSON.stringify(name)}`) : context.json(view);
  });
  app.post("/api/v1/routes/test", async (context) => {
    const body = RouteTestBody.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return bodyProblem(body.error);
    const refusal = body.data.send === true ? roleRefusal(context, "operator") : null;
    if (refusal !== null) return refusal;
    const result = await source.testRoute(body.data);
    return result === null ? problem(404, "No listener that serves HTTP fits what was asked") : context.json(result);
  });
}
