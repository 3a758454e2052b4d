/**
 * `/stats/prometheus`: the text exposition format, version 0.0.4 (spec/operations.md 10). The names are what dashboards
 * query, so they must be Envoy's to the letter. Piece by piece, as `text_report.ts`.
 */
import { StatKind, type StatTag } from "./definitions.ts";
import { QUANTILES } from "./histogram_counts.ts";
import { selectStats, selectTexts, type StatSelection } from "./selection.ts";
import type { Stat } from "./stat.ts";
import type { StatBook } from "./stat_book.ts";
import type { StatRules } from "./stat_rules.ts";
import { type ExtractedName, extractTags } from "./tag_extraction.ts";
import type { TextReadout } from "./text_readout.ts";

/** How histograms and texts are shown. */
export interface PrometheusOptions {
  readonly buckets: "cumulative" | "summary";
  /** Also text readouts, as gauges of 0 with the text in a label. */
  readonly withTexts: boolean;
}

/** The exposition, piece by piece; an empty piece is a chance to pause. */
export function* prometheusReport(
  book: StatBook,
  selection: StatSelection,
  options: PrometheusOptions,
): Generator<string> {
  const everyType = { ...selection, types: "All" } as const;
  yield* numbersReport(book, everyType, StatKind.counter, "counter");
  yield* numbersReport(book, everyType, StatKind.gauge, "gauge");
  if (options.withTexts) yield* textsReport(book, everyType);
  yield* histogramsReport(book, everyType, options.buckets);
}

function* numbersReport(
  book: StatBook,
  selection: StatSelection,
  kind: StatKind,
  type: "counter" | "gauge",
): Generator<string> {
  const groups: Groups<Stat> = new Map();
  yield* groupStats(book, selection, kind, groups);
  for (const [name, stats] of sortedGroups(groups)) {
    const metric = metricName(name);
    yield `# TYPE ${metric} ${type}\n`;
    for (const stat of stats) yield `${metric}{${labelsOf(extractedName(stat, book.rules).tags)}} ${stat.value}\n`;
  }
}

function* textsReport(book: StatBook, selection: StatSelection): Generator<string> {
  const groups: Groups<TextReadout> = new Map();
  for (const text of selectTexts(book, selection)) addTo(groups, extractedName(text, book.rules).name, text);
  for (const [name, texts] of sortedGroups(groups)) {
    const metric = metricName(name);
    yield `# TYPE ${metric} gauge\n`;
    for (const text of texts) {
      const tags = [...extractedName(text, book.rules).tags, { name: "text_value", value: text.value }];
      yield `${metric}{${labelsOf(tags)}} 0\n`;
    }
  }
}

function* histogramsReport(
  book: StatBook,
  selection: StatSelection,
  buckets: "cumulative" | "summary",
): Generator<string> {
  const groups: Groups<Stat> = new Map();
  yield* groupStats(book, selection, StatKind.histogram, groups);
  for (const [name, stats] of sortedGroups(groups)) {
    const metric = metricName(name);
    yield `# TYPE ${metric} ${buckets === "summary" ? "summary" : "histogram"}\n`;
    for (const stat of stats) {
      yield buckets === "summary" ? summaryOf(metric, stat, book.rules) : bucketsOf(metric, stat, book.rules);
    }
  }
}

function bucketsOf(metric: string, stat: Stat, rules: StatRules): string {
  const labels = labelsOf(extractedName(stat, rules).tags);
  const before = labels === "" ? "" : `${labels},`;
  const { cumulative } = stat, bounds = rules.boundsOf(stat.name);
  const counts = cumulative.cumulativeCounts(bounds);
  let text = "";
  for (let at = 0; at < counts.length; at++) {
    text += `${metric}_bucket{${before}le="${bounds[at]}"} ${counts[at]}\n`;
  }
  return `${text}${metric}_bucket{${before}le="+Inf"} ${cumulative.count}\n${totalsOf(metric, labels, stat)}`;
}

/** Quantiles are of the last interval, sum and count of the whole time, as in Envoy. */
function summaryOf(metric: string, stat: Stat, rules: StatRules): string {
  const labels = labelsOf(extractedName(stat, rules).tags);
  const before = labels === "" ? "" : `${labels},`;
  const values = stat.interval.quantiles(QUANTILES);
  let text = "";
  for (let at = 0; at < QUANTILES.length; at++) {
    text += `${metric}{${before}quantile="${QUANTILES[at]}"} ${values?.[at] ?? "nan"}\n`;
  }
  return text + totalsOf(metric, labels, stat);
}

function totalsOf(metric: string, labels: string, stat: Stat): string {
  const { sum, count } = stat.cumulative;
  return `${metric}_sum{${labels}} ${sum}\n${metric}_count{${labels}} ${count}\n`;
}

/** Stats that share a metric name, in order of their full names. */
type Groups<Item> = Map<string, Item[]>;

function* groupStats(
  book: StatBook,
  selection: StatSelection,
  kind: StatKind,
  groups: Groups<Stat>,
): Generator<string> {
  for (const stat of selectStats(book, selection, (other) => other === kind)) {
    if (stat === null) yield "";
    else addTo(groups, extractedName(stat, book.rules).name, stat);
  }
}

function addTo<Item>(groups: Groups<Item>, name: string, item: Item): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [item]);
  else group.push(item);
}

function sortedGroups<Item>(groups: Groups<Item>): [string, Item[]][] {
  return [...groups].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

/** The series that a stat is, with its labels; of a histogram without `_bucket`, `_sum` or `_count`. */
export function seriesName(stat: Stat | TextReadout, rules: StatRules): string {
  const { name, tags } = extractedName(stat, rules);
  return `${metricName(name)}{${labelsOf(tags)}}`;
}

/** The tags of a stat and its name without them. */
export function extractedName(stat: Stat | TextReadout, rules: StatRules): ExtractedName {
  return stat.extracted ??= extractTags(stat.name, "tagSpans" in stat ? stat.tagSpans : [], rules);
}

function metricName(name: string): string {
  return `envoy_${sanitize(name)}`;
}

function labelsOf(tags: readonly StatTag[]): string {
  return tags.map(({ name, value }) => `${sanitize(name)}="${escapeLabel(value)}"`).join(",");
}

function sanitize(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_");
}

function escapeLabel(value: string): string {
  return value.replace(/[\\\n"]/g, (char) => char === "\n" ? "\\n" : `\\${char}`);
}
