/**
 * The listeners of the process by name: which object serves, and which one warms to take its place (spec/xds.md 9.3, 10).
 *
 * ```
 *            add                    ready
 *   absent ───────▶ warming ─────────────────▶ active ◀──────────┐ ready: swap, the old one drains
 *     ▲              │  ▲ update                │ update         │
 *     │   remove     │  └─┘ starts anew         ▼                │
 *     └──────────────┴──────────────────── active+warming ───────┘
 * ```
 *
 * Before workers serve, an object is active at once and may still wait: the start waits for all. Bootstrap listeners are
 * fixed: no later resource changes or removes them. Addresses are bound, or tried, before an object is taken; so changes are
 * made one after the other, each when the one before it is through.
 */
import type { Logger } from "../../base/log.ts";
import type { DrainDirection } from "../../config/listener_drains.ts";
import type { BindFailure } from "../../config/listener_sockets.ts";
import { addressText } from "../../base/address_text.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { stateOf, type Timeline, type Unready } from "../timeline.ts";
import { addressClash } from "./address_clash.ts";
import { DrainingVersions } from "./draining_versions.ts";
import { ListenerManagerStats } from "./listener_stats.ts";
import { type ListenerResource, ListenerVersion, rdsOf } from "./listener_version.ts";
import type { ListenerWorkers } from "./listener_workers.ts";
import type { FetchedRoutes } from "./fetched_routes.ts";
import { SocketBook } from "./socket_book.ts";
import { decideUpdate, type UpdateDecision } from "./update_decision.ts";

/** What a {@link ListenerManager} needs. */
export interface ListenerContext {
  /** Main's own: its clock and its timers. */
  readonly loop: EventLoop;
  readonly scope: StatScope;
  readonly timeline: Timeline;
  readonly workers: ListenerWorkers;
  readonly routes: FetchedRoutes;
  /** `--drain-time-s`. */
  readonly drainTimeMs: number;
  /** Wall clock. */
  readonly nowMs: () => number;
  /** The logger `config`. */
  readonly log: Logger;
}

/** Hears of it. */
export interface ListenerManagerEvents {
  /** What serves under a name, or warms, is another. */
  onChange(name: string): void;
  /** Before workers serve: nothing that is there waits any more. */
  onSettled(): void;
}

/** A name and its objects: at least one of the two is there. */
export interface ListenerEntry {
  readonly name: string;
  /** From the bootstrap. */
  readonly isStatic: boolean;
  active: ListenerVersion | null;
  warming: ListenerVersion | null;
  /** How often an object was replaced before it was ready, since the last one that was. */
  superseded: number;
}

/** A listener that was not taken, and why. */
export interface RefusedListener {
  readonly resource: ListenerResource;
  readonly reason: string;
}

/** One that will be taken if its addresses can be had. */
interface Candidate {
  readonly resource: ListenerResource;
  readonly decision: Exclude<UpdateDecision, { readonly kind: "none" | "discard_warming" }>;
}

export class ListenerManager {
  readonly #context: ListenerContext;
  readonly #events: ListenerManagerEvents;
  readonly #stats: ListenerManagerStats;
  readonly #draining: DrainingVersions;
  readonly #entries = new Map<string, ListenerEntry>();
  readonly #sockets: SocketBook;
  /** Of which listeners nothing is accepted any more, until the process ends. */
  #stopped: DrainDirection | null = null;
  #lastIncarnation = 0;
  #isStarted = false;
  #isClosed = false;
  /** Workers are to hear of something. */
  #isChanged = false;
  /** What is under way, and all that waits behind it. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(context: ListenerContext, events: ListenerManagerEvents) {
    this.#context = context;
    this.#events = events;
    this.#stats = new ListenerManagerStats(context.scope);
    this.#sockets = new SocketBook(context.workers);
    this.#draining = new DrainingVersions(context.loop, context.drainTimeMs, this.#stats);
  }

  /** By name, in the order in which names came. */
  get entries(): Iterable<ListenerEntry> {
    return this.#entries.values();
  }

  /** Removed or replaced, the oldest first. */
  get draining(): Iterable<ListenerVersion> {
    return this.#draining.listeners;
  }

  /** Names that dynamic resources brought. */
  get dynamicNames(): string[] {
    return [...this.#entries.values()].filter(({ isStatic }) => !isStatic).map(({ name }) => name);
  }

  /** Everything that waits, and for what. */
  get unready(): Unready[] {
    return [...this.#entries.values()].flatMap(({ name, active, warming, superseded }) => {
      const one = warming ?? active!, { waits, version, updatedMs: sinceMs } = one;
      const blocks = [this.#isStarted ? `listener ${name} of version ${version}` : "the start of the server"];
      const unready: Unready = {
        kind: "listener",
        name,
        phase: "routes",
        version,
        activeVersion: warming !== null && active !== null ? active.version : null,
        sinceMs,
        phases: [{ id: "routes", sinceMs, tookMs: null }],
        waits,
        blocks,
        superseded,
      };
      return waits.length === 0 ? [] : [unready];
    });
  }

  /** Nothing waits that the start waits for. */
  get isSettled(): boolean {
    return [...this.#entries.values()].every(({ active }) => active === null || active.isReady);
  }

  /** The bootstrap's. Resolves with what is in their way: that is the end of the start. */
  addStatic(resources: readonly ListenerResource[]): Promise<readonly RefusedListener[]> {
    return this.#inTurn(() => this.#change([], resources, true));
  }

  /** First takes out what is named, then takes in the rest. Resolves with what was not taken. */
  update(removed: readonly string[], resources: readonly ListenerResource[]): Promise<readonly RefusedListener[]> {
    return this.#inTurn(() => this.#change(removed, resources, false));
  }

  /** Workers serve from now on. Resolves with the sockets that could not be had after all; their listeners are gone. */
  start(): Promise<readonly BindFailure[]> {
    return this.#inTurn(async () => {
      this.#isStarted = true;
      const versions = [...this.#entries.values()].flatMap(({ active }) => active ?? []);
      const failed = await this.#bindFor(versions, false);
      for (const version of versions) {
        const failures = failuresOf(version, failed);
        if (failures.length > 0) this.#giveUp(version, failures);
        else {
          this.#stats.createSuccess.add(this.#context.workers.count);
          this.#noteSwap(version, null);
        }
      }
      this.#isChanged = true;
      this.#publish();
      return failed;
    });
  }

  /**
   * Listeners of this direction accept nothing any more: their sockets close, and what an update says of such listeners is
   * skipped, but for removals. They stay in the list, with the connections they have.
   */
  stop(direction: DrainDirection): Promise<void> {
    return this.#inTurn(() => {
      const before = [...this.#entries.values()].filter((entry) => this.#isStopped(entry));
      this.#stopped = direction;
      for (const entry of [...this.#entries.values()]) {
        if (this.#isStopped(entry) && !before.includes(entry)) this.#stopOne(entry);
      }
      this.#publish();
    });
  }

  /** It accepts nothing any more. */
  isStopped({ config }: ListenerVersion): boolean {
    return isOf(this.#stopped, config);
  }

  /** Resolves when all that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  /** No wait and no drain goes on. */
  close(): void {
    this.#isClosed = true;
    this.#draining.close();
    for (const { active, warming } of this.#entries.values()) {
      active?.release();
      warming?.release();
    }
    this.#entries.clear();
  }

  // ---- one change

  async #change(
    removed: readonly string[],
    resources: readonly ListenerResource[],
    isStatic: boolean,
  ): Promise<RefusedListener[]> {
    for (const name of removed) this.#remove(name);
    const refused: RefusedListener[] = [], candidates: Candidate[] = [], names = new Set<string>();
    for (const resource of resources) {
      const { name } = resource.config, isRepeated = names.has(name);
      names.add(name);
      const reason = isRepeated ? `duplicate listener ${name} found` : this.#consider(resource, candidates);
      if (reason !== null) refused.push({ resource, reason });
    }
    const versions = candidates.map(({ resource, decision }) => this.#make(resource, decision));
    const failed = await this.#bindFor(versions, true), taken: ListenerVersion[] = [];
    candidates.forEach(({ resource, decision }, index) => {
      const version = versions[index]!, failures = failuresOf(version, failed);
      if (failures.length === 0) {
        this.#take(version, decision, isStatic);
        return void taken.push(version);
      }
      this.#stats.createFailure.inc();
      refused.push({ resource, reason: this.#bindErrors(failures) });
    });
    if (this.#isStarted) await this.#activateReady(taken);
    this.#publish();
    this.#settle();
    return refused;
  }

  /** Says what is wrong with it; null = nothing, and if it is anything new it stands among the candidates. */
  #consider(resource: ListenerResource, candidates: Candidate[]): string | null {
    const { config, content } = resource, { name } = config, entry = this.#entries.get(name);
    if (entry?.isStatic) return null;
    if (isOf(this.#stopped, config)) {
      this.#context.log.warning(`listener '${name}' is not taken: listeners of its direction were stopped`);
      return null;
    }
    const decision = decideUpdate({
      active: entry?.active?.resource.content ?? null,
      warming: entry?.warming?.resource.content ?? null,
      isStarted: this.#isStarted,
    }, content);
    if (decision.kind === "none") return null;
    if (decision.kind === "discard_warming") {
      this.#stats.modified.inc();
      this.#supersede(entry!);
      return null;
    }
    const current = entry?.warming ?? entry?.active;
    if (current !== undefined && current !== null && current.config.enableReusePort !== config.enableReusePort) {
      return `Listener ${name}: reuse port cannot be changed during an update`;
    }
    const clash = addressClash(resource, this.#others(name, candidates));
    if (clash !== null) return clash;
    candidates.push({ resource, decision });
    return null;
  }

  /** Other listeners, those of this very change too. */
  #others(name: string, candidates: readonly Candidate[]): ListenerResource[] {
    const others = [...this.#entries.values()].filter((entry) => entry.name !== name);
    const resources = others.flatMap(({ active, warming }) => [active, warming]).flatMap((one) => one?.resource ?? []);
    return [...resources, ...candidates.map(({ resource }) => resource)];
  }

  #make(resource: ListenerResource, decision: Candidate["decision"]): ListenerVersion {
    const active = this.#entries.get(resource.config.name)?.active ?? null;
    const isInPlace = "isInPlace" in decision && decision.isInPlace;
    return new ListenerVersion(resource, {
      incarnation: isInPlace ? active!.incarnation : ++this.#lastIncarnation,
      inPlaceOf: isInPlace ? active : null,
      updatedMs: this.#context.nowMs(),
    });
  }

  /** Its addresses can be had. */
  #take(version: ListenerVersion, decision: UpdateDecision, isStatic: boolean): void {
    const { config: { name } } = version;
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      this.#entries.set(name, entry = { name, isStatic, active: null, warming: null, superseded: 0 });
    }
    const from = stateOf(entry);
    if (decision.kind === "add") this.#stats.added.inc();
    else this.#stats.modified.inc();
    if (version.isInPlace) this.#stats.inPlaceUpdated.inc();
    version.startWaiting(this.#context.routes, () => this.#onReady(version));
    if (this.#isStarted) {
      this.#supersede(entry);
      entry.warming = version;
    } else {
      entry.active?.release();
      entry.active = version;
    }
    this.#note(entry, from, decision.kind === "add" ? "added" : "modified", version);
  }

  #remove(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.isStatic) return;
    const { active, warming } = entry, from = stateOf(entry);
    this.#entries.delete(name);
    this.#stats.removed.inc();
    warming?.release();
    if (this.#isStarted && active !== null) this.#draining.add(active);
    else active?.release();
    entry.active = entry.warming = null;
    this.#note(entry, from, "removed", active ?? warming!);
  }

  #isStopped({ active, warming }: ListenerEntry): boolean {
    return isOf(this.#stopped, (active ?? warming!).config);
  }

  /** What warms under its name is given up. */
  #stopOne(entry: ListenerEntry): void {
    const from = stateOf(entry), version = entry.active ?? entry.warming!;
    this.#supersede(entry);
    if (entry.active === null) this.#entries.delete(entry.name);
    else this.#stats.stopped.inc();
    this.#note(entry, from, "stopped", version);
  }

  // ---- from warming to active

  #onReady(version: ListenerVersion): void {
    if (!version.isReady) return;
    if (!this.#isStarted) return this.#settle();
    void this.#inTurn(async () => {
      await this.#activateReady([version]);
      this.#publish();
    });
  }

  /** Those of these that are not out of date. */
  async #activateReady(versions: readonly ListenerVersion[]): Promise<void> {
    const ready = versions.filter((version) => version.isReady && this.#entryOf(version)?.warming === version);
    const failed = await this.#bindFor(ready, false);
    for (const version of ready) {
      const failures = failuresOf(version, failed);
      if (failures.length > 0) this.#giveUp(version, failures);
      else this.#activate(version);
    }
  }

  /** All it needs is there, sockets too. */
  #activate(version: ListenerVersion): void {
    const entry = this.#entryOf(version)!, old = entry.active, from = stateOf(entry);
    entry.active = version;
    entry.warming = null;
    entry.superseded = 0;
    this.#stats.createSuccess.add(this.#context.workers.count);
    if (old !== null && version.isInPlace) this.#draining.addChains(old, goneChains(old, version));
    else if (old !== null) this.#draining.add(old);
    this.#note(entry, from, "ready", version);
    this.#noteSwap(version, old);
  }

  /**
   * Its addresses could be had when it came, and now cannot.
   *
   * Differs from Envoy: what served before it goes on; there it is removed too.
   */
  #giveUp(version: ListenerVersion, failures: readonly BindFailure[]): void {
    const entry = this.#entryOf(version)!, from = stateOf(entry), reason = this.#bindErrors(failures);
    this.#stats.createFailure.inc();
    version.release();
    if (entry.warming === version) entry.warming = null;
    else entry.active = null;
    if (entry.active === null && entry.warming === null) this.#entries.delete(entry.name);
    this.#note(entry, from, reason, version);
  }

  /** The one that warms is given up for another. */
  #supersede(entry: ListenerEntry): void {
    if (entry.warming === null) return;
    entry.warming.release();
    entry.warming = null;
    entry.superseded++;
  }

  // ---- workers

  /** `mayTry`: what must not listen yet is only tried. */
  async #bindFor(versions: readonly ListenerVersion[], mayTry: boolean): Promise<readonly BindFailure[]> {
    const failed = await this.#sockets.open(
      versions,
      ({ config }) => mayTry && (!this.#isStarted || rdsOf(config).length > 0),
    );
    if (failed !== null) this.#isChanged = true;
    return failed ?? [];
  }

  /** Tells workers what serves, with which sockets. */
  #publish(): void {
    this.#count();
    if (!this.#isChanged || !this.#isStarted || this.#isClosed) return;
    this.#isChanged = false;
    const entries = [...this.#entries.values()];
    const serving = entries.flatMap(({ active }) => active ?? []),
      warming = entries.flatMap(({ warming }) => warming ?? []);
    const accepting = serving.filter((version) => !this.isStopped(version));
    this.#context.workers.serve(serving.map(({ update }) => update), this.#sockets.keep(accepting, warming));
  }

  /** What is said of them, and logged. */
  #bindErrors(failures: readonly BindFailure[]): string {
    const texts = failures.map(({ listenerName, address, reason }) => {
      const text = `cannot bind '${addressText(address)}': ${reason}`;
      this.#context.log.error(`listener '${listenerName}' failed to bind or apply socket options: ${text}`);
      return text;
    });
    return [...new Set(texts)].join("; ");
  }

  // ----

  #inTurn<Result>(change: () => Result | Promise<Result>): Promise<Result> {
    const turn = this.#tail.then(change);
    this.#tail = turn.catch(() => {});
    return turn;
  }

  #settle(): void {
    if (!this.#isStarted && this.isSettled) this.#events.onSettled();
  }

  #count(): void {
    const entries = [...this.#entries.values()];
    this.#stats.active.set(entries.filter(({ active }) => active !== null).length);
    this.#stats.warming.set(entries.filter(({ warming }) => warming !== null).length);
  }

  #entryOf({ config }: ListenerVersion): ListenerEntry | undefined {
    return this.#entries.get(config.name);
  }

  #noteSwap(
    { config: { name }, resource: { version: to }, updatedMs: sinceMs }: ListenerVersion,
    old: ListenerVersion | null,
  ): void {
    this.#context.timeline.addSwap({ kind: "listener", name, from: old?.resource.version ?? "", to, sinceMs });
  }

  #note(entry: ListenerEntry, from: string, reason: string, { version }: ListenerVersion): void {
    this.#isChanged = true;
    this.#context.timeline.add({ kind: "listener", name: entry.name, from, to: stateOf(entry), reason, version });
    this.#events.onChange(entry.name);
  }
}

/** Whether it is one of those that were stopped. */
function isOf(stopped: DrainDirection | null, { trafficDirection }: ListenerVersion["config"]): boolean {
  return stopped === "all" || (stopped === "inbound" && trafficDirection === "INBOUND");
}

function failuresOf({ config }: ListenerVersion, failed: readonly BindFailure[]): BindFailure[] {
  return failed.filter(({ listenerName }) => listenerName === config.name);
}

/** How many filter chains the new one has no equal of. */
function goneChains(old: ListenerVersion, next: ListenerVersion): number {
  const kept = new Set(next.config.filterChains.map((chain) => JSON.stringify(chain)));
  return old.config.filterChains.filter((chain) => !kept.has(JSON.stringify(chain))).length;
}
