/**
 * One place in the pool: the worker in it now, what it has answered, and what it replaced. The pool decides; the slot
 * remembers. A worker's answers are forgotten when it dies, its index and the count of its predecessors are not.
 */

import type { ConfigChange } from "../config/config_change.ts";
import type { BindFailure } from "../config/listener_sockets.ts";
import type { BoundSocket, FromWorker, ToWorker } from "../worker/messages.ts";
import { PacedMessages } from "./paced_messages.ts";
import { WorkerThread } from "./worker_thread.ts";

/** Ticks of {@link PING_INTERVAL_MS} without an answer after which a worker counts as hung, and is replaced. */
const HUNG_TICKS = 150;

/** How often workers are pinged: Envoy's watchdog `miss_timeout`, so that an unanswered ping is a miss. */
export const PING_INTERVAL_MS = 200;

/** Ticks after which an unanswered ping is a mega miss: Envoy's `megamiss_timeout` of 1 s. */
const MEGA_MISS_TICKS = 5;

/** A worker that lived this long was healthy: the next death is a first one again. */
const HEALTHY_AFTER_MS = 30_000;

/** What a ping tick found. */
export type PingOutcome = "answered" | "miss" | "mega_miss" | "waiting" | "hung";

export class WorkerSlot {
  readonly index: number;
  /** Workers that had this index before. */
  incarnation = 0;
  /** Deaths since the last worker that lived {@link HEALTHY_AFTER_MS}. */
  deathsInARow = 0;
  startedWallMs = 0;
  isReady = false;
  ackedGeneration = 0;
  ackDelayMs: number | null = null;
  /** Of the last `listened`; 0 before the first. */
  listenedOrder = 0;
  bound: readonly BoundSocket[] = [];
  failed: readonly BindFailure[] = [];
  activeRequests = 0;
  activeConnections = 0;
  hasDrainReport = false;
  isStopped = false;
  lagMs: number | null = null;
  heapUsedBytes: number | null = null;
  heapTotalBytes: number | null = null;
  armedTimers = 0;
  #thread: WorkerThread | null = null;
  readonly #messages = new PacedMessages((message) => this.#thread?.post(message));
  /** How many pages of each kind the worker was sent. */
  #limitPages = 0;
  #hostPages = 0;
  #startedMs = 0;
  #pingId = 0;
  #pongId = 0;
  #silentTicks = 0;

  constructor(index: number) {
    this.index = index;
  }

  get state(): "starting" | "running" | "silent" | "restarting" {
    if (this.#thread === null) return "restarting";
    if (this.#silentTicks >= MEGA_MISS_TICKS) return "silent";
    return this.listenedOrder > 0 ? "running" : "starting";
  }

  get isAlive(): boolean {
    return this.#thread !== null;
  }

  /** Puts a new worker in the empty place. */
  fill(entry: URL, onMessage: (message: FromWorker) => void, onDeath: (reason: string) => void): void {
    this.startedWallMs = Date.now();
    this.#startedMs = performance.now();
    this.#thread = new WorkerThread(entry, `worker_${this.index}`, {
      message: onMessage,
      died: (reason) => {
        this.empty();
        onDeath(reason);
      },
    });
  }

  /** Ends the worker, if there is one, and forgets what it answered. */
  empty(): void {
    if (this.#thread === null) return;
    this.#thread.terminate();
    this.#thread = null;
    this.#messages.clear();
    this.#limitPages = this.#hostPages = 0;
    this.deathsInARow = performance.now() - this.#startedMs > HEALTHY_AFTER_MS ? 1 : this.deathsInARow + 1;
    this.incarnation++;
    this.isReady = false;
    this.ackedGeneration = this.listenedOrder = 0;
    this.bound = [];
    this.failed = [];
    this.activeRequests = this.activeConnections = 0;
    this.hasDrainReport = false;
    this.armedTimers = 0;
    this.lagMs = this.heapUsedBytes = this.heapTotalBytes = null;
    this.#pingId = this.#pongId = this.#silentTicks = 0;
  }

  /** Everything arrives in its order; a change waits until the one before it was answered. */
  post(message: ToWorker): void {
    if (this.#thread !== null) this.#messages.post(message);
  }

  /** Sends a change, with the pages that the worker was not sent before, of all there are. */
  apply(
    change: ConfigChange,
    limitPages: readonly SharedArrayBuffer[],
    hostPages: readonly SharedArrayBuffer[],
  ): void {
    this.post({
      kind: "apply",
      change,
      limitPages: limitPages.slice(this.#limitPages),
      hostPages: hostPages.slice(this.#hostPages),
    });
    this.#limitPages = limitPages.length;
    this.#hostPages = hostPages.length;
  }

  /** The worker has said what became of a change. */
  onAnswer(): void {
    this.#messages.onAnswer();
  }

  /** One tick: counts a silent worker's ticks, pings one that has answered. */
  ping(): PingOutcome {
    if (this.#thread === null || !this.isReady) return "waiting";
    if (this.#pongId < this.#pingId) {
      this.#silentTicks++;
      if (this.#silentTicks === 1) return "miss";
      if (this.#silentTicks === MEGA_MISS_TICKS) return "mega_miss";
      return this.#silentTicks >= HUNG_TICKS ? "hung" : "waiting";
    }
    this.#silentTicks = 0;
    this.post({ kind: "ping", id: ++this.#pingId });
    return "answered";
  }

  takePong(id: number): void {
    this.#pongId = id;
  }
}
