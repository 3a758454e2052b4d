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

import type { Logger, LogRecord } from "../base/log.ts";
import type { ListenerConfig } from "../config/listener_config.ts";
import type { ConfigChange } from "../config/config_change.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import type { StatDefinitions } from "../observe/stats/definitions.ts";
import { SharedLimits } from "../upstream/shared_limits.ts";
import type {
  BindFailure,
  BugMessage,
  DrainMessage,
  FromWorker,
  HealthMessage,
  ListenOrder,
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
  readonly listeners: readonly ListenerConfig[];
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
  /** Real addresses by listener name, from worker 0. */
  #bound = new Map<string, readonly SocketAddress[]>();
  #health: HealthMessage = { kind: "health", isFailed: false };
  #drain: DrainMessage | null = null;
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
    return this.#bound;
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

  /** Opens the sockets of the first snapshot everywhere. Returns what could not be bound. */
  async listen(): Promise<readonly BindFailure[]> {
    const [first, ...others] = this.#slots;
    this.#order(first!);
    await this.#until(() => first!.listenedGeneration > 0);
    if (first!.failed.length > 0) return first!.failed;
    for (const slot of others) this.#order(slot);
    await this.#until(() => this.#slots.every((slot) => slot.listenedGeneration > 0));
    const failed = others.flatMap((slot) => slot.failed);
    this.#isUp = failed.length === 0;
    return failed;
  }

  reopenLogs(): void {
    this.#tellAll({ kind: "reopen_logs" });
  }

  /** Whether health checks fail, in every worker, replacements and those not made yet included. */
  setHealth(isFailed: boolean): void {
    this.#health = { kind: "health", isFailed };
    this.#tellAll(this.#health);
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
        this.#apply(slot, this.#source.everything());
        break;
      case "applied":
        slot.ackedGeneration = message.generation;
        this.#noteAck(slot, message.generation);
        if (this.#isUp && slot.listenedGeneration === 0) this.#order(slot);
        break;
      case "listened":
        slot.listenedGeneration = message.generation;
        slot.bound = message.bound;
        slot.failed = message.failed;
        if (slot.index === 0 && !this.#isUp) {
          this.#bound = new Map(message.bound.map((one) => [one.listenerName, one.addresses]));
        }
        if (this.#isUp) this.#welcome(slot);
        break;
      case "stats_defined":
        this.#events.statsDefined(slot.index, message.batch);
        break;
      case "outlier_detected":
        this.#events.outlierDetected(message);
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

  #takeBug(slot: WorkerSlot, message: BugMessage): void {
    this.#events.bug(slot.index, message.text);
    if (!this.#isUp && message.generation !== undefined) {
      this.#fail(new WorkerStartError(`Worker ${slot.index} cannot apply the configuration: ${message.text}`));
    }
  }

  /** A replacement has its sockets. */
  #welcome(slot: WorkerSlot): void {
    for (const { address, reason } of slot.failed) {
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
    slot.post({ kind: "apply", change, limitPages, hostPages });
  }

  /** How long a change took to every worker is remembered until all have it. */
  #noteAck(slot: WorkerSlot, generation: number): void {
    const publishedMs = this.#publishedMs.get(generation);
    if (publishedMs !== undefined) slot.ackDelayMs = performance.now() - publishedMs;
    const oldest = Math.min(...this.#slots.map(({ ackedGeneration }) => ackedGeneration));
    for (const known of this.#publishedMs.keys()) if (known <= oldest) this.#publishedMs.delete(known);
    this.#events.applied(oldest);
  }

  #order(slot: WorkerSlot): void {
    const { generation, listeners } = this.#source;
    const orders = listeners.map((listener) => orderFor(listener, slot.index, this.#bound.get(listener.name)));
    const wanted = orders.filter((order) => order.addresses.length > 0);
    slot.post({ kind: "listen", generation, listeners: wanted });
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

/** `127.0.0.1:80`, `[::1]:80` or a path, as logs and bind errors write it. */
export function addressText(address: SocketAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** What one worker shall bind of one listener; `bound` are the real addresses once worker 0 had them. */
function orderFor(listener: ListenerConfig, worker: number, bound?: readonly SocketAddress[]): ListenOrder {
  const addresses = bound ?? listener.addresses;
  const own = worker === 0
    ? addresses
    : listener.enableReusePort
    ? addresses.filter((address) => address.kind === "ip")
    : [];
  return { listenerName: listener.name, addresses: own, reusePort: listener.enableReusePort };
}
