/**
 * What a client chose, inside the quotes of a log line: copied as it is, but a quote, a backslash and every control
 * character are written as `\xHH`, so that no value can end its quotes or its line and pass for another request
 * (spec/http.md 8.1). Bytes from 0x80 up stay: they are how names in other scripts look in UTF-8.
 *
 * Differs from Envoy: its text format writes such values as they came.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";

const QUOTE = 34, BACKSLASH = 92, SMALL_X = 120, DELETE = 127;

/** 1 where the byte may not stand in a log line. */
export const MUST_ESCAPE: Uint8Array = new Uint8Array(256).fill(1, 0, 32);
MUST_ESCAPE[QUOTE] = MUST_ESCAPE[BACKSLASH] = MUST_ESCAPE[DELETE] = 1;

const HEX_DIGITS = new TextEncoder().encode("0123456789ABCDEF");

/** Writes `source[start, end)`, escaped. */
export function writeQuoted(writer: ByteWriter, source: Uint8Array, start: number, end: number): void {
  const from = writer.reserve(end - start);
  const bytes = writer.bytes;
  let at = from;
  for (let i = start; i < end; i++) {
    const byte = source[i]!;
    if (MUST_ESCAPE[byte] === 1) {
      writer.length = at;
      return writeEscaped(writer, source, i, end);
    }
    bytes[at++] = byte;
  }
  writer.length = at;
}

/** The rare way: room for the worst case first. */
function writeEscaped(writer: ByteWriter, source: Uint8Array, start: number, end: number): void {
  let at = writer.reserve((end - start) * 4);
  const bytes = writer.bytes;
  for (let i = start; i < end; i++) {
    const byte = source[i]!;
    if (MUST_ESCAPE[byte] === 0) {
      bytes[at++] = byte;
      continue;
    }
    bytes[at++] = BACKSLASH;
    bytes[at++] = SMALL_X;
    bytes[at++] = HEX_DIGITS[byte >> 4]!;
    bytes[at++] = HEX_DIGITS[byte & 15]!;
  }
  writer.length = at;
}
