/**
 * Stats that many things have alike, such as clusters: their names, learnt once, and one run of cells for each thing that
 * has them. A thing costs a definition, not a hundred, in its worker, on the way to main and in between.
 *
 * ```ts
 * const SHAPE = new StatShape((source) => new PoolStats(source));
 * const stats = SHAPE.make((source) => new PoolStats(source), scope);
 * ```
 */
import { invariant } from "../../base/errors.ts";
import type { CellRun } from "./cell_block.ts";
import { type GaugeMerge, type HistogramUnit, type ShapeMember, StatKind } from "./definitions.ts";
import { Counter, COUNTER_CELLS, type DecadeSource, Gauge, GAUGE_CELLS, Histogram, HISTOGRAM_CELLS } from "./metric.ts";

/** What counts, of any kind. */
export type StatHandle = Counter | Gauge | Histogram;

/** Where an object that counts gets what it counts with: a scope, or the cells of a shape. */
export interface StatSource {
  counter(name: string): Counter;
  gauge(name: string, merge?: GaugeMerge): Gauge;
  histogram(name: string, unit: HistogramUnit): Histogram;
  scope(prefix: string): StatSource;
}

/** Where a thing gets the stats of a shape: a `StatScope`. */
export interface ShapedScope {
  /** All stats of the shape, in its order. */
  shaped(shape: StatShape): readonly StatHandle[];
}

export class StatShape {
  readonly members: readonly ShapeMember[];
  /** How many cells one thing needs. */
  readonly cells: number;
  readonly #positions: ReadonlyMap<string, number>;

  /** `build` asks for the same stats in the same order whenever it is called. */
  constructor(build: (source: StatSource) => void) {
    const recorder = new Recorder();
    build(recorder.at(""));
    this.members = recorder.members;
    this.cells = recorder.cells;
    this.#positions = new Map(this.members.map(({ name }, position) => [name, position]));
    invariant(this.#positions.size === this.members.length, "A stat of a shape was asked for twice");
  }

  /** What `build` makes of the stats of this shape under `scope`. */
  make<T>(build: (source: StatSource) => T, scope: ShapedScope): T {
    return build(new Cursor(this, scope.shaped(this)));
  }

  /** Where a name stands among the members; -1 = nowhere. */
  positionOf(name: string): number {
    return this.#positions.get(name) ?? -1;
  }

  /** Handles on a run of cells, in the order of the members. `firstId`: of the first of them in its store. */
  handles({ cells, page, index }: CellRun, firstId: number, decades: DecadeSource): StatHandle[] {
    return this.members.map(({ kind, offset }, position) => {
      const run = { cells, page, index: index + offset };
      if (kind === StatKind.counter) return new Counter(run);
      return kind === StatKind.gauge ? new Gauge(run) : new Histogram(run, firstId + position, decades);
    });
  }
}

/** Learns what is asked for. */
class Recorder {
  readonly members: ShapeMember[] = [];
  cells = 0;

  at(prefix: string): StatSource {
    // Nobody counts while a shape is learnt.
    const run = { cells: new Float64Array(HISTOGRAM_CELLS), page: 0, index: 0 };
    return {
      counter: (name) => {
        this.#add(prefix + name, StatKind.counter, COUNTER_CELLS);
        return new Counter(run);
      },
      gauge: (name, merge = "sum") => {
        this.#add(prefix + name, StatKind.gauge, GAUGE_CELLS, merge);
        return new Gauge(run);
      },
      histogram: (name, unit) => {
        const position = this.members.length;
        this.#add(prefix + name, StatKind.histogram, HISTOGRAM_CELLS, "sum", unit);
        return new Histogram(run, position, { allocateDecade: () => run });
      },
      scope: (inner) => this.at(`${prefix}${inner}.`),
    };
  }

  #add(
    name: string,
    kind: StatKind,
    length: number,
    merge: GaugeMerge = "sum",
    unit: HistogramUnit = "unspecified",
  ): void {
    this.members.push({ name, kind, unit, merge, offset: this.cells });
    this.cells += length;
  }
}

/** Gives the handles out in the order in which they were learnt. */
class Cursor implements StatSource {
  readonly #shape: StatShape;
  readonly #handles: readonly StatHandle[];
  #next = 0;

  constructor(shape: StatShape, handles: readonly StatHandle[]) {
    this.#shape = shape;
    this.#handles = handles;
  }

  counter(name: string): Counter {
    const handle = this.#take(name);
    invariant(handle instanceof Counter, `The stat ${name} of the shape is no counter`);
    return handle;
  }

  gauge(name: string): Gauge {
    const handle = this.#take(name);
    invariant(handle instanceof Gauge, `The stat ${name} of the shape is no gauge`);
    return handle;
  }

  histogram(name: string): Histogram {
    const handle = this.#take(name);
    invariant(handle instanceof Histogram, `The stat ${name} of the shape is no histogram`);
    return handle;
  }

  /** Members are known by their order. */
  scope(_prefix: string): StatSource {
    return this;
  }

  #take(name: string): StatHandle | undefined {
    const position = this.#next++;
    invariant(
      this.#shape.members[position]?.name.endsWith(name),
      `The stat ${name} was asked for where the shape has ${this.#shape.members[position]?.name}`,
    );
    return this.#handles[position];
  }
}
