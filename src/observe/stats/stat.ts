/**
 * One stat of the process as the main thread reads it: the sum over the workers that count it, plus what workers that
 * died had counted. A read is a walk over a few cells; nothing is copied, nobody is asked.
 */
import { type HistogramUnit, type StatDefinition, StatKind, type TagSpan } from "./definitions.ts";
import { type BinRun, HistogramCounts } from "./histogram_counts.ts";
import type { ExtractedName } from "./tag_extraction.ts";

/** One worker's cells of a stat. */
export interface StatPart {
  readonly stat: Stat;
  readonly worker: number;
  readonly cells: Float64Array;
  readonly index: number;
  /** Of a histogram that has values; there may be half a million parts, so the others share one. */
  decades: readonly (BinRun | undefined)[];
}

/** Of a part without values. */
export const NO_DECADES: readonly undefined[] = [];

const NOTHING = new HistogramCounts();

export class Stat {
  readonly name: string;
  readonly kind: StatKind;
  readonly unit: HistogramUnit;
  readonly isHidden: boolean;
  /** What the code that made it said of its name. */
  readonly tagSpans: readonly TagSpan[];
  /** Tags and the name without them; made once, when a report first needs it. */
  extracted: ExtractedName | null = null;
  /** By the rules of the configuration; null until a report asks. */
  isShown: boolean | null = null;
  readonly #isMax: boolean;
  readonly #parts: StatPart[] = [];
  /** Counters of workers that are gone, less what `/reset_counters` took off. */
  #folded = 0;
  #wasUsed = false;
  #foldedCounts: HistogramCounts | null = null;
  #cumulative = NOTHING;
  #interval = NOTHING;

  constructor(definition: StatDefinition) {
    this.name = definition.name;
    this.kind = definition.kind;
    this.unit = definition.unit;
    this.isHidden = definition.isHidden;
    this.tagSpans = definition.tags;
    this.#isMax = definition.merge === "max";
  }

  /** Of a counter or gauge. Of a histogram: how many values were recorded. */
  get value(): number {
    if (this.#isMax) return this.#parts.reduce((greatest, part) => Math.max(greatest, part.cells[part.index]!), 0);
    let sum = this.#folded;
    for (const part of this.#parts) sum += part.cells[part.index]!;
    return sum < 0 ? 0 : sum;
  }

  /** What one worker has counted. */
  valueOf(worker: number): number {
    const part = this.#parts.find((part) => part.worker === worker);
    return part === undefined ? 0 : part.cells[part.index]!;
  }

  /** It was counted, set or recorded at least once. */
  get isUsed(): boolean {
    if (this.#wasUsed) return true;
    const usedCell = this.kind === StatKind.gauge ? 1 : 0;
    return this.#parts.some((part) => part.cells[part.index + usedCell]! > 0);
  }

  get isOrphan(): boolean {
    return this.#parts.length === 0;
  }

  /** A histogram's values up to now. */
  readCounts(): HistogramCounts {
    const counts = new HistogramCounts();
    if (this.#foldedCounts !== null) counts.add(this.#foldedCounts);
    for (const part of this.#parts) counts.addCells(part.cells, part.index, part.decades);
    return counts;
  }

  /** A histogram's values up to the last flush. */
  get cumulative(): HistogramCounts {
    return this.#cumulative;
  }

  /** A histogram's values between the last two flushes. */
  get interval(): HistogramCounts {
    return this.#interval;
  }

  /** Takes a histogram's values as of now for the reports. Says whether there was anything to add up. */
  latch(): boolean {
    // The count cell runs ahead of the bins by at most one record, which the next flush then takes.
    if (this.value === this.#cumulative.count) {
      this.#interval = NOTHING;
      return false;
    }
    const counts = this.readCounts();
    this.#interval = counts.since(this.#cumulative);
    this.#cumulative = counts;
    return true;
  }

  /** Makes a counter show zero from now on; it stays used. */
  reset(): void {
    this.#wasUsed = this.isUsed;
    let sum = 0;
    for (const part of this.#parts) sum += part.cells[part.index]!;
    this.#folded = -sum;
  }

  addPart(part: StatPart): void {
    this.#parts.push(part);
  }

  /** Drops a part. With `fold`, as for a worker that died, what it counted stays; a gauge's level does not. */
  removePart(part: StatPart, fold: boolean): void {
    const at = this.#parts.indexOf(part);
    if (at < 0) return;
    this.#wasUsed = this.isUsed;
    this.#parts.splice(at, 1);
    if (!fold || this.kind === StatKind.gauge) return;
    this.#folded += part.cells[part.index]!;
    if (this.kind === StatKind.histogram) {
      (this.#foldedCounts ??= new HistogramCounts()).addCells(part.cells, part.index, part.decades);
    }
  }
}
