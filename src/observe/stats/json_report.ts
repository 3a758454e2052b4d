/** `/stats?format=json`: compact, histograms last (spec/operations.md 6.20.3). Piece by piece, as `text_report.ts`. */
import { StatKind } from "./definitions.ts";
import { type HistogramCounts, QUANTILES } from "./histogram_counts.ts";
import { formatShortest } from "./number_format.ts";
import { selectStats, selectTexts, type StatSelection } from "./selection.ts";
import type { Stat } from "./stat.ts";
import type { StatBook } from "./stat_book.ts";
import { bucketCounts, type BucketMode, percentText } from "./text_report.ts";

const SUPPORTED = `[${QUANTILES.map(percentText).join(",")}]`;

/** The JSON, piece by piece; an empty piece is a chance to pause. */
export function* jsonReport(book: StatBook, selection: StatSelection, mode: BucketMode): Generator<string> {
  yield '{"stats":[';
  let comma = "";
  for (const text of selectTexts(book, selection)) {
    yield `${comma}{"name":${quote(text.name)},"value":${quote(text.value)}}`;
    comma = ",";
  }
  for (const stat of selectStats(book, selection, (kind) => kind !== StatKind.histogram)) {
    yield stat === null ? "" : `${comma}{"name":${quote(stat.name)},"value":${stat.value}}`;
    if (stat !== null) comma = ",";
  }
  let isFirst = true;
  for (const stat of selectStats(book, selection, (kind) => kind === StatKind.histogram)) {
    if (stat === null) {
      yield "";
      continue;
    }
    yield (isFirst ? `${comma}{"histograms":${openingOf(mode)}` : ",") +
      histogramJson(stat, mode, book.rules.boundsOf(stat.name));
    isFirst = false;
  }
  if (!isFirst) yield closingOf(mode);
  yield "]}";
}

function openingOf(mode: BucketMode): string {
  switch (mode) {
    case "summary":
      return `{"supported_quantiles":${SUPPORTED},"computed_quantiles":[`;
    case "detailed":
      return `{"supported_percentiles":${SUPPORTED},"details":[`;
    case "cumulative":
    case "disjoint":
      return "[";
  }
}

function closingOf(mode: BucketMode): string {
  return mode === "summary" || mode === "detailed" ? "]}}" : "]}";
}

function histogramJson(stat: Stat, mode: BucketMode, bounds: readonly number[]): string {
  const name = `{"name":${quote(stat.name)}`;
  if (mode === "summary") return `${name},"values":${quantilesJson(stat)}}`;
  if (mode === "detailed") {
    const bins = `"totals":${binsJson(stat.cumulative)},"intervals":${binsJson(stat.interval)}`;
    return `${name},${bins},"percentiles":${quantilesJson(stat)}}`;
  }
  const totals = bucketCounts(stat.cumulative, mode, bounds);
  const latest = bucketCounts(stat.interval, mode, bounds);
  const buckets = bounds.map((bound, at) =>
    `{"upper_bound":${formatShortest(bound)},"interval":${latest[at]},"cumulative":${totals[at]}}`
  );
  return `${name},"buckets":[${buckets.join(",")}]}`;
}

function quantilesJson(stat: Stat): string {
  const totals = stat.cumulative.quantiles(QUANTILES);
  const latest = stat.interval.quantiles(QUANTILES);
  const values = QUANTILES.map((_, at) =>
    `{"cumulative":${numberOrNull(totals?.[at])},"interval":${numberOrNull(latest?.[at])}}`
  );
  return `[${values.join(",")}]`;
}

function binsJson(counts: HistogramCounts): string {
  const bins = [...counts.filledBins()].map(({ start, width, count }) =>
    `{"lower_bound":${formatShortest(start)},"width":${formatShortest(width)},"count":${count}}`
  );
  return `[${bins.join(",")}]`;
}

function numberOrNull(value: number | undefined): string {
  return value === undefined ? "null" : formatShortest(value);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
