/**
 * The handles that count: a counter, a gauge and a histogram, each a place in a worker's own cells. A call is a load and
 * a store or two, made on every request, so the place is held in plain fields. What the cells of each kind mean is
 * fixed here and read back by `worker_stripe.ts`.
 */
import { binOf, decadeOf, SMALLEST_VALUE } from "./bins.ts";
import type { CellRun } from "./cell_block.ts";

/** A counter's only cell is its value; it was used if it is above zero. */
export const COUNTER_CELLS = 1;

/** A gauge's cells: its value, then 1 once it was set. */
export const GAUGE_CELLS = 2;

/** A histogram's first cells: how many values, their sum, how many zeros. Decades of bins stand elsewhere. */
export const HISTOGRAM_CELLS = 3;

/** Counts up, from 0, for as long as the worker lives. */
export class Counter {
  readonly cells: Float64Array;
  readonly index: number;

  constructor(run: CellRun) {
    this.cells = run.cells;
    this.index = run.index;
  }

  inc(): void {
    this.cells[this.index]! += 1;
  }

  /** `count` must not be negative. */
  add(count: number): void {
    this.cells[this.index]! += count;
  }

  /** What this thread has counted. */
  get value(): number {
    return this.cells[this.index]!;
  }
}

/** A level: goes up and down, or is set. */
export class Gauge {
  readonly cells: Float64Array;
  readonly index: number;

  constructor(run: CellRun) {
    this.cells = run.cells;
    this.index = run.index;
  }

  inc(): void {
    this.cells[this.index]! += 1;
    this.cells[this.index + 1] = 1;
  }

  dec(): void {
    this.cells[this.index]! -= 1;
  }

  /** `change` may be negative. */
  add(change: number): void {
    this.cells[this.index]! += change;
    this.cells[this.index + 1] = 1;
  }

  set(value: number): void {
    this.cells[this.index] = value;
    this.cells[this.index + 1] = 1;
  }

  /** This thread's part of the level. */
  get value(): number {
    return this.cells[this.index]!;
  }
}

/** Where a histogram gets the 90 bins of a decade. */
export interface DecadeSource {
  allocateDecade(id: number, decade: number): CellRun;
}

/** Spread of a value in its unit, `0.001` to `10^16`, two significant digits; the sum is exact. */
export class Histogram {
  readonly cells: Float64Array;
  readonly index: number;
  /** By decade; each is allocated when its first value comes. */
  readonly decades: (CellRun | undefined)[] = [];
  readonly #id: number;
  readonly #source: DecadeSource;

  constructor(run: CellRun, id: number, source: DecadeSource) {
    this.cells = run.cells;
    this.index = run.index;
    this.#id = id;
    this.#source = source;
  }

  /** A negative value, as a stepped clock makes, counts as zero. */
  record(value: number): void {
    const { cells, index } = this;
    cells[index]! += 1;
    if (!(value >= SMALLEST_VALUE)) {
      cells[index + 2]! += 1;
      return;
    }
    cells[index + 1]! += value;
    const decade = decadeOf(value);
    const run = this.decades[decade] ?? this.#open(decade);
    run.cells[run.index + binOf(value, decade)]! += 1;
  }

  /** How many values this thread has recorded. */
  get count(): number {
    return this.cells[this.index]!;
  }

  #open(decade: number): CellRun {
    while (this.decades.length <= decade) this.decades.push(undefined);
    return this.decades[decade] = this.#source.allocateDecade(this.#id, decade);
  }
}
