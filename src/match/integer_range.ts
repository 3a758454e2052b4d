/**
 * A range of 64-bit integers against text: `Int64Range` (spec/http.md 2.3). The whole value must be one decimal integer,
 * with or without a sign; white space round it does not count.
 */

const PLUS = 43, MINUS = 45, ZERO = 48, NINE = 57;
/** Digits that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

export class IntegerRange {
  readonly #start: bigint;
  readonly #end: bigint;

  /** From `start` up to but not `end`, in decimal. */
  constructor(start: string, end: string) {
    this.#start = BigInt(start);
    this.#end = BigInt(end);
  }

  /** Whether `bytes[start, end)` is an integer in the range. */
  matchesBytes(bytes: Uint8Array, start: number, end: number): boolean {
    while (start < end && isSpace(bytes[start]!)) start++;
    while (start < end && isSpace(bytes[end - 1]!)) end--;
    const sign = bytes[start];
    const first = start < end && (sign === PLUS || sign === MINUS) ? start + 1 : start;
    if (first === end) return false;
    let value = 0;
    for (let at = first; at < end; at++) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) return false;
      value = value * 10 + byte - ZERO;
    }
    if (end - first > EXACT_DIGITS) return this.#holdsLong(bytes, first, end, sign === MINUS);
    return this.#holds(sign === MINUS ? -value : value);
  }

  /** Beyond 64 bits it is no integer of ours. */
  #holdsLong(bytes: Uint8Array, first: number, end: number, isNegative: boolean): boolean {
    while (first < end - 1 && bytes[first] === ZERO) first++;
    if (end - first > 19) return false;
    let value = 0n;
    for (let at = first; at < end; at++) value = value * 10n + BigInt(bytes[at]! - ZERO);
    if (isNegative) value = -value;
    return BigInt.asIntN(64, value) === value && this.#holds(value);
  }

  #holds(value: number | bigint): boolean {
    return value >= this.#start && value < this.#end;
  }
}

/** White space of ASCII. */
function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
