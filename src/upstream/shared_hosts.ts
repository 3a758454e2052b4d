/**
 * What all workers together have with each host: requests and connections under way, and what outlier detection counts of
 * its answers (spec/upstream.md 1, 6.2, 7.8).
 *
 * Memory comes in pages of {@link HOSTS_PER_PAGE} hosts. Levels and totals have a cell for each worker, its only writer,
 * and are added up by whoever reads; a worker's cells of a page lie side by side, so that workers do not write to each
 * other's cache lines. Failures in a row are one cell for all, moved by atomic steps: the row is broken by whichever worker
 * sees a success.
 *
 * ```
 *   page:  | worker 0: slot 0 [rq cx | ok total | ok total] slot 1 … | worker 1: … | all: slot 0 [row row row] slot 1 … |
 * ```
 *
 * Totals only rise, and wrap: a reader takes differences. Main makes the pages and gives each host its slot; which slots may
 * be given again is host_slots.ts's to know. When a worker dies its levels are cleared; what it has counted of answers stays.
 */
import { SharedPages } from "./shared_pages.ts";

/** Errors in a row that detect an outlier; the position of the cell. */
export const RowKind = { ERRORS: 0, GATEWAY_FAILURES: 1, LOCAL_FAILURES: 2 } as const;
export type RowKind = (typeof RowKind)[keyof typeof RowKind];

/** Whose outcomes a total is of: answers of the host, or what happened on this side of it. */
export const Origin = { EXTERNAL: 0, LOCAL: 1 } as const;
export type Origin = (typeof Origin)[keyof typeof Origin];

/** 6 KiB a worker. */
export const HOSTS_PER_PAGE = 256;

const REQUESTS = 0, CONNECTIONS = 1, TOTALS = 2;
const CELLS_PER_HOST = 6;
const ROWS = 3;
const CELLS_PER_WORKER = HOSTS_PER_PAGE * CELLS_PER_HOST;

/** All pages as one thread sees them. */
export class SharedHosts extends SharedPages {
  constructor(workers: number) {
    super(workers, HOSTS_PER_PAGE);
  }

  /** Memory for one more page, all zeros. */
  static newPage(workers: number): SharedArrayBuffer {
    const cells = workers * CELLS_PER_WORKER + HOSTS_PER_PAGE * ROWS;
    return new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT);
  }

  /** The counts of the host at `slot`, as `worker` writes them; main, which writes no level and no total, says 0. */
  host(slot: number, worker: number): HostCounts {
    return new HostCounts(this.pageOf(slot), this.workers, worker, slot % HOSTS_PER_PAGE);
  }

  /** Forgets what a worker had under way that died: it died with it. */
  clearWorker(worker: number): void {
    for (const page of this.pages) {
      const end = (worker + 1) * CELLS_PER_WORKER;
      for (let cell = worker * CELLS_PER_WORKER; cell < end; cell += CELLS_PER_HOST) {
        page[cell + REQUESTS] = page[cell + CONNECTIONS] = 0;
      }
    }
  }
}

/** One host's counts. */
export class HostCounts {
  readonly #cells: Int32Array;
  /** First cell of this slot in worker 0's part. */
  readonly #first: number;
  /** First cell of this slot in this worker's part. */
  readonly #own: number;
  /** Behind the last worker's part. */
  readonly #end: number;
  /** First cell of this slot in the part of all. */
  readonly #rows: number;

  constructor(cells: Int32Array, workers: number, worker: number, index: number) {
    this.#cells = cells;
    this.#first = index * CELLS_PER_HOST;
    this.#own = worker * CELLS_PER_WORKER + this.#first;
    this.#end = workers * CELLS_PER_WORKER;
    this.#rows = this.#end + index * ROWS;
  }

  // ---- levels

  /** Over all workers. */
  get activeRequests(): number {
    return this.#sum(REQUESTS);
  }

  /** Over all workers, those that are being opened included. */
  get activeConnections(): number {
    return this.#sum(CONNECTIONS);
  }

  /** `delta` is negative when requests of this worker ended. */
  addRequests(delta: number): void {
    this.#cells[this.#own + REQUESTS]! += delta;
  }

  /** The same of its connections. */
  addConnections(delta: number): void {
    this.#cells[this.#own + CONNECTIONS]! += delta;
  }

  // ---- outcomes

  /** One more outcome. */
  count(origin: Origin, isSuccess: boolean): void {
    const cell = this.#own + TOTALS + 2 * origin;
    if (isSuccess) this.#cells[cell]! += 1;
    this.#cells[cell + 1]! += 1;
  }

  /** Successes of all workers, modulo 2^32. */
  successes(origin: Origin): number {
    return this.#sum(TOTALS + 2 * origin);
  }

  /** Outcomes of all workers, modulo 2^32. */
  total(origin: Origin): number {
    return this.#sum(TOTALS + 2 * origin + 1);
  }

  // ---- rows

  /** One more failure in a row. Returns how many it is now: of all workers, one alone sees each number. */
  extendRow(kind: RowKind): number {
    return Atomics.add(this.#cells, this.#rows + kind, 1) + 1;
  }

  /** A success, or main has looked at it: the next failure is a first one. */
  breakRow(kind: RowKind): void {
    // Nearly always it is broken already, and then nobody's cache line needs to change.
    const cell = this.#rows + kind;
    if (this.#cells[cell] !== 0) Atomics.store(this.#cells, cell, 0);
  }

  // ----

  /** All counts are those of a host that nobody has seen. For main alone, when nobody else can write. */
  clear(): void {
    for (let own = this.#first; own < this.#end; own += CELLS_PER_WORKER) {
      this.#cells.fill(0, own, own + CELLS_PER_HOST);
    }
    this.#cells.fill(0, this.#rows, this.#rows + ROWS);
  }

  #sum(offset: number): number {
    const cells = this.#cells;
    let sum = 0;
    for (let cell = this.#first + offset; cell < this.#end; cell += CELLS_PER_WORKER) sum += cells[cell]!;
    return sum | 0;
  }
}
