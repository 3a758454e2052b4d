/** `/stats` and `/stats/prometheus` (spec/operations.md 6.20, 10). */
import { jsonReport } from "../../observe/stats/json_report.ts";
import { prometheusReport } from "../../observe/stats/prometheus.ts";
import type { StatSelection, StatTypes } from "../../observe/stats/selection.ts";
import type { StatBook } from "../../observe/stats/stat_book.ts";
import { type BucketMode, textReport } from "../../observe/stats/text_report.ts";
import { answer, JSON_TYPE, streamAnswer, TEXT } from "../answer.ts";
import type { Command, CommandParam } from "../command.ts";
import { parseNameFilter } from "../name_filter.ts";
import type { AdminQuery } from "../query.ts";

/** The type Prometheus asks for by name. Differs from Envoy: Envoy sends plain text without the version. */
const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const TYPES: readonly StatTypes[] = ["All", "Counters", "Gauges", "Histograms", "TextReadouts"];
const HIDDEN = ["exclude", "include", "only"] as const;
const FORMATS = ["html", "active-html", "json", "prometheus", "text"] as const;
const BUCKETS = ["cumulative", "disjoint", "detailed", "summary", "prometheusnative", "none"] as const;

const USED_ONLY: CommandParam = {
  name: "usedonly",
  help: "Only include stats that have been written by system since restart",
};
const FILTERS: readonly CommandParam[] = [
  { name: "filter", help: "Regular expression (Google re2) for filtering stats" },
  { name: "invert_filter", help: "Invert the filter regex" },
];

/** What both commands need. */
export interface StatsOptions {
  readonly stats: StatBook;
  /** See `AdminOptions`. */
  readonly flushOnRead: (() => Promise<void>) | null;
  readonly hasConsole: boolean;
}

/** Makes the command `/stats`. */
export function statsCommand(options: StatsOptions): Command {
  return {
    path: "/stats",
    help: "print server stats",
    isMutating: false,
    params: [
      USED_ONLY,
      ...FILTERS,
      { name: "format", help: "Format to use", values: ["html", "active-html", "text", "json"] },
      {
        name: "type",
        help: "Stat types to include.",
        values: ["All", "Counters", "Histograms", "Gauges", "TextReadouts"],
      },
      {
        name: "histogram_buckets",
        help: "Histogram bucket display mode",
        values: ["cumulative", "disjoint", "detailed", "summary"],
      },
    ],
    answer: (query) => statsAnswer(query, options),
  };
}

/** Makes the command `/stats/prometheus`. */
export function prometheusCommand(options: StatsOptions): Command {
  return {
    path: "/stats/prometheus",
    help: "print server stats in prometheus format",
    isMutating: false,
    params: [
      USED_ONLY,
      {
        name: "text_readouts",
        help: "Render text_readouts as new gaugues with value 0 (increases Prometheus data size)",
      },
      ...FILTERS,
      { name: "histogram_buckets", help: "Histogram bucket display mode", values: ["cumulative", "summary"] },
    ],
    answer: (query) => prometheusAnswer(query, options),
  };
}

async function statsAnswer(query: AdminQuery, options: StatsOptions): Promise<Response> {
  const buckets = oneOf(BUCKETS, query.get("histogram_buckets") ?? "summary");
  if (buckets === undefined) {
    return answer("usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n", 400);
  }
  const types = oneOf(TYPES, query.get("type") ?? "All");
  if (types === undefined) return answer("invalid &type= param", 400);
  const hidden = oneOf(HIDDEN, query.get("hidden") ?? "exclude");
  if (hidden === undefined) return answer("usage: /stats?hidden=(include|only|exclude)\n\n", 400);
  const format = oneOf(FORMATS, query.get("format") ?? "text");
  if (format === undefined) return answer("usage: /stats?format=(html|active-html|json|prometheus|text)\n\n", 400);
  if (format === "prometheus") return await prometheusAnswer(query, options);
  if (buckets === "prometheusnative") {
    return answer("Invalid histogram_buckets type for non prometheus stats type", 400);
  }
  const selection = selectionOf(query, types, hidden);
  if (typeof selection === "string") return answer(selection, 400);
  if (format.endsWith("html") && options.hasConsole) return toConsole(query);

  await options.flushOnRead?.();
  const mode: BucketMode = buckets === "none" ? "summary" : buckets;
  if (format === "json") return streamAnswer(jsonReport(options.stats, selection, mode), JSON_TYPE);
  return streamAnswer(textReport(options.stats, selection, mode), TEXT);
}

async function prometheusAnswer(query: AdminQuery, options: StatsOptions): Promise<Response> {
  const buckets = oneOf(BUCKETS, query.get("histogram_buckets") ?? "cumulative");
  if (buckets === undefined || buckets === "detailed" || buckets === "disjoint" || buckets === "none") {
    return answer("unsupported prometheus histogram bucket mode", 400);
  }
  if (buckets === "prometheusnative") {
    const reason = "unsupported prometheusnative histogram type when not using protobuf exposition format";
    return answer(reason, 400);
  }
  const hidden = oneOf(HIDDEN, query.get("hidden") ?? "exclude") ?? "exclude";
  const selection = selectionOf(query, "All", hidden);
  if (typeof selection === "string") return answer(selection, 400);
  await options.flushOnRead?.();
  const withTexts = query.has("text_readouts");
  return streamAnswer(prometheusReport(options.stats, selection, { buckets, withTexts }), PROMETHEUS_TYPE);
}

/** The selection, or the text of a refusal. */
function selectionOf(query: AdminQuery, types: StatTypes, hidden: StatSelection["hidden"]): StatSelection | string {
  const usedOnly = query.has("usedonly");
  const pattern = query.get("filter");
  if (pattern === undefined) return { usedOnly, matches: null, types, hidden };
  const filter = parseNameFilter(pattern);
  if (typeof filter === "string") return `Invalid re2 regex: ${filter}`;
  const isInverted = query.has("invert_filter");
  return { usedOnly, matches: (name) => filter.search(name) !== isInverted, types, hidden };
}

/** Differs from Envoy: its HTML pages of stats are the console's. */
function toConsole(query: AdminQuery): Response {
  const filter = query.get("filter");
  const location = filter === undefined ? "/console/stats" : `/console/stats?filter=${encodeURIComponent(filter)}`;
  return new Response(null, { status: 302, headers: { location } });
}

function oneOf<Value extends string>(values: readonly Value[], text: string): Value | undefined {
  return values.find((value) => value === text);
}
