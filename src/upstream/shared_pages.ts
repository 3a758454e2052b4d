/** Memory that all workers share, in pages of so many slots each: main makes them, and every thread has all of them. */

/** The pages as one thread sees them. */
export abstract class SharedPages {
  protected readonly workers: number;
  protected readonly pages: Int32Array[] = [];
  readonly #slotsPerPage: number;

  constructor(workers: number, slotsPerPage: number) {
    this.workers = workers;
    this.#slotsPerPage = slotsPerPage;
  }

  /** Takes the pages beyond those it has. The list only ever grows. */
  usePages(pages: readonly SharedArrayBuffer[]): void {
    this.addPages(pages.slice(this.pages.length));
  }

  /** Takes pages that come behind those it has. */
  addPages(pages: readonly SharedArrayBuffer[]): void {
    for (const page of pages) this.pages.push(new Int32Array(page));
  }

  /** How many slots the pages hold. */
  get slots(): number {
    return this.pages.length * this.#slotsPerPage;
  }

  /** The page that a slot is in. */
  protected pageOf(slot: number): Int32Array {
    const page = this.pages[Math.floor(slot / this.#slotsPerPage)];
    if (page === undefined) throw new RangeError(`Cannot count in slot ${slot}: there are ${this.slots} slots`);
    return page;
  }
}
