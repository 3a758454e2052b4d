/**
 * Numbers shared between the thread that writes them and the main thread that reads them: pages of Float64 cells in
 * SharedArrayBuffers, added as they are needed. Every cell has one writer, so there are no atomics; a Float64 counts
 * exactly up to 2^53. Freed runs of cells are kept by length and handed out again.
 */
import { invariant } from "../../base/errors.ts";
import type { StatPage } from "./definitions.ts";

/** Cells of one page: 64 KiB. */
export const CELLS_PER_PAGE = 8192;

/** A run of cells: `cells[index]` and those after it. */
export interface CellRun {
  readonly cells: Float64Array;
  readonly page: number;
  readonly index: number;
}

export class CellBlock {
  #page = -1;
  #cells: Float64Array = new Float64Array(0);
  #next = CELLS_PER_PAGE;
  readonly #free = new Map<number, CellRun[]>();
  readonly #onPage: (page: StatPage) => void;

  /** `onPage` is told of every new page before a cell of it is handed out. */
  constructor(onPage: (page: StatPage) => void) {
    this.#onPage = onPage;
  }

  /** Takes `length` neighbouring cells, all zero. */
  allocate(length: number): CellRun {
    invariant(length > 0 && length <= CELLS_PER_PAGE, `A run of ${length} cells does not fit a page`);
    const reused = this.#free.get(length)?.pop();
    if (reused !== undefined) {
      reused.cells.fill(0, reused.index, reused.index + length);
      return reused;
    }
    if (this.#next + length > CELLS_PER_PAGE) this.#addPage();
    const run = { cells: this.#cells, page: this.#page, index: this.#next };
    this.#next += length;
    return run;
  }

  /** Gives a run back. Whoever held it must not write to it any more. */
  release(run: CellRun, length: number): void {
    const runs = this.#free.get(length);
    if (runs === undefined) this.#free.set(length, [run]);
    else runs.push(run);
  }

  #addPage(): void {
    const memory = new SharedArrayBuffer(CELLS_PER_PAGE * Float64Array.BYTES_PER_ELEMENT);
    this.#cells = new Float64Array(memory);
    this.#page++;
    this.#next = 0;
    this.#onPage({ page: this.#page, memory });
  }
}
