/** Stats, under `/api/v1/stats` (spec/console.md 5.7, 7.2). */

import type { Page } from "./page.ts";

/** What a stat counts. */
export const STAT_TYPES = ["counter", "gauge", "histogram", "text"] as const;

/** See {@link STAT_TYPES}. */
export type StatType = typeof STAT_TYPES[number];

/** Item of `GET /api/v1/stats`. */
export interface StatItem {
  name: string;
  /** The name in pieces: every second one is the value of a tag. */
  parts: string[];
  type: StatType;
  /** Of a histogram: how many values were recorded. */
  value: number | string;
  /** Of a histogram whose values have one: `milliseconds`. */
  unit: string;
  tags: { name: string; value: string }[];
  /** With its labels; a text has one only where Prometheus is asked for texts. */
  prometheus_name: string;
  /** Of a counter or a histogram, by how much it rose a second since somebody looked before; null until then. */
  rate: number | null;
  /** Paths under `/console`: whose it is, the same of all others. */
  links: { title: string; path: string }[];
}

/** A step in the tree of names, to be asked for as `prefix`. */
export interface StatFacet {
  prefix: string;
  title: string;
  /** How many of the stats found begin so; null of where one is and comes from. */
  count: number | null;
}

/** Body of `GET /api/v1/stats`. */
export interface StatPage extends Page<StatItem> {
  /** The stats asked for by name, as far as they exist. */
  named: StatItem[];
  /** The way to the prefix, then the next segments of the names found, those of most stats first; at most 40. */
  facets: StatFacet[];
  /** What `used` left out. */
  unused: number;
  /** With `changed`: since when changes are noticed, at most 60 s ago. Without, null. */
  changed_since_ms: number | null;
  /** The same at Envoy's endpoint, as text, JSON and for Prometheus; none where no single `filter` says it. */
  exports: string[];
}

/** A quantile of 0 to 1: of what came between the last two flushes, and of all; null without values. */
export interface QuantileItem {
  quantile: number;
  interval: number | null;
  cumulative: number | null;
}

/** How many values lie in a bucket, above the one before. */
export interface BucketItem {
  /** Null = no bound. */
  upper_bound: number | null;
  interval: number;
  cumulative: number;
}

/** Body of `GET /api/v1/stats/histogram/:name`, as of the last flush like Envoy's `/stats`. */
export interface HistogramView {
  name: string;
  unit: string;
  count: number;
  sum: number;
  interval_count: number;
  quantiles: QuantileItem[];
  buckets: BucketItem[];
}
