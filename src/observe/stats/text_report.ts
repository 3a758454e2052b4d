/**
 * `/stats` as text: text readouts, then counters and gauges by name, then histograms (spec/operations.md 6.20.2). A
 * report is a generator of pieces, so that a large one never holds the event loop: the caller may pause at any piece.
 */
import { StatKind } from "./definitions.ts";
import { type HistogramCounts, QUANTILES } from "./histogram_counts.ts";
import { formatGeneral } from "./number_format.ts";
import { selectStats, selectTexts, type StatSelection } from "./selection.ts";
import type { Stat } from "./stat.ts";
import type { StatRules } from "./stat_rules.ts";
import type { StatBook } from "./stat_book.ts";

/** How a report shows a histogram. */
export type BucketMode = "summary" | "cumulative" | "disjoint" | "detailed";

const isHistogram = (kind: StatKind) => kind === StatKind.histogram;
const isNumber = (kind: StatKind) => kind !== StatKind.histogram;

/** The text, piece by piece; an empty piece is a chance to pause. */
export function* textReport(book: StatBook, selection: StatSelection, mode: BucketMode): Generator<string> {
  for (const text of selectTexts(book, selection)) yield `${text.name}: "${text.value}"\n`;
  for (const stat of selectStats(book, selection, isNumber)) {
    yield stat === null ? "" : `${stat.name}: ${stat.value}\n`;
  }
  for (const stat of selectStats(book, selection, isHistogram)) {
    yield stat === null ? "" : histogramText(stat, mode, book.rules);
  }
}

function histogramText(stat: Stat, mode: BucketMode, rules: StatRules): string {
  const { name, cumulative, interval } = stat;
  if (cumulative.count === 0) return `${name}: No recorded values\n`;
  if (mode === "detailed") {
    const summary = summaryText(cumulative, interval);
    return `${name}:\n  totals=${binsText(cumulative)}\n  intervals=${binsText(interval)}\n  summary=${summary}\n`;
  }
  return `${name}: ${
    mode === "summary" ? summaryText(cumulative, interval) : bucketsText(stat, mode, rules.boundsOf(name))
  }\n`;
}

/** `P50(interval,cumulative)` for each quantile. */
function summaryText(cumulative: HistogramCounts, interval: HistogramCounts): string {
  const totals = cumulative.quantiles(QUANTILES);
  const latest = interval.quantiles(QUANTILES);
  return QUANTILES.map((quantile, at) => {
    return `P${percentText(quantile)}(${latest?.[at] ?? "nan"},${totals?.[at] ?? "nan"})`;
  }).join(" ");
}

/** `B100(interval,cumulative)` for each bound. */
function bucketsText(stat: Stat, mode: "cumulative" | "disjoint", bounds: readonly number[]): string {
  const totals = bucketCounts(stat.cumulative, mode, bounds);
  const latest = bucketCounts(stat.interval, mode, bounds);
  return bounds.map((bound, at) => `B${formatGeneral(bound)}(${latest[at]},${totals[at]})`).join(" ");
}

/** `start,width:count` for each bin that holds something. */
function binsText(counts: HistogramCounts): string {
  const bins = [...counts.filledBins()];
  return bins.map(({ start, width, count }) => `${formatGeneral(start)},${formatGeneral(width)}:${count}`).join(", ");
}

/** Counts up to each bound, or between one bound and the next. */
export function bucketCounts(
  counts: HistogramCounts,
  mode: "cumulative" | "disjoint",
  bounds: readonly number[],
): number[] {
  const upTo = counts.cumulativeCounts(bounds);
  return mode === "cumulative" ? upTo : upTo.map((count, at) => at === 0 ? count : count - upTo[at - 1]!);
}

/** `99.5` for 0.995, without the noise of the product. */
export function percentText(quantile: number): string {
  return String(Math.round(quantile * 1000) / 10);
}
