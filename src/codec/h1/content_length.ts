/**
 * The value of `content-length` (RFC 9110 section 8.6): digits and nothing else. A list of equal numbers, which the RFC
 * lets a recipient mend, is refused as in Envoy.
 */
import { latin1Bytes } from "../../base/ascii.ts";

const ZERO = 48, NINE = 57;

/** Up to 64 bits, as in Envoy. Past 2^53 the number is not exact, and no such body ever ends. */
const MAX_LENGTH = latin1Bytes("18446744073709551615");

/** The number in a `content-length` value, or -1 for anything that is not digits within 64 bits. */
export function parseContentLength(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return -1;
  let digitsStart = start;
  while (digitsStart < end - 1 && bytes[digitsStart] === ZERO) digitsStart++;
  const digits = end - digitsStart;
  if (digits > MAX_LENGTH.length) return -1;
  let length = 0;
  let isBelowMax = digits < MAX_LENGTH.length;
  for (let i = 0; i < digits; i++) {
    const byte = bytes[digitsStart + i]!;
    if (byte < ZERO || byte > NINE) return -1;
    if (!isBelowMax) {
      if (byte > MAX_LENGTH[i]!) return -1;
      isBelowMax = byte < MAX_LENGTH[i]!;
    }
    length = length * 10 + (byte - ZERO);
  }
  return length;
}
