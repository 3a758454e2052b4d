/**
 * What was read of the endpoints of a document, by their text: of a long list of which one element changes that element
 * alone is read. Only what was sound when it was read is remembered, and only from one document that was taken to the next.
 *
 * ```
 *   before   a b c d e
 *   now      a B c e     a, c and e are where they are looked for, B is not
 * ```
 *
 * Elements mostly stand in their old order, where one comparison finds a whole run of them; with more than a few that do
 * not all are looked up by their text.
 */
/** The keys from the top of a `DiscoveryResponse` down to lists of endpoints, in both spellings. */
const LISTS: ReadonlySet<string> = new Set(
  ["lb_endpoints", "lbEndpoints"].flatMap((list) => [
    `resources.endpoints.${list}`,
    `resources.resource.endpoints.${list}`,
  ]),
);

/** So many elements may be gone before one that is still there. */
const LOOK_AHEAD = 8;
/** So many may be new before all are looked up. */
const FEW = 64;
/** So many are compared at once at the most. */
const LONGEST_STEP = 4096;

/** What was read of an element: canonical, see source_map.ts. */
type ElementMessage = Record<string, unknown>;

/** An element of a document: a whole object, so that what begins with its text is it. */
export interface ElementPlace {
  readonly start: number;
  readonly end: number;
  /** Number of its list. */
  readonly list: number;
  /** What was read of it; null = not yet, or something had to be said of it. */
  message: ElementMessage | null;
}

export class ElementMemory {
  #keptDocument = "";
  #kept: readonly ElementPlace[] = [];
  /** By element that is kept: the last of those that stand behind it without another one between them. */
  #runEnds = new Uint32Array(0);
  #document = "";
  #places: ElementPlace[] = [];
  #lists = 0;
  #found = new Set<ElementMessage>();
  /** Of what is kept, where the next element is looked for. */
  #next = 0;
  #missed = 0;
  #byText: Map<string, ElementPlace> | null = null;

  /** Whether elements of the list under these keys are remembered. */
  static holds(keys: readonly string[]): boolean {
    return keys.length <= 4 && LISTS.has(keys.join("."));
  }

  /** This is read now. */
  begin(document: string): void {
    this.#startOver();
    this.#document = document;
  }

  /** What follows is in another list than what came before, or what stands between them is no element. */
  beginList(): void {
    this.#lists++;
  }

  /** The elements from `at` on that are known and in their places, in order; empty = the first of them is not. */
  findRun(at: number): readonly ElementPlace[] {
    const end = Math.min(this.#next + LOOK_AHEAD, this.#kept.length);
    for (let index = this.#next; index < end; index++) {
      const first = this.#kept[index]!;
      if (!this.#isSame(first.start, first.end, at)) continue;
      const last = this.#lastOfRun(index, at - first.start);
      this.#next = last + 1;
      return this.#kept.slice(index, last + 1).map((place) => this.#find(place, at - first.start));
    }
    return [];
  }

  /** The element between these places, if it is known, wherever it stood. */
  findByText(start: number, end: number): ElementPlace | null {
    if (++this.#missed <= FEW) return null;
    const document = this.#keptDocument;
    this.#byText ??= new Map(this.#kept.map((place) => [document.slice(place.start, place.end), place]));
    const place = this.#byText.get(this.#document.slice(start, end));
    return place === undefined ? null : this.#find(place, start - place.start);
  }

  /** An element that is not known. */
  add(start: number, end: number): ElementPlace {
    const place = { start, end, list: this.#lists, message: null };
    this.#places.push(place);
    return place;
  }

  /** An element was read, and nothing had to be said of it. */
  note(place: ElementPlace, message: ElementMessage): void {
    const text = this.#document.slice(place.start, place.end);
    // What Anys stand for is known to the source map of their own document alone; an escape may hide one.
    if (!text.includes("@type") && !text.includes("\\")) place.message = message;
  }

  /** It is what an earlier document had. */
  isFound(message: ElementMessage): boolean {
    return this.#found.has(message);
  }

  /** The document was taken: what is in it is known from now on, and nothing else. */
  keep(): void {
    const places = this.#places;
    const runEnds: number[] = [], kept = places.filter(({ message }) => message !== null);
    let next = kept.length;
    for (let at = places.length - 1; at >= 0; at--) {
      const place = places[at]!, behind = places[at + 1];
      if (place.message === null) continue;
      const goesOn = behind !== undefined && behind.message !== null && behind.list === place.list;
      runEnds[--next] = goesOn ? runEnds[next + 1]! : next;
    }
    this.#keptDocument = this.#document;
    this.#kept = kept;
    this.#runEnds = Uint32Array.from(runEnds);
    this.#startOver();
  }

  /** It was not: the next one is read as if it were the first. */
  forget(): void {
    this.#places = [];
    this.#document = "";
    this.keep();
  }

  /** Of the run of elements from `index` on that stand `shift` further than before, the last. */
  #lastOfRun(index: number, shift: number): number {
    const kept = this.#kept, end = this.#runEnds[index]!;
    let last = index, step = LONGEST_STEP;
    while (last < end && step >= 1) {
      const to = Math.min(last + step, end), start = kept[last]!.end;
      if (this.#isSame(start, kept[to]!.end, start + shift)) last = to;
      else step >>= 1;
    }
    return last;
  }

  /** Whether what is kept from `start` to `end` stands at `at` now. */
  #isSame(start: number, end: number, at: number): boolean {
    // Equality of two parts goes by blocks; `startsWith` goes by characters.
    return this.#document.slice(at, at + end - start) === this.#keptDocument.slice(start, end);
  }

  #find({ start, end, message }: ElementPlace, shift: number): ElementPlace {
    const place = { start: start + shift, end: end + shift, list: this.#lists, message };
    this.#places.push(place);
    this.#found.add(message!);
    return place;
  }

  #startOver(): void {
    this.#document = "";
    this.#places = [];
    this.#found = new Set();
    this.#next = this.#missed = this.#lists = 0;
    this.#byText = null;
  }
}
