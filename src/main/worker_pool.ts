/**
 * The workers as main has them: starts them, gives them snapshots and sockets, waits for their acks, pings them, and
 * replaces one that dies (spec/operations.md 1.1 to 1.3, 3; messages in worker/messages.ts).
 *
 * A replacement goes through the same conversation as its predecessor, with the snapshot, the health and the drain of now
 * and the real ports of then. The first comes at once; one that keeps dying is tried again later and later.
 *
 * Ports: worker 0 binds first, and reports what the kernel made of port 0; the others bind the same. Unix sockets and
 * listeners without `enable_reuse_port` are worker 0's alone.
 */

import { addressText } from "../base/address_text.ts";
import type { Logger, LogLevel, LogRecord } from "../base/log.ts";
import type { ConfigChange, ListenerUpdate } from "../config/config_change.ts";
import { type ListenerDrains, NO_DRAINS } from "../config/listener_drains.ts";
import type { BindFailure, ListenerSocket, SocketOrder } from "../config/listener_sockets.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import type { BindOutcome } from "../control/listener/listener_workers.ts";
import type { StatDefinitions } from "../observe/stats/definitions.ts";
import { SharedLimits } from "../upstream/shared_limits.ts";
import type {
  BugMessage,
  DrainListenersMessage,
  DrainMessage,
  FromWorker,
  HealthMessage,
  HostSelfReportMessage,
  OutlierDetectedMessage,
  StartMessage,
  ToWorker,
} from "../worker/messages.ts";
import { PING_INTERVAL_MS, type PingOutcome, WorkerSlot } from "./worker_slot.ts";

/** Waits before the second and later replacements in a row; the last goes on. */
const RESTART_DELAYS_MS = [0, 100, 200, 400, 800, 1600, 5000];

/** How long workers may take to close their sockets and write their logs at the end. */
const STOP_TIMEOUT_MS = 1000;

/** What all workers are started with. */
export type WorkerSettings = Omit<StartMessage, "kind" | "workerIndex" | "incarnation">;

/** What workers shall serve. */
export interface ConfigSource {
  /** All of it, for a worker that starts. */
  everything(): ConfigChange;
  /** Of the last change. */
  readonly generation: number;
  readonly listeners: readonly ListenerUpdate[];
  /** The memory of the shared counts, see upstream/shared_limits.ts: all pages so far, in order. */
  readonly limitPages: readonly SharedArrayBuffer[];
  /** Likewise, see upstream/shared_hosts.ts. */
  readonly hostPages: readonly SharedArrayBuffer[];
}

/** Hears what happens to workers. */
export interface PoolEvents {
  statsDefined(worker: number, batch: StatDefinitions): void;
  /** The worker's cells will not change any more; its replacement starts with its own. */
  statsEnded(worker: number): void;
  log(records: readonly LogRecord[]): void;
  died(worker: number, reason: string): void;
  restarted(worker: number): void;
  pinged(worker: number, outcome: PingOutcome): void;
  bug(worker: number, text: string): void;
  /** Every worker serves this change now, or a later one. */
  applied(generation: number): void;
  outlierDetected(message: OutlierDetectedMessage): void;
  hostReported(message: HostSelfReportMessage): void;
}

/** The workers could not be brought up; the message says why. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}

type Timer = ReturnType<typeof setTimeout>;

interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class WorkerPool {
  readonly #entry: URL;
  readonly #settings: WorkerSettings;
  readonly #events: PoolEvents;
  readonly #log: Logger;
  readonly #slots: WorkerSlot[];
  readonly #limits: SharedLimits;
  readonly #source: ConfigSource;
  readonly #publishedMs = new Map<number, number>();
  /** All that workers have, with real ports. */
  #sockets: readonly ListenerSocket[] = [];
  #lastOrder = 0;
  #logLevels: readonly LogLevel[];
  #health: HealthMessage = { kind: "health", isFailed: false };
  #drain: DrainMessage | null = null;
  /** As they were at that time. */
  #listenerDrains: { readonly drains: ListenerDrains; readonly atMs: number } = { drains: NO_DRAINS, atMs: 0 };
  #waiters: Waiter[] = [];
  #pingTimer: Timer | null = null;
  readonly #restartTimers = new Set<Timer>();
  /** Deaths are fatal until every worker has its first sockets. */
  #isUp = false;
  #isOver = false;

  constructor(entry: URL, settings: WorkerSettings, source: ConfigSource, events: PoolEvents, log: Logger) {
    this.#source = source;
    this.#entry = entry;
    this.#settings = settings;
    this.#logLevels = settings.logLevels;
    this.#events = events;
    this.#log = log;
    this.#slots = Array.from({ length: settings.concurrency }, (_, index) => new WorkerSlot(index));
    this.#limits = new SharedLimits(settings.concurrency);
  }

  /** One a worker, in order. */
  get slots(): readonly WorkerSlot[] {
    return this.#slots;
  }

  /** Real addresses by listener name; a listener that is not bound is not in it. */
  get bound(): ReadonlyMap<string, readonly SocketAddress[]> {
    const bound = new Map<string, SocketAddress[]>();
    for (const { listenerName, address } of this.#sockets) {
      const addresses = bound.get(listenerName);
      if (addresses === undefined) bound.set(listenerName, [address]);
      else addresses.push(address);
    }
    return bound;
  }

  /** Brings all workers up with the configuration of now. Throws {@link WorkerStartError} when one does not come up. */
  async start(): Promise<void> {
    const { generation } = this.#source;
    for (const slot of this.#slots) this.#fill(slot);
    this.#pingTimer = setInterval(() => this.#ping(), PING_INTERVAL_MS);
    await this.#until(() => this.#slots.every((slot) => slot.ackedGeneration >= generation));
  }

  /** Sends a change to every worker that has what was before it; the others get all of it when they come up. */
  publish(change: ConfigChange): void {
    this.#publishedMs.set(change.generation, performance.now());
    for (const slot of this.#slots) if (slot.isReady) this.#apply(slot, change);
  }

  /** Resolves when every worker serves the last change. */
  untilApplied(): Promise<void> {
    const { generation } = this.#source;
    return this.#until(() => this.#slots.every((slot) => !slot.isAlive || slot.ackedGeneration >= generation));
  }

  /**
   * Workers have these sockets from now on, and no others; worker 0 says what the kernel made of port 0. Resolves when all
   * have said what became of it.
   */
  async bind(orders: readonly SocketOrder[]): Promise<BindOutcome> {
    // While the process drains nothing is opened any more.
    if (this.#drain !== null) return { bound: new Map(orders.map(({ key, address }) => [key, address])), failed: [] };
    const [first, ...others] = this.#slots;
    await this.#order([first!], orders);
    const addresses = new Map(first!.bound.map(({ key, address }) => [key, address]));
    const real = orders.flatMap((order) => {
      const address = addresses.get(order.key);
      return address === undefined ? [] : [{ ...order, address }];
    });
    await this.#order(others, real);
    const failed = new Map(this.#slots.flatMap((slot) => slot.failed.map((failure) => [failure.key, failure])));
    for (const { key, listenerName, address } of orders) {
      if (addresses.has(key) || failed.has(key)) continue;
      failed.set(key, { key, listenerName, address, reason: "the worker ended meanwhile" });
    }
    const bound = real.filter(({ key }) => !failed.has(key));
    this.#sockets = bound.filter(({ isTrial }) => !isTrial);
    return { bound: new Map(bound.map(({ key, address }) => [key, address])), failed: [...failed.values()] };
  }

  /**
   * Workers have these sockets from now on, and no others: all are bound. Whoever serves one that goes takes what is in its
   * queue, so the change that says why comes after this.
   */
  useSockets(sockets: readonly ListenerSocket[]): void {
    this.#sockets = sockets;
    this.#isUp = true;
    // While the process drains there are none any more.
    if (this.#drain === null) void this.#order(this.#slots, openOrders(sockets));
  }

  reopenLogs(): void {
    this.#tellAll({ kind: "reopen_logs" });
  }

  /** Loggers of every worker have these levels from now on, those of replacements too. */
  setLogLevels(levels: readonly LogLevel[]): void {
    this.#logLevels = levels;
    this.#tellAll({ kind: "log_levels", levels });
  }

  /** Whether health checks fail, in every worker, replacements and those not made yet included. */
  setHealth(isFailed: boolean): void {
    this.#health = { kind: "health", isFailed };
    this.#tellAll(this.#health);
  }

  /** These drains of listeners are under way from now on, in replacements too. */
  drainListeners(drains: ListenerDrains): void {
    this.#listenerDrains = { drains, atMs: performance.now() };
    this.#tellAll({ kind: "drain_listeners", ...drains });
  }

  /** Starts a drain everywhere, replacements included; {@link untilIdle} waits for its end. */
  drain(message: DrainMessage): void {
    this.#drain = message;
    for (const slot of this.#slots) slot.hasDrainReport = false;
    this.#tellAll(message);
  }

  /** Resolves when every worker has reported since the drain began that it has no request. */
  untilIdle(): Promise<void> {
    return this.#until(() =>
      this.#slots.every((slot) => !slot.isAlive || (slot.hasDrainReport && slot.activeRequests === 0))
    );
  }

  /** Over all workers, as of their last drain reports. */
  get activeRequests(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.activeRequests, 0);
  }

  /** For tests of supervision: asks a worker to throw. */
  crash(worker: number): void {
    this.#slots[worker]?.post({ kind: "crash" });
  }

  /** Ends all workers: asks first, and does not wait longer than a second. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#pingTimer !== null) clearInterval(this.#pingTimer);
    for (const timer of this.#restartTimers) clearTimeout(timer);
    this.#tellAll({ kind: "stop" });
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, STOP_TIMEOUT_MS);
    const stopped = this.#until(() => this.#slots.every((slot) => !slot.isAlive || slot.isStopped));
    await Promise.race([stopped, timeout.promise]);
    clearTimeout(timer);
    this.#waiters = [];
    for (const slot of this.#slots) slot.empty();
  }

  // ---- one worker

  #fill(slot: WorkerSlot): void {
    slot.fill(
      this.#entry,
      (message) => this.#take(slot, message),
      (reason) => this.#bury(slot, reason),
    );
    slot.post({
      ...this.#settings,
      logLevels: this.#logLevels,
      kind: "start",
      workerIndex: slot.index,
      incarnation: slot.incarnation,
    });
  }

  #take(slot: WorkerSlot, message: FromWorker): void {
    switch (message.kind) {
      case "ready":
        slot.isReady = true;
        slot.post(this.#health);
        slot.post(this.#listenerDrainsOfNow());
        this.#apply(slot, this.#source.everything());
        break;
      case "applied":
        slot.ackedGeneration = message.generation;
        slot.onAnswer();
        this.#noteAck(slot, message.generation);
        if (this.#isUp && slot.listenedOrder === 0) void this.#order([slot], openOrders(this.#sockets));
        break;
      case "listened":
        if (this.#isUp && slot.listenedOrder === 0) this.#welcome(slot, message.failed);
        slot.listenedOrder = message.order;
        slot.bound = message.bound;
        slot.failed = message.failed;
        break;
      case "stats_defined":
        this.#events.statsDefined(slot.index, message.batch);
        break;
      case "outlier_detected":
        this.#events.outlierDetected(message);
        break;
      case "host_self_report":
        this.#events.hostReported(message);
        break;
      case "log":
        this.#events.log(message.records);
        break;
      case "pong":
        slot.takePong(message.id);
        slot.lagMs = message.lagMs;
        slot.heapUsedBytes = message.heapUsedBytes;
        slot.heapTotalBytes = message.heapTotalBytes;
        slot.armedTimers = message.armedTimers;
        break;
      case "drain_progress":
        slot.hasDrainReport = true;
        slot.activeRequests = message.activeRequests;
        slot.activeConnections = message.activeConnections;
        break;
      case "bug":
        this.#takeBug(slot, message);
        break;
      case "stopped":
        slot.isStopped = true;
        break;
    }
    this.#notice();
  }

  #listenerDrainsOfNow(): DrainListenersMessage {
    const { drains: { inboundMs, allMs }, atMs } = this.#listenerDrains, elapsedMs = performance.now() - atMs;
    return {
      kind: "drain_listeners",
      inboundMs: inboundMs === null ? null : inboundMs + elapsedMs,
      allMs: allMs === null ? null : allMs + elapsedMs,
    };
  }

  #takeBug(slot: WorkerSlot, message: BugMessage): void {
    this.#events.bug(slot.index, message.text);
    if (message.generation !== undefined) slot.onAnswer();
    if (!this.#isUp && message.generation !== undefined) {
      this.#fail(new WorkerStartError(`Worker ${slot.index} cannot apply the configuration: ${message.text}`));
    }
  }

  /** A replacement has its sockets. */
  #welcome(slot: WorkerSlot, failed: readonly BindFailure[]): void {
    for (const { address, reason } of failed) {
      this.#log.error(`worker ${slot.index} cannot bind '${addressText(address)}': ${reason}`);
    }
    if (slot.incarnation > 0) this.#events.restarted(slot.index);
    if (this.#drain !== null) slot.post(this.#drain);
  }

  #bury(slot: WorkerSlot, reason: string): void {
    this.#limits.clearWorker(slot.index);
    this.#events.statsEnded(slot.index);
    this.#notice();
    if (this.#isOver) return;
    if (!this.#isUp) {
      this.#fail(new WorkerStartError(`Worker ${slot.index} died while starting: ${reason}`));
      return;
    }
    this.#events.died(slot.index, reason);
    const delayMs = RESTART_DELAYS_MS[Math.min(slot.deathsInARow, RESTART_DELAYS_MS.length) - 1] ?? 0;
    const timer = setTimeout(() => {
      this.#restartTimers.delete(timer);
      this.#fill(slot);
    }, delayMs);
    this.#restartTimers.add(timer);
  }

  #ping(): void {
    for (const slot of this.#slots) {
      const outcome = slot.ping();
      this.#events.pinged(slot.index, outcome);
      // Differs from Envoy: a hung worker is replaced after 30 s; there `kill_timeout` is off and would end the process.
      if (outcome === "hung") {
        slot.empty();
        this.#bury(slot, "it has not answered for 30 s");
      }
    }
  }

  // ---- snapshots and sockets

  #apply(slot: WorkerSlot, change: ConfigChange): void {
    const { limitPages, hostPages } = this.#source;
    this.#limits.usePages(limitPages);
    slot.apply(change, limitPages, hostPages);
  }

  /** How long a change took to every worker is remembered until all have it. */
  #noteAck(slot: WorkerSlot, generation: number): void {
    const publishedMs = this.#publishedMs.get(generation);
    if (publishedMs !== undefined) slot.ackDelayMs = performance.now() - publishedMs;
    const oldest = Math.min(...this.#slots.map(({ ackedGeneration }) => ackedGeneration));
    for (const known of this.#publishedMs.keys()) if (known <= oldest) this.#publishedMs.delete(known);
    this.#events.applied(oldest);
  }

  /** What each of these workers shall have from now on. Resolves when they have said what became of it. */
  #order(slots: readonly WorkerSlot[], orders: readonly SocketOrder[]): Promise<void> {
    const order = ++this.#lastOrder;
    for (const slot of slots) {
      const sockets = slot.index === 0 ? orders : orders.filter(isForEveryWorker);
      slot.post({ kind: "listen", order, sockets });
    }
    return this.#until(() => slots.every((slot) => !slot.isAlive || slot.listenedOrder >= order));
  }

  #tellAll(message: ToWorker): void {
    for (const slot of this.#slots) slot.post(message);
  }

  // ---- waiting

  #until(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ isDone, resolve, reject }));
  }

  #notice(): void {
    const done = this.#waiters.filter((waiter) => waiter.isDone());
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const waiter of done) waiter.resolve();
  }

  #fail(error: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }
}

function openOrders(sockets: readonly ListenerSocket[]): SocketOrder[] {
  return sockets.map((socket) => ({ ...socket, isTrial: false }));
}

/** The kernel spreads its connections over several sockets. */
function isForEveryWorker({ address, enableReusePort }: ListenerSocket): boolean {
  return enableReusePort && address.kind === "ip";
}
