/**
 * The counts that circuit breakers compare with their limits, for the whole process: how many connections, pending
 * requests, requests, retries and connection pools every worker has, and how many requests it had of late, per cluster and
 * priority (spec/upstream.md 11).
 *
 * Every worker writes only its own cells and adds up those of all. There is no lock: two workers that look at the same
 * moment may both go one past a limit, as Envoy's threads may. Memory comes in pages of {@link SLOTS_PER_PAGE}
 * clusters; a worker's cells of a page lie side by side, so that workers do not write to each other's cache lines:
 *
 * ```
 *   page:  | worker 0: slot 0 [default: cx pending rq retries recent pools][high: …] slot 1 … | worker 1: … |
 * ```
 *
 * Main makes the pages, gives each cluster name a slot, and clears the cells of a worker that died.
 */
import { SharedPages } from "./shared_pages.ts";

/** What is counted; the position of its cell. */
export const LimitKind = { CONNECTIONS: 0, PENDING: 1, REQUESTS: 2, RETRIES: 3, RECENT: 4, POOLS: 5 } as const;
export type LimitKind = (typeof LimitKind)[keyof typeof LimitKind];

/** `RoutingPriority`. */
export const LimitPriority = { DEFAULT: 0, HIGH: 1 } as const;
export type LimitPriority = (typeof LimitPriority)[keyof typeof LimitPriority];

/** Clusters in one page: 12 KiB a worker. */
export const SLOTS_PER_PAGE = 256;

const KINDS = 6;
const CELLS_PER_SLOT = 2 * KINDS;
const CELLS_PER_WORKER = SLOTS_PER_PAGE * CELLS_PER_SLOT;

/** All pages as one thread sees them. */
export class SharedLimits extends SharedPages {
  constructor(workers: number) {
    super(workers, SLOTS_PER_PAGE);
  }

  /** Memory for one more page, all zeros. */
  static newPage(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer(workers * CELLS_PER_WORKER * Int32Array.BYTES_PER_ELEMENT);
  }

  /** The counts of the cluster at `slot`, as `worker` writes them. */
  cluster(slot: number, worker: number): ClusterCounts {
    return new ClusterCounts(this.pageOf(slot), this.workers, worker, (slot % SLOTS_PER_PAGE) * CELLS_PER_SLOT);
  }

  /** Forgets what a worker had that died: its connections and requests died with it. */
  clearWorker(worker: number): void {
    for (const page of this.pages) page.fill(0, worker * CELLS_PER_WORKER, (worker + 1) * CELLS_PER_WORKER);
  }
}

/** One cluster's counts, read and written several times on every request. */
export class ClusterCounts {
  readonly #cells: Int32Array;
  /** First cell of this slot in worker 0's part. */
  readonly #first: number;
  /** First cell of this slot in this worker's part. */
  readonly #own: number;
  readonly #end: number;
  /** Of all workers one speaks for what they have together. */
  readonly isFirstWorker: boolean;
  /** Others count here too. */
  readonly isShared: boolean;

  constructor(cells: Int32Array, workers: number, worker: number, first: number) {
    this.isFirstWorker = worker === 0;
    this.isShared = workers > 1;
    this.#cells = cells;
    this.#first = first;
    this.#own = worker * CELLS_PER_WORKER + first;
    this.#end = workers * CELLS_PER_WORKER;
  }

  /** The sum over all workers. */
  active(priority: LimitPriority, kind: LimitKind): number {
    const cells = this.#cells;
    let sum = 0;
    for (let cell = this.#first + priority * KINDS + kind; cell < this.#end; cell += CELLS_PER_WORKER) {
      sum += cells[cell]!;
    }
    return sum;
  }

  /** This worker's part. */
  own(priority: LimitPriority, kind: LimitKind): number {
    return this.#cells[this.#own + priority * KINDS + kind]!;
  }

  /** Adds to this worker's part; `delta` is negative when something ended. */
  add(priority: LimitPriority, kind: LimitKind, delta: number): void {
    this.#cells[this.#own + priority * KINDS + kind]! += delta;
  }

  /** Adds one unless the process has `limit` already. */
  acquire(priority: LimitPriority, kind: LimitKind, limit: number): boolean {
    if (this.active(priority, kind) >= limit) return false;
    this.add(priority, kind, 1);
    return true;
  }

  /** Undoes one `acquire`. */
  release(priority: LimitPriority, kind: LimitKind): void {
    this.add(priority, kind, -1);
  }
}

/** How busy a cluster is: requests under way, of both priorities. */
export class RequestLoad {
  readonly #counts: ClusterCounts;

  constructor(counts: ClusterCounts) {
    this.#counts = counts;
  }

  get activeRequests(): number {
    const counts = this.#counts, { DEFAULT, HIGH } = LimitPriority;
    return counts.active(DEFAULT, LimitKind.REQUESTS) + counts.active(HIGH, LimitKind.REQUESTS);
  }
}
