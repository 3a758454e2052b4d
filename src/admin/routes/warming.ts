/** `GET /api/v1/warming`: what is not ready, what it waits for, and how long still (spec/console.md 7.3). */
import type { Hono } from "hono";
import type { AdminEnv } from "../access.ts";
import type { ConsoleModel } from "../console_model.ts";

/** Adds the route to the app. */
export function addWarmingRoute(app: Hono<AdminEnv>, model: ConsoleModel): void {
  app.get("/api/v1/warming", (context) => context.json(model.warming()));
}
