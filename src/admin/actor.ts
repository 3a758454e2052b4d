/** In whose name a request changes something: what the history and the audit say. */
import type { Context } from "hono";
import type { AdminEnv } from "./access.ts";

/** Of a request to Envoy's endpoints, or to the console's API: who asks, as far as it is known. */
export function actorOf(context: Context<AdminEnv>): string {
  const address = context.env?.address ?? "unknown";
  return context.req.path.startsWith("/api/") ? `console ${address}` : `admin-api ${address}`;
}
