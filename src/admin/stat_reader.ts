/**
 * Reads stats by name each second without looking each name up each second: a name is looked up again only when stats
 * came or went.
 */
import { HistogramCounts } from "../observe/stats/histogram_counts.ts";
import type { Stat } from "../observe/stats/stat.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";

/** One stat by its name, which may not exist yet. */
export class StatReader {
  readonly #book: StatBook;
  readonly #name: string;
  #stat: Stat | undefined;
  #version = -1;

  constructor(book: StatBook, name: string) {
    this.#book = book;
    this.#name = name;
  }

  get stat(): Stat | undefined {
    if (this.#version !== this.#book.version) {
      this.#version = this.#book.version;
      this.#stat = this.#book.find(this.#name);
    }
    return this.#stat;
  }

  /** 0 while the stat does not exist. */
  get value(): number {
    return this.stat?.value ?? 0;
  }
}

/** Some stats under one prefix, read together. */
export class StatRow {
  readonly #book: StatBook;
  readonly #prefix: string;
  readonly #names: readonly string[];
  #stats: (Stat | undefined)[] = [];
  #version = -1;

  /** `prefix` without the dot. */
  constructor(book: StatBook, prefix: string, names: readonly string[]) {
    this.#book = book;
    this.#prefix = prefix;
    this.#names = names;
  }

  /** The values in the order of the names, 0 while one does not exist: into `values`, which is returned. */
  readInto(values: number[]): number[] {
    const { version } = this.#book;
    if (this.#version !== version) {
      this.#version = version;
      this.#stats = this.#names.map((name) => this.#book.find(`${this.#prefix}.${name}`));
    }
    for (let at = 0; at < this.#names.length; at++) values[at] = this.#stats[at]?.value ?? 0;
    return values;
  }
}

/** The stats under a prefix whose names match a pattern. */
export class StatGroup {
  readonly #book: StatBook;
  readonly #prefix: string;
  readonly #pattern: RegExp;
  #stats: Stat[] = [];
  #version = -1;

  constructor(book: StatBook, prefix: string, pattern: RegExp) {
    this.#book = book;
    this.#prefix = prefix;
    this.#pattern = pattern;
  }

  get stats(): readonly Stat[] {
    if (this.#version !== this.#book.version) {
      this.#version = this.#book.version;
      this.#stats = this.#book.statsUnder(this.#prefix).filter(({ name }) => this.#pattern.test(name));
    }
    return this.#stats;
  }

  /** Sum of the values. */
  get value(): number {
    return this.stats.reduce((sum, stat) => sum + stat.value, 0);
  }

  /** Sum of what one worker has counted. */
  valueOf(worker: number): number {
    return this.stats.reduce((sum, stat) => sum + stat.valueOf(worker), 0);
  }
}

/** What some histograms recorded between two looks at them. */
export class HistogramWindow {
  #count = -1;
  #last = new HistogramCounts();
  #window: HistogramCounts | null = null;

  /** Takes the histograms as they are. */
  update(histograms: readonly Stat[]): void {
    const count = histograms.reduce((sum, stat) => sum + stat.value, 0);
    if (count === this.#count) {
      this.#window = null;
      return;
    }
    const isFirst = this.#count < 0;
    this.#count = count;
    const counts = new HistogramCounts();
    for (const stat of histograms) counts.add(stat.readCounts());
    this.#window = isFirst ? null : counts.since(this.#last);
    this.#last = counts;
  }

  /** Quantiles of what came since the look before; null when nothing did. */
  quantiles(wanted: readonly number[]): readonly (number | null)[] {
    return this.#window?.quantiles(wanted) ?? wanted.map(() => null);
  }
}
