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

/** What scopes must remember to give a stat back. Those of one name share it. */
interface OwnedStat {
  readonly id: number;
  readonly name: string;
  readonly run: CellRun;
  readonly length: number;
  readonly handle: Handle;
  /** Scopes that show it, and scopes that may still count in it. */
  showing: number;
  holding: number;
}

export class StatStore {
  readonly #handles = new Map<string, Handle>();
  /** Those that may go before the process does. */
  readonly #passing = new Map<string, OwnedStat>();
  readonly #block: CellBlock;
  readonly #onDefined: (batch: StatDefinitions) => void;
  #nextId = 0;
  #isFlushQueued = false;
  #retired: number[] = [];
  #pages: StatPage[] = [];
  /** By id. */
  #stats = new Map<number, StatDefinition>();
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

  /**
   * The same for what may be gone before the process is: all that is made under it goes with {@link StatScope.withdraw} and
   * {@link StatScope.release}.
   */
  passingScope(prefix: string, tag: StatTag | null = null): StatScope {
    return new StatScope(this, "", [], false, new Holdings(this)).scope(prefix, tag);
  }

  /** Hands over what was made since the last batch, if anything. */
  flushDefinitions(): void {
    this.#isFlushQueued = false;
    if (this.#retired.length + this.#pages.length + this.#stats.size + this.#decades.length === 0) return;
    const stats = [...this.#stats.values()];
    const batch = { retired: this.#retired, pages: this.#pages, stats, decades: this.#decades };
    this.#retired = [];
    this.#pages = [];
    this.#stats = new Map();
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
    isPassing: boolean,
    tags: readonly TagSpan[],
  ): Handle {
    const id = this.#nextId++;
    const length = kind === StatKind.counter ? COUNTER_CELLS : kind === StatKind.gauge ? GAUGE_CELLS : HISTOGRAM_CELLS;
    const run = this.#block.allocate(length);
    const handle = kind === StatKind.counter
      ? new Counter(run)
      : kind === StatKind.gauge
      ? new Gauge(run)
      : new Histogram(run, id, this);
    this.#handles.set(name, handle);
    this.#stats.set(id, { id, name, kind, unit, merge, isHidden, tags, page: run.page, index: run.index });
    if (isPassing) this.#passing.set(name, { id, name, run, length, handle, showing: 0, holding: 0 });
    this.#queueFlush();
    return handle;
  }

  /** For {@link Histogram}: the bins of a decade that got its first value. */
  allocateDecade(id: number, decade: number): CellRun {
    const run = this.#block.allocate(BINS_PER_DECADE);
    this.#decades.push({ id, decade, page: run.page, index: run.index });
    this.#queueFlush();
    return run;
  }

  /** For {@link StatScope}: one more of them has this stat, if it is one that may go. */
  hold(name: string): OwnedStat | undefined {
    const stat = this.#passing.get(name);
    if (stat === undefined) return undefined;
    stat.showing++;
    stat.holding++;
    return stat;
  }

  /** For {@link StatScope.withdraw}. */
  withdraw(stat: OwnedStat): void {
    if (--stat.showing > 0) return;
    this.#handles.delete(stat.name);
    this.#passing.delete(stat.name);
    // What nobody has heard of yet nobody need hear of.
    if (!this.#stats.delete(stat.id)) this.#retired.push(stat.id);
    this.#queueFlush();
  }

  /** For {@link StatScope.release}. */
  release(stat: OwnedStat): void {
    if (--stat.holding > 0) return;
    this.#block.release(stat.run, stat.length);
    if (stat.handle instanceof Histogram) {
      for (const run of stat.handle.decades) if (run !== undefined) this.#block.release(run, BINS_PER_DECADE);
    }
  }

  #queueFlush(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    queueMicrotask(() => this.flushDefinitions());
  }
}

/** What a scope and those inside it have, where stats may go before the process does. */
class Holdings {
  readonly #store: StatStore;
  readonly #byName = new Map<string, OwnedStat>();
  #isWithdrawn = false;

  constructor(store: StatStore) {
    this.#store = store;
  }

  hold(name: string): void {
    if (this.#byName.has(name)) return;
    const stat = this.#store.hold(name);
    if (stat === undefined) return;
    this.#byName.set(name, stat);
    // Who goes on counting after the end counts where nobody looks.
    if (this.#isWithdrawn) this.#store.withdraw(stat);
  }

  withdraw(): void {
    if (this.#isWithdrawn) return;
    this.#isWithdrawn = true;
    for (const stat of this.#byName.values()) this.#store.withdraw(stat);
  }

  release(): void {
    this.withdraw();
    for (const stat of this.#byName.values()) this.#store.release(stat);
    this.#byName.clear();
  }
}

/** A prefix under which handles are made. The same name gives the same handle, whichever scope it is asked of. */
export class StatScope {
  readonly #store: StatStore;
  /** Ends in a dot, or is empty. */
  readonly #prefix: string;
  readonly #tags: readonly TagSpan[];
  readonly #isHidden: boolean;
  /** Null = what it makes stays. */
  readonly #holdings: Holdings | null;

  constructor(
    store: StatStore,
    prefix: string,
    tags: readonly TagSpan[],
    isHidden: boolean,
    holdings: Holdings | null,
  ) {
    this.#store = store;
    this.#prefix = prefix;
    this.#tags = tags;
    this.#isHidden = isHidden;
    this.#holdings = holdings;
  }

  /** See {@link StatStore.scope}. A scope inside a hidden one is hidden; a hidden one may be retired by itself. */
  scope(prefix: string, tag: StatTag | null = null, isHidden = false): StatScope {
    const full = this.#prefix + cleanName(prefix);
    const holdings = isHidden && !this.#isHidden ? new Holdings(this.#store) : this.#holdings;
    const tags = this.#withTag(full, tag, cleanName);
    return new StatScope(this.#store, `${full}.`, tags, isHidden || this.#isHidden, holdings);
  }

  /**
   * The same for a prefix whose colons stay: Envoy does not clean the names of virtual hosts and of what they count, nor
   * those that requests bring.
   */
  scopeAsWritten(prefix: string, tag: StatTag | null = null): StatScope {
    const full = this.#prefix + withoutControls(prefix);
    const tags = this.#withTag(full, tag, withoutControls);
    return new StatScope(this.#store, `${full}.`, tags, this.#isHidden, this.#holdings);
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

  /**
   * What a passing or hidden scope has is shown no more, as of a host that is gone, unless another scope of the name has it
   * too. Its handles may still be used until {@link StatScope.release}; who asks for their names from now on gets others.
   */
  withdraw(): void {
    this.#holdings?.withdraw();
  }

  /** Its handles must not be used any more. */
  release(): void {
    this.#holdings?.release();
  }

  #resolve(name: string, kind: StatKind, unit: HistogramUnit, merge: GaugeMerge): Handle {
    const full = this.#prefix + cleanName(name), holdings = this.#holdings;
    const handle = this.#store.find(full) ??
      this.#store.define(full, kind, unit, merge, this.#isHidden, holdings !== null, this.#tags);
    holdings?.hold(full);
    return handle;
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
