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
  type ShapedStats,
  type ShapeMember,
  type StatDecade,
  type StatDefinition,
  type StatDefinitions,
  StatKind,
  type StatPage,
  type StatTag,
  type TagSpan,
} from "./definitions.ts";
import { Counter, COUNTER_CELLS, Gauge, GAUGE_CELLS, Histogram, HISTOGRAM_CELLS } from "./metric.ts";
import type { StatHandle, StatShape } from "./stat_shape.ts";

/** What scopes must remember to give stats back: one of that name, or all of a shape under it. Those of one name share it. */
interface OwnedStats {
  readonly firstId: number;
  readonly name: string;
  readonly run: CellRun;
  readonly length: number;
  readonly handles: readonly StatHandle[];
  /** Null = it is one stat. */
  readonly shape: StatShape | null;
  /** Scopes that show it, and scopes that may still count in it. */
  showing: number;
  holding: number;
}

export class StatStore {
  readonly #handles = new Map<string, StatHandle>();
  /** Those that may go before the process does. */
  readonly #passing = new Map<string, OwnedStats>();
  /** By prefix. */
  readonly #shaped = new Map<string, OwnedStats>();
  /** By shape: its number. */
  readonly #shapes = new Map<StatShape, number>();
  readonly #block: CellBlock;
  readonly #onDefined: (batch: StatDefinitions) => void;
  #nextId = 0;
  #isFlushQueued = false;
  #retired: number[] = [];
  #pages: StatPage[] = [];
  /** By id. */
  #stats = new Map<number, StatDefinition>();
  #decades: StatDecade[] = [];
  #newShapes: (readonly ShapeMember[])[] = [];
  /** By first id. */
  #newShaped = new Map<number, ShapedStats>();

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

  /** Stats without a prefix. */
  get root(): StatScope {
    return new StatScope(this, "", [], false, null);
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
    const changes = this.#retired.length + this.#pages.length + this.#newShaped.size + this.#stats.size;
    if (changes + this.#decades.length === 0) return;
    const batch = {
      retired: this.#retired,
      pages: this.#pages,
      shapes: this.#newShapes,
      shaped: [...this.#newShaped.values()],
      stats: [...this.#stats.values()],
      decades: this.#decades,
    };
    this.#newShapes = [];
    this.#newShaped = new Map();
    this.#retired = [];
    this.#pages = [];
    this.#stats = new Map();
    this.#decades = [];
    this.#onDefined(batch);
  }

  /** For {@link StatScope}: the handle of a full name, if it exists. */
  find(name: string): StatHandle | undefined {
    return this.#handles.get(name) ?? this.#findShaped(name);
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
  ): StatHandle {
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
    if (isPassing) {
      const owned = { firstId: id, name, run, length, handles: [handle], shape: null, showing: 0, holding: 0 };
      this.#passing.set(name, owned);
    }
    this.#queueFlush();
    return handle;
  }

  /** For {@link StatScope}: all stats of a shape under a prefix, made if they are not there. */
  shaped(shape: StatShape, prefix: string, isHidden: boolean, tags: readonly TagSpan[]): OwnedStats {
    const known = this.#shaped.get(prefix);
    if (known !== undefined) {
      invariant(known.shape === shape, `The stats under ${prefix} exist and have another shape`);
      return known;
    }
    const firstId = this.#nextId, run = this.#block.allocate(shape.cells);
    this.#nextId += shape.members.length;
    const handles = shape.handles(run, firstId, this);
    const owned = { firstId, name: prefix, run, length: shape.cells, handles, shape, showing: 0, holding: 0 };
    this.#shaped.set(prefix, owned);
    const { page, index } = run;
    this.#newShaped.set(firstId, { firstId, shape: this.#numberOf(shape), prefix, isHidden, tags, page, index });
    this.#queueFlush();
    return owned;
  }

  /** For {@link Histogram}: the bins of a decade that got its first value. */
  allocateDecade(id: number, decade: number): CellRun {
    const run = this.#block.allocate(BINS_PER_DECADE);
    this.#decades.push({ id, decade, page: run.page, index: run.index });
    this.#queueFlush();
    return run;
  }

  /** For {@link StatScope}: a stat, if it is one that may go by itself. */
  passing(name: string): OwnedStats | undefined {
    return this.#passing.get(name);
  }

  /** For {@link StatScope.withdraw}. */
  withdraw(stats: OwnedStats): void {
    if (--stats.showing > 0) return;
    const { name, firstId, handles, shape } = stats;
    // What nobody has heard of yet nobody need hear of.
    let isUnheard: boolean;
    if (shape === null) {
      this.#handles.delete(name);
      this.#passing.delete(name);
      isUnheard = this.#stats.delete(firstId);
    } else {
      this.#shaped.delete(name);
      isUnheard = this.#newShaped.delete(firstId);
    }
    if (!isUnheard) { for (let at = 0; at < handles.length; at++) this.#retired.push(firstId + at); }
    this.#queueFlush();
  }

  /** For {@link StatScope.release}. */
  release({ run, length, handles }: OwnedStats): void {
    this.#block.release(run, length);
    for (const handle of handles) {
      if (!(handle instanceof Histogram)) continue;
      for (const run of handle.decades) if (run !== undefined) this.#block.release(run, BINS_PER_DECADE);
    }
  }

  #findShaped(name: string): StatHandle | undefined {
    if (this.#shaped.size === 0) return undefined;
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      const stats = this.#shaped.get(name.slice(0, dot + 1));
      const position = stats?.shape?.positionOf(name.slice(dot + 1)) ?? -1;
      if (position >= 0) return stats!.handles[position];
    }
    return undefined;
  }

  #numberOf(shape: StatShape): number {
    let number = this.#shapes.get(shape);
    if (number === undefined) {
      this.#shapes.set(shape, number = this.#shapes.size);
      this.#newShapes.push(shape.members);
    }
    return number;
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
  readonly #stats = new Set<OwnedStats>();
  #isWithdrawn = false;

  constructor(store: StatStore) {
    this.#store = store;
  }

  hold(stats: OwnedStats | undefined): void {
    if (stats === undefined || this.#stats.has(stats)) return;
    this.#stats.add(stats);
    stats.showing++;
    stats.holding++;
    // Who goes on counting after the end counts where nobody looks.
    if (this.#isWithdrawn) this.#store.withdraw(stats);
  }

  withdraw(): void {
    if (this.#isWithdrawn) return;
    this.#isWithdrawn = true;
    for (const stats of this.#stats) this.#store.withdraw(stats);
  }

  release(): void {
    this.withdraw();
    for (const stats of this.#stats) if (--stats.holding === 0) this.#store.release(stats);
    this.#stats.clear();
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

  /** For {@link StatShape}: all stats of a shape under this prefix, in its order. */
  shaped(shape: StatShape): readonly StatHandle[] {
    const stats = this.#store.shaped(shape, this.#prefix, this.#isHidden, this.#tags);
    this.#holdings?.hold(stats);
    return stats.handles;
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

  #resolve(name: string, kind: StatKind, unit: HistogramUnit, merge: GaugeMerge): StatHandle {
    const full = this.#prefix + cleanName(name), holdings = this.#holdings;
    const handle = this.#store.find(full) ??
      this.#store.define(full, kind, unit, merge, this.#isHidden, holdings !== null, this.#tags);
    holdings?.hold(this.#store.passing(full));
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
