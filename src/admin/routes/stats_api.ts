/** The console's API of stats: `/api/v1/stats` and one histogram (spec/console.md 5.7, 7.2). */
import type { Hono } from "hono";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { QUANTILES } from "../../observe/stats/histogram_counts.ts";
import { resultInSlices } from "../../observe/stats/slices.ts";
import type { Stat } from "../../observe/stats/stat.ts";
import type { StatBook } from "../../observe/stats/stat_book.ts";
import { bucketCounts } from "../../observe/stats/text_report.ts";
import type { AdminEnv } from "../access.ts";
import { pageAnswer } from "../answer.ts";
import type { ConsoleModel } from "../console_model.ts";
import { type HistogramView, STAT_TYPES, type StatItem, type StatPage, type StatType } from "../contract/stats.ts";
import { compileNameSearch } from "../name_search.ts";
import { problem, queryProblem } from "../problem_details.ts";
import { percentDecoded } from "../query.ts";
import type { AnyStat, StatLooks } from "../stat_looks.ts";
import { describeStats, findStats, isHistogram, statsNamed } from "../stat_search.ts";
import { listQuery } from "./list_query.ts";

/** Stats that are asked for by name at a time. */
const MAX_NAMES = 100;

const flag = z.enum(["", "0", "1"]).default("").transform((text) => text === "1");

/** `GET /api/v1/stats`. */
export const StatsQuery = listQuery.extend({
  /** As Envoy's, where `q` is not given. */
  filter: z.string().max(256).default(""),
  type: z.enum(["", ...STAT_TYPES]).default(""),
  used: flag,
  changed: flag,
  prefix: z.string().max(1024).default(""),
  /** Of stats that are told of whatever is searched: whole, each percent-encoded, with commas between. */
  names: z.string().max(64 * 1024).default("").transform((text) => text.split(",").map(percentDecoded))
    .pipe(z.array(z.string()).max(MAX_NAMES)),
});

/** What the routes need. */
export interface StatRouteParts {
  readonly stats: StatBook;
  readonly model: ConsoleModel;
  readonly looks: StatLooks;
  readonly clock: Clock;
  /** See `AdminOptions`. */
  readonly flushOnRead: (() => Promise<void>) | null;
}

/** Adds the routes to the app. */
export function addStatRoutes(app: Hono<AdminEnv>, parts: StatRouteParts): void {
  const { stats, flushOnRead } = parts;
  app.get("/api/v1/stats", async (context) => {
    const query = StatsQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    const page = await resultInSlices(answerSteps(parts, query.data));
    return typeof page === "string" ? problem(400, `Invalid re2 regex: ${page}`) : pageAnswer(page);
  });
  app.get("/api/v1/stats/histogram/:name", async (context) => {
    const name = context.req.param("name");
    const stat = stats.find(name);
    if (!isHistogram(stat)) return problem(404, `There is no histogram ${JSON.stringify(name)}`);
    await flushOnRead?.();
    return context.json(histogramView(stat, stats.rules.boundsOf(name)));
  });
}

function* answerSteps(
  { stats, model, looks, clock }: StatRouteParts,
  query: z.infer<typeof StatsQuery>,
): Generator<void, StatPage | string> {
  const { filter, prefix, used, changed, limit, cursor } = query;
  const nowMs = clock.refresh(), asOfMs = clock.wallMs();
  const names = compileNameSearch({ q: query.q === "" && filter !== "" ? `/${filter}/` : query.q, prefix });
  if (typeof names === "string") return names;
  const type = query.type === "" ? null : query.type;
  const watchedSinceMs = changed ? looks.watch(nowMs) : null;
  const search = { names, prefix, type, usedOnly: used, changedOnly: changed, offset: cursor, limit };
  const { page, total, unused, facets } = yield* findStats(stats, looks, search, nowMs);
  const describe = (found: readonly AnyStat[]) => describeStats(stats, looks, found, nowMs, linksIn(model));
  const items = yield* describe(page), end = cursor + items.length;
  return {
    ...model.page(items),
    named: yield* describe(statsNamed(stats, query.names)),
    total,
    next_cursor: end < total ? String(end) : null,
    as_of_ms: asOfMs,
    facets: [...facets],
    unused,
    changed_since_ms: watchedSinceMs === null ? null : asOfMs - (nowMs - watchedSinceMs),
    exports: names.filter === null ? [] : exportsOf(names.filter, type, used),
  };
}

const ENVOY_TYPES: Readonly<Record<StatType, string>> = {
  counter: "Counters",
  gauge: "Gauges",
  histogram: "Histograms",
  text: "TextReadouts",
};

/** What changed of late is no question to Envoy's endpoint. */
function exportsOf(filter: string, type: StatType | null, isUsedOnly: boolean): string[] {
  const query = [
    ...filter === "" ? [] : [`filter=${encodeURIComponent(filter)}`],
    ...type === null ? [] : [`type=${ENVOY_TYPES[type]}`],
    ...isUsedOnly ? ["usedonly"] : [],
  ];
  return ["text", "json", "prometheus"].map((format) => `/stats?${[...query, `format=${format}`].join("&")}`);
}

/** Whose a stat is, as far as the console shows owners. */
function linksIn(
  { clusterMeter, listeners }: ConsoleModel,
): (name: string, tags: StatItem["tags"]) => StatItem["links"] {
  return (name, tags) => {
    const valueOf = (tag: string) => tags.find(({ name }) => name === tag)?.value ?? "";
    const cluster = valueOf("envoy.cluster_name");
    if (name.startsWith("cluster.") && clusterMeter.find(cluster) !== null) {
      const alike = name.replace(cluster.replaceAll(":", "_"), "*");
      return [
        { title: `cluster ${cluster}`, path: `/clusters/${encodeURIComponent(cluster)}` },
        { title: "the same of all clusters", path: `/stats?q=${encodeURIComponent(alike)}` },
      ];
    }
    const prefix = valueOf("envoy.http_conn_manager_prefix");
    const owner = listeners.find(({ stat_prefix, http_prefixes }) =>
      name.startsWith(`listener.${stat_prefix.replaceAll(":", "_")}.`) ||
      name.startsWith("http.") && http_prefixes.includes(prefix)
    );
    if (owner === undefined) return [];
    return [{ title: `listener ${owner.name}`, path: `/listeners/${encodeURIComponent(owner.name)}` }];
  };
}

function histogramView(stat: Stat, bounds: readonly number[]): HistogramView {
  const { name, unit, cumulative, interval } = stat;
  const totals = cumulative.quantiles(QUANTILES), latest = interval.quantiles(QUANTILES);
  const below = bucketCounts(cumulative, "disjoint", bounds), fresh = bucketCounts(interval, "disjoint", bounds);
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  return {
    name,
    unit: unit === "unspecified" ? "" : unit,
    count: cumulative.count,
    sum: cumulative.sum,
    interval_count: interval.count,
    quantiles: QUANTILES.map((quantile, at) => ({
      quantile,
      interval: latest?.[at] ?? null,
      cumulative: totals?.[at] ?? null,
    })),
    buckets: [
      ...bounds.map((upper_bound, at) => ({ upper_bound, interval: fresh[at]!, cumulative: below[at]! })),
      { upper_bound: null, interval: interval.count - sum(fresh), cumulative: cumulative.count - sum(below) },
    ],
  };
}
