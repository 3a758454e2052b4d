/** Global search: `GET /api/v1/search?q=`, and the names that a console looks through by itself (spec/console.md 4, 7.2). */
import type { Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import { queryProblem } from "../problem_details.ts";
import { searchFor, searchNames } from "../search_index.ts";
import type { AdminSource } from "../source.ts";

const SearchQuery = z.object({
  q: z.string().max(256).transform((text) => text.trim()).pipe(z.string().min(1)),
  limit: z.string().regex(/^\d{1,3}$/, "wants a whole number").transform(Number).pipe(z.number().min(1).max(100))
    .default(30),
});

/** Adds the routes to the app. */
export function addSearchRoutes(app: Hono<AdminEnv>, source: AdminSource): void {
  app.get("/api/v1/search", async (context) => {
    const query = SearchQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    return context.json(await searchFor(source, query.data.q, query.data.limit));
  });
  app.get("/api/v1/search/names", async (context) => context.json(await searchNames(source)));
}
