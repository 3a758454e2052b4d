/**
 * A message's header fields: a flat table of ranges over bytes. What a peer sent stays where it was received; what
 * denvoy adds is written, as a finished line, into a small buffer beside it. Strings are made only for what is asked for.
 *
 * Names are in lower case (the codec lowers them where they lie). Lines of one name keep their order. A removed entry
 * stays in the table as a gap, so positions never move while someone walks.
 *
 * An entry is five numbers: name start, name end, value start, value end, and `meta`: the header's number in the low
 * eight bits and the flags below.
 */
import { latin1Bytes, latin1Text, rangeEquals } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";
import { HEADER_LINE_STARTS, headerIdOfName, type HeaderMask, OTHER_HEADER } from "./header_names.ts";
import { NameSpellings } from "./name_spellings.ts";

/** Numbers in one entry. */
export const ENTRY_SIZE = 5;
/** The entry's ranges are over `added.bytes`, not over `bytes`. */
export const IN_ADDED = 1 << 8;
/** The line reads `name: value CRLF` to the byte, so that it may be copied whole, its neighbours with it. */
export const IS_CANONICAL = 1 << 9;
/** The entry is no more. */
export const IS_REMOVED = 1 << 10;
const ID_BITS = 0xff;

const INITIAL_ENTRIES = 32;

export class HeaderList {
  /** What entries without {@link IN_ADDED} point into. Plain fields: codecs and encoders walk the table. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Entries in the table, removed ones included. */
  count = 0;
  table: Int32Array = new Int32Array(INITIAL_ENTRIES * ENTRY_SIZE);
  /** Finished lines that denvoy wrote. */
  readonly added: ByteWriter = new ByteWriter();
  /** Presence of numbers 0 to 31 and 32 to 63. A bit may stay set when other lines of the name were removed. */
  lowMask = 0;
  highMask = 0;
  /** A field with a number stands on more than one line, or stood. */
  hasRepeats = false;
  /**
   * What a format made holds something that would end its line, or no peer takes: the name of its field. The message may
   * not be sent. Null = it may.
   */
  unsendable: string | null = null;
  /** How the received names were spelled, where an encoder is to spell them so again; null = in lower case. */
  cases: NameSpellings | null = null;
  #ownCases: NameSpellings | null = null;
  readonly #first: Int16Array = new Int16Array(64);
  #openLine = 0;

  /** Empties the list and points it at `bytes`. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.count = 0;
    this.lowMask = this.highMask = 0;
    this.hasRepeats = false;
    this.unsendable = null;
    this.cases = null;
    this.added.clear();
  }

  /** From now on the spelling of received names is kept, in the object returned. */
  keepCases(isProperElse: boolean): NameSpellings {
    this.cases = this.#ownCases ??= new NameSpellings();
    this.cases.reset(isProperElse);
    return this.cases;
  }

  /** The received bytes lie in `bytes` now, `delta` further on than before. */
  moveTo(bytes: Uint8Array, delta: number): void {
    this.bytes = bytes;
    if (delta === 0) return;
    const table = this.table;
    for (let at = 0, end = this.count * ENTRY_SIZE; at < end; at += ENTRY_SIZE) {
      if (table[at + 4]! & IN_ADDED) continue;
      table[at]! += delta;
      table[at + 1]! += delta;
      table[at + 2]! += delta;
      table[at + 3]! += delta;
    }
  }

  /** Adds a received field. `meta` is its number, with {@link IS_CANONICAL} where that holds. */
  append(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number, meta: number): void {
    const at = this.count * ENTRY_SIZE;
    if (at === this.table.length) this.#grow();
    const table = this.table;
    table[at] = nameStart;
    table[at + 1] = nameEnd;
    table[at + 2] = valueStart;
    table[at + 3] = valueEnd;
    table[at + 4] = meta;
    this.#note(meta & ID_BITS, this.count);
    this.count++;
  }

  // ---- by number: what the data path uses

  /** Whether a field of this number is there. */
  has(id: number): boolean {
    return id < 32 ? (this.lowMask & (1 << id)) !== 0 : (this.highMask & (1 << (id - 32))) !== 0;
  }

  /** Whether any field of the set is there. */
  hasAny(mask: HeaderMask): boolean {
    return ((this.lowMask & mask.low) | (this.highMask & mask.high)) !== 0;
  }

  /** The first entry of this number, or -1. */
  find(id: number): number {
    return this.has(id) ? this.#first[id]! : -1;
  }

  /** The next entry of the same number after `entry`, or -1. */
  findNext(entry: number): number {
    const id = this.table[entry * ENTRY_SIZE + 4]! & ID_BITS;
    for (let next = entry + 1; next < this.count; next++) {
      if ((this.table[next * ENTRY_SIZE + 4]! & (ID_BITS | IS_REMOVED)) === id) return next;
    }
    return -1;
  }

  /** Text of the first field of this number, or null. */
  get(id: number): string | null {
    const entry = this.find(id);
    return entry < 0 ? null : this.valueText(entry);
  }

  /** The value of every field of this number, joined with commas as one; null when there is none. */
  getJoined(id: number): string | null {
    const first = this.find(id);
    if (first < 0) return null;
    let text = this.valueText(first);
    for (let entry = this.findNext(first); entry >= 0; entry = this.findNext(entry)) {
      text += `,${this.valueText(entry)}`;
    }
    return text;
  }

  /** Makes one line of each field of the set that stands on several. */
  joinRepeats(mask: HeaderMask): void {
    if (!this.hasRepeats) return;
    for (let id = 1; id < 64; id++) {
      const isIn = id < 32 ? mask.low & (1 << id) : mask.high & (1 << (id - 32));
      if (isIn === 0 || !this.has(id) || this.findNext(this.#first[id]!) < 0) continue;
      this.set(id, this.getJoined(id)!);
    }
  }

  /** Replaces every field of this number by one. */
  set(id: number, value: string): void {
    this.remove(id);
    this.add(id, value);
  }

  /** Replaces every field of this number by one, given as bytes. */
  setBytes(id: number, value: Uint8Array): void {
    this.remove(id);
    this.openLine(id).writeBytes(value);
    this.closeLine();
  }

  /** Adds a field after those that are there. */
  add(id: number, value: string): void {
    this.openLine(id).writeLatin1(value);
    this.closeLine();
  }

  /**
   * Begins a field whose value the caller writes into the returned writer and ends with {@link closeLine}.
   * For values that are made of bytes, so that no string is.
   */
  openLine(id: number): ByteWriter {
    const added = this.added;
    this.#openLine = added.length;
    added.writeBytes(HEADER_LINE_STARTS[id]!);
    this.#openId = id;
    this.#openNameLength = HEADER_LINE_STARTS[id]!.length - 2;
    return added;
  }

  /** Ends the field begun by {@link openLine}. */
  closeLine(): void {
    const added = this.added, start = this.#openLine, nameEnd = start + this.#openNameLength;
    const valueEnd = added.length;
    const at = added.reserve(2);
    added.bytes[at] = 13;
    added.bytes[at + 1] = 10;
    added.length = at + 2;
    this.append(start, nameEnd, nameEnd + 2, valueEnd, this.#openId | IN_ADDED | IS_CANONICAL);
  }
  #openId = 0;
  #openNameLength = 0;

  /** Removes every field of this number. */
  remove(id: number): void {
    for (let entry = this.find(id); entry >= 0; entry = this.findNext(entry)) {
      this.table[entry * ENTRY_SIZE + 4]! |= IS_REMOVED;
    }
    this.#forget(id);
  }

  /** Removes every field of the set. */
  removeAny(mask: HeaderMask): void {
    if (!this.hasAny(mask)) return;
    const table = this.table;
    for (let at = 4, end = this.count * ENTRY_SIZE; at < end; at += ENTRY_SIZE) {
      const id = table[at]! & ID_BITS;
      const isIn = id < 32 ? mask.low & (1 << id) : mask.high & (1 << (id - 32));
      if (isIn !== 0) table[at]! |= IS_REMOVED;
    }
    this.lowMask &= ~mask.low;
    this.highMask &= ~mask.high;
  }

  // ---- by name: for what configuration and filters name; names are in lower case

  /** The first entry of this name, or -1. */
  findName(name: string): number {
    const id = headerIdOfName(name);
    return id === OTHER_HEADER ? this.#scan(latin1Bytes(name), 0) : this.find(id);
  }

  /** Text of the first field of this name, or null. */
  getName(name: string): string | null {
    const entry = this.findName(name);
    return entry < 0 ? null : this.valueText(entry);
  }

  /** The value of every field of this name, joined with commas as one; null when there is none. */
  getNameJoined(name: string): string | null {
    const id = headerIdOfName(name);
    if (id !== OTHER_HEADER) return this.getJoined(id);
    const wanted = latin1Bytes(name);
    let text: string | null = null;
    for (let entry = this.#scan(wanted, 0); entry >= 0; entry = this.#scan(wanted, entry + 1)) {
      text = text === null ? this.valueText(entry) : `${text},${this.valueText(entry)}`;
    }
    return text;
  }

  /** Adds a field by name, after those that are there. */
  addName(name: string, value: string): void {
    const id = headerIdOfName(name);
    if (id !== OTHER_HEADER) return this.add(id, value);
    const added = this.added;
    this.#openLine = added.length;
    this.#openId = OTHER_HEADER;
    this.#openNameLength = name.length;
    added.writeLatin1(name);
    added.writeLatin1(": ");
    added.writeLatin1(value);
    this.closeLine();
  }

  /** Replaces every field of this name by one. */
  setName(name: string, value: string): void {
    this.removeName(name);
    this.addName(name, value);
  }

  /** Removes every field of this name. */
  removeName(name: string): void {
    const id = headerIdOfName(name);
    if (id !== OTHER_HEADER) return this.remove(id);
    const wanted = latin1Bytes(name);
    for (let entry = this.#scan(wanted, 0); entry >= 0; entry = this.#scan(wanted, entry + 1)) {
      this.table[entry * ENTRY_SIZE + 4]! |= IS_REMOVED;
    }
  }

  // ---- walking

  /** Whether the entry is still there. */
  isLive(entry: number): boolean {
    return (this.table[entry * ENTRY_SIZE + 4]! & IS_REMOVED) === 0;
  }

  /** Removes one entry; its number stays present while another line of it is there. */
  removeEntry(entry: number): void {
    const meta = this.table[entry * ENTRY_SIZE + 4]!;
    if (meta & IS_REMOVED) return;
    this.table[entry * ENTRY_SIZE + 4] = meta | IS_REMOVED;
    const id = meta & ID_BITS;
    if (id === OTHER_HEADER || this.#first[id] !== entry) return;
    const next = this.findNext(entry);
    if (next < 0) this.#forget(id);
    else this.#first[id] = next;
  }

  /** Cuts the entry's value off at `end`, which lies within it. */
  shortenValue(entry: number, end: number): void {
    const at = entry * ENTRY_SIZE;
    this.table[at + 3] = end;
    this.table[at + 4]! &= ~IS_CANONICAL;
  }

  /** Number of live entries. */
  get size(): number {
    let size = 0;
    for (let entry = 0; entry < this.count; entry++) if (this.isLive(entry)) size++;
    return size;
  }

  /** The entry's header number, or {@link OTHER_HEADER}. */
  idOf(entry: number): number {
    return this.table[entry * ENTRY_SIZE + 4]! & ID_BITS;
  }

  /** The bytes the entry's ranges are over. */
  bytesOf(entry: number): Uint8Array {
    return this.table[entry * ENTRY_SIZE + 4]! & IN_ADDED ? this.added.bytes : this.bytes;
  }

  nameText(entry: number): string {
    const at = entry * ENTRY_SIZE;
    return latin1Text(this.bytesOf(entry), this.table[at]!, this.table[at + 1]!);
  }

  valueText(entry: number): string {
    const at = entry * ENTRY_SIZE;
    return latin1Text(this.bytesOf(entry), this.table[at + 2]!, this.table[at + 3]!);
  }

  nameStart(entry: number): number {
    return this.table[entry * ENTRY_SIZE]!;
  }

  nameEnd(entry: number): number {
    return this.table[entry * ENTRY_SIZE + 1]!;
  }

  valueStart(entry: number): number {
    return this.table[entry * ENTRY_SIZE + 2]!;
  }

  valueEnd(entry: number): number {
    return this.table[entry * ENTRY_SIZE + 3]!;
  }

  /** Live fields as name and value; for logs and tests. */
  entries(): [string, string][] {
    const pairs: [string, string][] = [];
    for (let entry = 0; entry < this.count; entry++) {
      if (this.isLive(entry)) pairs.push([this.nameText(entry), this.valueText(entry)]);
    }
    return pairs;
  }

  /** A list of its own with the same fields: for one that outlives what it was received in. */
  copy(): HeaderList {
    const copy = new HeaderList();
    for (let entry = 0; entry < this.count; entry++) {
      if (this.isLive(entry)) copy.addName(this.nameText(entry), this.valueText(entry));
    }
    return copy;
  }

  /** Becomes the same list as `other`, over the same received bytes. */
  assign(other: HeaderList): void {
    this.reset(other.bytes);
    const used = other.count * ENTRY_SIZE;
    if (this.table.length < used) this.table = new Int32Array(other.table.length);
    this.table.set(other.table.subarray(0, used));
    this.count = other.count;
    this.lowMask = other.lowMask;
    this.highMask = other.highMask;
    this.#first.set(other.#first);
    this.added.writeRange(other.added.bytes, 0, other.added.length);
  }

  // ----

  #note(id: number, entry: number): void {
    if (id === OTHER_HEADER) return;
    if (this.has(id)) {
      this.hasRepeats = true;
      return;
    }
    this.#first[id] = entry;
    if (id < 32) this.lowMask |= 1 << id;
    else this.highMask |= 1 << (id - 32);
  }

  #forget(id: number): void {
    if (id < 32) this.lowMask &= ~(1 << id);
    else this.highMask &= ~(1 << (id - 32));
  }

  #scan(name: Uint8Array, from: number): number {
    for (let entry = from; entry < this.count; entry++) {
      const at = entry * ENTRY_SIZE;
      if (this.table[at + 4]! & IS_REMOVED) continue;
      if (rangeEquals(this.bytesOf(entry), this.table[at]!, this.table[at + 1]!, name)) return entry;
    }
    return -1;
  }

  #grow(): void {
    const table = new Int32Array(this.table.length * 2);
    table.set(this.table);
    this.table = table;
  }
}
