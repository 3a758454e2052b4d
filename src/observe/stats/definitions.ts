/**
 * What a worker tells the main thread about its stats: names and the places of their cells. Plain, clonable data, sent
 * in batches in the order it was made; the values themselves never travel, they are read from the shared pages
 * (spec/operations.md 8.6).
 */

/** What a stat counts. The numbers travel between threads. */
export const StatKind = { counter: 0, gauge: 1, histogram: 2 } as const;
export type StatKind = typeof StatKind[keyof typeof StatKind];

/** A histogram's unit, as sinks report it. */
export type HistogramUnit = "unspecified" | "bytes" | "microseconds" | "milliseconds" | "percent";

/** How a gauge's value for the process is made of the workers' values: added up, or the greatest of them. */
export type GaugeMerge = "sum" | "max";

/** A tag whose value stands in a name, given by the code that made the name. */
export interface StatTag {
  /** Envoy's tag name: `envoy.cluster_name`. */
  readonly name: string;
  /** The true value, dots and all. */
  readonly value: string;
}

/** Where in a full name a tag's value stands. */
export interface TagSpan extends StatTag {
  readonly start: number;
  readonly end: number;
}

/** One stat of one worker. */
export interface StatDefinition {
  /** Counts up from 0 within its worker. */
  readonly id: number;
  /** Full name, `:` already turned into `_`. */
  readonly name: string;
  readonly kind: StatKind;
  readonly unit: HistogramUnit;
  readonly merge: GaugeMerge;
  /** Read by the admin's own pages (per-host stats), not listed by `/stats`. */
  readonly isHidden: boolean;
  readonly tags: readonly TagSpan[];
  /** First cell: `page`, then the position in it. */
  readonly page: number;
  readonly index: number;
}

/** One stat of a shape (stat_shape.ts). */
export interface ShapeMember {
  /** Without what stands before it. */
  readonly name: string;
  readonly kind: StatKind;
  readonly unit: HistogramUnit;
  readonly merge: GaugeMerge;
  /** Of its first cell from the first of all of them. */
  readonly offset: number;
}

/** A thing that has the stats of a shape, with ids one after the other. */
export interface ShapedStats {
  readonly firstId: number;
  /** Which of the worker's shapes, as {@link StatDefinitions.shapes} count them. */
  readonly shape: number;
  /** What stands before the names of the members; ends in a dot. */
  readonly prefix: string;
  readonly isHidden: boolean;
  readonly tags: readonly TagSpan[];
  readonly page: number;
  readonly index: number;
}

/** A page of cells that later definitions point into. */
export interface StatPage {
  readonly page: number;
  readonly memory: SharedArrayBuffer;
}

/** A block of 90 bins that a histogram has begun to use. */
export interface StatDecade {
  readonly id: number;
  /** Which power of ten, counted as in `bins.ts`. */
  readonly decade: number;
  readonly page: number;
  readonly index: number;
}

/** One batch. Applied in this order: retired, pages, shapes, shaped, stats, decades. */
export interface StatDefinitions {
  /** Ids whose stats are gone; their cells may be given to later stats. */
  readonly retired: readonly number[];
  readonly pages: readonly StatPage[];
  /** Shapes that were not used before, counted from 0 over all batches of a worker. */
  readonly shapes: readonly (readonly ShapeMember[])[];
  readonly shaped: readonly ShapedStats[];
  readonly stats: readonly StatDefinition[];
  readonly decades: readonly StatDecade[];
}
