/**
 * What was read of the endpoints of a document, by their text: of a long list of which one element changes that element
 * alone is read. Only what was sound when it was read is remembered, and only from one document that was taken to the next.
 *
 * ```
 *   before   a b c d e
 *   now      a B c e     a, c and e are where they are looked for, B is not
 * ```
 *
 * Elements mostly stand in their old order, where a comparison finds them; with more than a few that do not all are looked
 * up by their text.
 */
import type { CanonicalMessage } from "./source_map.ts";

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

/** An element that was read. */
export interface KnownElement {
  /** As it is written: a whole object, so that what begins with it is it. */
  readonly text: string;
  readonly message: CanonicalMessage;
}

export class ElementMemory {
  #kept: readonly KnownElement[] = [];
  #read: KnownElement[] = [];
  #found = new Set<CanonicalMessage>();
  /** Of what is kept, where the next element is looked for. */
  #next = 0;
  #missed = 0;
  #byText: Map<string, KnownElement> | null = null;

  /** Whether elements of the list under these keys are remembered. */
  static holds(keys: readonly string[]): boolean {
    return keys.length <= 4 && LISTS.has(keys.join("."));
  }

  /** The element that begins at `at`, if it is known and in its place. */
  findAt(document: string, at: number): KnownElement | undefined {
    const end = Math.min(this.#next + LOOK_AHEAD, this.#kept.length);
    for (let index = this.#next; index < end; index++) {
      const element = this.#kept[index]!;
      if (!document.startsWith(element.text, at)) continue;
      this.#next = index + 1;
      // The old document must not live on in a part of it.
      return this.#find(document.slice(at, at + element.text.length), element.message);
    }
    return undefined;
  }

  /** The element that is written so, if it is known, wherever it stood. */
  findByText(text: string): KnownElement | undefined {
    if (++this.#missed <= FEW) return undefined;
    this.#byText ??= new Map(this.#kept.map((element) => [element.text, element]));
    const element = this.#byText.get(text);
    return element === undefined ? undefined : this.#find(text, element.message);
  }

  /** It was read, and nothing had to be said of it. */
  note(text: string, message: CanonicalMessage): void {
    // What Anys stand for is known to the source map of their own document alone; an escape may hide one.
    if (!text.includes("@type") && !text.includes("\\")) this.#read.push({ text, message });
  }

  /** It is what an earlier document had. */
  isFound(message: CanonicalMessage): boolean {
    return this.#found.has(message);
  }

  /** The document was taken: what is in it is known from now on, and nothing else. */
  keep(): void {
    this.#startOver(this.#read);
  }

  /** It was not: the next one is read as if it were the first. */
  forget(): void {
    this.#startOver([]);
  }

  #find(text: string, message: CanonicalMessage): KnownElement {
    const element = { text, message };
    this.#read.push(element);
    this.#found.add(message);
    return element;
  }

  #startOver(kept: readonly KnownElement[]): void {
    this.#kept = kept;
    this.#read = [];
    this.#found = new Set();
    this.#next = this.#missed = 0;
    this.#byText = null;
  }
}
