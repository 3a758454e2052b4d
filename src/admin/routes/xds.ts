/** Where configuration comes from: `/api/v1/xds` and `/api/v1/xds/events` (spec/console.md 5.9, 7.2). */
import type { Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import { apiStream, listPieces } from "../api_stream.ts";
import { queryProblem } from "../problem_details.ts";
import type { AdminSource } from "../source.ts";
import { xdsEvent, xdsView } from "../xds_view.ts";

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 5000;

const XdsQuery = z.object({
  /** Part of a source or of a name that is asked for. */
  q: z.string().max(256).default(""),
  limit: z.string().regex(/^\d{1,4}$/, "wants a whole number").transform(Number).pipe(z.number().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT),
});

/** Adds the routes to the app. */
export function addXdsRoutes(app: Hono<AdminEnv>, { config, bootId }: AdminSource): void {
  const tagOf = () => `${bootId.slice(0, 8)}-${config.revision}`;
  app.get("/api/v1/xds", ({ req }) => {
    const query = XdsQuery.safeParse(req.query());
    if (!query.success) return queryProblem(query.error);
    const { items, ...head } = xdsView(config, query.data.limit, query.data.q);
    return apiStream(req.raw, tagOf(), () => listPieces(head, "items", items));
  });
  app.get("/api/v1/xds/events", ({ req }) => {
    const events = [...config.sources?.events ?? []].reverse();
    return apiStream(req.raw, tagOf(), () => listPieces({}, "items", events.map(xdsEvent)));
  });
}
