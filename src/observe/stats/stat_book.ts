/**
 * All stats of the process, on the main thread: what the workers defined, merged by name, in name order. Definitions
 * arrive as messages; values are read from the shared pages. Counters and histograms of a worker that died are kept, so
 * that no counter ever goes down (spec/operations.md 8.3 to 8.6).
 */
import { invariant } from "../../base/errors.ts";
import {
  type ShapedStats,
  type ShapeMember,
  type StatDefinition,
  type StatDefinitions,
  StatKind,
} from "./definitions.ts";
import { NO_DECADES, Stat, type StatPart } from "./stat.ts";
import { NO_RULES, type StatRules } from "./stat_rules.ts";
import { StatStore } from "./store.ts";
import { TextReadout } from "./text_readout.ts";

/** Under which the main thread's own stats stand; workers count from 0. */
export const MAIN_THREAD = -1;

/** How much is looked at before the event loop may get a turn: a histogram that is added up counts for eight stats. */
const STATS_PER_SLICE = 1024;

interface WorkerStats {
  readonly pages: Float64Array[];
  /** By the worker's id of the stat. */
  readonly parts: (StatPart | undefined)[];
  readonly shapes: (readonly ShapeMember[])[];
}

export class StatBook {
  /** The main thread's own stats: `server.*`, `listener_manager.*`, `cluster_manager.*`, `http.admin.*`. */
  readonly own: StatStore;
  /** What the configuration says of stats; given before anything is read. */
  rules: StatRules = NO_RULES;
  readonly #workers = new Map<number, WorkerStats>();
  readonly #stats = new Map<string, Stat>();
  #sorted: Stat[] = [];
  #unsorted: Stat[] = [];
  #hasDropped = false;
  readonly #texts = new Map<string, TextReadout>();
  #version = 0;

  constructor() {
    this.own = new StatStore((batch) => this.apply(MAIN_THREAD, batch));
  }

  /** Rises when a stat comes or goes. */
  get version(): number {
    this.own.flushDefinitions();
    return this.#version;
  }

  /** Takes what a worker's store says is new. */
  apply(worker: number, batch: StatDefinitions): void {
    let known = this.#workers.get(worker);
    if (known === undefined) this.#workers.set(worker, known = { pages: [], parts: [], shapes: [] });
    for (const id of batch.retired) this.#drop(known, id);
    for (const { page, memory } of batch.pages) known.pages[page] = new Float64Array(memory);
    known.shapes.push(...batch.shapes);
    for (const shaped of batch.shaped) this.#defineShaped(known, worker, shaped);
    for (const definition of batch.stats) this.#define(known, worker, definition);
    for (const { id, decade, page, index } of batch.decades) {
      const part = known.parts[id];
      if (part === undefined) continue;
      const decades = [...part.decades];
      while (decades.length <= decade) decades.push(undefined);
      decades[decade] = { cells: pageOf(known, page), index };
      part.decades = decades;
    }
  }

  /** A worker is gone: keeps what it counted, forgets its levels. */
  removeWorker(worker: number): void {
    const known = this.#workers.get(worker);
    if (known === undefined) return;
    this.#workers.delete(worker);
    for (const part of known.parts) part?.stat.removePart(part, true);
  }

  find(name: string): Stat | undefined {
    this.own.flushDefinitions();
    return this.#stats.get(name);
  }

  /** Value of a counter or gauge; 0 when there is no such stat yet. */
  valueOf(name: string): number {
    return this.find(name)?.value ?? 0;
  }

  /** Every counter, gauge and histogram by name, hidden ones too. Do not change it. */
  stats(): readonly Stat[] {
    this.own.flushDefinitions();
    if (this.#hasDropped) {
      this.#hasDropped = false;
      this.#sorted = this.#sorted.filter((stat) => this.#stats.get(stat.name) === stat);
      this.#unsorted = this.#unsorted.filter((stat) => this.#stats.get(stat.name) === stat);
    }
    if (this.#unsorted.length > 0) {
      this.#unsorted.sort(byName);
      this.#sorted = mergeSorted(this.#sorted, this.#unsorted);
      this.#unsorted = [];
    }
    return this.#sorted;
  }

  /** Those of {@link StatBook.stats} whose names begin with `prefix`. */
  statsUnder(prefix: string): readonly Stat[] {
    const stats = this.stats();
    return stats.slice(firstFrom(stats, prefix), firstFrom(stats, `${prefix}\uffff`));
  }

  /** A text value of the main thread; the same name gives the same one. */
  text(name: string): TextReadout {
    let text = this.#texts.get(name);
    if (text === undefined) this.#texts.set(name, text = new TextReadout(name));
    return text;
  }

  /** There is no such text any more. */
  dropText(name: string): void {
    this.#texts.delete(name);
  }

  /** Every text readout by name. */
  texts(): TextReadout[] {
    return [...this.#texts.values()].sort(byName);
  }

  /** Latches the histograms, all in one go. */
  flush(): void {
    for (const _ of this.flushInSlices());
  }

  /** Latches the histograms; may pause at every `yield`. */
  *flushInSlices(): Generator<void> {
    let sinceYield = 0;
    for (const stat of this.stats()) {
      sinceYield += stat.kind === StatKind.histogram && stat.latch() ? 8 : 1;
      if (sinceYield < STATS_PER_SLICE) continue;
      sinceYield = 0;
      yield;
    }
  }

  /** Makes every counter show zero. */
  resetCounters(): void {
    for (const stat of this.stats()) if (stat.kind === StatKind.counter) stat.reset();
  }

  #defineShaped(
    known: WorkerStats,
    worker: number,
    { firstId, prefix, isHidden, tags, page, index, ...of }: ShapedStats,
  ) {
    known.shapes[of.shape]!.forEach(({ name, kind, unit, merge, offset }, position) => {
      const id = firstId + position;
      this.#define(known, worker, {
        id,
        name: prefix + name,
        kind,
        unit,
        merge,
        isHidden,
        tags,
        page,
        index: index + offset,
      });
    });
  }

  #define(known: WorkerStats, worker: number, definition: StatDefinition): void {
    const stat = this.#stats.get(definition.name) ?? this.#add(new Stat(definition));
    // A second kind under one name is a bug of ours, but the worker that has it must not take main down.
    if (stat.kind !== definition.kind) return;
    const cells = pageOf(known, definition.page);
    const part = { stat, worker, cells, index: definition.index, decades: NO_DECADES };
    stat.addPart(part);
    known.parts[definition.id] = part;
  }

  #add(stat: Stat): Stat {
    this.#stats.set(stat.name, stat);
    this.#unsorted.push(stat);
    this.#version++;
    return stat;
  }

  /** A worker dropped a stat, as of a host that is gone: with the last worker's part the stat goes too. */
  #drop(worker: WorkerStats, id: number): void {
    const part = worker.parts[id];
    if (part === undefined) return;
    worker.parts[id] = undefined;
    part.stat.removePart(part, false);
    if (!part.stat.isOrphan) return;
    this.#stats.delete(part.stat.name);
    this.#hasDropped = true;
    this.#version++;
  }
}

function pageOf(worker: WorkerStats, page: number): Float64Array {
  const cells = worker.pages[page];
  invariant(cells !== undefined, `A stat points into page ${page}, which was never announced`);
  return cells;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Position of the first stat whose name is not before `name`. */
function firstFrom(stats: readonly Stat[], name: string): number {
  let low = 0;
  let high = stats.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stats[middle]!.name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergeSorted(left: readonly Stat[], right: readonly Stat[]): Stat[] {
  const merged: Stat[] = [];
  let at = 0;
  for (const stat of right) {
    while (at < left.length && left[at]!.name < stat.name) merged.push(left[at++]!);
    merged.push(stat);
  }
  while (at < left.length) merged.push(left[at++]!);
  return merged;
}
