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
import { type HistogramView, STAT_TYPES, type StatItem, type StatPage } from "../contract/stats.ts";
import { parseNameFilter } from "../name_filter.ts";
import { compileNameSearch } from "../name_search.ts";
import { problem, queryProblem } from "../problem_details.ts";
import { percentDecoded } from "../query.ts";
import type { AnyStat, StatLooks } from "../stat_looks.ts";
import { describeStats, findStats, isHistogram, statsNamed } from "../stat_search.ts";
import { listQuery } from "./list_query.ts";

/** Stats that are asked for by name at a time. */
const MAX_NAMES = 100;

const flag = z.enum(["0", "1"]).default("0").transform((text) => text === "1");

const filter = z.string().default("").transform((text, context) => {
  const parsed = text === "" ? null : parseNameFilter(text);
  if (typeof parsed !== "string") return parsed;
  context.addIssue({ code: "custom", message: `Invalid re2 regex: ${parsed}` });
  return z.NEVER;
});

const StatsQuery = listQuery.extend({
  filter,
  type: z.enum(STAT_TYPES).nullable().default(null),
  used: flag,
  changed: flag,
  prefix: z.string().max(1024).default(""),
  /** Whole names, each percent-encoded, with commas between; without it, all are searched. */
  names: z.string().max(64 * 1024).transform((text) => text.split(",").map(percentDecoded))
    .pipe(z.array(z.string()).max(MAX_NAMES)).nullable().default(null),
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
    return typeof page === "string" ? problem(400, page) : pageAnswer(page);
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
  { q, filter, prefix, type, used, changed, names, limit, cursor }: z.infer<typeof StatsQuery>,
): Generator<void, StatPage | string> {
  const nowMs = clock.refresh(), asOfMs = clock.wallMs();
  const search = compileNameSearch({ q, filter, prefix });
  if (typeof search === "string") return search;
  const watchedSince = changed ? looks.watch(nowMs) : null;
  const found = names === null
    ? yield* findStats(stats, looks, {
      names: search,
      prefix,
      type,
      usedOnly: used,
      changedOnly: changed,
      offset: cursor,
      limit,
    }, nowMs)
    : { page: statsNamed(stats, names), total: 0, unused: 0, facets: [] };
  const items = yield* describeStats(stats, looks, found.page, nowMs, ownersIn(model));
  const total = names === null ? found.total : items.length, end = cursor + items.length;
  return {
    ...model.page(items),
    total,
    next_cursor: names === null && end < total ? String(end) : null,
    as_of_ms: asOfMs,
    facets: [...found.facets],
    unused: found.unused,
    changed_since_ms: watchedSince === null ? null : asOfMs - (nowMs - watchedSince),
    filter: search.filter,
  };
}

/** Paths under `/console` that show whose a stat is. */
function ownersIn({ clusterMeter, listeners }: ConsoleModel): (stat: AnyStat, tags: StatItem["tags"]) => string {
  return ({ name }, tags) => {
    const valueOf = (tag: string) => tags.find(({ name }) => name === tag)?.value ?? "";
    const cluster = valueOf("envoy.cluster_name");
    if (name.startsWith("cluster.")) {
      return clusterMeter.find(cluster) === null ? "" : `/clusters/${encodeURIComponent(cluster)}`;
    }
    const prefix = valueOf("envoy.http_conn_manager_prefix");
    const owner = listeners.find(({ stat_prefix, http_prefixes }) =>
      name.startsWith(`listener.${stat_prefix.replaceAll(":", "_")}.`) ||
      name.startsWith("http.") && http_prefixes.includes(prefix)
    );
    return owner === undefined ? "" : `/listeners/${encodeURIComponent(owner.name)}`;
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
