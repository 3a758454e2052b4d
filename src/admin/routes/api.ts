/** The console's HTTP API: `/api/v1/overview`, `series`, `clusters`, `listeners`, `workers` (spec/console.md 7.2). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import type { ConsoleModel } from "../console_model.ts";
import { problem, queryProblem } from "../problem_details.ts";
import { HISTORY_S, LONGEST_RANGE_S, SERIES_NAMES } from "../series_ring.ts";

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 5000;

const wholeNumber = z.string().regex(/^\d{1,9}$/, "wants a whole number").transform(Number);

const ListQuery = z.object({
  /** Part of a name. */
  q: z.string().max(256).default(""),
  limit: wholeNumber.pipe(z.number().min(1).max(MAX_LIMIT)).default(DEFAULT_LIMIT),
  cursor: wholeNumber.default(0),
});

const SeriesQuery = z.object({
  names: z.string().transform((text) => text.split(",")).pipe(z.array(z.enum(SERIES_NAMES))).optional(),
  range_s: wholeNumber.pipe(z.number().min(1).max(LONGEST_RANGE_S)).default(HISTORY_S),
});

/** Adds the routes to the app. */
export function addApiRoutes(app: Hono<AdminEnv>, model: ConsoleModel): void {
  app.get("/api/v1/overview", (context) => context.json(model.overview(context.var.readOnlyReason)));
  app.get("/api/v1/series", (context) => {
    const query = SeriesQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    return context.json(model.history(query.data.range_s, query.data.names));
  });
  app.get("/api/v1/clusters", (context) => list(context, model, model.clusters, ({ name }) => name));
  app.get("/api/v1/clusters/:name", (context) => {
    const name = context.req.param("name");
    const cluster = model.clusters.find((cluster) => cluster.name === name);
    if (cluster === undefined) return problem(404, `There is no cluster ${JSON.stringify(name)}`);
    return context.json(cluster);
  });
  app.get("/api/v1/clusters/:name/hosts", (context) => {
    const name = context.req.param("name");
    const hosts = model.hostsOf(name);
    if (hosts === null) return problem(404, `There is no cluster ${JSON.stringify(name)}`);
    return list(context, model, hosts, ({ address }) => address);
  });
  app.get("/api/v1/listeners", (context) => list(context, model, model.listeners, ({ name }) => name));
  app.get("/api/v1/workers", (context) => list(context, model, model.workers, ({ id }) => String(id)));
}

function list<Item>(
  context: Context<AdminEnv>,
  model: ConsoleModel,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Response {
  const query = ListQuery.safeParse(context.req.query());
  if (!query.success) return queryProblem(query.error);
  const { q, limit, cursor } = query.data;
  const found = q === "" ? items : items.filter((item) => nameOf(item).includes(q));
  return context.json(model.page(found, Math.min(cursor, found.length), limit));
}
