/** `GET /api/v1/openapi.json`: the API described for machines. */
import type { Hono } from "hono";
import type { AdminEnv } from "../access.ts";
import { answer, JSON_TYPE } from "../answer.ts";
import { openApiDocument } from "../openapi/document.ts";

/** Adds the route to the app. `version` is denvoy's own. */
export function addOpenApiRoute(app: Hono<AdminEnv>, version: string): void {
  let text = "";
  app.get("/api/v1/openapi.json", () => answer(text ||= JSON.stringify(openApiDocument(version)), 200, JSON_TYPE));
}
