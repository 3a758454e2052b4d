/**
 * The stats of one thread: finds or makes a handle by name. A name is allocated where it is first wanted, in the worker's
 * own cells, and the main thread hears of it in the next batch; so a response code never seen before needs no round
 * trip, and every name exists once per thread (spec/operations.md 8.1 to 8.3, 8.6).
 */
import { invariant } from "../../base/errors.ts";
import { BINS_PER_DECADE } from "./bins.ts";
import { CellBlock, type CellRun } from "./cell_block.ts";
import {
  type GaugeMerge,
  type HistogramUnit,
  type StatDecade,
  type StatDefinition,
  type StatDefinitions,
  StatKind,
  type StatPage,
  type StatTag,
  type TagSpan,
} from "./definitions.ts";
import { Counter, COUNTER_CELLS, Gauge, GAUGE_CELLS, Histogram, HISTOGRAM_CELLS } from "./metric.ts";

type Handle = Counter | Gauge | Histogram;

/** What a hidden scope must remember to give its stats back. */
interface OwnedStat {
  readonly id: number;
  readonly name: string;
  readonly run: CellRun;
  readonly length: number;
  readonly handle: Handle;
}

export class StatStore {
  readonly #handles = new Map<string, Handle>();
  readonly #block: CellBlock;
  readonly #onDefined: (batch: StatDefinitions) => void;
  #nextId = 0;
  #isFlushQueued = false;
  #retired: number[] = [];
  #pages: StatPage[] = [];
  #stats: StatDefinition[] = [];
  #decades: StatDecade[] = [];

  /**
   * `onDefined` gets what is new: by itself at the end of the turn in which it was made, or when
   * {@link StatStore.flushDefinitions} is called.
   */
  constructor(onDefined: (batch: StatDefinitions) => void) {
    this.#onDefined = onDefined;
    this.#block = new CellBlock((page) => this.#pages.push(page));
  }

  /**
   * Stats under `prefix.`. Give a `tag` when the prefix ends in its value: it keeps the true value where the value has
   * dots or colons in it. Hidden stats are left out of `/stats`.
   */
  scope(prefix: string, tag: StatTag | null = null, isHidden = false): StatScope {
    return new StatScope(this, "", [], false, null).scope(prefix, tag, isHidden);
  }

  /** The same for what may be gone before the process is: {@link StatScope.retire} drops all that is made under it. */
  passingScope(prefix: string, tag: StatTag | null = null): StatScope {
    return new StatScope(this, "", [], false, []).scope(prefix, tag);
  }

  /** Hands over what was made since the last batch, if anything. */
  flushDefinitions(): void {
    this.#isFlushQueued = false;
    if (this.#retired.length + this.#pages.length + this.#stats.length + this.#decades.length === 0) return;
    const batch = { retired: this.#retired, pages: this.#pages, stats: this.#stats, decades: this.#decades };
    this.#retired = [];
    this.#pages = [];
    this.#stats = [];
    this.#decades = [];
    this.#onDefined(batch);
  }

  /** For {@link StatScope}: the handle of a full name, if it exists. */
  find(name: string): Handle | undefined {
    return this.#handles.get(name);
  }

  /** For {@link StatScope}: makes a handle for a name that has none. */
  define(
    name: string,
    kind: StatKind,
    unit: HistogramUnit,
    merge: GaugeMerge,
    isHidden: boolean,
    tags: readonly TagSpan[],
  ): OwnedStat {
    const id = this.#nextId++;
    const length = kind === StatKind.counter ? COUNTER_CELLS : kind === StatKind.gauge ? GAUGE_CELLS : HISTOGRAM_CELLS;
    const run = this.#block.allocate(length);
    const handle = kind === StatKind.counter
      ? new Counter(run)
      : kind === StatKind.gauge
      ? new Gauge(run)
      : new Histogram(run, id, this);
    this.#handles.set(name, handle);
    this.#stats.push({ id, name, kind, unit, merge, isHidden, tags, page: run.page, index: run.index });
    this.#queueFlush();
    return { id, name, run, length, handle };
  }

  /** For {@link Histogram}: the bins of a decade that got its first value. */
  allocateDecade(id: number, decade: number): CellRun {
    const run = this.#block.allocate(BINS_PER_DECADE);
    this.#decades.push({ id, decade, page: run.page, index: run.index });
    this.#queueFlush();
    return run;
  }

  /** For {@link StatScope.retire}. */
  remove(stat: OwnedStat): void {
    this.#handles.delete(stat.name);
    this.#block.release(stat.run, stat.length);
    if (stat.handle instanceof Histogram) {
      for (const run of stat.handle.decades) if (run !== undefined) this.#block.release(run, BINS_PER_DECADE);
    }
    this.#retired.push(stat.id);
    this.#queueFlush();
  }

  #queueFlush(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    queueMicrotask(() => this.flushDefinitions());
  }
}

/** A prefix under which handles are made. The same name gives the same handle, whichever scope it is asked of. */
export class StatScope {
  readonly #store: StatStore;
  /** Ends in a dot, or is empty. */
  readonly #prefix: string;
  readonly #tags: readonly TagSpan[];
  readonly #isHidden: boolean;
  /** What this scope and those inside it made, where stats may go before the process does; null = they stay. */
  readonly #owned: OwnedStat[] | null;

  constructor(
    store: StatStore,
    prefix: string,
    tags: readonly TagSpan[],
    isHidden: boolean,
    owned: OwnedStat[] | null,
  ) {
    this.#store = store;
    this.#prefix = prefix;
    this.#tags = tags;
    this.#isHidden = isHidden;
    this.#owned = owned;
  }

  /** See {@link StatStore.scope}. A scope inside a hidden one is hidden; a hidden one may be retired by itself. */
  scope(prefix: string, tag: StatTag | null = null, isHidden = false): StatScope {
    const full = this.#prefix + cleanName(prefix);
    const owned = isHidden && !this.#isHidden ? [] : this.#owned;
    const tags = this.#withTag(full, tag, cleanName);
    return new StatScope(this.#store, `${full}.`, tags, isHidden || this.#isHidden, owned);
  }

  /**
   * The same for a prefix whose colons stay: Envoy does not clean the names of virtual hosts and of what they count, nor
   * those that requests bring.
   */
  scopeAsWritten(prefix: string, tag: StatTag | null = null): StatScope {
    const full = this.#prefix + withoutControls(prefix);
    const tags = this.#withTag(full, tag, withoutControls);
    return new StatScope(this.#store, `${full}.`, tags, this.#isHidden, this.#owned);
  }

  counter(name: string): Counter {
    const handle = this.#resolve(name, StatKind.counter, "unspecified", "sum");
    invariant(handle instanceof Counter, `The stat ${this.#prefix}${name} exists and is no counter`);
    return handle;
  }

  /** `merge` "max" is for a level that every worker sees whole, such as `max_host_weight`. */
  gauge(name: string, merge: GaugeMerge = "sum"): Gauge {
    const handle = this.#resolve(name, StatKind.gauge, "unspecified", merge);
    invariant(handle instanceof Gauge, `The stat ${this.#prefix}${name} exists and is no gauge`);
    return handle;
  }

  histogram(name: string, unit: HistogramUnit): Histogram {
    const handle = this.#resolve(name, StatKind.histogram, unit, "sum");
    invariant(handle instanceof Histogram, `The stat ${this.#prefix}${name} exists and is no histogram`);
    return handle;
  }

  /** Drops what a passing or hidden scope made, as of a host that is gone. Those handles must not be used any more. */
  retire(): void {
    if (this.#owned === null) return;
    for (const stat of this.#owned) this.#store.remove(stat);
    this.#owned.length = 0;
  }

  #resolve(name: string, kind: StatKind, unit: HistogramUnit, merge: GaugeMerge): Handle {
    const full = this.#prefix + cleanName(name);
    const known = this.#store.find(full);
    if (known !== undefined) return known;
    const stat = this.#store.define(full, kind, unit, merge, this.#isHidden, this.#tags);
    this.#owned?.push(stat);
    return stat.handle;
  }

  #withTag(prefix: string, tag: StatTag | null, clean: (name: string) => string): readonly TagSpan[] {
    if (tag === null) return this.#tags;
    const written = clean(tag.value);
    invariant(prefix.endsWith(written), `The stat prefix ${prefix} does not end in the value of its tag ${tag.name}`);
    const span = { name: tag.name, value: tag.value, start: prefix.length - written.length, end: prefix.length };
    return [...this.#tags, span];
  }
}

/** A colon or a control character; the class is made of code points because a literal one would not be readable. */
const UNCLEAN = new RegExp(`[:\\p{Cc}]`, "gu");
const CONTROL = new RegExp(`\\p{Cc}`, "gu");

/** Envoy writes `_` for `:` in every name, so that statsd can carry it; control characters would break `/stats`. */
function cleanName(name: string): string {
  return name.replace(UNCLEAN, "_");
}

/** A control character would break `/stats` here too. */
function withoutControls(name: string): string {
  return name.replace(CONTROL, "_");
}
