/**
 * How a peer spelled the names of its fields, for encoders that are to spell them so again (spec/http.md 1.4,
 * `preserve_case`). A name counts as it came first, and for whatever line of that name is written later, ours too.
 */
import { TO_LOWER } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";

const INITIAL_NAMES = 32;

export class NameSpellings {
  /** Names that nobody spelled are written in `Proper-Case`. */
  isProperElse = false;
  readonly #spelled: ByteWriter = new ByteWriter();
  /** Where in `#spelled` each name ends; each begins where the one before it does. */
  #ends: Int32Array = new Int32Array(INITIAL_NAMES);
  #count = 0;

  /** Forgets all names. */
  reset(isProperElse: boolean): void {
    this.isProperElse = isProperElse;
    this.#spelled.clear();
    this.#count = 0;
  }

  /** The name in `bytes[start, end)` came spelled so. */
  note(bytes: Uint8Array, start: number, end: number): void {
    if (this.#find(bytes, start, end) >= 0) return;
    if (this.#count === this.#ends.length) {
      const ends = new Int32Array(this.#count * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#spelled.writeRange(bytes, start, end);
    this.#ends[this.#count++] = this.#spelled.length;
  }

  /** Writes the name in `bytes[start, end)` as it came. Returns false, and writes nothing, if it did not come. */
  write(out: ByteWriter, bytes: Uint8Array, start: number, end: number): boolean {
    const at = this.#find(bytes, start, end);
    if (at < 0) return false;
    out.writeRange(this.#spelled.bytes, at, at + end - start);
    return true;
  }

  /** Where in `#spelled` the name begins, letter case aside; -1 = nowhere. */
  #find(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start, spelled = this.#spelled.bytes;
    let from = 0;
    for (let name = 0; name < this.#count; name++) {
      const to = this.#ends[name]!;
      if (to - from === length) {
        let i = 0;
        while (i < length && TO_LOWER[spelled[from + i]!] === TO_LOWER[bytes[start + i]!]) i++;
        if (i === length) return from;
      }
      from = to;
    }
    return -1;
  }
}
