/**
 * Histogram values added up: from the cells of several workers, or as a difference of two such sums. Quantiles and
 * bucket counts are taken from the bins as Envoy's circllhist does (spec/operations.md 8.7); the sum is exact.
 */
import { BINS_PER_DECADE, binStart, binWidth, DECADES } from "./bins.ts";

/** Quantiles of every report, 0 to 1. */
export const QUANTILES = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1] as const;

/** Upper bounds of the buckets unless `histogram_bucket_settings` says otherwise. */
export const DEFAULT_BOUNDS: readonly number[] = [
  ...[0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
  ...[30000, 60000, 300000, 600000, 1800000, 3600000],
];

/** Values of one bin; `width` 0 and `start` 0 is the bin of zeros. */
export interface FilledBin {
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

/** A place of 90 bins. */
export interface BinRun {
  readonly cells: Float64Array;
  readonly index: number;
}

export class HistogramCounts {
  #zeros = 0;
  #count = 0;
  #sum = 0;
  readonly #decades: (Float64Array | undefined)[] = [];

  /** How many values stand in the bins. */
  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Adds what one worker has recorded; `index` is that of its histogram's first cell. */
  addCells(cells: Float64Array, index: number, decades: readonly (BinRun | undefined)[]): void {
    this.#sum += cells[index + 1]!;
    this.#zeros += cells[index + 2]!;
    this.#count += cells[index + 2]!;
    for (let decade = 0; decade < decades.length; decade++) {
      const run = decades[decade];
      if (run !== undefined) this.#addBins(decade, run.cells, run.index, 1);
    }
  }

  add(other: HistogramCounts): void {
    this.#combine(other, 1);
  }

  /** This less `earlier`, a former state of the same histogram. */
  since(earlier: HistogramCounts): HistogramCounts {
    const difference = new HistogramCounts();
    difference.#combine(this, 1);
    difference.#combine(earlier, -1);
    return difference;
  }

  /** One value per quantile of `wanted`, which rises; null when nothing was recorded. */
  quantiles(wanted: readonly number[]): number[] | null {
    if (this.#count <= 0) return null;
    const values: number[] = [];
    let seen = 0;
    let last = 0;
    for (const { start, width, count } of this.filledBins()) {
      while (values.length < wanted.length) {
        const rank = Math.max(1, Math.ceil(wanted[values.length]! * this.#count)) - seen;
        if (rank > count) break;
        values.push(start + width * rank / (count + 1));
      }
      seen += count;
      last = start + width * count / (count + 1);
    }
    while (values.length < wanted.length) values.push(last);
    return values;
  }

  /**
   * Values at most as great as each bound, as far as the bins tell. A bin that starts at the bound counts where only the
   * bound itself is likely in it, whole numbers under 100; Envoy counts it always.
   */
  cumulativeCounts(bounds: readonly number[]): number[] {
    const counts = new Array<number>(bounds.length).fill(0);
    for (const { start, width, count } of this.filledBins()) {
      let at = 0;
      while (at < bounds.length && (bounds[at]! < start || bounds[at] === start && width > 1)) at++;
      for (; at < bounds.length; at++) counts[at]! += count;
    }
    return counts;
  }

  /** The bins that hold something, by value. */
  *filledBins(): Generator<FilledBin> {
    if (this.#zeros > 0) yield { start: 0, width: 0, count: this.#zeros };
    for (let decade = 0; decade < this.#decades.length; decade++) {
      const bins = this.#decades[decade];
      if (bins === undefined) continue;
      for (let bin = 0; bin < BINS_PER_DECADE; bin++) {
        const count = bins[bin]!;
        if (count > 0) yield { start: binStart(decade, bin), width: binWidth(decade), count };
      }
    }
  }

  #combine(other: HistogramCounts, sign: 1 | -1): void {
    this.#sum += sign * other.#sum;
    this.#zeros += sign * other.#zeros;
    this.#count += sign * other.#zeros;
    for (let decade = 0; decade < other.#decades.length; decade++) {
      const bins = other.#decades[decade];
      if (bins !== undefined) this.#addBins(decade, bins, 0, sign);
    }
  }

  #addBins(decade: number, cells: Float64Array, index: number, sign: 1 | -1): void {
    if (decade >= DECADES) return;
    while (this.#decades.length <= decade) this.#decades.push(undefined);
    const bins = this.#decades[decade] ??= new Float64Array(BINS_PER_DECADE);
    for (let bin = 0; bin < BINS_PER_DECADE; bin++) {
      const count = cells[index + bin]! * sign;
      bins[bin]! += count;
      this.#count += count;
    }
  }
}
