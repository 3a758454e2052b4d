/**
 * The clusters of the process by name: which object serves, which one warms to take its place, and in which order all of
 * them come up (spec/upstream.md 8, 9.1).
 *
 * ```
 *            put (new)              ready
 *   absent ───────────▶ warming ───────────▶ active ◀─────────┐ ready: swap
 *     ▲                  │  ▲ put (other)      │ put (other)   │
 *     │     remove       │  └─┘ starts anew    ▼               │
 *     └──────────────────┴──────────────── active+warming ─────┘
 * ```
 *
 * The same content again is nothing new. Bootstrap clusters are fixed: no later resource changes or removes them.
 *
 * At the start primary clusters warm first, then (when the owner says so) secondary ones: those whose discovery goes through
 * another cluster. Afterwards each warms alone.
 */
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { RowKind } from "../../upstream/shared_hosts.ts";
import { stateOf, type Unready } from "../timeline.ts";
import type { ClusterContext } from "./cluster_context.ts";
import { type ClusterResource, ManagedCluster } from "./managed_cluster.ts";
import { MembershipStats } from "./membership_stats.ts";

/** A name and its objects: at least one of the two is there. */
export interface ClusterEntry {
  readonly name: string;
  /** From the bootstrap. */
  readonly isStatic: boolean;
  active: ManagedCluster | null;
  warming: ManagedCluster | null;
  /** How often an object was replaced before it was ready, since the last one that was. */
  superseded: number;
  /** When the active object became so; wall clock. */
  updatedMs: number;
}

/** What a resource did. */
export type PutOutcome = "added" | "modified" | "unchanged" | "locked";

/** Hears of it. */
export interface ClusterManagerEvents {
  /** An object became active, or a cluster is no more. */
  onChange(name: string): void;
  /** Nothing warms that was there when {@link ClusterManager.startPrimaries} or `startSecondaries` was called. */
  onSettled(): void;
}

/** How far the start is: what is put waits for its turn. */
type Stage = "held" | "primaries" | "secondaries" | "running";

export class ClusterManager {
  readonly #context: ClusterContext;
  readonly #events: ClusterManagerEvents;
  readonly #stats: ManagerStats;
  readonly #entries = new Map<string, ClusterEntry>();
  /** By observability name, with how many objects have it. */
  readonly #membership = new Map<string, { readonly stats: MembershipStats; objects: number }>();
  /** What the start waits for. */
  readonly #pending = new Set<ManagedCluster>();
  #stage: Stage = "held";
  #lastIncarnation = 0;

  constructor(scope: StatScope, context: ClusterContext, events: ClusterManagerEvents) {
    this.#context = context;
    this.#events = events;
    this.#stats = new ManagerStats(scope);
  }

  /** By name, in the order in which names came. */
  get entries(): Iterable<ClusterEntry> {
    return this.#entries.values();
  }

  /** Active or warming: what a route may name. */
  isKnown(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The newest object of this name, or one that cannot be changed, says just that: it need not even be read. */
  isUnchanged(name: string, hash: string): boolean {
    const entry = this.#entries.get(name);
    return entry !== undefined && !entry.isStatic && (entry.warming ?? entry.active)!.resource.hash === hash;
  }

  /** A resource of this name could not be made a cluster of: it counts as one that came. */
  countRefused(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) this.#stats.added.inc();
    else if (!entry.isStatic) this.#stats.modified.inc();
  }

  /** The objects of a name, or null. */
  find(name: string): ClusterEntry | null {
    return this.#entries.get(name) ?? null;
  }

  /** Names that dynamic resources brought. */
  get dynamicNames(): string[] {
    return [...this.#entries.values()].filter(({ isStatic }) => !isStatic).map(({ name }) => name);
  }

  /** Takes a resource; see the table in spec/upstream.md 9.1. */
  put(resource: ClusterResource, isStatic: boolean): PutOutcome {
    const { name } = resource.config;
    const known = this.#entries.get(name);
    if (known === undefined) {
      this.#entries.set(name, { name, isStatic, active: null, warming: null, superseded: 0, updatedMs: 0 });
      this.#stats.added.inc();
      this.#warm(this.#entries.get(name)!, resource);
      return "added";
    }
    if (known.isStatic) return "locked";
    if (this.isUnchanged(name, resource.hash)) return "unchanged";
    this.#stats.modified.inc();
    this.#warm(known, resource);
    return "modified";
  }

  /** Takes a dynamic cluster out, warming or not. Returns whether there was one. */
  remove(name: string): boolean {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.isStatic) return false;
    this.#entries.delete(name);
    this.#stats.removed.inc();
    const from = stateOf(entry);
    if (entry.warming !== null) this.#drop(entry.warming);
    if (entry.active !== null) {
      this.#close(entry.active);
      this.#context.publisher.removeCluster(name);
    }
    this.#note(name, from, "", "removed", "");
    this.#context.happenings.onRemoval(name);
    this.#count();
    this.#events.onChange(name);
    this.#settle();
    return true;
  }

  /** A worker says that a host's failures in a row have reached their threshold. */
  onOutlier(name: string, incarnation: number, hostId: number, row: RowKind): void {
    const object = this.#entries.get(name)?.active;
    if (object?.incarnation === incarnation) this.#context.loop.runEvent(() => object.outliers?.onRow(hostId, row));
  }

  /** A host says in an answer that it fails. */
  onSelfReport(name: string, incarnation: number, hostId: number): void {
    const object = this.#entries.get(name)?.active;
    if (object?.incarnation === incarnation) this.#context.loop.runEvent(() => object.onSelfReport(hostId));
  }

  // ---- the start

  /** Those that need no other cluster begin. `onSettled` follows, possibly before this returns. */
  startPrimaries(): void {
    this.#stage = "primaries";
    this.#startHeld();
    this.#settle();
  }

  /** And those that do. */
  startSecondaries(): void {
    this.#stage = "secondaries";
    this.#startHeld();
    this.#settle();
  }

  /** The start is over: from now on each object warms when it comes. */
  run(): void {
    this.#stage = "running";
    this.#startHeld();
    this.#count();
  }

  /** Everything that is not ready, and why. */
  unready(): Unready[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry.warming === null ? [] : [unreadyOf(entry, entry.warming)]
    );
  }

  /** Ends all discovery and checks. */
  close(): void {
    for (const { active, warming } of this.#entries.values()) {
      warming?.close();
      active?.close();
    }
    this.#pending.clear();
  }

  // ----

  #warm(entry: ClusterEntry, resource: ClusterResource): void {
    const from = stateOf(entry);
    if (entry.warming !== null) {
      entry.superseded++;
      this.#drop(entry.warming);
    }
    const stats = this.#acquireStats(resource);
    const object = new ManagedCluster(
      resource,
      ++this.#lastIncarnation,
      entry.active !== null,
      stats,
      this.#context,
      () => this.#onReady(entry, object),
    );
    entry.warming = object;
    this.#note(entry.name, from, stateOf(entry), from === "" ? "new" : "changed", resource.version);
    if (this.#stage !== "running") this.#pending.add(object);
    stats.warmingState.set(1);
    this.#count();
    if (this.#mayStart(object)) object.start();
  }

  #onReady(entry: ClusterEntry, object: ManagedCluster): void {
    if (entry.warming !== object) return;
    const stateBefore = stateOf(entry), before = entry.active;
    entry.warming = null;
    entry.active = object;
    entry.superseded = 0;
    entry.updatedMs = this.#context.loop.clock.wallMs();
    object.activate();
    this.#statsOf(object).warmingState.set(0);
    if (before !== null) this.#close(before);
    const { name } = entry, { failure, resource: { version: to } } = object;
    const from = before?.resource.version ?? null, sinceMs = object.createdMs;
    this.#note(name, stateBefore, "active", failure === "" ? "ready" : `ready without an answer: ${failure}`, to);
    this.#context.happenings.onSwap(name, from, to, object.hosts.count, entry.updatedMs - sinceMs);
    this.#context.timeline.addSwap({ kind: "cluster", name, from: from ?? "", to, sinceMs });
    this.#count();
    this.#events.onChange(entry.name);
    this.#pending.delete(object);
    this.#settle();
  }

  #drop(object: ManagedCluster): void {
    this.#statsOf(object).warmingState.set(0);
    this.#close(object);
    this.#pending.delete(object);
  }

  /** Its stats go with the last object that has them. */
  #close(object: ManagedCluster): void {
    object.close();
    const { observabilityName } = object.config;
    const shared = this.#membership.get(observabilityName)!;
    if (--shared.objects > 0) return;
    shared.stats.retire();
    this.#context.dropText(`cluster.${observabilityName}.version_text`);
    this.#membership.delete(observabilityName);
  }

  #mayStart(object: ManagedCluster): boolean {
    switch (this.#stage) {
      case "held":
        return false;
      case "primaries":
        return !isSecondary(object);
      case "secondaries":
        // Secondary clusters that come during the start wait for the primary ones that came with them.
        return !isSecondary(object) || ![...this.#pending].some((one) => one.phase !== "created" && !isSecondary(one));
      case "running":
        return true;
    }
  }

  #startHeld(): void {
    for (const { warming } of [...this.#entries.values()]) {
      if (warming?.phase === "created" && this.#mayStart(warming)) warming.start();
    }
  }

  /** Nothing of the present stage is under way. */
  get isSettled(): boolean {
    for (const one of this.#pending) if (this.#stage === "secondaries" || !isSecondary(one)) return false;
    return true;
  }

  #settle(): void {
    if (this.#stage === "held" || this.#stage === "running") return;
    if (this.#stage === "secondaries") this.#startHeld();
    if (this.isSettled) this.#events.onSettled();
  }

  /** During the start the bootstrap's count as active, as in Envoy. */
  #count(): void {
    let active = 0, warming = 0;
    for (const entry of this.#entries.values()) {
      const isStarting = this.#stage !== "running" && entry.isStatic;
      if (entry.active !== null || isStarting) active++;
      if (entry.warming !== null && !isStarting) warming++;
    }
    this.#stats.active.set(active);
    this.#stats.warming.set(warming);
  }

  #acquireStats({ config: { observabilityName } }: ClusterResource): MembershipStats {
    let shared = this.#membership.get(observabilityName);
    if (shared === undefined) {
      shared = { stats: new MembershipStats(this.#context.stats, observabilityName), objects: 0 };
      this.#membership.set(observabilityName, shared);
    }
    shared.objects++;
    return shared.stats;
  }

  #statsOf({ config: { observabilityName } }: ManagedCluster): MembershipStats {
    return this.#membership.get(observabilityName)!.stats;
  }

  #note(name: string, from: string, to: string, reason: string, version: string): void {
    this.#context.timeline.add({ kind: "cluster", name, from, to, reason, version });
  }
}

/** `cluster_manager.` figures of what came and went. */
class ManagerStats {
  readonly added: Counter;
  readonly modified: Counter;
  readonly removed: Counter;
  readonly active: Gauge;
  readonly warming: Gauge;

  constructor(scope: StatScope) {
    this.added = scope.counter("cluster_added");
    this.modified = scope.counter("cluster_modified");
    this.removed = scope.counter("cluster_removed");
    this.active = scope.gauge("active_clusters");
    this.warming = scope.gauge("warming_clusters");
  }
}

const SECONDARY_KINDS: ReadonlySet<string> = new Set(["aggregate"]);

/** Its discovery needs another cluster. */
function isSecondary({ config: { discovery } }: ManagedCluster): boolean {
  return SECONDARY_KINDS.has(discovery.kind);
}

function unreadyOf(entry: ClusterEntry, object: ManagedCluster): Unready {
  const blocks = entry.active === null
    ? ["requests that are routed to it are answered as for an unknown cluster"]
    : ["the version before it serves"];
  const checks = object.firstChecks();
  return {
    kind: "cluster",
    name: entry.name,
    phase: object.phase,
    version: object.resource.version,
    activeVersion: entry.active?.resource.version ?? null,
    sinceMs: object.createdMs,
    phases: object.phases(),
    waits: object.waits(),
    ...checks === null ? {} : { checks },
    blocks,
    superseded: entry.superseded,
  };
}
