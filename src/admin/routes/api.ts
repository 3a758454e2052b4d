/** The console's HTTP API: `/api/v1/overview`, `series`, `listeners`, `workers` and the main thread (spec/console.md 7.2). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import type { ConsoleModel } from "../console_model.ts";
import type { MainThreadView } from "../contract/workers.ts";
import { problem, queryProblem } from "../problem_details.ts";
import { HISTORY_S, LONGEST_RANGE_S, SERIES_NAMES } from "../series_ring.ts";
import { listQuery, wholeNumber } from "./list_query.ts";

/** Of `/series`. */
export const SeriesQuery = z.object({
  names: z.string().transform((text) => text.split(",")).pipe(z.array(z.enum(SERIES_NAMES))).optional(),
  range_s: wholeNumber.pipe(z.number().min(1).max(LONGEST_RANGE_S)).default(HISTORY_S),
});

/** Adds the routes to the app. */
export function addApiRoutes(app: Hono<AdminEnv>, model: ConsoleModel, mainThread: () => MainThreadView): void {
  app.get("/api/v1/overview", (context) => context.json(model.overview(context.var.readOnlyReason)));
  app.get("/api/v1/series", (context) => {
    const query = SeriesQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    return context.json(model.history(query.data.range_s, query.data.names));
  });
  app.get("/api/v1/listeners", (context) => list(context, model, model.listeners, ({ name }) => name));
  app.get("/api/v1/listeners/:name", (context) => {
    const name = context.req.param("name"), view = model.listenerView(name);
    return view === null ? problem(404, `There is no listener ${JSON.stringify(name)}`) : context.json(view);
  });
  app.get("/api/v1/workers", (context) => list(context, model, model.workers, ({ id }) => String(id)));
  app.get("/api/v1/workers/main", (context) => context.json(mainThread()));
}

function list<Item>(
  context: Context<AdminEnv>,
  model: ConsoleModel,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Response {
  const query = listQuery.safeParse(context.req.query());
  if (!query.success) return queryProblem(query.error);
  const { q, limit, cursor } = query.data;
  const found = q === "" ? items : items.filter((item) => nameOf(item).includes(q));
  return context.json(model.page(found, Math.min(cursor, found.length), limit));
}
