/** The console's API of clusters: `/api/v1/clusters`, one cluster, its hosts, events and users (spec/console.md 7.2). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import type { ClusterUse } from "../../control/cluster/cluster_uses.ts";
import { pageAnswer } from "../answer.ts";
import { arrangeClusters, arrangeHosts, parseListFilter } from "../cluster_order.ts";
import type { ConsoleModel } from "../console_model.ts";
import { CLUSTER_SORTS, type ClusterEvent, type ClusterUseItem, HOST_SORTS } from "../contract/clusters.ts";
import type { Page } from "../contract/page.ts";
import { problem, queryProblem } from "../problem_details.ts";
import { listQuery } from "./list_query.ts";

const FILTER_WANTED = "wants problems, type:T, source:S, locality:L, health:H, with commas between";

const filter = z.string().max(512).default("").transform((text, context) => {
  const filters = parseListFilter(text);
  if (filters !== null) return filters;
  context.addIssue({ code: "custom", message: FILTER_WANTED });
  return z.NEVER;
});

/** `-rps` is by rate, the greatest first. */
function sortOf<Sort extends string>(names: readonly Sort[], byDefault: Sort) {
  return z.string().default(byDefault).transform((text, context) => {
    const isDescending = text.startsWith("-"), name = isDescending ? text.slice(1) : text;
    const sort = names.find((one) => one === name);
    if (sort !== undefined) return { sort, isDescending };
    context.addIssue({ code: "custom", message: `wants one of ${names.join(", ")}` });
    return z.NEVER;
  });
}

/** Of the list of clusters. */
export const ClustersQuery = listQuery.extend({ filter, sort: sortOf(CLUSTER_SORTS, "problems") });
/** Of the hosts of one. */
export const HostsQuery = listQuery.extend({ filter, sort: sortOf(HOST_SORTS, "problems") });

/** Adds the routes to the app. */
export function addClusterRoutes(app: Hono<AdminEnv>, model: ConsoleModel): void {
  app.get("/api/v1/clusters", (context) => {
    const query = ClustersQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    const { q, filter, sort, limit, cursor } = query.data;
    const found = arrangeClusters(model.clusterMeter.watches, { text: q, filters: filter, ...sort });
    return pageAnswer(model.page(found, Math.min(cursor, found.length), limit));
  });
  app.get("/api/v1/clusters/:name", (context) => {
    const view = model.clusterView(context.req.param("name"));
    return view === null ? noCluster(context) : context.json(view);
  });
  app.get("/api/v1/clusters/:name/hosts", (context) => {
    const query = HostsQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    const hosts = model.hostsOf(context.req.param("name"));
    if (hosts === null) return noCluster(context);
    const { q, filter, sort, limit, cursor } = query.data;
    const found = arrangeHosts(hosts, { text: q, filters: filter, ...sort });
    return pageAnswer(model.page(found, Math.min(cursor, found.length), limit));
  });
  app.get("/api/v1/clusters/:name/events", (context) => {
    const query = listQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    const { q, limit, cursor } = query.data;
    const name = context.req.param("name");
    const found = model.clusterEvents(name);
    // What became of a cluster that is gone is of use, too.
    if (found.length === 0 && model.clusterMeter.find(name) === null) return noCluster(context);
    const kept = q === "" ? found : found.filter((event) => `${event.address} ${event.text}`.includes(q));
    const page: Page<ClusterEvent> = model.page(kept, Math.min(cursor, kept.length), limit);
    return context.json(page);
  });
  app.get("/api/v1/clusters/:name/uses", async (context) => {
    const name = context.req.param("name");
    if (model.clusterMeter.find(name) === null) return noCluster(context);
    const uses = await model.usesOf(name);
    return context.json(model.page(uses.map(useItem)));
  });
}

function noCluster(context: Context<AdminEnv>): Response {
  return problem(404, `There is no cluster ${JSON.stringify(context.req.param("name"))}`);
}

function useItem({ kind, owner, where }: ClusterUse): ClusterUseItem {
  const folder = kind === "cluster" ? "clusters" : kind === "listener" || kind === "filter" ? "listeners" : "";
  return { kind, owner, where, link: folder === "" ? "" : `/${folder}/${encodeURIComponent(owner)}` };
}
